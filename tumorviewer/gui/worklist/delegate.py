"""How a row and a heading look."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import paint_icon
from tumorviewer.gui.look.tokens import UNIT, Tokens, blend, tokens
from tumorviewer.gui.viewer.colours import GROUND
from tumorviewer.gui.words import class_name, verdict_name
from tumorviewer.gui.worklist.chip import RADIUS, draw_chip
from tumorviewer.gui.worklist.drawn_rows import DrawnRows
from tumorviewer.gui.worklist.model import Index, WorklistModel
from tumorviewer.gui.worklist.row_layout import (
    EDGE,
    HALF,
    chip_width,
    heading_height,
    lay_out,
    lay_out_answer,
    row_height,
)
from tumorviewer.gui.worklist.row_text import figures_of, place_in_stack
from tumorviewer.presentation.reasons import reason_text
from tumorviewer.state.entries import Entry, RowStatus
from tumorviewer.state.ordering import UNREADABLE, verdict_of
from tumorviewer.workers.thumbnails import Thumbnails

_State = QStyle.StateFlag
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
_MIDDLE, _END = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight


class RowDelegate(QStyledItemDelegate):
    """Draws rows: thumbnail, name, verdict, own label, note; and the headings between them."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._drawn = DrawnRows()

    def row_height(self, widget: QWidget) -> int:
        """Return the height of a row for a font."""
        return row_height(widget.fontMetrics())

    def heading_height(self, widget: QWidget) -> int:
        """Return the height of a heading for a font."""
        return heading_height(widget.fontMetrics())

    def wanted_width(self, widget: QWidget) -> int:
        """Return a width in which most rows are seen whole."""
        return widget.fontMetrics().averageCharWidth() * 40 + row_height(widget.fontMetrics())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a row."""
        return QSize(option.rect.width(), row_height(option.fontMetrics))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        model = index.model()
        assert isinstance(model, WorklistModel)
        entry = model.entry(index.row())
        place, look, font = place_in_stack(entry, model.worklist), tokens(), figures(option.font)
        room = QFontMetrics(font).horizontalAdvance(place) + UNIT if place else 0
        image = self._thumbnails.image(entry.id) if entry.error is None else None
        seen = (
            entry.id, entry.name, room, entry.error, entry.answer, entry.label, entry.note, look.dark,
            option.state.value, option.font.key(), image.cacheKey() if image is not None else 0,
        )  # fmt: skip

        def draw(target: QPainter, rect: QRect) -> None:
            self._draw_row(target, rect, option, entry, room)

        self._drawn.paint(painter, option.rect, seen, draw)
        # Not in the picture: while a stack is being opened, every row of it counts on.
        painter.setFont(font)
        painter.setPen(look.quiet)
        painter.drawText(lay_out(option.rect, option.fontMetrics).name, _RIGHT, place)

    def _draw_row(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, entry: Entry, room: int) -> None:
        """Draw all but the place in the stack, which `room` is left for at the right."""
        parts = lay_out(rect, option.fontMetrics)
        ground = ground_of(option.state, tokens())
        painter.save()
        painter.setFont(figures(option.font))
        _draw_ground(painter, rect, option.state, ground)
        self._draw_thumbnail(painter, parts.thumbnail, entry)
        _draw_name(painter, parts.name.adjusted(0, 0, -room, 0), entry)
        if entry.status is RowStatus.UNREADABLE:
            _draw_reason(painter, parts.answer, entry, ground)
        else:
            _draw_answer(painter, parts.answer, entry, ground)
        painter.restore()

    def paint_heading(
        self, painter: QPainter, option: QStyleOptionViewItem, model: WorklistModel, section: int
    ) -> None:
        """Draw the heading of a stack: its name, and how many of its rows are shown."""
        stack, rows = model.section(section)
        look, rect = tokens(), option.rect
        all_shown = len(rows) == len(stack.ids)
        text = self.tr("%n scan(s)", "", len(rows)) if all_shown else self.tr("{shown} of {count}")
        count = text.format(shown=len(rows), count=len(stack.ids))
        painter.save()
        painter.fillRect(rect, look.ground)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.border)
        inner = rect.adjusted(EDGE, 0, -EDGE, 0)
        painter.setFont(figures(option.font))
        painter.setPen(look.quiet)
        painter.drawText(inner, _RIGHT, count)
        room = inner.width() - painter.fontMetrics().horizontalAdvance(count) - UNIT
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(look.text)
        painter.drawText(inner, _LEFT, painter.fontMetrics().elidedText(stack.name, _MIDDLE, room))
        painter.restore()

    def _draw_thumbnail(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        look = tokens()
        image = self._thumbnails.image(entry.id) if entry.error is None else None
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(rect), RADIUS, RADIUS)
        if image is None or image.isNull():
            painter.fillPath(path, look.ground)
            painter.setPen(QPen(look.border, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            if entry.error is not None:
                quarter = rect.width() / 4
                inner = QRectF(rect).adjusted(quarter, quarter, -quarter, -quarter)
                paint_icon(painter, inner, "warning", look.quiet)
            return
        painter.fillPath(path, GROUND)
        painter.save()
        painter.setClipPath(path)
        size = image.deviceIndependentSize().scaled(QSizeF(rect.size()), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(QPointF(0.0, 0.0), size)
        target.moveCenter(QRectF(rect).center())
        painter.drawImage(target, image)
        painter.restore()


def ground_of(state: QStyle.StateFlag, look: Tokens) -> QColor:
    """Return the colour behind a row."""
    if state & _State.State_Selected:
        return blend(look.accent, look.sunken, 0.22 if state & _State.State_Active else 0.14)
    return blend(look.text, look.sunken, 0.06) if state & _State.State_MouseOver else look.sunken


def _draw_ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag, ground: QColor) -> None:
    painter.fillRect(rect, ground)
    if state & _State.State_Selected:
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), tokens().accent)
    if state & _State.State_HasFocus:
        painter.setPen(QPen(tokens().accent, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5))


def _draw_name(painter: QPainter, rect: QRect, entry: Entry) -> None:
    look, metrics, room = tokens(), painter.fontMetrics(), rect.width()
    if entry.note:
        side = metrics.ascent()
        at = QRectF(rect.left() + room - side, rect.top() + (rect.height() - side) / 2, side, side)
        paint_icon(painter, at, "note", look.quiet)
        room -= side + HALF
    painter.setPen(look.text)
    painter.drawText(rect, _LEFT, metrics.elidedText(entry.name, _MIDDLE, room))


def _draw_reason(painter: QPainter, line: QRect, entry: Entry, ground: QColor) -> None:
    """Draw why a row cannot be read."""
    assert entry.error is not None
    metrics = painter.fontMetrics()
    chip = QRect(line.left(), line.top(), chip_width(metrics, ""), line.height())
    draw_chip(painter, chip, UNREADABLE, "", ground)
    words = line.adjusted(chip.width() + UNIT, 0, 0, 0)
    painter.setPen(tokens().quiet)
    painter.drawText(words, _LEFT, metrics.elidedText(reason_text(entry.error), _END, words.width()))


def _draw_answer(painter: QPainter, line: QRect, entry: Entry, ground: QColor) -> None:
    """Draw verdict, confidence and own label."""
    verdict, metrics, look = verdict_of(entry), painter.fontMetrics(), tokens()
    word, label = verdict_name(verdict), class_name(entry.label) if entry.label else ""
    parts = lay_out_answer(line, metrics, word, figures_of(entry), label)
    if entry.answer is None:
        painter.setPen(look.quiet)
        painter.drawText(line, _LEFT, metrics.elidedText(word, _END, parts.verdict.width()))
    else:
        draw_chip(painter, parts.verdict, verdict, word, ground)
        painter.setPen(look.text)
        painter.drawText(parts.figures, _LEFT, parts.figures_text)
    if label:
        draw_chip(painter, parts.label, entry.label, parts.label_text, ground, own=True)
