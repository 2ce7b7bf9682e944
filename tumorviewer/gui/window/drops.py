"""Files that are dropped on the window or pasted into it."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QWindow,
)
from PySide6.QtWidgets import QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import paint_icon
from tumorviewer.gui.look.tokens import UNIT, tokens

_KINDS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop)


def local_paths(data: QMimeData | None) -> list[Path]:
    """Return the files and folders of this computer that something dragged or copied stands for."""
    if data is None or not data.hasUrls():
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropGuard(QObject):
    """Takes files that are dragged anywhere over a window, before any of its parts can.

    A field for text would else write the file's address into itself.
    """

    dropped = Signal(list)
    """Some `Path`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._overlay = DropOverlay(window)
        self._native: QWindow | None = None
        self.set_allowed(True)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def set_allowed(self, allowed: bool) -> None:
        """Take files, or take none: the window is closing."""
        self._allowed = allowed

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle drags of files; all else goes on."""
        kind = event.type()
        if kind == QEvent.Type.WinIdChange or kind == QEvent.Type.Show:
            self._watch_native(watched)
        if kind not in _KINDS:
            return False
        if kind == QEvent.Type.DragLeave:
            self._overlay.hide()
            return False
        return isinstance(event, QDropEvent) and self._take(event)

    def _take(self, event: QDropEvent) -> bool:
        paths = local_paths(event.mimeData()) if self._allowed else []
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)  # never a move: the files stay where they are
        event.accept()
        if isinstance(event, QDragEnterEvent | QDragMoveEvent):
            self._overlay.show_over_all()
            return True
        self._overlay.hide()
        self.dropped.emit(paths)
        return True

    def _watch_native(self, watched: QObject) -> None:
        native = watched.windowHandle() if isinstance(watched, QWidget) else None
        if native is not None and native is not self._native:
            self._native = native
            native.installEventFilter(self)


class DropOverlay(QWidget):
    """Lights up over the whole window while files are held over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_over_all(self) -> None:
        """Cover the window."""
        if self.isHidden():
            self.setGeometry(self._window.rect())
            self.raise_()
            self.show()

    def sizeHint(self) -> QSize:
        """Return the size of the window."""
        return self._window.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a frame, a sign and what will happen."""
        look = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(look.ground)
        veil.setAlphaF(0.86)
        painter.fillRect(self.rect(), veil)
        frame = QRectF(self.rect()).adjusted(2 * UNIT, 2 * UNIT, -2 * UNIT, -2 * UNIT)
        painter.setPen(QPen(look.accent, 3.0, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, 2 * UNIT, 2 * UNIT)
        side = 8.0 * UNIT
        middle = frame.center()
        paint_icon(painter, QRectF(middle.x() - side / 2, middle.y() - side, side, side), "drop", look.accent)
        title, hint = self.tr("Let go to open"), self.tr("Files, folders and zip archives of scans")
        top = middle.y() + UNIT
        for text, scale, colour, bold in ((title, 1.5, look.text, True), (hint, 1.0, look.quiet, False)):
            font = figures(self.font(), scale=scale, bold=bold)
            height = QFontMetricsF(font).height()
            painter.setFont(font)
            painter.setPen(colour)
            room = QRectF(frame.left(), top, frame.width(), height)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
            top += height + UNIT
