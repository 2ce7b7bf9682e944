"""The program's own icons: one SVG file each, drawn in one colour that follows the scheme.

QtAwesome was tried first: importing it and showing one icon costs a third of a second, a hundred times as much.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Literal, get_args

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette

from tumorviewer.gui.look.icon_engine import PaintedIcon
from tumorviewer.gui.look.tokens import tokens
from tumorviewer.paths import resources

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

MOST_KEPT: Final = 256
"""Icons in one colour that are kept ready: reading one takes longer than drawing it."""

IconName = Literal[
    "actual-size", "cancel", "chart", "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "close",
    "close-all", "compare", "copy", "crop", "crop-reset", "drop", "export", "eye", "eye-off", "filter", "first", "fit",
    "flip-horizontal", "flip-vertical", "folder", "full-screen", "head", "heat-map", "help", "info", "invert", "label",
    "last", "link", "log", "measure", "model", "more", "note", "open-file", "open-folder", "pan", "panel-left",
    "panel-right", "pause", "person", "play", "pointer", "receive", "redo", "reset", "rotate-left", "rotate-right",
    "save", "search", "settings", "shortcuts", "sort", "stop", "tags", "trash", "undo", "warning", "watch",
    "whole-image", "window", "zoom-in", "zoom-out",
]  # fmt: skip
ICON_NAMES: Final[tuple[str, ...]] = get_args(IconName)


def icon(name: IconName, colour: QColor | None = None) -> QIcon:
    """Return an icon.

    Parameters
    ----------
    name : str
        One of `ICON_NAMES`.
    colour : QColor, optional
        Where it is always to have this one; by default it takes that of the scheme, whenever it is drawn, and the
        accent's while it is switched on.
    """

    def paint(painter: QPainter, rect: QRectF, mode: QIcon.Mode, state: QIcon.State) -> None:
        paint_icon(painter, rect, name, colour or _colour(mode, state))

    return QIcon(PaintedIcon(paint))


def primary_icon(name: IconName) -> QIcon:
    """Return an icon for a button that stands out: in the colour of words on the accent."""

    def paint(painter: QPainter, rect: QRectF, mode: QIcon.Mode, state: QIcon.State) -> None:
        paint_icon(painter, rect, name, _colour(mode, state) if mode is QIcon.Mode.Disabled else tokens().on_accent)

    return QIcon(PaintedIcon(paint))


def paint_icon(painter: QPainter, rect: QRectF, name: IconName, colour: QColor) -> None:
    """Draw an icon in the middle of `rect`, as large as fits."""
    side = min(rect.width(), rect.height())
    square = QRectF(0.0, 0.0, side, side)
    square.moveCenter(rect.center())
    _renderer(name, colour.name()).render(painter, square)


def _colour(mode: QIcon.Mode, state: QIcon.State) -> QColor:
    look = tokens()
    if mode is QIcon.Mode.Disabled:
        return QGuiApplication.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    return look.accent if state is QIcon.State.On else look.text


@lru_cache(MOST_KEPT)
def _renderer(name: str, colour: str) -> "QSvgRenderer":
    # Imported here: a program that shows no icon, such as the command line, does not load it.
    from PySide6.QtSvg import QSvgRenderer

    return QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", colour.encode())))


@cache
def _source(name: str) -> bytes:
    return (resources() / "icons" / f"{name}.svg").read_bytes()
