"""What the page of the result asks of the disk: figures and answers of a run, and the comparison of two models."""

from pathlib import Path

from PySide6.QtCore import QObject

from training.results import RunResult, comparison_folder, read_comparison, read_result
from training.runs import read_run
from tumorviewer.inference.card import BundleError
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.state.training.result_gate import Pair
from tumorviewer.workers.errands import Errands
from tumorviewer.workers.training.models_crew import ModelsCrew, sentence


class ResultCrew(QObject):
    """Reads results as runs end, and compares the models.

    Parameters
    ----------
    desk : TrainingDesk
    errands : Errands
    models : ModelsCrew
        Installs the model of a run.
    """

    def __init__(self, desk: TrainingDesk, errands: Errands, models: ModelsCrew, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._state, self._gate = desk, desk.result, desk.result.gate
        self._errands, self._models = errands, models
        self._watched = False
        self._asked_for: Pair | None = None
        self._known: set[Path] = set()
        desk.run.ended.connect(self._run_ended)
        desk.run.begun.connect(self._run_begun)
        desk.kept.changed.connect(self._kept_changed)
        self._gate.changed.connect(self._go_on)
        desk.run.task.changed.connect(self._go_on)

    def watch(self) -> None:
        """Show something, and compare by itself from now on: the page is looked at."""
        self._watched = True
        self._kept_changed()
        self._go_on()

    def show(self, folder: Path) -> None:
        """Show the result of a run."""
        self._state.load(folder)
        self._errands.run(
            lambda: _read(folder),
            lambda found: self._state.fail(folder, found) if isinstance(found, str) else self._state.take(found),
            lambda error: self._state.fail(folder, sentence(error)),
        )

    def compare(self) -> None:
        """Let both models judge the scans that neither was made from."""
        self._gate.begin(self._desk.places.cache)

    def use(self) -> None:
        """Install the model of the run that is shown, and use it."""
        result = self._state.result
        if result is None or self._gate.using:
            return
        self._gate.set_using(True)
        self._models.install(
            result.bundle,
            lambda _: self._gate.set_using(False),
            lambda problem: self._gate.set_using(False, problem),
        )

    # ------------------------------------------------------------ inside

    def _run_ended(self) -> None:
        if self._desk.run.end is not None and self._desk.run.output is not None:
            self.show(self._desk.run.output)

    def _run_begun(self) -> None:
        """Forget the result of a run that begins anew in its folder."""
        run = self._desk.run
        if run.output is not None and run.output == self._state.folder and run.kept is None:
            self._state.clear()

    def _kept_changed(self) -> None:
        """Follow the runs that there are: one that was deleted is not shown any more; the newest is shown at first."""
        runs = self._desk.kept.runs
        there, before = {run.folder for run in runs}, self._known
        self._known = there
        if self._state.folder in before - there:
            self._state.clear()
        finished = [run for run in runs if run.end is not None]
        if self._watched and self._state.folder is None and finished:
            self.show(finished[0].folder)

    def _go_on(self) -> None:
        """Look for an earlier comparison; else compare, while nothing is being trained."""
        if not self._watched:
            return
        if self._gate.is_missing:
            self._look_for_earlier()
        elif self._gate.starts_by_itself and not self._desk.run.task.busy:
            self.compare()

    def _look_for_earlier(self) -> None:
        pair, folder = self._gate.pair, self._state.folder
        if pair is None or folder is None or pair == self._asked_for:
            return
        self._asked_for = pair

        def found(promotion: object) -> None:
            self._asked_for = None
            self._gate.take_saved(pair, promotion)  # type: ignore[arg-type]

        self._errands.run(lambda: read_comparison(comparison_folder(folder, *pair)), found, lambda _: found(None))


def _read(folder: Path) -> RunResult | str:
    try:
        return read_result(read_run(folder))
    except BundleError as error:
        return str(error)
