"""Where the parts of a row stand, and what gives way where there is little room."""

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics

from tumorviewer.gui.look.tokens import UNIT

HALF = UNIT // 2
EDGE = UNIT + HALF
"""Between the edge of the list and what stands in a row."""


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Parts of a row, in pixels of the viewport; `name` and `answer` are the two lines beside the thumbnail."""

    thumbnail: QRect
    name: QRect
    answer: QRect


@dataclass(frozen=True, slots=True)
class AnswerLayout:
    """Parts of the second line.

    Attributes
    ----------
    verdict, figures, label : QRect
        Chip, confidence and own label.
    figures_text, label_text : str
        What there is room for; an own label without its word shows its mark alone.
    """

    verdict: QRect
    figures: QRect
    label: QRect
    figures_text: str
    label_text: str


def line_height(metrics: QFontMetrics) -> int:
    """Return the height of one line, with room for a chip around its text."""
    return metrics.height() + HALF


def row_height(metrics: QFontMetrics) -> int:
    """Return the height of a row: two lines, and space around them."""
    return 2 * line_height(metrics) + HALF + 2 * UNIT


def heading_height(metrics: QFontMetrics) -> int:
    """Return the height of a heading."""
    return metrics.height() + UNIT + HALF


def mark_side(metrics: QFontMetrics) -> int:
    """Return the side of a mark beside text."""
    return round(metrics.ascent() * 0.85)


def chip_width(metrics: QFontMetrics, text: str, *, own: bool = False) -> int:
    """Return the width of a chip: a person where it is the own label, the mark, and the word if there is one."""
    person = mark_side(metrics) + HALF if own else 0
    return person + mark_side(metrics) + (metrics.horizontalAdvance(text) + HALF if text else 0) + 2 * (UNIT - 2)


def lay_out(row: QRect, metrics: QFontMetrics) -> RowLayout:
    """Return where thumbnail and lines of a row stand."""
    line, top = line_height(metrics), row.top() + UNIT
    thumbnail = QRect(row.left() + EDGE, top, 2 * line + HALF, 2 * line + HALF)
    left = thumbnail.left() + thumbnail.width() + EDGE
    width = max(0, row.left() + row.width() - EDGE - left)
    return RowLayout(thumbnail, QRect(left, top, width, line), QRect(left, top + line + HALF, width, line))


def lay_out_answer(line: QRect, metrics: QFontMetrics, verdict: str, figures: list[str], label: str) -> AnswerLayout:
    """Return where verdict, confidence and own label stand.

    Parameters
    ----------
    line : QRect
    metrics : QFontMetrics
    verdict : str
    figures : list of str
        Ways to write the confidence, the longest first; the shortest is never cut.
    label : str
        Name of the own label, which stands at the right, or "". It gives up its word before the verdict gives up a
        letter of its own.
    """
    wanted = chip_width(metrics, verdict)
    ways = [(text, word) for word in (label, "") for text in figures]
    for text, word in ways:
        figures_width = UNIT + metrics.horizontalAdvance(text) if text else 0
        label_width = UNIT + chip_width(metrics, word, own=True) if label else 0
        if wanted + figures_width + label_width <= line.width():
            break
    smallest = chip_width(metrics, "")
    verdict_width = max(smallest, min(wanted, line.width() - figures_width - label_width))
    left, top, height = line.left(), line.top(), line.height()
    return AnswerLayout(
        QRect(left, top, verdict_width, height),
        QRect(left + verdict_width + UNIT, top, max(0, figures_width - UNIT), height),
        QRect(left + line.width() - label_width + UNIT, top, max(0, label_width - UNIT), height),
        text,
        word,
    )
