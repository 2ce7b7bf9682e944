"""The runs of before."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from training.runs import KeptRun
from tumorviewer.state.training.history import RunHistory

MOST_BESIDE = 4
"""So many runs are drawn beside the one that is shown; more could not be told apart."""


class KeptRuns(QObject):
    """Runs that lie in the user's folder, the newest first, and those that are drawn beside the one that is shown.

    Attributes
    ----------
    runs : tuple of KeptRun
    problem : str
        What the system said when something could not be done to them; "" while all is well.
    """

    changed = Signal()
    beside_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: tuple[KeptRun, ...] = ()
        self.problem = ""
        self._beside: list[Path] = []

    def take(self, runs: Sequence[KeptRun]) -> None:
        """Show what lies there now."""
        self.runs, self.problem = tuple(runs), ""
        there = {run.folder for run in runs}
        gone = [folder for folder in self._beside if folder not in there]
        self._beside = [folder for folder in self._beside if folder in there]
        self.changed.emit()
        if gone:
            self.beside_changed.emit()

    def fail(self, problem: str) -> None:
        """Say what could not be done; "" that all is well again."""
        self.problem = problem
        self.changed.emit()

    def of(self, folder: Path | None) -> KeptRun | None:
        """Return the run of a folder."""
        return next((run for run in self.runs if run.folder == folder), None)

    def is_beside(self, folder: Path) -> bool:
        """Whether a run is drawn beside the one that is shown."""
        return folder in self._beside

    @property
    def is_full(self) -> bool:
        """Whether no further run can be drawn."""
        return len(self._beside) >= MOST_BESIDE

    def compare(self, folder: Path, beside: bool) -> None:
        """Draw a run beside the one that is shown, or no longer."""
        if beside is self.is_beside(folder) or (beside and self.is_full):
            return
        if beside:
            self._beside.append(folder)
        else:
            self._beside.remove(folder)
        self.beside_changed.emit()

    def beside(self, shown: Path | None) -> list[tuple[str, RunHistory]]:
        """Return names and histories of what is drawn beside the run `shown`."""
        found = []
        for folder in self._beside:
            run = self.of(folder)
            if run is not None and folder != shown:
                history = RunHistory()
                history.restore(run.history)
                found.append((folder.name, history))
        return found
