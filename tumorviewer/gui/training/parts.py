"""What the pages of training are built of: cards, banners, pictures with captions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import IconName, paint_icon
from tumorviewer.gui.look.tokens import RADIUS, UNIT, tokens

Tone = Literal["info", "warning", "danger", "good"]
_ICONS: Final[dict[Tone, IconName]] = {"info": "info", "warning": "warning", "danger": "warning", "good": "check"}


class Card(QFrame):
    """A raised frame with a title; what is added stands below it.

    Parameters
    ----------
    title : str
    hint : str, optional
        A quiet line below the title.
    """

    def __init__(self, title: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        self.column.setSpacing(UNIT)
        self.title = QLabel(title)
        self.title.setFont(figures(self.font(), scale=1.1, bold=True))
        self.head = QHBoxLayout()
        self.head.setSpacing(UNIT)
        self.head.addWidget(self.title, 1)
        self.column.addLayout(self.head)
        self.hint = quiet(hint)
        self.hint.setVisible(bool(hint))
        self.column.addWidget(self.hint)

    def say(self, hint: str) -> None:
        """Write another line below the title."""
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def add(self, part: QWidget | QLayout, stretch: int = 0) -> None:
        """Put a part below the others."""
        if isinstance(part, QWidget):
            self.column.addWidget(part, stretch)
        else:
            self.column.addLayout(part, stretch)


class Banner(QFrame):
    """One sentence that matters, with a sign, and room for a button beside it; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._tone: Tone = "info"
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(6 * UNIT, int(1.5 * UNIT), 2 * UNIT, int(1.5 * UNIT))
        self.row.setSpacing(2 * UNIT)
        self.row.addWidget(self.text, 1)
        self.hide()

    def say(self, tone: Tone, text: str) -> None:
        """Show a sentence; "" hides it."""
        self._tone = tone
        self.text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign and a coloured edge, so that the tone is not told by colour alone."""
        super().paintEvent(event)
        look = tokens()
        tones: dict[Tone, QColor] = {
            "info": look.accent,
            "warning": look.warning,
            "danger": look.danger,
            "good": look.good,
        }
        colour = tones[self._tone]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(0, 0, 4, self.height()), 2, 2)
        paint_icon(painter, QRectF(2 * UNIT, self.height() / 2 - 10, 20, 20), _ICONS[self._tone], colour)


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A picture in a grid.

    Attributes
    ----------
    key : object
        What the grid calls it when it is chosen.
    picture : ndarray of uint8, shape (H, W), or None
        None while it is being read.
    caption, below : str
        One line each.
    tone : {"good", "danger", None}
        Colour of its frame, with a sign in the corner.
    describe : str
        For screen readers and as a tip.
    """

    key: object
    picture: NDArray[np.uint8] | None
    caption: str = ""
    below: str = ""
    tone: Literal["good", "danger"] | None = None
    describe: str = ""

    @property
    def lines(self) -> int:
        """How many lines stand below it."""
        return bool(self.caption) + bool(self.below)


class TileView(QWidget):
    """One picture with its captions; can be chosen by mouse and keyboard."""

    chosen = Signal(object)

    def __init__(self, tile: Tile, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tile = tile
        self._side = side
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tile.describe or f"{tile.caption} {tile.below}".strip())
        self.setToolTip(tile.describe)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_tile(self, tile: Tile) -> None:
        """Show another picture or other words."""
        lines = self.tile.lines
        self.tile = tile
        self.setAccessibleName(tile.describe or f"{tile.caption} {tile.below}".strip())
        self.setToolTip(tile.describe)
        if lines != tile.lines:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the picture and its lines."""
        return QSize(self._side, self._side + self.tile.lines * (self.fontMetrics().height() + 2))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.tile.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose it with Return or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.tile.key)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw picture, frame, sign and captions."""
        look, tile = tokens(), self.tile
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        square = QRectF(0, 0, self._side, self._side)
        painter.fillRect(square, Qt.GlobalColor.black)
        if tile.picture is not None:
            image = image_of(tile.picture)
            size = image.size().scaled(self._side, self._side, Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(square.center())
            painter.drawImage(target, image)
        colour = {"good": look.good, "danger": look.danger, None: look.border}[tile.tone]
        painter.setPen(QPen(look.accent if self.hasFocus() else colour, 2 if self.hasFocus() or tile.tone else 1))
        painter.drawRoundedRect(square.adjusted(1, 1, -1, -1), RADIUS / 2, RADIUS / 2)
        if tile.tone is not None:
            sign = QRectF(self._side - 24, 4, 20, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.raised)
            painter.drawEllipse(sign)
            paint_icon(painter, sign.adjusted(3, 3, -3, -3), "check" if tile.tone == "good" else "close", colour)
        self._write(painter)

    def _write(self, painter: QPainter) -> None:
        look, metrics = tokens(), self.fontMetrics()
        top = self._side + 2
        for text, colour in ((self.tile.caption, look.text), (self.tile.below, look.quiet)):
            if text:
                line = QRect(0, top, self._side, metrics.height())
                painter.setPen(colour)
                painter.drawText(
                    line,
                    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                    metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, self._side),
                )
                top += metrics.height() + 2


class TileGrid(QWidget):
    """Pictures in rows, as many beside each other as there is room for.

    Parameters
    ----------
    side : int
        Of a picture, in pixels of the screen's scale.
    """

    chosen = Signal(object)
    """The key of the tile that was clicked."""

    GAP: Final = UNIT

    def __init__(self, side: int = 12 * UNIT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self.views: list[TileView] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these; views are kept, so that a picture that arrives changes only its own."""
        for view, tile in zip(self.views, tiles, strict=False):
            view.show_tile(tile)
        for tile in tiles[len(self.views) :]:
            view = TileView(tile, self._side, self)
            view.chosen.connect(self.chosen)
            view.show()
            self.views.append(view)
        for view in self.views[len(tiles) :]:
            view.hide()
            view.deleteLater()
        del self.views[len(tiles) :]
        self._place()
        self.updateGeometry()

    def show_tile(self, tile: Tile) -> None:
        """Change the one tile that has this key."""
        for view in self.views:
            if view.tile.key == tile.key:
                view.show_tile(tile)

    def hasHeightForWidth(self) -> bool:
        """Return True: rows depend on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows."""
        if not self.views:
            return 0
        rows = -(-len(self.views) // self._columns(width))
        return rows * (self._row_height() + self.GAP) - self.GAP

    def sizeHint(self) -> QSize:
        """Return six in a row."""
        width = 6 * (self._side + self.GAP)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return one picture."""
        return QSize(self._side, self.heightForWidth(max(self.width(), self._side)))

    def resizeEvent(self, event: object) -> None:
        """Put the pictures into rows again."""
        self._place()
        self.updateGeometry()

    def _columns(self, width: int) -> int:
        return max(1, (width + self.GAP) // (self._side + self.GAP))

    def _row_height(self) -> int:
        lines = max(view.tile.lines for view in self.views)
        return self._side + lines * (self.fontMetrics().height() + 2)

    def _place(self) -> None:
        if not self.views:
            return
        columns, height = self._columns(self.width()), self._row_height()
        for place, view in enumerate(self.views):
            row, column = divmod(place, columns)
            view.setGeometry(column * (self._side + self.GAP), row * (height + self.GAP), self._side, height)


def quiet(text: str = "") -> QLabel:
    """Return a line of less weight that wraps."""
    label = QLabel(text)
    label.setProperty("role", "quiet")
    label.setWordWrap(True)
    return label


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """Return a picture of grey values as an image that owns its pixels."""
    held = np.ascontiguousarray(pixels)
    rows, columns = held.shape
    return QImage(held.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
