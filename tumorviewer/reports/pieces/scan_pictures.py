"""The scan with the crop box, and beside it where the evidence lies."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.activation import HeatMap
from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.presentation.images import as_image, heat_bar_image, heat_image
from tumorviewer.presentation.words import box_text, class_in_text, crop_name, reason_line
from tumorviewer.reports.document import ReportedScan
from tumorviewer.reports.pictures import Pictures, ScanPicture
from tumorviewer.reports.text import MM, PLAIN, RULE, SMALL, Text, line_height

translate = QCoreApplication.translate

_GAP: Final = 6.0 * MM
_CAPTION: Final = 1.2 * MM
_BELOW: Final = 4.0 * MM
_SAYING: Final = 24.0 * MM
_OPACITY: Final = 0.55
_LEAST_SIDE: Final = 640
"""Pixels of the shorter side of a picture with a heat map: colours are smooth then, whatever the scan has."""
_CROP_COLOUR: Final = QColor("#FFD23F")
_BAR: Final = QSizeF(24.0 * MM, 2.2 * MM)


class ScanPictures:
    """Two squares side by side, with what they show below.

    Parameters
    ----------
    scan : ReportedScan
    pictures : Pictures
        Asked when it is drawn, so that only one scan is in memory.
    """

    def __init__(self, scan: ReportedScan, pictures: Pictures) -> None:
        self._scan, self._pictures = scan, pictures

    def height(self, width: float) -> float:
        """Return the side of a square, with room for a caption; less where there is nothing to show."""
        if self._scan.error is not None:
            return _SAYING + _BELOW
        return self._side(width) + _CAPTION + 2 * line_height(SMALL) + _BELOW

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw both, or say why there is nothing to draw."""
        side = self._side(width)
        left, right = QRectF(x, y, side, side), QRectF(x + side + _GAP, y, side, side)
        if self._scan.error is not None:
            self._say(painter, QRectF(x, y, width, _SAYING), reason_line(self._scan.error))
            return
        try:
            picture = self._pictures.whole(self._scan)
        except ScanError as error:
            line = translate("Report", "The picture cannot be shown: {reason}").format(reason=error.reason)
            self._say(painter, QRectF(x, y, width, side), line)
            return
        box = self._scan.answer.crop if self._scan.answer is not None else None
        self._draw(painter, left, picture, None, box)
        self._caption(painter, left, self._crop_line())
        if picture.heat is None:
            self._say(painter, right, self._no_heat())
        else:
            self._draw(painter, right, picture, picture.heat, box)
            self._legend(painter, right)

    # ------------------------------------------------------------ inside

    @staticmethod
    def _side(width: float) -> float:
        return min((width - _GAP) / 2, 86.0 * MM)

    def _crop_line(self) -> str:
        answer = self._scan.answer
        if answer is None:
            return translate("Report", "The scan")
        name = crop_name(self._scan.crop_kind if answer.crop is not None else "whole")
        return f"{name}: {box_text(answer.crop)}" if answer.crop is not None else name

    def _no_heat(self) -> str:
        answer = self._scan.answer
        if answer is None:
            return translate("Report", "No heat map: the model has not answered.")
        if answer.verdict == NOT_BRAIN_MR:
            return translate("Report", "No heat map: the model does not judge this picture.")
        return translate("Report", "No heat map: the model that answered could not be asked again.")

    def _draw(
        self, painter: QPainter, square: QRectF, picture: ScanPicture, heat: HeatMap | None, box: CropBox | None
    ) -> None:
        rows, columns = picture.grey.shape
        place = _fitted(square, rows, columns, picture.spacing)
        image = as_image(picture.grey) if heat is None else _with_heat(picture, heat)
        painter.fillRect(square, Qt.GlobalColor.black)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)
        if box is not None:
            across, down = place.width() / columns, place.height() / rows
            area = QRectF(
                place.left() + box.x * across, place.top() + box.y * down, box.width * across, box.height * down
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(
                QPen(_CROP_COLOUR, 18.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
            )
            painter.drawRect(area.adjusted(9.0, 9.0, -9.0, -9.0))

    def _caption(self, painter: QPainter, square: QRectF, words: str) -> None:
        Text(words, SMALL, square.width(), most=2).paint(painter, square.left(), square.bottom() + _CAPTION)

    def _legend(self, painter: QPainter, square: QRectF) -> None:
        """Name the class, and say what the colours mean."""
        answer = self._scan.answer
        assert answer is not None, "a heat map belongs to an answer"
        line = translate("Report", "Evidence for {name}").format(name=class_in_text(answer.label))
        strongest = Text(translate("Report", "strongest"), SMALL, square.width())
        none = Text(translate("Report", "none"), SMALL, square.width())
        room = square.width() - strongest.width - none.width - _BAR.width() - 4.0 * MM
        top = square.bottom() + _CAPTION
        Text(line, SMALL, room, most=2).paint(painter, square.left(), top)
        at = square.right() - strongest.width
        strongest.paint(painter, at, top)
        at -= _BAR.width() + 1.2 * MM
        painter.drawImage(QRectF(QPointF(at, top + (strongest.height - _BAR.height()) / 2), _BAR), _lying_bar())
        none.paint(painter, at - 1.2 * MM - none.width, top)

    def _say(self, painter: QPainter, area: QRectF, words: str) -> None:
        """Write in the middle of an empty area."""
        painter.setBrush(PLAIN)
        painter.setPen(QPen(RULE, 10.0))
        painter.drawRect(area)
        text = Text(words, SMALL, area.width() * 0.8, most=8)
        text.paint(painter, area.center().x() - text.width / 2, area.center().y() - text.height / 2)


def _fitted(square: QRectF, rows: int, columns: int, spacing: tuple[float, float] | None) -> QRectF:
    """Return where a picture lies in a square, with pixels as wide and high as in the patient."""
    down, across = spacing or (1.0, 1.0)
    size = QSizeF(columns * across, rows * down).scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(QPointF(), size)
    place.moveCenter(square.center())
    return place


def _with_heat(picture: ScanPicture, heat: HeatMap) -> QImage:
    """Return the scan under the colours, without any transparency: archives want none (ISO 19005-1, 6.4)."""
    rows, columns = picture.grey.shape
    scale = max(1.0, _LEAST_SIDE / min(rows, columns))
    size = QSizeF(columns * scale, rows * scale).toSize()
    image = (
        as_image(picture.grey)
        .scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        .convertToFormat(QImage.Format.Format_RGB32)
    )
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    box = heat.box
    target = QRectF(box.x * scale, box.y * scale, box.width * scale, box.height * scale)
    painter.drawImage(target, heat_image(heat.values, _OPACITY))
    painter.end()
    return image


def _lying_bar() -> QImage:
    """Return the colours of evidence from left (none) to right."""
    return heat_bar_image().transformed(QTransform().rotate(90))
