"""What the page of the models asks of the disk: taking in, checking, renaming, giving away, removing."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from training.events import Failed, Found
from training.imported import ImportedWeights, list_imported, remove_imported
from tumorviewer.inference.bundle import read_card, verify_bundle
from tumorviewer.inference.card import BundleError
from tumorviewer.inference.catalogue import Entry, newest, own, shipped
from tumorviewer.inference.install import import_bundle
from tumorviewer.inference.upkeep import (
    export_zip,
    install_once,
    readable_card,
    remove_bundle,
    rename_bundle,
)
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.settings import MODEL, MODEL_BEFORE
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.state.training.models import Check, Checked, Message, Told, Work
from tumorviewer.state.training.result_gate import Current
from tumorviewer.state.training.task import TaskStatus
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.errands import Errands

T = TypeVar("T")
WEIGHT_SUFFIXES: Final = (".h5", ".hdf5", ".keras")


class ModelsCrew(QObject):
    """Looks after models.

    Parameters
    ----------
    desk : TrainingDesk
    workspace : Workspace
        Its settings say which model is used.
    errands : Errands
        With a thread of its own: copying and hashing a model may take seconds.
    """

    changed_on_disk = Signal()
    """Other models are there than before."""

    def __init__(
        self, desk: TrainingDesk, workspace: Workspace, errands: Errands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._state, self._errands = desk, desk.models, errands
        self._model, self._settings, self._notices = workspace.model, workspace.settings, workspace.notices
        self._watched = False
        self._foreign = ""
        self._model.changed.connect(self._model_changed)
        self._settings.changed.connect(self._setting_changed)
        self._state.importing.changed.connect(self._importing_changed)
        self._model_changed()
        self._state.take_before(self._settings.get(MODEL_BEFORE))
        self.refresh()

    # ------------------------------------------------------------ which there are

    def watch(self) -> None:
        """List and check the models: a page that shows them is looked at."""
        self._watched = True
        self.refresh()

    def refresh(self) -> None:
        """Look again which models there are; those that were not checked yet are checked."""
        self._list(lambda: None)

    def verify(self, folder: Path | None = None) -> None:
        """Check a model, or all, against their cards."""
        for entry in self._state.entries:
            if folder in (None, entry.folder) and self._state.checked(entry).check is not Check.CHECKING:
                self._check(entry)

    def read_card(self, folder: Path, done: Callable[[str], None], failed: Callable[[str], None]) -> None:
        """Read the card of a model for readers."""
        self._run(lambda: readable_card(folder), done, failed)

    # ------------------------------------------------------------ which answers

    def use(self, name: str) -> None:
        """Let a model answer, and remember which one did before."""
        before = self._model.name
        if before and before != name:
            self._settings.set(MODEL_BEFORE, before)
        default = newest([entry for entry in self._state.entries if entry.shipped])
        self._settings.set(MODEL, "" if default is not None and default.name == name else name)

    def go_back(self) -> None:
        """Let the model before answer again."""
        entry = self._state.way_back
        if entry is not None:
            self.use(entry.name)
            self._settings.set(MODEL_BEFORE, "")

    def install(self, bundle: Path, done: Callable[[str], None], failed: Callable[[str], None]) -> None:
        """Copy the bundle of a run beside the user's models, under a version that is free, and use it."""
        models = self._desk.places.models

        def use(name: str) -> None:
            self.use(name)
            self.refresh()
            self.changed_on_disk.emit()
            done(name)

        self._run(lambda: read_card(install_once(bundle, models)).full_name, use, failed)

    # ------------------------------------------------------------ what is done to them

    def bring(self, source: Path) -> None:
        """Take in a bundle: a folder or a zip file."""
        models = self._desk.places.models
        self._do(Work.IMPORTING, source.name, lambda: import_bundle(source, models).name, self._imported)

    def bring_weights(self, source: Path, name: str, classes: Sequence[str]) -> None:
        """Take the numbers out of a model from elsewhere; nothing in the file is run.

        Parameters
        ----------
        source : Path
        name : str
            What they are to be called.
        classes : sequence of str
            In the order of the model's outputs; none where that is not known: its last layer is left out then.
        """
        if self._state.busy or self._state.importing.busy:
            return
        if source.suffix.lower() not in WEIGHT_SUFFIXES:
            self._state.tell(Message(Told.NO_WEIGHTS, source.name))
            return
        self._foreign = source.name
        self._state.begin(Work.READING, source.name)
        self._state.importing.start(["models", "import", str(source), "--name", name, "--classes", ",".join(classes)])

    def rename(self, entry: Entry, name: str) -> None:
        """Give one of the user's own models another name."""
        models = self._desk.places.models
        self._do(
            Work.RENAMING,
            entry.name,
            lambda: rename_bundle(entry.folder, models, name).name,
            lambda new: self._renamed(entry, new),
        )

    def export(self, entry: Entry, target: Path) -> None:
        """Write a model into one file; a person was asked before one is replaced."""
        self._do(
            Work.EXPORTING,
            entry.name,
            lambda: export_zip(entry.folder, target, overwrite=True),
            lambda _: self._state.tell(Message(Told.EXPORTED, entry.name, str(target))),
        )

    def remove(self, entry: Entry) -> None:
        """Remove one of the user's own models."""
        models = self._desk.places.models
        self._do(Work.REMOVING, entry.name, lambda: remove_bundle(entry.folder, models), lambda _: self._removed(entry))

    def remove_weights(self, weights: ImportedWeights) -> None:
        """Remove weights from elsewhere."""
        folder = self._desk.places.weights

        self._do(
            Work.REMOVING,
            weights.name,
            lambda: remove_imported(weights.file, folder),
            lambda _: self._list(lambda: self._state.tell(Message(Told.REMOVED, weights.name))),
        )

    # ------------------------------------------------------------ what came of it

    def _imported(self, name: str) -> None:
        self._changed_on_disk(Message(Told.IMPORTED, name))

    def _renamed(self, entry: Entry, name: str) -> None:
        for setting in (MODEL, MODEL_BEFORE):
            if self._settings.get(setting) == entry.name:
                self._settings.set(setting, name)
        self._changed_on_disk(Message(Told.RENAMED, entry.name, name))

    def _removed(self, entry: Entry) -> None:
        # One that was refused when it was to be loaded is chosen, and yet not in use.
        in_use = self._state.in_use == entry.folder or self._settings.get(MODEL) == entry.name
        if self._settings.get(MODEL_BEFORE) == entry.name:
            self._settings.set(MODEL_BEFORE, "")
        if in_use:
            self._settings.set(MODEL, "")
        self._changed_on_disk(Message(Told.REMOVED_IN_USE if in_use else Told.REMOVED, entry.name))

    def _importing_changed(self) -> None:
        task = self._state.importing
        outcome = task.outcome
        if isinstance(outcome, Found):
            weights = ImportedWeights.from_dict(outcome.value)
            self._list(lambda: self._state.tell(Message(Told.WEIGHTS_IMPORTED, weights.name)))
        elif isinstance(outcome, Failed):
            self._state.tell(Message(Told.FAILED, self._foreign, outcome.message, Work.READING))
        elif task.status is TaskStatus.STOPPED:
            self._state.tell(None)

    def _changed_on_disk(self, message: Message) -> None:
        """Say what was done when the list shows it, not before."""
        self._list(lambda: self._state.tell(message))
        self.changed_on_disk.emit()

    # ------------------------------------------------------------ inside

    def _list(self, done: Callable[[], None]) -> None:
        weights = self._desk.places.weights

        def listed(found: tuple[list[Entry], tuple[ImportedWeights, ...]]) -> None:
            self._listed(*found)
            done()

        self._errands.run(lambda: ([*shipped(), *own()], list_imported(weights)), listed, self._failed)

    def _listed(self, entries: list[Entry], weights: tuple[ImportedWeights, ...]) -> None:
        self._state.take(entries, weights)
        self._let_go_of_what_is_gone(entries)
        for entry in self._state.entries if self._watched else ():
            if self._state.checked(entry).check is Check.UNKNOWN:
                self._check(entry)

    def _let_go_of_what_is_gone(self, entries: list[Entry]) -> None:
        """Go back to the shipped model where the one in use was removed behind the program's back."""
        folder = self._model.folder
        gone = folder is not None and folder.parent == self._desk.places.models
        if gone and self._settings.get(MODEL) and folder not in [entry.folder for entry in entries]:
            self._notices.tell(Notice(NoticeKind.MODEL_GONE, self._model.name))
            self._settings.set(MODEL, "")

    def _check(self, entry: Entry) -> None:
        folder = entry.folder
        if entry.card is None:
            self._state.take_check(folder, Checked(Check.DAMAGED, entry.problem))
            return
        self._state.take_check(folder, Checked(Check.CHECKING))
        self._run(
            lambda: verify_bundle(folder).name,
            lambda _: self._state.take_check(folder, Checked(Check.GOOD)),
            lambda reason: self._state.take_check(folder, Checked(Check.DAMAGED, reason)),
        )

    def _do(self, work: Work, subject: str, errand: Callable[[], T], done: Callable[[T], None]) -> None:
        """Do one thing at a time to the models, and say so meanwhile."""
        if not self._state.busy:
            self._state.begin(work, subject)
            self._run(errand, done, lambda reason: self._state.tell(Message(Told.FAILED, subject, reason, work)))

    def _run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[str], None]) -> None:
        """Do something in the other thread; what is refused there comes back as a sentence."""

        def guarded() -> tuple[T | None, str]:
            try:
                return work(), ""
            except BundleError as error:
                return None, reason_of(error)

        def ended(found: tuple[T | None, str]) -> None:
            result, problem = found
            if problem:
                failed(problem)
            else:
                done(result)  # type: ignore[arg-type]  # the result of `work`, as there was no problem

        self._errands.run(guarded, ended, lambda error: failed(sentence(error)))

    def _model_changed(self) -> None:
        model = self._model
        ready = model.status is ModelStatus.READY and model.folder is not None
        current = Current(model.name, model.sha256, model.folder) if ready and model.folder is not None else None
        self._state.take_in_use(model.folder)
        self._desk.result.gate.take_current(current, loading=model.status is ModelStatus.LOADING)

    def _setting_changed(self, name: str) -> None:
        if name == MODEL_BEFORE.name:
            self._state.take_before(self._settings.get(MODEL_BEFORE))

    def _failed(self, error: OSError) -> None:
        self._state.tell(Message(Told.FAILED, "", sentence(error)))


def reason_of(error: BundleError) -> str:
    """Return why a bundle was refused, without the folder that it was refused in: that may be a passing one."""
    return str(error.__cause__ if isinstance(error.__cause__, BundleError) else error)


def sentence(error: OSError) -> str:
    """Return what the system said, with the file."""
    return f"{error.filename}: {error.strerror or error}" if error.filename else str(error.strerror or error)
