"""Which model answers."""

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tumorviewer.inference.card import Card


class ModelStatus(Enum):
    """Whether there is a model to ask."""

    LOADING = auto()
    READY = auto()
    MISSING = auto()
    """There is none, or it was refused: `ModelState.problem` says why."""


class ModelState(QObject):
    """The model in use."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status = ModelStatus.LOADING
        self.card: Card | None = None
        self.folder: Path | None = None
        self.sha256 = ""
        self.problem = ""

    @property
    def name(self) -> str:
        """``name-version``, or "" without a model."""
        return self.card.full_name if self.card is not None else ""

    def loading(self) -> None:
        """Say that one is being loaded."""
        self._set(ModelStatus.LOADING, None, None, "", "")

    def ready(self, card: Card, folder: Path, sha256: str) -> None:
        """Say that one is there."""
        self._set(ModelStatus.READY, card, folder, sha256, "")

    def missing(self, problem: str) -> None:
        """Say that there is none, and why."""
        self._set(ModelStatus.MISSING, None, None, "", problem)

    def _set(self, status: ModelStatus, card: Card | None, folder: Path | None, sha256: str, problem: str) -> None:
        self.status, self.card, self.folder, self.sha256, self.problem = status, card, folder, sha256, problem
        self.changed.emit()
