"""The middle of the window: the current scan, the one it is compared with, and what can be done to them."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from tumorviewer import NOTICE
from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.cine import Cine
from tumorviewer.gui.viewer.measures import MeasureBook
from tumorviewer.gui.viewer.presets import preset, presets
from tumorviewer.gui.viewer.scan_view import ScanView
from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.imaging.scan import WindowLevel
from tumorviewer.state.header import HeaderState
from tumorviewer.state.overlays import OverlayState
from tumorviewer.state.session import Session
from tumorviewer.state.settings import Settings

ZOOM_STEP = 1.25
_BAR = f"""
QFrame {{ background: {colours.GROUND.name()}; color: {colours.QUIET.name()}; border: 0; }}
QToolButton {{ color: {colours.TEXT.name()}; background: {colours.RAISED.name()}; border: 1px solid transparent;
  border-radius: 4px; padding: 3px 10px; }}
QToolButton:checked {{ color: {colours.GROUND.name()}; background: {colours.ACCENT.name()}; }}
QToolButton:focus {{ border-color: {colours.TEXT.name()}; }}
"""


class Viewer(QWidget):
    """One or two scans. Slots act on the view that has the keyboard, and on both where they are linked."""

    probed = Signal(object)
    """A `Probe`: the pixel under the cursor; None outside of the image."""
    tool_changed = Signal(object)
    """A `Tool`."""
    cine_changed = Signal(bool)

    def __init__(
        self,
        session: Session,
        overlays: OverlayState,
        settings: Settings,
        header: HeaderState | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._overlays = session, overlays
        self.book = MeasureBook(self)
        self.cine = Cine(session, settings, self)
        self.cine.running_changed.connect(self.cine_changed)
        self.tool = Tool.NAVIGATE
        self.main = self._make_view(ScanView(session.pane, session, overlays, self.book, header))
        self.other: ScanView | None = None
        self._active = self.main
        self._bar, self.link_button = self._make_bar()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setStyleSheet(f"QSplitter::handle {{ background: {colours.RAISED.name()}; }}")
        self._splitter.addWidget(self.main)
        self._lay_out()
        session.worklist.cleared.connect(self.book.forget)
        session.comparing_changed.connect(self._compare)

    @property
    def active(self) -> ScanView:
        """The view that slots act on."""
        return self._active

    # ------------------------------------------------------------ slots of the actions

    @Slot()
    def fit(self) -> None:
        """Show the whole scan."""
        self._active.state.fit()

    @Slot()
    def zoom_in(self) -> None:
        """Enlarge."""
        self._active.zoom_by(ZOOM_STEP)

    @Slot()
    def zoom_out(self) -> None:
        """Shrink."""
        self._active.zoom_by(1 / ZOOM_STEP)

    @Slot()
    def actual_size(self) -> None:
        """Show each pixel of the image as one of the screen."""
        self._active.actual_size()

    @Slot(object)
    def set_tool(self, tool: Tool) -> None:
        """Give the left mouse button another meaning."""
        for view in self._views():
            view.set_tool(tool)
        if tool is not self.tool:
            self.tool = tool
            self.tool_changed.emit(tool)

    @Slot()
    def toggle_cine(self) -> None:
        """Play the stack, or stop."""
        self.cine.toggle()

    @Slot(int)
    def set_cine_rate(self, rate: int) -> None:
        """Play so many slices a second."""
        self.cine.set_rate(rate)

    @Slot(int)
    def apply_preset(self, number: int) -> None:
        """Set a grey window by its number; a number that there is no window for changes nothing."""
        loaded = self._active.pane.loaded
        chosen = preset(loaded, number) if loaded is not None else None
        if chosen is not None:
            self._active.state.set_window(chosen.window)

    @Slot()
    def clear_measures(self) -> None:
        """Remove the measures of the scan."""
        loaded = self._active.pane.loaded
        if loaded is not None:
            self._active.choose_measure(None)
            self.book.clear(loaded.entry_id)

    def window_presets(self) -> list[tuple[str, WindowLevel | None]]:
        """Return names and windows in the order of their numbers; None is the scan's own window."""
        loaded = self._active.pane.loaded
        return [] if loaded is None else [(made.name, made.window) for made in presets(loaded)]

    def grab_picture(self) -> QImage:
        """Return what is seen, with all that is drawn over it and the notice, in pixels of the screen."""
        width, height, ratio = self._splitter.width(), self._splitter.height(), self.devicePixelRatioF()
        strip = self.fontMetrics().height() + 8
        picture = QImage(round(width * ratio), round((height + strip) * ratio), QImage.Format.Format_RGB32)
        picture.fill(colours.GROUND)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        self._splitter.render(painter, QPoint(0, 0))
        painter.setFont(self.font())
        painter.setPen(colours.QUIET)
        centred = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(8, height, width - 16, strip, centred, NOTICE)
        painter.end()
        return picture

    # ------------------------------------------------------------ inside

    def _make_view(self, view: ScanView) -> ScanView:
        view.probed.connect(self.probed)
        view.activated.connect(lambda: self._activate(view))
        return view

    def _make_bar(self) -> tuple[QWidget, QToolButton]:
        bar = QFrame()
        bar.setStyleSheet(_BAR)
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(QLabel(self.tr("Comparing two scans")))
        row.addStretch(1)
        link = QToolButton()
        link.setText(self.tr("Linked"))
        link.setCheckable(True)
        link.setChecked(True)
        link.setToolTip(self.tr("Scroll, zoom, turn and window both scans together"))
        link.setAccessibleName(self.tr("Link the two views"))
        link.toggled.connect(self._session.link)
        row.addWidget(link)
        end = QToolButton()
        end.setText(self.tr("End"))
        end.setToolTip(self.tr("End the comparison"))
        end.setAccessibleName(self.tr("End the comparison"))
        end.clicked.connect(lambda: self._session.compare_with(None))
        row.addWidget(end)
        bar.hide()
        return bar, link

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._splitter, 1)
        self.setFocusProxy(self.main)

    def _views(self) -> list[ScanView]:
        return [self.main] if self.other is None else [self.main, self.other]

    def _activate(self, view: ScanView) -> None:
        self._active = view
        for one in self._views():
            one.mark(self._session.comparing and one is view)

    def _compare(self) -> None:
        """Show the second view while there is something to compare with."""
        session = self._session
        if self.other is None and session.comparing:
            self.other = self._make_view(ScanView(session.other, session, self._overlays, self.book))
            self.other.set_tool(self.tool)
            self.other.setAccessibleName(self.tr("Scan to compare with"))
            self._splitter.addWidget(self.other)
            self._splitter.setSizes([1, 1])
        if self.other is not None:
            self.other.setVisible(session.comparing)
        self._activate(self._active if session.comparing else self.main)
        self._bar.setVisible(session.comparing)
        self.link_button.setChecked(session.linked)
