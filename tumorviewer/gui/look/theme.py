"""Light or dark, as the person or the system wants it: style, palette and style sheet of the application."""

from typing import Final

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from tumorviewer.gui.look.style_sheet import style_sheet
from tumorviewer.gui.look.tokens import DARK, LIGHT, RADIUS, UNIT, Tokens, blend, contrast, tokens

__all__ = ["DARK", "LIGHT", "RADIUS", "UNIT", "Tokens", "apply_theme", "blend", "contrast", "palette_of", "tokens"]

_SCHEMES: Final = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
_ALL = (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled)
_DISABLED = 0.55
"""How much of the quiet colour is left in words that cannot be used now."""


def apply_theme(app: QApplication, choice: str) -> None:
    """Give the application its look, and keep it in step with the system where that is the choice.

    Parameters
    ----------
    app : QApplication
    choice : str
        ``system``, ``light`` or ``dark``.
    """
    theme = app.findChild(_Theme) or _Theme(app)
    theme.choose(choice)


def palette_of(look: Tokens) -> QPalette:
    """Return the palette that Fusion draws with."""
    role = QPalette.ColorRole
    palette = QPalette(look.raised, look.ground)
    colours = {
        role.Window: look.ground,
        role.WindowText: look.text,
        role.Base: look.sunken,
        role.AlternateBase: look.ground,
        role.Text: look.text,
        role.PlaceholderText: look.quiet,
        role.Button: look.raised,
        role.ButtonText: look.text,
        role.BrightText: look.danger,
        role.ToolTipBase: look.raised,
        role.ToolTipText: look.text,
        role.Highlight: look.accent,
        role.HighlightedText: look.on_accent,
        role.Accent: look.accent,
        role.Link: look.accent,
        role.LinkVisited: look.accent,
        role.Light: look.hover,
        role.Midlight: look.hover,
        role.Mid: look.border,
        role.Dark: look.edge,
        role.Shadow: look.sunken if look.dark else look.border,
    }
    for group in _ALL:
        for name, colour in colours.items():
            palette.setColor(group, name, colour)
    faded = blend(look.quiet, look.ground, _DISABLED)
    for name in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText, role.Link):
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, look.border)
    palette.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, look.quiet)
    return palette


class _Theme(QObject):
    """Listens to the system for an application, which owns it."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice = ""
        self._shown: Tokens | None = None
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def choose(self, choice: str) -> None:
        self._choice = choice if choice in _SCHEMES else "system"
        self._app.styleHints().setColorScheme(_SCHEMES[self._choice])  # title bars, and what the system draws
        self._show(self._app.styleHints().colorScheme())

    @Slot(Qt.ColorScheme)
    def _system_changed(self, scheme: Qt.ColorScheme) -> None:
        self._show(scheme)

    def _show(self, system: Qt.ColorScheme) -> None:
        """Take the scheme; what the person chose goes before what the system says, which not every system can."""
        wanted = _SCHEMES[self._choice] if self._choice != "system" else system
        look = DARK if wanted is Qt.ColorScheme.Dark else LIGHT
        if look is not self._shown:
            self._shown = look
            self._app.setPalette(palette_of(look))
            self._app.setStyleSheet(style_sheet(look))
