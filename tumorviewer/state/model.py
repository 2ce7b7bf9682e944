"""Which model answers."""

from enum import Enum, auto
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from tumorviewer.inference.card import Card
from tumorviewer.inference.seen import SeenScans


class ModelStatus(Enum):
    """Whether there is a model to ask."""

    LOADING = auto()
    READY = auto()
    MISSING = auto()
    """There is none, or it was refused: `ModelState.problem` says why."""


NOTHING_SEEN: Final = SeenScans.of(())


class ModelState(QObject):
    """The model in use.

    Attributes
    ----------
    seen : SeenScans
        The files that it was trained on, as far as it tells.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status = ModelStatus.LOADING
        self.card: Card | None = None
        self.folder: Path | None = None
        self.sha256 = ""
        self.problem = ""
        self.seen = NOTHING_SEEN

    @property
    def name(self) -> str:
        """``name-version``, or "" without a model."""
        return self.card.full_name if self.card is not None else ""

    def loading(self) -> None:
        """Say that one is being loaded."""
        self._set(ModelStatus.LOADING)

    def ready(self, card: Card, folder: Path, sha256: str, seen: SeenScans = NOTHING_SEEN) -> None:
        """Say that one is there."""
        self._set(ModelStatus.READY, card, folder, sha256, seen=seen)

    def missing(self, problem: str) -> None:
        """Say that there is none, and why."""
        self._set(ModelStatus.MISSING, problem=problem)

    def _set(
        self,
        status: ModelStatus,
        card: Card | None = None,
        folder: Path | None = None,
        sha256: str = "",
        *,
        problem: str = "",
        seen: SeenScans = NOTHING_SEEN,
    ) -> None:
        self.status, self.card, self.folder, self.sha256 = status, card, folder, sha256
        self.problem, self.seen = problem, seen
        self.changed.emit()
