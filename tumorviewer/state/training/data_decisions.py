"""What a person decided about single labels of the data set; every decision can be taken back."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from training.decisions import Decision


class Decisions(QObject):
    """The decisions on the data set that is open, in the order in which they were made.

    Attributes
    ----------
    file : Path or None
        Where they are kept.
    problem : str
        Why they could not be saved; "" while all is well.
    """

    changed = Signal()
    """One was made or taken back: they are to be saved."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._made: dict[tuple[str, int], Decision] = {}
        self._looked_at: tuple[Decision, ...] = ()
        self.file: Path | None = None
        self.problem = ""

    def open(self, file: Path | None, decisions: Iterable[Decision] = ()) -> None:
        """Take those of another data set."""
        self._made = {(item.path, item.frame): item for item in decisions}
        self._looked_at, self.file, self.problem = self.all, file, ""

    @property
    def all(self) -> tuple[Decision, ...]:
        """Every decision."""
        return tuple(self._made.values())

    @property
    def changing(self) -> tuple[Decision, ...]:
        """Those that make the data another: a label that is kept does not."""
        return tuple(item for item in self._made.values() if item.decision != item.given)

    @property
    def pending(self) -> bool:
        """Whether the data would be counted differently by now."""
        return set(self.changing) != {item for item in self._looked_at if item.decision != item.given}

    def of(self, path: str, frame: int) -> Decision | None:
        """Return what was decided about a scan."""
        return self._made.get((path, frame))

    def decide(self, path: str, frame: int, label: str, decision: str) -> None:
        """Decide about a scan.

        Parameters
        ----------
        path : str
            Below the data set's root, with forward slashes.
        frame : int
        label : str
            That it has now, by its folder or by a decision before.
        decision : str
            A label, which may be the same, or `training.decisions.LEAVE_OUT`.
        """
        before = self._made.get((path, frame))
        # Decisions are about what the files say, and that is what the first one was about.
        made = Decision(path, frame, before.given if before is not None else label, decision)
        if made != before:
            self._made[path, frame] = made
            self.changed.emit()

    def undo(self, path: str, frame: int) -> None:
        """Take a decision back."""
        if self._made.pop((path, frame), None) is not None:
            self.changed.emit()

    def note_looked_at(self, decisions: tuple[Decision, ...]) -> None:
        """Say which ones the overview counts in."""
        self._looked_at = decisions

    def fail(self, problem: str) -> None:
        """Say whether they could be saved."""
        self.problem = problem
