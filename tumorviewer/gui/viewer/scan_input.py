"""Mouse, wheel and keys on one scan: which of them begins what."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from tumorviewer.gui.viewer.crop_geometry import MOVE, Grip
from tumorviewer.gui.viewer.crop_keys import CropKeys
from tumorviewer.gui.viewer.drags import CropDrag, Drag, MeasureDrag, PanDrag, StackDrag, WindowDrag
from tumorviewer.gui.viewer.presets import own_window
from tumorviewer.gui.viewer.tool import Tool

if TYPE_CHECKING:
    from tumorviewer.gui.viewer.scan_view import ScanView

NOTCH = 120
ZOOM_EACH_NOTCH = 1.2
MANY_SLICES = 10
EVERYTHING = 1 << 30

_CURSORS = {
    Tool.NAVIGATE: Qt.CursorShape.ArrowCursor,
    Tool.WINDOW: Qt.CursorShape.SizeAllCursor,
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
    Tool.MEASURE: Qt.CursorShape.CrossCursor,
    Tool.CROP: Qt.CursorShape.CrossCursor,
}


class ScanInput:
    """Turns events of a `ScanView` into drags and steps."""

    def __init__(self, view: "ScanView") -> None:
        self._view = view
        self.tool = Tool.NAVIGATE
        self.drag: Drag | None = None
        self._button = Qt.MouseButton.NoButton
        self._turned = 0
        self._crop_keys = CropKeys(view)

    def set_tool(self, tool: Tool) -> None:
        """Give the left button another meaning."""
        self.cancel()
        self.tool = tool
        self._view.set_crop_active(tool is Tool.CROP)
        self._view.setCursor(_CURSORS[tool])

    def cancel(self) -> bool:
        """Give up the drag that is going on, and tell whether there was one."""
        drag, self.drag = self.drag, None
        if drag is not None:
            drag.cancel()
        return drag is not None

    # ------------------------------------------------------------ mouse

    def press(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        if self.drag is not None or not self._view.has_picture:
            return
        self._button = event.button()
        at = event.position()
        if event.button() is Qt.MouseButton.MiddleButton:
            self.drag = PanDrag(self._view, at)
        elif event.button() is Qt.MouseButton.RightButton:
            self.drag = self._window_drag(at)
        elif event.button() is Qt.MouseButton.LeftButton:
            self.drag = self._left_drag(at, fresh=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def move(self, event: QMouseEvent) -> None:
        """Go on with it; without one, show what could be taken here."""
        if self.drag is not None:
            self.drag.move(event.position())
        else:
            self._hover(event.position())

    def release(self, event: QMouseEvent) -> None:
        """End it."""
        if self.drag is not None and event.button() is self._button:
            drag, self.drag = self.drag, None
            drag.finish()

    def double_click(self, event: QMouseEvent) -> None:
        """Go back to the scan's own window, with Ctrl; else it is one more press."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view.state.set_window(None)
        else:
            self.press(event)

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the cursor with Ctrl, else go through the stack."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if self.drag is not None or not delta:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view.zoom_by(ZOOM_EACH_NOTCH ** (delta / NOTCH), event.position())
            return
        self._turned += delta
        notches = int(self._turned / NOTCH)  # fine wheels send parts of a notch
        self._turned -= notches * NOTCH
        if notches:
            many = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._view.scroll_stack(-notches * (MANY_SLICES if many else 1))

    # ------------------------------------------------------------ keys

    def wants(self, event: QKeyEvent) -> bool:
        """Tell whether a key is for this scan even if the window has a shortcut for it."""
        if event.key() == Qt.Key.Key_Escape:
            return self.drag is not None or self._view.crop_active or self._view.chosen_measure is not None
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            return self._view.chosen_measure is not None
        return self._crop_keys.wants(event)

    def key(self, event: QKeyEvent) -> bool:
        """Act on a key, and tell whether it meant anything."""
        if event.key() == Qt.Key.Key_Escape:
            return self._escape()
        if self.drag is not None:
            return False
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            return self._view.delete_measure()
        return self._crop_keys.press(event) or self._stack_key(event)

    def key_released(self, event: QKeyEvent) -> bool:
        """Take the end of a key that was held down."""
        return self._crop_keys.release(event)

    def settle(self) -> None:
        """Finish what keys began: another scan or another widget is next."""
        self._crop_keys.settle()

    def _escape(self) -> bool:
        if self.cancel():
            return True
        if self._view.chosen_measure is not None:
            self._view.choose_measure(None)
            return True
        was_active = self._view.crop_active and self.tool is not Tool.CROP
        if was_active:
            self._view.set_crop_active(False)
        return was_active

    def _stack_key(self, event: QKeyEvent) -> bool:
        many = MANY_SLICES if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        steps = {
            Qt.Key.Key_Up: -many,
            Qt.Key.Key_Down: many,
            Qt.Key.Key_Home: -EVERYTHING,
            Qt.Key.Key_End: EVERYTHING,
        }
        stacks = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        key = Qt.Key(event.key())
        self.settle()
        if key in steps:
            self._view.scroll_stack(steps[key])
        elif key in stacks:
            self._view.next_stack(stacks[key])
        return key in steps or key in stacks

    # ------------------------------------------------------------ inside

    def _left_drag(self, at: QPointF, *, fresh: bool) -> Drag | None:
        if self.tool is Tool.MEASURE:
            return self._measure_drag(at)
        if self.tool is Tool.WINDOW:
            return self._window_drag(at)
        if self.tool is Tool.PAN:
            return PanDrag(self._view, at)
        held = self._view.grip_at(at)
        if self.tool is Tool.CROP:
            return self._crop_tool_drag(at, held, fresh=fresh)
        self._view.set_crop_active(held is not None)
        if held is not None:
            return self._crop_drag(at, held)
        return StackDrag(self._view, at)

    def _crop_tool_drag(self, at: QPointF, held: Grip | None, *, fresh: bool) -> Drag | None:
        """Resize at a handle, move inside the box; outside, on the whole image, or with Ctrl draw a new one."""
        look = self._view.crop_look
        if look is None:
            return None
        image, box = self._view.to_image(at), look.box
        inside = box is not None and box.x <= image.x() < box.x + box.width and box.y <= image.y() < box.y + box.height
        if fresh or (held is None and not inside) or (box is None and held == MOVE):
            return self._crop_drag(at, None)
        return self._crop_drag(at, held or MOVE)

    def _crop_drag(self, at: QPointF, grip: Grip | None) -> Drag | None:
        look = self._view.crop_look
        return CropDrag(self._view, at, look.frame, grip) if look is not None else None

    def _measure_drag(self, at: QPointF) -> Drag | None:
        loaded = self._view.pane.loaded
        assert loaded is not None  # there is a picture
        hit = self._view.measure_at(at)
        if hit is None:
            self._view.choose_measure(None)
            return MeasureDrag(self._view, at, loaded.entry_id)
        number, end = hit
        self._view.choose_measure(number)
        return None if end is None else MeasureDrag(self._view, at, loaded.entry_id, number, end)

    def _window_drag(self, at: QPointF) -> Drag:
        loaded = self._view.pane.loaded
        assert loaded is not None  # there is a picture
        return WindowDrag(self._view, at, own_window(loaded), whole_numbers=loaded.scan.pixels.dtype.kind in "iu")

    def _hover(self, at: QPointF) -> None:
        may_hold = self.tool in (Tool.NAVIGATE, Tool.CROP)
        grip = self._view.grip_at(at) if may_hold else None
        self._view.highlight(grip)
        self._view.setCursor(_CURSORS[self.tool] if grip is None else self._view.layers.crop.cursor_for(grip))
