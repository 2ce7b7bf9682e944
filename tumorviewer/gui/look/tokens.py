"""The colours of the two schemes, and how well one is read on another."""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QGuiApplication, QPalette

UNIT = 8
"""Spaces are multiples of it, or half of it; in device independent pixels."""
RADIUS = 6
"""Of the corners of controls."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by what they are for.

    Attributes
    ----------
    dark : bool
    ground, raised, sunken, hover : QColor
        Behind everything; of a thing that stands out; of a field to write in; of what the pointer is on.
    text, quiet : QColor
        Words; words of less weight. Both are read well on all four grounds.
    border, edge : QColor
        A line that only parts; the outline of a control, which must be seen (3 to 1).
    accent, on_accent : QColor
        The one colour that says "here"; words on it.
    warning, danger, good : QColor
    """

    dark: bool
    ground: QColor
    raised: QColor
    sunken: QColor
    hover: QColor
    text: QColor
    quiet: QColor
    border: QColor
    edge: QColor
    accent: QColor
    on_accent: QColor
    warning: QColor
    danger: QColor
    good: QColor


LIGHT = Tokens(
    dark=False,
    ground=QColor("#F5F6F8"),
    raised=QColor("#FFFFFF"),
    sunken=QColor("#FFFFFF"),
    hover=QColor("#E9ECF0"),
    text=QColor("#191E24"),
    quiet=QColor("#55606B"),
    border=QColor("#D7DCE2"),
    edge=QColor("#7C8792"),
    accent=QColor("#4452C7"),
    on_accent=QColor("#FFFFFF"),
    warning=QColor("#8A5800"),
    danger=QColor("#B3261E"),
    good=QColor("#00704F"),
)
DARK = Tokens(
    dark=True,
    ground=QColor("#15181C"),
    raised=QColor("#1F242A"),
    sunken=QColor("#101316"),
    hover=QColor("#2A3037"),
    text=QColor("#EDF0F3"),
    quiet=QColor("#A7B1BB"),
    border=QColor("#333B44"),
    edge=QColor("#707C88"),
    accent=QColor("#9DADFF"),
    on_accent=QColor("#11142B"),
    warning=QColor("#EFB13D"),
    danger=QColor("#FF8A80"),
    good=QColor("#4CC79A"),
)


def tokens() -> Tokens:
    """Return the colours of the scheme that the application's palette is in."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightnessF() < 0.5 else LIGHT


def blend(colour: QColor, ground: QColor, share: float) -> QColor:
    """Return `share` (0..1) of a colour on a ground."""
    rest = 1.0 - share
    return QColor.fromRgbF(
        colour.redF() * share + ground.redF() * rest,
        colour.greenF() * share + ground.greenF() * rest,
        colour.blueF() * share + ground.blueF() * rest,
    )


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours, 1..21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = (_linear(value) for value in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
