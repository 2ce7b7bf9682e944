"""Runs in words: what they are at, how they ended, how training and validation stand to each other."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from training.baselines import FILE_FACTS, NEIGHBOUR
from training.events import Failed, Noted
from training.runs import KeptRun, RunStatus
from tumorviewer.gui.plurals import tr
from tumorviewer.gui.words import number, percent
from tumorviewer.state.training.history import HEAD, Fit, RunHistory
from tumorviewer.state.training.pace import Stage
from tumorviewer.state.training.run import TrainingRun
from tumorviewer.state.training.task import TaskStatus

translate = QCoreApplication.translate

_PROBE: Final = "Something about the data or the settings does not fit."
SETTINGS_KINDS: Final = frozenset({"ConfigError", "WeightsError", "DivergedError", "MemoryShortError", "OutOfMemory"})
"""Failures that other settings mend."""
DATA_KINDS: Final = frozenset({"DatasetError"})
"""Failures that are mended on the page of the data."""
LASTING: Final = frozenset({"ConfigError", "DatasetError", "WeightsError", "MissingParts", "DivergedError"})
"""Failures that only come back where the same run goes on."""


def status_text(run: TrainingRun) -> str:
    """Return how the run that is shown stands, in a few words."""
    if run.output is None:
        return translate("Run", "No run yet")
    if run.kept is not None:
        return kept_status(run.kept.status)
    names = {
        TaskStatus.IDLE: translate("Run", "No run yet"),
        TaskStatus.STARTING: translate("Run", "Starting …"),
        TaskStatus.RUNNING: stage_text(run.pace.stage),
        TaskStatus.PAUSING: translate("Run", "Pausing after this batch …"),
        TaskStatus.PAUSED: translate("Run", "Paused"),
        TaskStatus.STOPPING: translate("Run", "Stopping …"),
        TaskStatus.DONE: translate("Run", "Finished"),
        TaskStatus.STOPPED: translate("Run", "Stopped"),
        TaskStatus.FAILED: translate("Run", "Could not go on"),
    }
    return names[run.task.status]


def data_text(run: TrainingRun) -> str:
    """Return what the run that is shown learns from."""
    started = run.history.started
    if run.data is None:
        return ""
    if started is None:
        return translate("Run", "Data: {name}").format(name=run.data.name)
    text = translate("Run", "Data: {name} · {train} scans to learn from, {validation} to check, {test} to test")
    return text.format(
        name=run.data.name,
        train=number(started.train),
        validation=number(started.validation),
        test=number(started.test),
    )


def leak_text(history: RunHistory) -> str:
    """Return what is said of a split that tears patients apart; "" of a sound one."""
    if history.started is None or history.started.leak_free:
        return ""
    return translate(
        "Run",
        "The split is leaky: copies or slices of the same patients are in several parts. Its figures do not hold for "
        "new patients; neither a test accuracy nor what can be guessed without anatomy is shown. The page of the data "
        "mends it.",
    )


def stage_text(stage: Stage) -> str:
    """Return what a run is at."""
    names = {
        Stage.START: translate("Run", "Starting the computation"),
        Stage.AUDIT: translate("Run", "Reading and comparing scans"),
        Stage.CROPS: translate("Run", "Cropping scans"),
        Stage.EMBEDDINGS: translate("Run", "Looking at each scan once"),
        Stage.HEAD: translate("Run", "Training the last layer"),
        Stage.EPOCHS: translate("Run", "Fine-tuning the network"),
        Stage.EXPORT: translate("Run", "Making the model"),
        Stage.EVALUATION: translate("Run", "Testing the model"),
        Stage.DONE: translate("Run", "Finished"),
    }
    return names[stage]


def detail_text(history: RunHistory) -> str:
    """Return how far the step is that a run is at."""
    progress, batch = history.progress, history.last_batch
    if progress is not None and progress.total > 1:
        text = translate("Run", "{done} of {total}")
        return text.format(done=number(progress.done), total=number(progress.total))
    if progress is not None or batch is None:
        return ""
    head = batch.phase == HEAD
    text = translate("Run", "Epoch {epoch} of {epochs}, batch {batch} of {batches}")
    return text.format(
        epoch=batch.epoch,
        epochs=(history.planned_head_epochs if head else history.planned_epochs) or batch.epoch,
        batch=number(batch.batch),
        batches=number(batch.batches),
    )


def fit_text(history: RunHistory) -> str:
    """Return how training and validation stand to each other, and what to do about it."""
    if history.fit is Fit.UNKNOWN:
        return ""
    if history.fit is Fit.OVERFITTING:
        last = history.judged[-1]
        gap = max(round(100 * (last.accuracy - last.validation_accuracy)), 0)
        return tr(
            "Overfitting (gap: %n point(s)). The model does better on scans that it learns from than on others. More "
            "scans help most; then stronger augmentation, more dropout or weight decay, fewer epochs. The best epoch "
            "is the one that is kept.",
            "",
            gap,
        )
    if history.fit is Fit.LEARNING:
        return translate("Run", "Still learning: validation rises with every epoch. More epochs may help.")
    if history.fit is Fit.STUCK:
        return translate(
            "Run", "Training and validation are both low. More epochs, a higher learning rate or another base may help."
        )
    return translate("Run", "Good: training and validation stay close together.")


def failure_text(failed: Failed) -> str:
    """Return why a run could not go on, and what to do; exact in English, by its kind in other languages."""
    texts = {
        "Died": translate(
            "Run",
            "The computation ended unexpectedly. What was done is kept, and the run can go on from there. If it "
            "happens again, close other programs, or choose smaller batches or a smaller picture.",
        ),
        "DiskFull": translate(
            "Run", "The disk is full. The last good state is kept: free some space, then let the run go on."
        ),
        "OutOfMemory": translate(
            "Run",
            "There is not enough memory. The last good state is kept: close other programs and let the run go on, or "
            "choose smaller batches, a smaller picture or a smaller network for a new one.",
        ),
    }
    if failed.kind in texts:
        return texts[failed.kind]
    if translate("Run", _PROBE) == _PROBE:
        return failed.message
    return translate("Run", "Something about the data or the settings does not fit.")


def note_text(note: Noted) -> str:
    """Return what does not stop a run but should be known."""
    count = note.count  # the tool for translators finds a plural only with a plain name
    texts = {
        "unreadable": tr("%n scan(s) cannot be read and are left out.", "", count),
        "conflicts": tr("%n picture(s) have copies with another label.", "", count),
        "changed": tr("%n file(s) changed or went away during the run.", "", count),
        "decisions": tr("%n of your decision(s) about labels are followed.", "", count),
    }
    return texts.get(note.kind, note.message)


def baseline_name(name: str) -> str:
    """Return a classifier that knows no anatomy, as short as beside its line."""
    names = {
        NEIGHBOUR: translate("Run", "without anatomy: the most similar thumbnail"),
        FILE_FACTS: translate("Run", "without anatomy: file and picture size only"),
    }
    return names.get(name, name)


def kept_status(status: RunStatus) -> str:
    """Return how a run of before stands."""
    names = {
        RunStatus.FINISHED: translate("Run", "Finished"),
        RunStatus.RUNNING: translate("Run", "Running"),
        RunStatus.FAILED: translate("Run", "Could not go on"),
        RunStatus.UNFINISHED: translate("Run", "Interrupted"),
    }
    return names[status]


def best_text(run: KeptRun) -> str:
    """Return the validation accuracy of the epoch that is kept, else of the last one."""
    rows = [row for row in run.history if row.get("phase") != HEAD and row.get("epoch") == run.best_epoch]
    rows = rows or list(run.history[-1:])
    accuracy = rows[0].get("validation_accuracy") if rows else None
    return percent(float(accuracy), exact=True) if isinstance(accuracy, int | float) else "–"


def date_text(run: KeptRun) -> str:
    """Return when it was begun."""
    seconds = int(run.started.timestamp())
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(seconds), QLocale.FormatType.ShortFormat)
