"""What goes on between pressing a mouse button on a scan and letting it go."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from tumorviewer.gui.viewer.crop_geometry import Grip, between, changed
from tumorviewer.gui.viewer.geometry import centre_for, zoom_of
from tumorviewer.gui.viewer.measures import SHORTEST, Measure
from tumorviewer.gui.viewer.presets import dragged
from tumorviewer.imaging.scan import CropBox, WindowLevel
from tumorviewer.state.entries import CropChoice, CropKind

if TYPE_CHECKING:
    from tumorviewer.gui.viewer.scan_view import ScanView

PIXELS_EACH_SLICE = 8.0


class Drag:
    """One drag; points are in pixels of the view.

    Parameters
    ----------
    view : ScanView
    start : QPointF
        Where the button was pressed.
    """

    def __init__(self, view: "ScanView", start: QPointF) -> None:
        self.view, self.start = view, start

    def move(self, to: QPointF) -> None:
        """Follow the mouse."""

    def finish(self) -> None:
        """Keep what was done: the button was let go."""

    def cancel(self) -> None:
        """Take back what was done."""


class PanDrag(Drag):
    """Moves the picture with the mouse."""

    def __init__(self, view: "ScanView", start: QPointF) -> None:
        super().__init__(view, start)
        self._before = view.state.view
        self._held = view.to_image(start)
        self._zoom = zoom_of(view.sheet, self._before, view.size_of_view)

    def move(self, to: QPointF) -> None:
        """Keep the point that was pressed under the mouse."""
        view = self.view.state.view
        centre = centre_for(self.view.sheet, view, self.view.size_of_view, self._zoom, self._held, to)
        self.view.state.zoom_to(self._zoom, centre)

    def cancel(self) -> None:
        """Go back."""
        self.view.state.set(replace(self.view.state.view, zoom=self._before.zoom, centre=self._before.centre))


class WindowDrag(Drag):
    """Sets the grey window: right is wider, down is darker."""

    def __init__(self, view: "ScanView", start: QPointF, own: WindowLevel, *, whole_numbers: bool) -> None:
        super().__init__(view, start)
        self._before = view.state.view.window
        self._own, self._whole_numbers = own, whole_numbers
        view.hurry(True)

    def move(self, to: QPointF) -> None:
        """Change it."""
        by = to - self.start
        self.view.state.set_window(
            dragged(
                self._before or self._own,
                by.x(),
                by.y(),
                whole_numbers=self._whole_numbers,
                span=self._own.width,
            )
        )

    def finish(self) -> None:
        """Draw finely again."""
        self.view.hurry(False)

    def cancel(self) -> None:
        """Go back."""
        self.view.hurry(False)
        self.view.state.set_window(self._before)


class StackDrag(Drag):
    """Goes through the stack, down is on."""

    def __init__(self, view: "ScanView", start: QPointF) -> None:
        super().__init__(view, start)
        self._gone = 0

    def move(self, to: QPointF) -> None:
        """Go where the mouse is."""
        target = int((to.y() - self.start.y()) / PIXELS_EACH_SLICE)
        if target != self._gone:
            self.view.scroll_stack(target - self._gone)
            self._gone = target


class MeasureDrag(Drag):
    """Draws a line, or moves one of its ends."""

    def __init__(
        self, view: "ScanView", start: QPointF, entry_id: int, number: int | None = None, end: int | None = None
    ) -> None:
        super().__init__(view, start)
        self._entry_id, self._number = entry_id, number
        self._before = None if number is None else view.book.of(entry_id)[number]
        self._fixed = self._point(start)
        if self._before is not None:
            self._fixed = self._before.second if end == 0 else self._before.first

    def move(self, to: QPointF) -> None:
        """Draw it to the mouse."""
        measure = Measure(self._fixed, self._point(to))
        if self._number is None and measure.length(None) < SHORTEST:
            return
        self._number = self.view.book.put(self._entry_id, self._number, measure)
        self.view.choose_measure(self._number)

    def cancel(self) -> None:
        """Remove it, or put it back."""
        if self._before is not None and self._number is not None:
            self.view.book.put(self._entry_id, self._number, self._before)
        elif self._number is not None:
            self.view.choose_measure(None)
            self.view.book.remove(self._entry_id, self._number)

    def _point(self, screen: QPointF) -> tuple[float, float]:
        image, sheet = self.view.to_image(screen), self.view.sheet
        return min(max(image.x(), 0.0), float(sheet.width)), min(max(image.y(), 0.0), float(sheet.height))


class CropDrag(Drag):
    """Moves, resizes or draws the crop: judged all the while, and one step to undo in the end.

    Parameters
    ----------
    view : ScanView
    start : QPointF
    box : CropBox
        What is held.
    grip : Grip or None
        None draws a new box from `start`.
    """

    def __init__(self, view: "ScanView", start: QPointF, box: CropBox, grip: Grip | None) -> None:
        super().__init__(view, start)
        entry = view.session.entry
        assert entry is not None  # a crop is only drawn on the current scan
        self._entry_id, self._before = entry.id, entry.crop
        self._box, self._grip = box, grip
        self._from = view.to_image(start)
        self._last: CropBox | None = None

    def move(self, to: QPointF) -> None:
        """Try another box."""
        image, sheet = self.view.to_image(to), self.view.sheet
        size = (sheet.width, sheet.height)
        if self._grip is None:
            box = between(self._from, image, size)
        else:
            by = image - self._from
            box = changed(self._box, self._grip, by.x(), by.y(), size)
        if box != self._last and self._current() and (self._last is not None or box != self._box):
            self._last = box
            self.view.session.drag_crop(box)

    def finish(self) -> None:
        """Keep it."""
        if self._last is not None and self._current():
            self.view.session.edit_crop(CropChoice(CropKind.EDITED, self._last), self._before)
        elif self._last is not None:
            self.cancel()

    def cancel(self) -> None:
        """Put the crop back, without a step to undo."""
        if self._last is not None and self._current():
            self.view.session.apply_crop(self._entry_id, self._before)
        elif self._last is not None:  # another scan is shown already: that stays
            self.view.session.worklist.set_crop(self._entry_id, self._before)

    def _current(self) -> bool:
        return self.view.session.pane.entry_id == self._entry_id
