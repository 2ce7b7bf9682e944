"""Light, dark, and what the system wants."""

import pytest
from gui.look.conftest import UseTheme
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tumorviewer.gui.look.style_sheet import style_sheet
from tumorviewer.gui.look.theme import DARK, LIGHT, Tokens, contrast, palette_of, tokens
from tumorviewer.paths import resources


def window_colour(app: QApplication) -> QColor:
    return app.palette().color(QPalette.ColorRole.Window)


@pytest.mark.parametrize(("choice", "look"), [("light", LIGHT), ("dark", DARK)])
def test_a_choice_is_taken(use_theme: UseTheme, qapp: QApplication, choice: str, look: Tokens) -> None:
    use_theme(choice)
    assert tokens() is look
    assert window_colour(qapp) == look.ground
    assert look.accent.name() in qapp.styleSheet()
    assert "@" not in qapp.styleSheet(), "a colour or picture of the style sheet has no value"


def test_the_system_is_followed_while_it_runs(use_theme: UseTheme, qapp: QApplication) -> None:
    use_theme("system")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert tokens() is DARK
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert tokens() is LIGHT


def test_the_system_does_not_overrule_a_choice(use_theme: UseTheme, qapp: QApplication) -> None:
    use_theme("light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert tokens() is LIGHT


def test_choosing_again_adds_no_second_listener(use_theme: UseTheme, qapp: QApplication) -> None:
    for choice in ("dark", "light", "system", "dark"):
        use_theme(choice)
    assert len([child for child in qapp.children() if type(child).__name__ == "_Theme"]) == 1


def test_a_choice_that_is_none_follows_the_system(use_theme: UseTheme) -> None:
    use_theme("dark")
    use_theme("purple")
    assert tokens() is LIGHT  # no system here says dark


@pytest.mark.parametrize("make", [QPushButton, QLineEdit, QComboBox, QCheckBox])
def test_what_is_shown_changes_at_once(use_theme: UseTheme, qtbot: QtBot, make: type[QWidget]) -> None:
    use_theme("light")
    widget = make()
    qtbot.addWidget(widget)
    widget.resize(160, 32)
    with qtbot.waitExposed(widget):
        widget.show()
    light = widget.grab().toImage()
    use_theme("dark")
    dark = widget.grab().toImage()
    middle = light.rect().center()
    assert light.pixelColor(middle).lightnessF() > 0.8
    assert dark.pixelColor(middle).lightnessF() < 0.3


def test_a_focus_is_seen(use_theme: UseTheme, qtbot: QtBot) -> None:
    use_theme("light")
    parent = QWidget()
    qtbot.addWidget(parent)
    first, second = QPushButton("one", parent), QPushButton("two", parent)
    second.move(0, 40)
    with qtbot.waitActive(parent):
        parent.show()
    second.setFocus()
    without = first.grab().toImage()
    first.setFocus()
    assert first.hasFocus()
    with_focus = first.grab().toImage()
    edge = with_focus.pixelColor(with_focus.width() // 2, 0)
    assert contrast(edge, without.pixelColor(without.width() // 2, 0)) > 1.0
    assert edge == LIGHT.accent


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_what_cannot_be_used_is_paler(look: Tokens) -> None:
    palette, role = palette_of(look), QPalette.ColorRole.Text
    off, on = palette.color(QPalette.ColorGroup.Disabled, role), palette.color(QPalette.ColorGroup.Active, role)
    assert contrast(off, look.ground) < contrast(on, look.ground)
    assert contrast(off, look.ground) > 2.0


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_the_pictures_of_the_style_sheet_have_the_colours_of_the_scheme(look: Tokens) -> None:
    wanted = {"down": look.quiet, "up": look.quiet, "right": look.quiet, "check": look.on_accent, "tick": look.accent}
    for name, colour in wanted.items():
        picture = resources() / "look" / f"{name}-{'dark' if look.dark else 'light'}.svg"
        assert f'stroke="{colour.name().upper()}"' in picture.read_text(encoding="ascii")
        assert picture.as_posix() in style_sheet(look)
