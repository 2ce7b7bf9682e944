"""The panel in both schemes, with large letters, and in a language that needs more room."""

from collections.abc import Callable, Iterator

import pytest
from gui.viewer.desk import grabbed, near
from gui.worklist.desk import WorklistDesk
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QTranslator
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QStyle, QWidget
from pytestqt.qtbot import QtBot

from tumorviewer.gui.look.theme import DARK, LIGHT, Tokens, apply_theme, blend, contrast
from tumorviewer.gui.look.verdicts import verdict_colour
from tumorviewer.gui.worklist.chip import FILL
from tumorviewer.gui.worklist.delegate import ground_of
from tumorviewer.gui.worklist.row_layout import chip_width, lay_out, lay_out_answer, row_height
from tumorviewer.inference.labels import GLIOMA
from tumorviewer.state.ordering import VERDICTS

LONG = " [ǘẍ]"
State = QStyle.StateFlag


class Longer(QTranslator):
    """Makes every text at least 40 % longer, with accents."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        text = source.replace("%n", str(n))
        return text + LONG * (1 + len(text) // 12)


@pytest.fixture
def longer(qapp: QApplication) -> Iterator[None]:
    translator = Longer()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def test_no_text_is_cut_in_a_language_that_needs_more_room(
    longer: None, make_desk: Callable[[], WorklistDesk], qtbot: QtBot
) -> None:
    desk = make_desk()
    desk.panel.resize(desk.panel.minimumSizeHint().width(), 600)
    seen = [widget for widget in desk.panel.findChildren(QWidget) if widget.isVisible()]
    texts = [widget for widget in seen if isinstance(widget, QLabel | QPushButton | QComboBox)]
    assert len(texts) >= 3
    for widget in texts:
        text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
        assert not text or LONG in text
        if isinstance(widget, QLabel) and widget.wordWrap():
            assert widget.height() >= widget.heightForWidth(widget.width())
        else:
            assert widget.width() >= widget.minimumSizeHint().width()


def test_every_word_of_a_row_can_be_translated(
    longer: None, make_desk: Callable[[], WorklistDesk], qtbot: QtBot
) -> None:
    desk = make_desk()
    menu = desk.panel.menu_for([])
    assert all(LONG in action.text() for action in menu.actions() if not action.isSeparator())
    assert all(LONG in action.text() for action in menu.labels.actions())
    assert all(LONG in action.text() for action in desk.bar.verdicts.values())
    assert all(LONG in desk.bar.order.itemText(row) for row in range(desk.bar.order.count()))


def test_the_list_follows_the_scheme(six: WorklistDesk, qapp: QApplication) -> None:
    def ground() -> object:
        return grabbed(six.view.viewport())[-2, -2]

    apply_theme(qapp, "dark")
    assert near(ground(), DARK.sunken, 1)
    dark = grabbed(six.view)
    apply_theme(qapp, "light")
    assert near(ground(), LIGHT.sunken, 1)
    assert (grabbed(six.view) != dark).any()


@pytest.mark.parametrize("look", [LIGHT, DARK])
@pytest.mark.parametrize("state", [State.State_None, State.State_MouseOver, State.State_Selected, State.State_Active])
def test_rows_are_read_well_in_every_state(look: Tokens, state: State) -> None:
    ground = ground_of(state | State.State_Selected if state is State.State_Active else state, look)
    assert contrast(look.text, ground) >= 4.5
    assert contrast(look.quiet, ground) >= 4.5
    for verdict in VERDICTS:
        colour = verdict_colour(verdict, look)
        assert contrast(look.text, blend(colour, ground, FILL)) >= 4.5
        assert contrast(colour, blend(colour, ground, FILL)) >= 3.0  # marks are shapes, not words


words = st.text("abcdefgh ", max_size=30)


@given(st.integers(200, 600), st.integers(8, 40), words, words, words)
def test_parts_of_a_row_never_lie_on_each_other(
    qapp: QApplication, width: int, size: int, verdict: str, figures: str, label: str
) -> None:
    font = QFont()
    font.setPixelSize(size)
    metrics = QFontMetrics(font)
    row = QRect(0, 100, max(width, 200, 16 * size), row_height(metrics))
    parts = lay_out(row, metrics)
    assert row.contains(parts.thumbnail)
    assert row.contains(parts.name)
    assert row.contains(parts.answer)
    assert not parts.name.intersects(parts.answer)
    assert not parts.thumbnail.intersects(parts.name)
    answer = lay_out_answer(parts.answer, metrics, verdict, [figures, "94 %"], label)
    shown = [part for part in (answer.verdict, answer.figures, answer.label) if part.width() > 0]
    assert not any(one.intersects(other) for place, one in enumerate(shown) for other in shown[:place])
    if figures and metrics.horizontalAdvance(answer.figures_text):
        assert answer.figures.width() == metrics.horizontalAdvance(answer.figures_text)
    if answer.verdict.width() < chip_width(metrics, verdict):
        assert answer.figures_text == "94 %"
        assert answer.label_text == ""


def test_what_gives_way_first(qapp: QApplication) -> None:
    metrics = QFontMetrics(qapp.font())

    def shown(width: int) -> tuple[str, str]:
        parts = lay_out_answer(QRect(0, 0, width, 20), metrics, "Uncertain", ["Meningioma 48 %", "48 %"], "Glioma")
        return parts.figures_text, parts.label_text

    widths = [shown(width) for width in range(600, 0, -1)]
    ways = list(dict.fromkeys(widths))
    assert ways[0] == ("Meningioma 48 %", "Glioma")
    assert ways[1] == ("48 %", "Glioma")
    assert ways[-1] == ("48 %", "")


def test_the_button_of_the_verdicts_tells_how_many_are_chosen(six: WorklistDesk) -> None:
    assert six.bar.verdict_button.text() == ""
    six.bar.verdicts[GLIOMA].trigger()
    assert six.bar.verdict_button.text() == "1"
    six.bar.clear()
    assert six.bar.verdict_button.text() == ""
