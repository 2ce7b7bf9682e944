"""One scan on the screen.

The scene is the view itself, in its pixels. In it lies one item, the sheet, whose coordinates are pixels of the image
and whose transform turns, mirrors and scales. Picture, heat map, crop and measures are its children: they share one
transform, so that none can be anywhere but where it belongs. Corners and messages lie in the scene directly.
"""

import math

from PySide6.QtCore import QPointF, QTimer, Signal
from PySide6.QtWidgets import QWidget

from tumorviewer.gui.viewer.crop_geometry import Grip
from tumorviewer.gui.viewer.crop_item import CropLook
from tumorviewer.gui.viewer.geometry import Sheet, centre_for, image_at, sheet_of, to_screen, zoom_of
from tumorviewer.gui.viewer.heat_layer import HeatLayer
from tumorviewer.gui.viewer.hud_text import Probe, probe
from tumorviewer.gui.viewer.input_view import InputView
from tumorviewer.gui.viewer.layers import Layers, reading_words, unreadable_words
from tumorviewer.gui.viewer.measures import MeasureBook
from tumorviewer.gui.viewer.presets import own_window
from tumorviewer.gui.viewer.scan_input import ScanInput
from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.gui.words import answer_line, reason_line
from tumorviewer.imaging.scan import WindowLevel
from tumorviewer.state.header import HeaderState
from tumorviewer.state.loaded import LoadedScan
from tumorviewer.state.overlays import Level, OverlayState
from tumorviewer.state.pane import Pane
from tumorviewer.state.session import Session
from tumorviewer.state.view import ViewState

PATIENCE_MS = 250
"""So long the scan before stays without a word while the next one is read."""


class ScanView(InputView):
    """Shows a pane of the session: the main one, with crop and heat map, or the one beside it."""

    probed = Signal(object)
    """A `Probe`, or None where the cursor is not on the image."""

    def __init__(
        self,
        pane: Pane,
        session: Session,
        overlays: OverlayState,
        book: MeasureBook,
        header: HeaderState | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._header = header
        self.pane, self.session, self.overlays, self.book = pane, session, overlays, book
        self.state: ViewState = pane.view
        self.sheet = Sheet(0, 0)
        self.chosen_measure: int | None = None
        self.crop_active = False
        self._own_window: WindowLevel | None = None
        self._shown: LoadedScan | None = None
        self.layers = Layers(self.scene())
        self.input = ScanInput(self)
        self._heat = HeatLayer(self.layers, session, overlays) if self.is_main else None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._say_reading)
        self.setAccessibleName(self.tr("Scan"))
        self._connect()
        self._scan_changed()

    # ------------------------------------------------------------ what others ask

    @property
    def is_main(self) -> bool:
        """Whether it shows the current scan, the one that is judged."""
        return self.pane is self.session.pane

    @property
    def has_picture(self) -> bool:
        """Whether a scan is drawn."""
        return self._shown is not None

    @property
    def zoom(self) -> float:
        """Pixels of the view for each pixel of the image."""
        return zoom_of(self.sheet, self.state.view, self.size_of_view)

    @property
    def crop_look(self) -> CropLook | None:
        """The crop as it is drawn; None where there is none, or it is hidden."""
        return self.layers.crop.look if self.layers.crop.isVisible() else None

    def to_image(self, screen: QPointF) -> QPointF:
        """Return the point of the image, in its pixels, that is seen at a point of the viewport."""
        return self.layers.sheet.mapFromScene(screen)

    def to_screen(self, image: QPointF) -> QPointF:
        """Return where in the viewport a point of the image is seen."""
        return self.layers.sheet.mapToScene(image)

    def direction(self, screen: QPointF) -> QPointF:
        """Return the direction in the image, of length 1, of a direction on the screen."""
        along = self.to_image(screen) - self.to_image(QPointF(0.0, 0.0))
        length = math.hypot(along.x(), along.y())
        return along / length if length else along

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor; see `zoom_to`."""
        self.zoom_to(self.zoom * factor, at)

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom, and keep the point under the cursor (or in the middle) where it is."""
        view, size = self.state.view, self.size_of_view
        at = at if at is not None else QPointF(size.width() / 2, size.height() / 2)
        held = image_at(self.sheet, view, size, at)
        self.state.zoom_to(zoom, centre_for(self.sheet, view, size, zoom, held, at))

    def actual_size(self) -> None:
        """Show each pixel of the image as one of the screen."""
        self.zoom_to(1.0 / self.devicePixelRatioF())

    def scroll_stack(self, slices: int) -> None:
        """Go some slices on in the stack of this scan."""
        entry_id = self.pane.entry_id
        if self.is_main or self.session.linked:
            self.session.scroll(slices)
        elif entry_id is not None:
            self.session.show_beside(self.session.worklist.step(entry_id, slices))

    def next_stack(self, step: int) -> None:
        """Go to the next stack, or the one before."""
        if self.pane.entry_id is not None:
            other = self.session.worklist.next_stack(self.pane.entry_id, step)
            (self.session.show if self.is_main else self.session.show_beside)(other)

    def set_tool(self, tool: Tool) -> None:
        """Give the left mouse button another meaning."""
        self.input.set_tool(tool)

    def mark(self, marked: bool) -> None:
        """Show that keys and actions are meant for this view and not for the one beside it."""
        self.layers.mark.setVisible(marked)

    # ------------------------------------------------------------ what the mouse asks

    def hurry(self, hurried: bool) -> None:
        """Draw large pictures coarsely for a while."""
        self.layers.picture.hurry(hurried)

    def grip_at(self, screen: QPointF) -> Grip | None:
        """Return which part of the crop can be taken at a point."""
        ready = self.pane.up_to_date and self.crop_look is not None
        return self.layers.crop.grip_at(screen) if ready else None

    def highlight(self, grip: Grip | None) -> None:
        """Show which handle the mouse would take."""
        self.layers.crop.highlight(grip)

    def set_crop_active(self, active: bool) -> None:
        """Give the arrow keys to the crop, or back to the stack."""
        if active != self.crop_active:
            self.crop_active = active
            self._crop_changed()

    def measure_at(self, screen: QPointF) -> tuple[int, int | None] | None:
        """Return the measure, and which of its ends, at a point."""
        return self.layers.measures.at(screen) if self.layers.measures.isVisible() else None

    def choose_measure(self, number: int | None) -> None:
        """Mark the measure that the delete key removes."""
        self.chosen_measure = number
        self._measures_changed()

    def delete_measure(self) -> bool:
        """Remove the chosen measure, and tell whether there was one."""
        number, self.chosen_measure = self.chosen_measure, None
        if number is None or self._shown is None:
            return False
        self.book.remove(self._shown.entry_id, number)
        return True

    # ------------------------------------------------------------ the state changed

    def _connect(self) -> None:
        self.pointed.connect(self._probe)
        self.laid_out.connect(self._lay_out)
        self.pane.changed.connect(self._scan_changed)
        self.state.changed.connect(self._view_changed)
        self.overlays.changed.connect(self._overlays_changed)
        self.session.comparing_changed.connect(self._take_view_state)
        self.session.worklist.added.connect(self._write_where)
        self.session.worklist.changed.connect(self._rows_changed)
        self.book.changed.connect(self._measures_changed)
        if self.is_main:
            self.session.crop_changed.connect(self._crop_changed)
            self.session.answer_changed.connect(self._heat_changed)
        if self._header is not None:
            self._header.changed.connect(self._write_where)

    def _lay_out(self) -> None:
        self.layers.resize(self.size_of_view)
        self._view_changed()

    def _take_view_state(self) -> None:
        if self.state is not self.pane.view:
            self.state.changed.disconnect(self._view_changed)
            self.state = self.pane.view
            self.state.changed.connect(self._view_changed)
            self._view_changed()

    def _scan_changed(self) -> None:
        pane = self.pane
        waiting = pane.entry_id is not None and not pane.up_to_date and pane.error is None
        if waiting:
            self._patience.start()
        else:
            self._patience.stop()
            self._say_why()
        shown = pane.loaded
        if shown is not self._shown:
            same_entry = shown is not None and self._shown is not None and shown.entry_id == self._shown.entry_id
            self._shown = shown
            self.chosen_measure = self.chosen_measure if same_entry else None
            self._own_window = None if shown is None else own_window(shown)
            self.sheet = Sheet(0, 0) if shown is None else sheet_of(shown.scan)
            self._view_changed()
            self._measures_changed()
        self._crop_changed()
        self._write_where()

    def _view_changed(self) -> None:
        view, size, zoom = self.state.view, self.size_of_view, self.zoom
        window = view.window or self._own_window
        self.layers.picture.show_scan(self._shown, self.sheet, view.window, inverted=view.inverted)
        spacing = self._shown.scan.spacing if self._shown is not None else None
        transform = to_screen(self.sheet, view, size, self.devicePixelRatioF())
        self.layers.place(transform, zoom, self.sheet, min(spacing) if spacing else None, size)
        if window is not None:
            self.layers.write_look(view, window, zoom * self.devicePixelRatioF())
        self._probe()
        self._show_level()

    def _crop_changed(self) -> None:
        pane, entry = self.pane, self.session.entry
        if self.is_main and pane.up_to_date and entry is not None:
            self.layers.show_crop(CropLook(self.sheet, self.session.box, entry.crop.kind, self.crop_active))
        elif pane.loaded is None or not self.is_main:
            self.layers.show_crop(None)
        self._heat_changed()

    def _heat_changed(self) -> None:
        if self._heat is not None:
            self._heat.refresh()
        self._show_level()

    def _measures_changed(self) -> None:
        shown = self._shown
        if shown is None:
            self.layers.measures.show_measures([], None, self.sheet, None)
        else:
            measures = self.book.of(shown.entry_id)
            self.layers.measures.show_measures(measures, shown.scan.spacing, self.sheet, self.chosen_measure)

    def _overlays_changed(self) -> None:
        self._heat_changed()
        self._write_where()

    def _rows_changed(self, ids: list[int]) -> None:
        if self.pane.entry_id in ids:
            self._write_where()

    def _show_level(self) -> None:
        level, shown = self.overlays.overlays.level, self._shown is not None
        heat = self._heat is not None and self._heat.wanted
        self.layers.show_level(level, picture=shown, crop=shown and self.layers.crop.look is not None, heat=heat)

    def _write_where(self) -> None:
        overlays = self.overlays.overlays
        entry_id = self._shown.entry_id if self._shown is not None else self.pane.entry_id
        entry = self.session.worklist.get(entry_id)
        told = entry is not None and entry.answer is not None and not self.is_main and overlays.level is Level.ALL
        answer = answer_line(entry.answer) if told and entry is not None and entry.answer is not None else None
        shows = self._header.patient if self._header is not None else None
        self.layers.write_where(self.session.worklist, entry_id, answer, patient=overlays.patient, shows=shows)
        self.setAccessibleDescription("\n".join(self.layers.said))

    def _say_reading(self) -> None:
        entry = self.session.worklist.get(self.pane.entry_id)
        self.layers.say(reading_words(entry.name) if entry is not None else "")

    def _say_why(self) -> None:
        entry, error = self.session.worklist.get(self.pane.entry_id), self.pane.error
        if entry is not None and error is not None:
            self.layers.say(unreadable_words(entry.name), reason_line(error))
        else:
            self.layers.say("" if entry is not None else self.tr("No scan is open"))

    def _probe(self) -> None:
        under: Probe | None = None
        if self.cursor_at is None:
            self.highlight(None)
        elif self._shown is not None:
            point = self.to_image(self.cursor_at)
            under = probe(self._shown.scan, point.x(), point.y())
        self.layers.write_pixel(self._shown, under)
        self.probed.emit(under)
