"""The bars: as long as the probabilities, with the threshold of the card, chosen by mouse and keys."""

import numpy as np
import pytest
from gui.panel.conftest import MakeDesk
from gui.panel.desk import SURE, UNSURE, PanelDesk
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tumorviewer.gui.look.motion import GROWING_MS
from tumorviewer.gui.look.tokens import contrast, tokens
from tumorviewer.gui.look.verdicts import verdict_colour
from tumorviewer.gui.panel.bar import ConfidenceBar
from tumorviewer.gui.words import class_name, percent, verdict_line
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.entries import RowResult
from tumorviewer.storage.answers import StoredAnswer


@pytest.fixture
def doubtful(desk: PanelDesk) -> PanelDesk:
    """A scan on which the model is uncertain."""
    desk.use_model(*UNSURE)
    desk.open(desk.head())
    return desk


def named(desk: PanelDesk) -> int:
    """The number of the class that is the likeliest."""
    return int(np.argmax(desk.prediction.probabilities))


def another(desk: PanelDesk) -> int:
    """The number of a class that is not."""
    return (named(desk) + 2) % 4


def pixels(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def like(row: np.ndarray, colour: QColor) -> np.ndarray:
    return np.all(np.abs(row - np.array(colour.getRgb()[:3])) < 24, axis=-1)


def test_bars_are_as_long_as_the_probabilities(doubtful: PanelDesk) -> None:
    for bar, share in zip(doubtful.panel.bars.bars, doubtful.prediction.probabilities, strict=True):
        assert bar.length == bar.share == share
        row = pixels(bar)[round(bar.track.center().y())]
        filled = np.flatnonzero(like(row, verdict_colour(bar.label)))
        wanted = max(share * bar.track.width(), 2.0)
        assert abs(len(filled) - wanted) <= 3, bar.label


def test_the_mark_stands_at_the_threshold_of_the_card(desk: PanelDesk) -> None:
    threshold = desk.predictor.bundle.card.thresholds.certain
    desk.open(desk.head())
    for bar in desk.panel.bars.bars:
        above = pixels(bar)[round(bar.track.top()) - 2]
        marked = np.flatnonzero(like(above, tokens().text))
        x = bar.track.left() + threshold * bar.track.width()
        assert len(marked)
        assert abs(marked.mean() + 0.5 - x) < 1.0
    axis, bar = desk.panel.bars.axis, desk.panel.bars.bars[0]
    assert axis.mark_x == pytest.approx(bar.track.left() + threshold * bar.track.width())
    assert axis.text == f"certain from {desk.limit}"


def test_a_model_with_another_threshold_moves_the_mark(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.use_model(certain=0.5)
    assert desk.panel.bars.axis.text == "certain from 50.0 %"
    assert all(bar.threshold == 0.5 for bar in desk.panel.bars.bars)


@pytest.mark.parametrize(("share", "text"), [(0.914, "91.4 %"), (0.912, "91.2 %"), (0.94, "94 %"), (0.88, "88 %")])
def test_a_value_beside_the_threshold_shows_its_side(desk: PanelDesk, share: float, text: str) -> None:
    rest = (1.0 - share) / 3
    desk.panel.bars.show_answer(CLASSES, (share, rest, rest, rest), 0.9128, None)
    assert desk.panel.bars.bars[0].value_text == text


def test_a_click_shows_the_heat_map_of_a_class(doubtful: PanelDesk, qtbot: QtBot) -> None:
    bars, other = doubtful.panel.bars.bars, another(doubtful)
    assert [bar.isChecked() for bar in bars] == [number == named(doubtful) for number in range(4)]
    qtbot.mouseClick(bars[other], Qt.MouseButton.LeftButton, pos=QPoint(bars[other].width() - 30, 20))
    assert doubtful.overlays.overlays.label == CLASSES[other]
    assert [bar.isChecked() for bar in bars] == [number == other for number in range(4)]
    assert doubtful.session.heat_map(doubtful.overlays.overlays.label) is not None


def test_choosing_the_class_of_the_model_follows_the_model_again(doubtful: PanelDesk, qtbot: QtBot) -> None:
    bars = doubtful.panel.bars.bars
    qtbot.mouseClick(bars[another(doubtful)], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(bars[named(doubtful)], Qt.MouseButton.LeftButton)
    assert doubtful.overlays.overlays.label is None
    assert bars[named(doubtful)].isChecked()
    doubtful.session.use_whole_image()
    assert bars[named(doubtful)].isChecked()


def test_arrow_keys_choose(desk: PanelDesk, qtbot: QtBot) -> None:
    desk.holding = True
    judge(desk, desk.open(desk.head())[0], 0.7, 0.1, 0.1, 0.1)
    bars = desk.panel.bars.bars
    bars[0].setFocus()
    qtbot.keyClick(bars[0], Qt.Key.Key_Down)
    assert desk.overlays.overlays.label == "meningioma"
    qtbot.keyClick(bars[1], Qt.Key.Key_Down)
    assert desk.overlays.overlays.label == "pituitary"
    qtbot.keyClick(bars[2], Qt.Key.Key_Up)
    assert desk.overlays.overlays.label == "meningioma"
    assert bars[1].isChecked()


def test_a_choice_made_elsewhere_is_shown_and_not_repeated(doubtful: PanelDesk, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(doubtful.panel.bars.chosen):
        doubtful.overlays.set(label="no_tumor")
    assert [bar.isChecked() for bar in doubtful.panel.bars.bars] == [False, False, False, True]


def test_a_choice_stays_from_slice_to_slice(doubtful: PanelDesk) -> None:
    other = another(doubtful)
    doubtful.overlays.set(label=CLASSES[other])
    doubtful.session.show(doubtful.open(doubtful.head(1))[0])
    assert doubtful.overlays.overlays.label == CLASSES[other]
    assert doubtful.panel.bars.bars[other].isChecked()


def test_the_flame_tells_whether_the_heat_map_is_on(doubtful: PanelDesk) -> None:
    bar = doubtful.panel.bars.bars[named(doubtful)]

    def accent() -> int:
        return int(like(pixels(bar), tokens().accent).sum())

    assert accent() == 0
    doubtful.overlays.set(heat=True)
    assert accent() > 10


def test_bars_of_another_model_take_its_classes(desk: PanelDesk) -> None:
    desk.panel.bars.show_answer(("cyst", "glioma"), (0.7, 0.3), 0.6, "cyst")
    assert [bar.text() for bar in desk.panel.bars.bars] == ["cyst", "Glioma"]
    assert [bar.length for bar in desk.panel.bars.bars] == [0.7, 0.3]


# ------------------------------------------------------------ motion


def judge(desk: PanelDesk, entry_id: int, *shares: float) -> None:
    answer = StoredAnswer("glioma", "glioma", shares[0], shares, None, (0.0, 0.0), 1.0, "", "")
    desk.worklist.take([RowResult(entry_id, "", answer)])


def test_a_bar_grows_to_its_value(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(motion=True)
    desk.holding = True
    entry_id = desk.open(desk.head())[0]
    bar = desk.panel.bars.bars[0]
    lengths: list[float] = []
    desk.panel.bars._growth.valueChanged.connect(lambda _: lengths.append(bar.length))
    judge(desk, entry_id, 0.97, 0.01, 0.01, 0.01)
    assert bar.value_text == "97 %", "the figure is there at once"
    assert bar.length < 0.97
    qtbot.waitUntil(lambda: bar.length == 0.97)
    assert lengths == sorted(lengths)
    assert desk.panel.bars._growth.duration() == GROWING_MS == 150


def test_an_answer_on_the_way_begins_where_the_bar_is(make_desk: MakeDesk, qtbot: QtBot) -> None:
    """As while a crop is dragged: no step back to nothing."""
    desk = make_desk(motion=True)
    bars = desk.panel.bars
    bars.show_answer(CLASSES, (0.9, 0.1, 0.0, 0.0), 0.9, None)
    qtbot.waitUntil(lambda: bars.bars[0].length == 0.9)
    lengths: list[float] = []
    bars._growth.valueChanged.connect(lambda _: lengths.append(bars.bars[0].length))
    for share in (0.8, 0.7, 0.6):
        bars.show_answer(CLASSES, (share, 1.0 - share, 0.0, 0.0), 0.9, None)
    qtbot.waitUntil(lambda: bars.bars[0].length == 0.6)
    assert min(lengths) >= 0.6


def test_less_motion_jumps_to_the_value(desk: PanelDesk) -> None:
    desk.panel.bars.show_answer(CLASSES, (0.9, 0.1, 0.0, 0.0), 0.9, None)
    assert desk.panel.bars.bars[0].length == 0.9


def test_a_dragged_crop_is_answered_at_every_step(doubtful: PanelDesk) -> None:
    """Figures follow, and nothing that stands below moves."""
    tops = [part.mapTo(doubtful.panel, QPoint()) for part in (doubtful.panel.bars, doubtful.panel.heat)]
    seen = set()
    for step in range(8):
        doubtful.session.drag_crop(CropBox(5 + 4 * step, 5, 115 - 4 * step, 115))
        assert [bar.share for bar in doubtful.panel.bars.bars] == list(doubtful.prediction.probabilities)
        seen.add(doubtful.panel.reading.headline)
        doubtful.panel.grab()
        assert tops == [part.mapTo(doubtful.panel, QPoint()) for part in (doubtful.panel.bars, doubtful.panel.heat)]
    assert len(seen) > 2


# ------------------------------------------------------------ what a screen reader is told


def told(widget: QWidget, text: QAccessible.Text = QAccessible.Text.Name) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(text)


def test_a_screen_reader_is_told_the_values(doubtful: PanelDesk) -> None:
    bars, shares = doubtful.panel.bars.bars, doubtful.prediction.probabilities
    for bar, share in zip(bars, shares, strict=True):
        assert told(bar) == f"{class_name(bar.label)}, {percent(share)}"
        assert told(bar, QAccessible.Text.Description) == f"Below the threshold of {doubtful.limit}"
        assert QAccessible.queryAccessibleInterface(bar).role() is QAccessible.Role.RadioButton
    assert QAccessible.queryAccessibleInterface(bars[named(doubtful)]).state().checked
    assert told(doubtful.panel.bars) == "Probability of each class"
    assert told(doubtful.panel.bars.axis) == f"certain from {doubtful.limit}"


def test_a_screen_reader_is_told_the_verdict(doubtful: PanelDesk) -> None:
    assert told(doubtful.panel.verdict) == verdict_line(doubtful.prediction)
    assert "No class reaches" in told(doubtful.panel.verdict, QAccessible.Text.Description)


def test_a_reached_threshold_is_told(desk: PanelDesk) -> None:
    desk.use_model(*SURE)
    desk.open(desk.head())
    bar = desk.panel.bars.bars[named(desk)]
    assert told(bar, QAccessible.Text.Description) == f"Reaches the threshold of {desk.limit}"


def test_the_focus_is_seen(doubtful: PanelDesk) -> None:
    bar: ConfidenceBar = doubtful.panel.bars.bars[another(doubtful)]
    doubtful.panel.activateWindow()
    bar.clearFocus()
    without = pixels(bar)
    bar.setFocus()
    assert bar.hasFocus()
    ring = like(pixels(bar), tokens().accent) & ~like(without, tokens().accent)
    assert ring[0].sum() > bar.width() / 2 or ring[1].sum() > bar.width() / 2
    assert contrast(tokens().accent, tokens().raised) >= 3.0
