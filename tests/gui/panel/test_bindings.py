"""Heat map, crop, label and note: bound both ways, and saved."""

from pathlib import Path

import pytest
from gui.panel.conftest import MakeDesk
from gui.panel.desk import PanelDesk
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tumorviewer.imaging.phantom_pages import draw_page
from tumorviewer.imaging.scan import CropBox
from tumorviewer.state.entries import AUTOMATIC, CropChoice, CropKind
from tumorviewer.state.settings import HEAT_MAP, HEAT_OPACITY, Settings


@pytest.fixture
def two(desk: PanelDesk) -> PanelDesk:
    """Two scans; the first is current."""
    desk.open(*(desk.head(seed) for seed in (0, 1)))
    return desk


def notch(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    QApplication.sendEvent(
        widget,
        QWheelEvent(
            middle,
            QPointF(widget.mapToGlobal(middle)),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


# ------------------------------------------------------------ heat map


def test_the_heat_map_is_switched_here_and_elsewhere(two: PanelDesk, qtbot: QtBot) -> None:
    box = two.panel.heat.box
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert two.overlays.overlays.heat
    two.overlays.set(heat=False)
    assert not box.isChecked()


def test_the_opacity_is_set_here_and_elsewhere(two: PanelDesk, qtbot: QtBot) -> None:
    slider = two.panel.heat.slider
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert two.overlays.overlays.opacity == pytest.approx(0.6)
    assert two.panel.heat.value.text() == "60 %"
    two.overlays.set(opacity=0.254)
    assert slider.value() == 25
    assert two.overlays.overlays.opacity == 0.254, "showing it does not round it"


def test_the_heat_map_is_remembered(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk()
    desk.overlays.set(heat=True, opacity=0.7)
    assert desk.settings.save()
    kept = Settings(tmp_path / "settings.ini")
    assert (kept.get(HEAT_MAP), kept.get(HEAT_OPACITY)) == (True, 0.7)
    again = make_desk()
    assert (again.overlays.overlays.heat, again.overlays.overlays.opacity) == (True, 0.7)
    assert again.panel.heat.box.isChecked()
    assert again.panel.heat.slider.value() == 70


# ------------------------------------------------------------ crop


def crop_words(desk: PanelDesk) -> tuple[str, str]:
    return desk.panel.crop.kind.text(), desk.panel.crop.place.text()


def test_the_three_kinds_of_crop(two: PanelDesk) -> None:
    box = two.session.box
    assert box is not None
    automatic = ("Automatic crop", f"x {box.x}, y {box.y}, {box.width} × {box.height} px")
    assert crop_words(two) == automatic
    assert (two.panel.crop.reset.isEnabled(), two.panel.crop.whole.isEnabled()) == (False, True)
    two.panel.crop.whole.click()
    assert two.session.crop.kind is CropKind.WHOLE
    assert crop_words(two) == ("Whole image", "x 0, y 0, 128 × 128 px")
    assert (two.panel.crop.reset.isEnabled(), two.panel.crop.whole.isEnabled()) == (True, False)
    two.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(5, 6, 70, 80)))
    assert crop_words(two) == ("Edited crop", "x 5, y 6, 70 × 80 px")
    two.panel.crop.reset.click()
    assert two.session.crop == AUTOMATIC
    assert crop_words(two) == automatic


def test_the_buttons_can_be_undone(two: PanelDesk) -> None:
    two.panel.crop.whole.click()
    two.session.undo.undo()
    assert crop_words(two)[0] == "Automatic crop"
    two.session.undo.redo()
    assert crop_words(two)[0] == "Whole image"


def test_where_no_head_is_found(desk: PanelDesk) -> None:
    desk.open(desk.picture("page.png", draw_page("text", size=128)))
    assert crop_words(desk) == ("Automatic crop", "No head was found: the whole image is judged")


def test_each_scan_has_its_own_crop(two: PanelDesk) -> None:
    two.panel.crop.whole.click()
    two.session.show(1)
    assert crop_words(two)[0] == "Automatic crop"
    two.session.show(0)
    assert crop_words(two)[0] == "Whole image"


# ------------------------------------------------------------ label and note


def test_a_label_is_given(two: PanelDesk, qtbot: QtBot) -> None:
    box = two.panel.review.label
    with qtbot.waitSignal(two.worklist.reviewed) as saved:
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert saved.args == [[0]]
    assert two.worklist.entries[0].label == box.label == "glioma"


def test_a_label_is_typed(two: PanelDesk, qtbot: QtBot) -> None:
    qtbot.keyClicks(two.panel.review.label, "pit")
    assert two.worklist.entries[0].label == "pituitary"


def test_a_label_is_taken_back(two: PanelDesk, qtbot: QtBot) -> None:
    two.worklist.review([0], label="glioma")
    qtbot.keyClick(two.panel.review.label, Qt.Key.Key_Home)
    assert two.worklist.entries[0].label == ""


def test_a_note_is_saved_with_every_letter(two: PanelDesk, qtbot: QtBot) -> None:
    saved: list[str] = []
    two.worklist.reviewed.connect(lambda ids: saved.extend(two.worklist.entries[i].note for i in ids))
    qtbot.keyClicks(two.panel.review.note, "ask ")
    assert saved == ["a", "as", "ask"]
    qtbot.keyClicks(two.panel.review.note, "Bo")
    assert saved[-1] == "ask Bo"
    assert two.panel.review.note.toPlainText() == "ask Bo", "the space between was not lost on the way"


def test_labels_given_elsewhere_are_shown_and_not_saved_again(two: PanelDesk, qtbot: QtBot) -> None:
    saved: list[list[int]] = []
    two.worklist.reviewed.connect(saved.append)
    two.worklist.review([0], label="no_tumor", note="seen")
    assert (two.panel.review.label.label, two.panel.review.note.toPlainText()) == ("no_tumor", "seen")
    assert saved == [[0]]


def test_each_scan_has_its_own_label_and_note(two: PanelDesk) -> None:
    saved: list[list[int]] = []
    two.worklist.reviewed.connect(saved.append)
    two.worklist.review([1], label="glioma", note="second")
    assert (two.panel.review.label.label, two.panel.review.note.toPlainText()) == ("", "")
    two.session.show(1)
    assert (two.panel.review.label.label, two.panel.review.note.toPlainText()) == ("glioma", "second")
    two.session.show(0)
    assert (two.panel.review.label.label, two.panel.review.note.toPlainText()) == ("", "")
    assert saved == [[1]], "showing another scan saves nothing"


def test_the_cursor_stays_where_the_person_writes(two: PanelDesk, qtbot: QtBot) -> None:
    note = two.panel.review.note
    qtbot.keyClicks(note, "right")
    cursor = note.textCursor()
    cursor.setPosition(0)
    note.setTextCursor(cursor)
    qtbot.keyClicks(note, "up")
    assert note.toPlainText() == "upright"
    assert two.worklist.entries[0].note == "upright"


def test_the_wheel_changes_no_label_and_no_opacity(two: PanelDesk) -> None:
    """The person wants to scroll the panel and happens to be over them."""
    two.worklist.review([0], label="glioma")
    notch(two.panel.review.label)
    notch(two.panel.heat.slider)
    assert two.worklist.entries[0].label == "glioma"
    assert two.overlays.overlays.opacity == 0.5


def test_a_label_of_an_unknown_class_is_shown(two: PanelDesk) -> None:
    two.worklist.review([0], label="tumor_unspecified")
    assert two.panel.review.label.label == "tumor_unspecified"
    two.session.show(1)
    assert two.panel.review.label.label == ""
