"""Edits that can be undone."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from tumorviewer.state.entries import CropChoice

if TYPE_CHECKING:
    from tumorviewer.state.session import Session


class ChangeCrop(QUndoCommand):
    """Another crop for one scan; undoing it shows that scan again."""

    def __init__(self, session: "Session", entry_id: int, before: CropChoice, after: CropChoice) -> None:
        super().__init__()
        self._session, self._entry_id, self._before, self._after = session, entry_id, before, after

    def redo(self) -> None:
        """Make the change."""
        self._session.apply_crop(self._entry_id, self._after)

    def undo(self) -> None:
        """Take it back."""
        self._session.apply_crop(self._entry_id, self._before)
