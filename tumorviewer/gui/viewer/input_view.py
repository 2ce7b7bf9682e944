"""A graphics view without scroll bars, whose events are turned into drags and steps."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.scan_input import ScanInput


class InputView(QGraphicsView):
    """Gives mouse, wheel and keys to its `ScanInput`, and tells where the cursor is.

    Its scene has the size of the viewport, and one unit of it is one device independent pixel.
    """

    input: ScanInput
    """Set by the class that is derived from this one."""

    activated = Signal()
    """It got the keyboard."""
    pointed = Signal()
    """The cursor moved, or left: see `cursor_at`."""
    laid_out = Signal()
    """The view has another size, or other device pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cursor_at: QPointF | None = None
        scene = QGraphicsScene(self)
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setScene(scene)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setBackgroundBrush(colours.GROUND)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)  # the window takes what is dropped
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)  # the right button sets the window
        self.setMinimumSize(160, 160)

    @property
    def size_of_view(self) -> QSizeF:
        """In device independent pixels."""
        return QSizeF(self.viewport().size())

    def event(self, event: QEvent) -> bool:
        """Take keys that a shortcut of the window would take, where they are meant for this scan."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self.input.wants(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.laid_out.emit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for another size."""
        super().resizeEvent(event)
        self.scene().setSceneRect(QRectF(QPointF(0.0, 0.0), self.size_of_view))
        self.laid_out.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self.input.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, and tell what lies under the cursor."""
        self.cursor_at = event.position()
        self.input.move(event)
        self.pointed.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self.input.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Reset the window with Ctrl."""
        self.input.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom or go through the stack."""
        self.input.wheel(event)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under the cursor any more."""
        self.cursor_at = None
        self.pointed.emit()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, move the crop, delete a measure; all other keys are the window's."""
        if not self.input.key(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End what a held key did."""
        if not self.input.key_released(event):
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that this is the view that keys are meant for."""
        super().focusInEvent(event)
        self.activated.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle what keys began."""
        super().focusOutEvent(event)
        self.input.settle()
