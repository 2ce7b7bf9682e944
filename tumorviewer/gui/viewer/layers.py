"""What lies on one scan: picture, heat map, crop and measures on the sheet; corners, bars and words in the view."""

from PySide6.QtCore import QCoreApplication, QSizeF
from PySide6.QtGui import QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsItemGroup, QGraphicsRectItem, QGraphicsScene

from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.crop_item import CropItem, CropLook
from tumorviewer.gui.viewer.geometry import Sheet
from tumorviewer.gui.viewer.heat_item import HeatBar, HeatItem
from tumorviewer.gui.viewer.hud import Corner, HudCorner, Message, ScaleBar
from tumorviewer.gui.viewer.hud_text import Probe, look_lines, patient_lines, pixel_lines, where_lines
from tumorviewer.gui.viewer.measures import MeasureItem
from tumorviewer.gui.viewer.picture_item import PictureItem
from tumorviewer.imaging.person import Patient
from tumorviewer.imaging.scan import CropBox, WindowLevel
from tumorviewer.inference.activation import HeatMap
from tumorviewer.state.loaded import LoadedScan
from tumorviewer.state.overlays import Level
from tumorviewer.state.view import View
from tumorviewer.state.worklist import Worklist


class Layers:
    """The items of one view.

    Parameters
    ----------
    scene : QGraphicsScene
        In pixels of the view.
    """

    def __init__(self, scene: QGraphicsScene) -> None:
        self.sheet = QGraphicsItemGroup()
        self.sheet.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self.picture = PictureItem(self.sheet)
        self.heat = HeatItem(self.sheet)
        self.crop = CropItem(self.sheet)
        self.measures = MeasureItem(self.sheet)
        self.corners = {corner: HudCorner(corner) for corner in Corner}
        self.scale_bar, self.heat_bar, self.message = ScaleBar(), HeatBar(), Message()
        self.mark = _mark()
        for item in (self.sheet, *self.corners.values(), self.scale_bar, self.heat_bar, self.message, self.mark):
            scene.addItem(item)

    def resize(self, size: QSizeF) -> None:
        """Lay the corners out for another size of the view."""
        for corner in self.corners.values():
            corner.set_view_size(size)
        self.message.set_view_size(size)
        self.mark.setRect(1.0, 1.0, size.width() - 2.0, size.height() - 2.0)
        self.heat_bar.setPos(size.width() - 12.0, size.height() / 2)

    def place(
        self, transform: QTransform, zoom: float, sheet: Sheet, spacing_known: float | None, size: QSizeF
    ) -> None:
        """Turn, mirror and scale what lies on the sheet.

        Parameters
        ----------
        transform : QTransform
            From image pixels to the view.
        zoom : float
        sheet : Sheet
        spacing_known : float or None
            Millimetres that the finer side of a pixel has.
        size : QSizeF
            Of the view.
        """
        self.sheet.setTransform(transform)
        self.crop.set_zoom(zoom)
        self.measures.set_zoom(zoom)
        self.scale_bar.set_scale(zoom / spacing_known if spacing_known else None, size)

    def show_level(self, level: Level, *, picture: bool, crop: bool, heat: bool) -> None:
        """Show or hide the parts, by the level of overlays and by what there is."""
        self.crop.setVisible(crop and level is Level.ALL)
        self.heat.setVisible(heat and level is Level.ALL)
        self.heat_bar.setVisible(heat and level is Level.ALL)
        for item in (self.measures, self.scale_bar, *self.corners.values()):
            item.setVisible(picture and level is not Level.CLEAN)
        self.corners[Corner.TOP_LEFT].setVisible(level is not Level.CLEAN)  # also of what cannot be read

    def write_where(
        self,
        worklist: Worklist,
        entry_id: int | None,
        answer: str | None,
        *,
        patient: bool,
        shows: Patient | None = None,
    ) -> None:
        """Write file, stack and slice; below, whom it shows, and what the model says, if that is not said elsewhere."""
        entry = worklist.get(entry_id)
        lines: list[str] = []
        if entry is not None:
            lines = where_lines(entry, worklist.stack_of(entry.id), worklist.place_in_stack(entry.id), patient=patient)
            lines += patient_lines(shows)
        corner = self.corners[Corner.TOP_LEFT]
        corner.set_lines([*lines, answer] if answer and lines else lines)
        self.crop.keep_clear(corner.boundingRect())

    @property
    def said(self) -> list[str]:
        """What stands in the corner that says which scan this is."""
        return self.corners[Corner.TOP_LEFT].lines

    def write_look(self, view: View, window: WindowLevel, zoom: float) -> None:
        """Write window and zoom."""
        turned = bool(view.turns or view.flipped_h or view.flipped_v)
        self.corners[Corner.TOP_RIGHT].set_lines(look_lines(window, zoom, inverted=view.inverted, turned=turned))

    def write_pixel(self, loaded: LoadedScan | None, under: Probe | None) -> None:
        """Write the size, and the value under the cursor."""
        self.corners[Corner.BOTTOM_LEFT].set_lines([] if loaded is None else pixel_lines(loaded.scan, under))

    def show_crop(self, look: CropLook | None) -> None:
        """Draw the crop; the heat map stays inside it."""
        self.crop.set_look(look)
        box: CropBox | None = look.box if look is not None else None
        self.heat.clip_to(box)

    def show_heat(self, heat: HeatMap | None, name: str, opacity: float) -> None:
        """Draw a heat map, or none."""
        self.heat.show_map(heat, opacity)
        self.heat_bar.set_title(name)

    def say(self, title: str, text: str = "") -> None:
        """Say why there is no picture."""
        self.message.say(title, text)


def _mark() -> QGraphicsRectItem:
    """Return the frame around the view that has the keyboard, where there are two."""
    mark = QGraphicsRectItem()
    mark.setPen(QPen(colours.ACCENT, 2.0))
    mark.setZValue(30)
    mark.setVisible(False)
    return mark


def reading_words(name: str) -> str:
    """Return what is said while a scan is being read."""
    return QCoreApplication.translate("Layers", "Reading {name} …").format(name=name)


def unreadable_words(name: str) -> str:
    """Return what is said of a scan that cannot be read."""
    return QCoreApplication.translate("Layers", "{name} cannot be shown").format(name=name)
