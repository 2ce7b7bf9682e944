"""Nothing is cut, nothing jumps, everything fits, in both schemes and with long words."""

import re
from collections.abc import Iterator

import pytest
from gui.look.conftest import UseTheme, use_theme
from gui.panel.conftest import MakeDesk
from gui.panel.desk import STRANGE, SURE, UNSURE, PanelDesk
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt, QTranslator
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tumorviewer.gui.look.theme import DARK, LIGHT, tokens
from tumorviewer.gui.look.verdicts import verdict_colour
from tumorviewer.gui.panel import PredictionPanel
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.labels import CLASSES
from tumorviewer.presentation.words import unbroken
from tumorviewer.state.entries import CropChoice, CropKind, RowResult
from tumorviewer.storage.answers import StoredAnswer

__all__ = ["use_theme"]  # a fixture
VIEW_HEIGHT = 580
"""What a window of 1280 x 720 leaves below its menu and tool bars and above its status bar."""


class Longer(QTranslator):
    """A language whose words are 40 % longer, with accents above the capitals; gaps stay."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, note: str | None = None, n: int = -1) -> str:
        if not re.search(r"[a-z]{2}", re.sub(r"\{\w+\}", "", text)):
            return text
        letters = len(re.sub(r"\{\w+\}", "", text))
        words = re.sub(r"\{\w+\}|[AEO]", lambda found: {"A": "Å", "E": "É", "O": "Ö"}.get(found[0], found[0]), text)
        return f"{words} {('lönger ' * letters)[: max(2, round(0.4 * letters) - 1)].strip()}"


@pytest.fixture
def longer(qapp: QCoreApplication) -> Iterator[None]:
    language = Longer()
    assert qapp.installTranslator(language)
    yield
    qapp.removeTranslator(language)


@pytest.fixture
def large_letters(qapp: QApplication) -> Iterator[None]:
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(font.pointSizeF() * 1.6)
    qapp.setFont(font)
    yield
    qapp.setFont(before)


def show_each(desk: PanelDesk) -> Iterator[str]:
    """Show a scan in each state that a person meets, and name it."""
    head = desk.head()
    torn = desk.folder / "a name that is rather long, as those of an archive are.png"
    torn.write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    head_id, torn_id = desk.open(head, torn)
    for name, thresholds in (("certain", SURE), ("uncertain", UNSURE), ("strange", STRANGE)):
        desk.use_model(*thresholds)
        desk.session.show(head_id)
        yield name
    desk.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(10, 10, 100, 100)))
    yield "edited"
    desk.session.show(torn_id)
    yield "torn"


def settle(desk: PanelDesk, qtbot: QtBot) -> None:
    """Wait until the panel has its final form: no text without room."""
    qtbot.waitUntil(lambda: cut(desk.panel) == [])


def scroll_area(desk: PanelDesk) -> QScrollArea:
    return desk.panel.findChildren(QScrollArea)[0]


def place(part: QWidget, panel: QWidget) -> QRect:
    return QRect(part.mapTo(panel, QPoint()), part.size())


def cut(panel: PredictionPanel) -> list[str]:
    """Return the texts that have less room than they need."""
    found = [label.text() for label in panel.findChildren(QLabel) if label.isVisible() and label_is_cut(label)]
    for control in (*panel.findChildren(QPushButton), *panel.findChildren(QComboBox)):
        if control.width() < control.sizeHint().width():
            found.append(control.accessibleName() or control.text())
    box = panel.verdict
    room = box.places(box.width())[0].width()
    words = unbroken(box.headline).split(" ")
    found += [word for word in words if QFontMetrics(box._large).horizontalAdvance(word) > room]
    wrapped = (box, *panel.bars.bars, panel.bars.axis, panel.crop, panel.review)
    return found + [part.accessibleName() for part in wrapped if part.height() < part.heightForWidth(part.width())]


def label_is_cut(label: QLabel) -> bool:
    room = label.contentsRect()
    flags = int(Qt.TextFlag.TextWordWrap) if label.wordWrap() else 0
    need = label.fontMetrics().boundingRect(QRect(0, 0, room.width(), 10_000), flags, label.text())
    return bool(label.text()) and (need.width() > room.width() + 1 or need.height() > room.height() + 1)


def test_everything_is_seen_without_scrolling(desk: PanelDesk, qtbot: QtBot) -> None:
    desk.panel.resize(320, VIEW_HEIGHT)
    for _ in show_each(desk):
        settle(desk, qtbot)
        assert scroll_area(desk).verticalScrollBar().maximum() == 0, desk.panel.reading.headline


def test_a_low_window_scrolls_and_keeps_model_and_notice(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(size=(320, 320))
    assert "certain" in next(show_each(desk))
    settle(desk, qtbot)
    assert scroll_area(desk).verticalScrollBar().maximum() > 0
    inside = desk.panel.rect()
    assert inside.contains(place(desk.panel.model, desk.panel))
    assert inside.contains(place(desk.panel.notice, desk.panel))
    assert scroll_area(desk).horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("width", [260, 320, 400])
def test_nothing_is_cut_at_any_width(make_desk: MakeDesk, qtbot: QtBot, width: int) -> None:
    desk = make_desk(size=(width, 640))
    for _ in show_each(desk):
        settle(desk, qtbot)
        assert desk.panel.width() == width


@pytest.mark.parametrize("width", [260, 400])
@pytest.mark.usefixtures("longer")
def test_nothing_is_cut_with_longer_words(make_desk: MakeDesk, qtbot: QtBot, width: int) -> None:
    desk = make_desk(size=(width, 640))
    for _ in show_each(desk):
        settle(desk, qtbot)
        assert desk.panel.width() == width
        assert "lö" in desk.panel.reading.headline, "the language is in use"


def test_nothing_is_cut_with_large_letters(make_desk: MakeDesk, qtbot: QtBot, large_letters: None) -> None:
    desk = make_desk()
    desk.panel.resize(desk.panel.minimumSizeHint().width(), 700)
    for _ in show_each(desk):
        settle(desk, qtbot)


def test_no_answer_moves_what_stands_below(desk: PanelDesk, qtbot: QtBot) -> None:
    """Room is kept for the longest answer: the eye finds each bar where it was."""
    places = set()
    for name in show_each(desk):
        if name == "torn":
            continue
        settle(desk, qtbot)
        parts = (*desk.panel.bars.bars, desk.panel.heat, desk.panel.crop, desk.panel.review.label)
        places.add(tuple(place(part, desk.panel).top() for part in parts))
    assert len(places) == 1


def test_room_is_kept_before_the_model_is_there(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(model=False)
    settle(desk, qtbot)
    before = place(desk.panel.heat, desk.panel)
    desk.use_model()
    settle(desk, qtbot)
    assert place(desk.panel.heat, desk.panel) == before


@pytest.mark.parametrize("width", [260, 320])
def test_room_is_kept_for_the_longest_names(make_desk: MakeDesk, qtbot: QtBot, width: int) -> None:
    desk = make_desk(size=(width, 700))
    next(show_each(desk))
    settle(desk, qtbot)
    before = desk.panel.verdict.height()
    desk.holding = True
    third = desk.open(desk.head(5))[0]
    longest = StoredAnswer("uncertain", "pituitary", 0.5, (0.05, 0.42, 0.5, 0.03), None, (0.0, 0.0), 1.0, "", "")
    desk.worklist.take([RowResult(third, "", longest)])
    desk.session.show(third)
    settle(desk, qtbot)
    assert "pituitary tumour 50 %" in desk.panel.reading.headline
    assert desk.panel.verdict.height() == before


def test_another_scheme_is_drawn_at_once(desk: PanelDesk, use_theme: UseTheme) -> None:
    next(show_each(desk))
    label = desk.prediction.label
    shots = {}
    for look in (LIGHT, DARK):
        use_theme("dark" if look.dark else "light")
        assert tokens() is look
        words = desk.panel.verdict.grab().toImage()
        assert verdict_colour(label, look).name() in {words.pixelColor(x, 10).name() for x in range(20)}
        bar = desk.panel.bars.bars[CLASSES.index(label)]
        image = bar.grab().toImage()
        shots[look.dark] = image.pixelColor(round(bar.track.left()) + 20, round(bar.track.center().y()))
        assert shots[look.dark].name() == verdict_colour(label, look).name()
        ground = desk.panel.grab().toImage().pixelColor(2, desk.panel.height() - 4)
        assert ground.name() == look.ground.name()
    assert shots[True] != shots[False]


def test_every_control_has_a_name_and_is_reached_by_tab(desk: PanelDesk, qtbot: QtBot) -> None:
    next(show_each(desk))
    desk.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(10, 10, 100, 110)))
    desk.panel.activateWindow()
    next(bar for bar in desk.panel.bars.bars if bar.isChecked()).setFocus()
    reached: list[QWidget] = []
    while desk.panel.focusWidget() not in reached:
        reached.append(desk.panel.focusWidget())
        assert desk.panel.focusNextPrevChild(True)
    panel = desk.panel
    chosen = next(bar for bar in panel.bars.bars if bar.isChecked())
    wanted = [chosen, panel.heat.box, panel.heat.slider, panel.crop.reset, panel.review.label, panel.review.note]
    assert [one for one in reached if one in wanted] == wanted
    assert panel.model in reached
    for one in reached:
        assert one.accessibleName() or getattr(one, "text", str)(), one
