"""From image pixels to the screen: turn, mirror, scale, and the true proportions of pixels that are not square."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from tumorviewer.imaging.scan import Scan
from tumorviewer.state.view import View

FIT_MARGIN = 4.0
LARGEST_STRETCH = 10.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture as it lies on the screen.

    Attributes
    ----------
    width, height : int
        Pixels of the image.
    stretch_x, stretch_y : float
        How much wider and higher than its finer side a pixel is drawn; both 1 for square pixels.
    """

    width: int
    height: int
    stretch_x: float = 1.0
    stretch_y: float = 1.0

    @property
    def rect(self) -> QRectF:
        """All of it, in image pixels: a pixel (x, y) covers x..x+1 and y..y+1."""
        return QRectF(0.0, 0.0, self.width, self.height)


def sheet_of(scan: Scan) -> Sheet:
    """Return how a scan lies on the screen; a spacing that cannot be true is left out of it."""
    down, across = scan.spacing or (1.0, 1.0)
    finer = min(down, across)
    if finer <= 0 or max(down, across) / finer > LARGEST_STRETCH:
        return Sheet(scan.width, scan.height)
    return Sheet(scan.width, scan.height, across / finer, down / finer)


def fitting_zoom(sheet: Sheet, view: View, viewport: QSizeF) -> float:
    """Return the zoom at which all of the picture is seen."""
    width, height = sheet.width * sheet.stretch_x, sheet.height * sheet.stretch_y
    if view.turns % 2:
        width, height = height, width
    free_x, free_y = viewport.width() - 2 * FIT_MARGIN, viewport.height() - 2 * FIT_MARGIN
    return max(min(free_x / max(width, 1.0), free_y / max(height, 1.0)), 1e-3)


def zoom_of(sheet: Sheet, view: View, viewport: QSizeF) -> float:
    """Return the zoom that a view comes to."""
    return view.zoom if view.zoom is not None else fitting_zoom(sheet, view, viewport)


def to_screen(sheet: Sheet, view: View, viewport: QSizeF, ratio: float) -> QTransform:
    """Return the transform from image pixels to the viewport.

    Parameters
    ----------
    sheet : Sheet
    view : View
    viewport : QSizeF
        In device independent pixels.
    ratio : float
        Device pixels in each of those: the corner of the picture lies on a whole one, so that nothing is blurred that
        need not be.
    """
    transform = _about_centre(sheet, view, viewport)
    corner = transform.map(QPointF(0.0, 0.0))
    snapped = QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio)
    return transform * QTransform.fromTranslate(snapped.x() - corner.x(), snapped.y() - corner.y())


def image_at(sheet: Sheet, view: View, viewport: QSizeF, screen: QPointF) -> QPointF:
    """Return the image point at a point of the viewport, without the snapping, which would add up over many steps."""
    return _about_centre(sheet, view, viewport).inverted()[0].map(screen)


def centre_for(
    sheet: Sheet, view: View, viewport: QSizeF, zoom: float, image: QPointF, screen: QPointF
) -> tuple[float, float]:
    """Return the image point that must be in the middle so that `image` is seen at `screen`."""
    linear = _linear(sheet, view, zoom).inverted()[0]
    middle = QPointF(viewport.width() / 2, viewport.height() / 2)
    centre = image - linear.map(screen - middle)
    return min(max(centre.x(), 0.0), float(sheet.width)), min(max(centre.y(), 0.0), float(sheet.height))


def _linear(sheet: Sheet, view: View, zoom: float) -> QTransform:
    transform = QTransform()  # each call acts before the ones above it
    transform.scale(-zoom if view.flipped_h else zoom, -zoom if view.flipped_v else zoom)
    transform.rotate(90.0 * view.turns)
    transform.scale(sheet.stretch_x, sheet.stretch_y)
    return transform


def _about_centre(sheet: Sheet, view: View, viewport: QSizeF) -> QTransform:
    x, y = view.centre if view.centre is not None else (sheet.width / 2, sheet.height / 2)
    linear = _linear(sheet, view, zoom_of(sheet, view, viewport))
    return (
        QTransform.fromTranslate(-x, -y)
        * linear
        * QTransform.fromTranslate(viewport.width() / 2, viewport.height() / 2)
    )
