"""The figures of the person's own settings and run that stand below the explanations."""

from PySide6.QtCore import QCoreApplication, QLocale

from tumorviewer.gui.plurals import tr
from tumorviewer.gui.training.plan.words import duration
from tumorviewer.gui.words import number, percent
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.state.training.history import HEAD
from tumorviewer.state.training.plan_base import BaseKind

translate = QCoreApplication.translate


def transfer_here(desk: TrainingDesk) -> str:
    """Return what the next run starts from."""
    texts = {
        BaseKind.SHIPPED: translate(
            "Help", "Yours starts from the model that came with the program: it has seen brain scans already."
        ),
        BaseKind.OWN: translate("Help", "Yours goes on from a model that you trained before."),
        BaseKind.FILE: translate("Help", "Yours starts from the weights in a file."),
        BaseKind.SCRATCH: translate("Help", "Yours starts from nothing: it has to learn to see first."),
    }
    return texts[desk.plan.base.kind]


def kind_here(desk: TrainingDesk) -> str:
    """Return how long the next run will take."""
    plan = desk.plan
    foreseen, counts = plan.foreseen, plan.counts
    if foreseen is None or counts is None or plan.config is None:
        return ""
    count = counts.train
    text = tr("With your %n training scan(s) and these settings: about {time}.", "", count)
    return text.format(time=duration(foreseen.estimate.seconds))


def regularisation_here(desk: TrainingDesk) -> str:
    """Return how strong it is set."""
    config = desk.plan.config
    if config is None:
        return ""
    locale = QLocale()
    text = translate("Help", "Set now: dropout {dropout}, weight decay {decay}, label smoothing {smoothing}.")
    return text.format(
        dropout=locale.toString(config.dropout, "g", 3),
        decay=locale.toString(config.weight_decay, "g", 3),
        smoothing=locale.toString(config.label_smoothing, "g", 3),
    )


def accuracy_here(desk: TrainingDesk) -> str:
    """Return what the last epoch reached."""
    judged = desk.run.history.judged
    if not judged:
        return ""
    last, locale = judged[-1], QLocale()
    text = translate(
        "Help",
        "Your run after epoch {epoch}: training {accuracy} right with a loss of {loss}, validation {checked} with "
        "{checked_loss}.",
    )
    return text.format(
        epoch=last.epoch,
        accuracy=percent(last.accuracy, exact=True),
        loss=locale.toString(last.loss, "f", 2),
        checked=percent(last.validation_accuracy, exact=True),
        checked_loss=locale.toString(last.validation_loss, "f", 2),
    )


def overfitting_here(desk: TrainingDesk) -> str:
    """Return the gap of the last epoch, and which one is kept."""
    history = desk.run.history
    if not history.judged:
        return ""
    last = history.judged[-1]
    gap = QLocale().toString(100 * (last.accuracy - last.validation_accuracy), "f", 1)
    text = translate("Help", "In your run the gap is {gap} points now.").format(gap=gap)
    if history.best is None:
        return text
    kept = translate("Help", "The weights of epoch {epoch} are kept so far.").format(epoch=history.best.epoch)
    return f"{text} {kept}"


def weights_here(desk: TrainingDesk) -> str:
    """Return how many weights learn in each part of the run."""
    phases = [phase for _, phase in desk.run.history.phases]
    if not phases:
        return ""
    head = next((phase.learning_parameters for phase in phases if phase.name == HEAD), None)
    rest = max((phase.learning_parameters for phase in phases if phase.name != HEAD), default=None)
    texts = []
    if head is not None:
        text = translate("Help", "In the last layer of your run {count} weights learn.")
        texts.append(text.format(count=number(head)))
    if rest is not None:
        text = translate("Help", "In fine-tuning it is {count}.")
        texts.append(text.format(count=number(rest)))
    return " ".join(texts)
