"""Edits that can be undone."""

import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from tumorviewer.state.entries import CropChoice

if TYPE_CHECKING:
    from tumorviewer.state.session import Session


def undo_stack(parent: QObject) -> QUndoStack:
    """Return a stack of commands that is destroyed whole, with its parent.

    Where Python's collector takes a stack apart, it hands the commands back to Python, which destroys them first; the
    stack then destroys them again, and the program crashes (PySide 6.11). A reference from Qt's side, which the
    collector does not see, keeps it from that; the commands must not keep the parent alive in turn.
    """
    stack = QUndoStack(parent)
    stack.destroyed.connect(lambda _=None, kept=stack: None)
    return stack


class ChangeCrop(QUndoCommand):
    """Another crop for one scan; undoing it shows that scan again."""

    def __init__(self, session: "Session", entry_id: int, before: CropChoice, after: CropChoice) -> None:
        super().__init__()
        self._session = weakref.ref(session)
        self._entry_id, self._before, self._after = entry_id, before, after

    def redo(self) -> None:
        """Make the change."""
        self._apply(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._apply(self._before)

    def _apply(self, choice: CropChoice) -> None:
        session = self._session()
        assert session is not None  # it owns the stack that calls
        session.apply_crop(self._entry_id, choice)
