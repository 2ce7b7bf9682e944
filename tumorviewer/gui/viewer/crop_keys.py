"""The crop by keys: arrows move it, with Alt or Ctrl they move its right and lower edges."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from tumorviewer.gui.viewer.crop_geometry import MOVE, Grip, changed
from tumorviewer.state.entries import CropChoice, CropKind

if TYPE_CHECKING:
    from tumorviewer.gui.viewer.scan_view import ScanView

FAR = 10
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_RESIZES = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier


class CropKeys:
    """Arrow keys on the crop of a `ScanView`. Directions are those of the screen, however the scan is turned.

    A key that is held down is one step to undo.
    """

    def __init__(self, view: "ScanView") -> None:
        self._view = view
        self._begun: tuple[int, CropChoice] | None = None

    def wants(self, event: QKeyEvent) -> bool:
        """Tell whether a key is for the crop."""
        return event.key() in _ARROWS and self._view.crop_active and self._view.crop_look is not None

    def press(self, event: QKeyEvent) -> bool:
        """Move or resize, and tell whether the key was for that."""
        look, entry = self._view.crop_look, self._view.session.entry
        if not self.wants(event) or look is None or entry is None:
            return False
        across, down = _ARROWS[Qt.Key(event.key())]
        far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        by = self._view.direction(QPointF(across, down))
        grip = MOVE
        if event.modifiers() & _RESIZES:
            edge = self._view.direction(QPointF(abs(across), abs(down)))
            grip = Grip(round(edge.x()), round(edge.y()))
        box = changed(look.frame, grip, by.x() * far, by.y() * far, (look.sheet.width, look.sheet.height))
        if box != look.frame:
            self._begun = self._begun or (entry.id, entry.crop)
            self._view.session.drag_crop(box)
        return True

    def release(self, event: QKeyEvent) -> bool:
        """Make what the key did one step."""
        if event.key() not in _ARROWS or event.isAutoRepeat() or self._begun is None:
            return False
        self.settle()
        return True

    def settle(self) -> None:
        """Make one step of what the keys did so far."""
        begun, self._begun = self._begun, None
        session = self._view.session
        if begun is not None and session.pane.entry_id == begun[0] and session.crop.kind is CropKind.EDITED:
            session.edit_crop(session.crop, begun[1])
