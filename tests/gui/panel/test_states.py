"""What the panel says in each state."""

import pytest
from gui.panel.conftest import MakeDesk
from gui.panel.desk import STRANGE, SURE, UNSURE, PanelDesk
from gui.viewer.desk import shipped_predictor
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tumorviewer import NOTICE
from tumorviewer.gui.words import class_name, verdict_line
from tumorviewer.imaging.phantom_pages import draw_page
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.labels import CLASSES, NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.inference.seen import SeenScans
from tumorviewer.inference.stability import Flip, Stability
from tumorviewer.state.entries import CropChoice, CropKind, RowResult
from tumorviewer.state.ordering import UNREADABLE, WAITING
from tumorviewer.state.session import PanelStatus
from tumorviewer.state.similar import SimilarScan
from tumorviewer.storage.answers import StoredAnswer


def said(desk: PanelDesk) -> tuple[str, str]:
    return desk.panel.verdict.headline, desk.panel.verdict.explanation


def head(desk: PanelDesk, seed: int = 0) -> int:
    """Open a head and show it."""
    entry_id = desk.open(desk.head(seed))[0]
    desk.session.show(entry_id)
    return entry_id


def test_nothing_is_open(desk: PanelDesk) -> None:
    headline, explanation = said(desk)
    assert headline == "No scan is open"
    assert "Drop" in explanation
    assert [bar.value_text for bar in desk.panel.bars.bars] == [""] * 4
    assert not any(bar.isEnabled() for bar in desk.panel.bars.bars)
    assert not desk.panel.crop.whole.isEnabled()
    assert not desk.panel.review.isEnabled()


def test_a_class_is_answered(desk: PanelDesk) -> None:
    desk.use_model(*SURE)
    head(desk)
    prediction = desk.prediction
    assert prediction.verdict == prediction.label
    headline, explanation = said(desk)
    assert headline == verdict_line(prediction)
    assert headline.startswith(class_name(prediction.label))
    assert explanation == f"Certain: the threshold of {desk.limit} is reached."
    assert desk.panel.verdict.verdict == prediction.label
    assert [bar.named for bar in desk.panel.bars.bars] == [label == prediction.label for label in CLASSES]


@pytest.mark.parametrize("label", CLASSES)
def test_every_class_has_its_headline_and_bar(desk: PanelDesk, label: str) -> None:
    desk.holding = True
    shares = tuple(0.97 if one == label else 0.01 for one in CLASSES)
    known = StoredAnswer(label, label, 0.97, shares, None, (0.0, 0.0), 1.0, "", "")
    desk.worklist.take([RowResult(head(desk), "", known)])
    assert said(desk)[0] == f"{class_name(label)}, 97 %"
    assert desk.panel.verdict.verdict == label
    assert [bar.named for bar in desk.panel.bars.bars] == [one == label for one in CLASSES]
    assert [bar.share for bar in desk.panel.bars.bars] == list(shares)


def test_the_model_is_uncertain(desk: PanelDesk) -> None:
    desk.use_model(*UNSURE)
    head(desk)
    prediction = desk.prediction
    assert prediction.verdict == UNCERTAIN
    headline, explanation = said(desk)
    assert headline == verdict_line(prediction)
    assert headline.startswith("Uncertain: ")
    assert f"No class reaches the threshold of {desk.limit}" in explanation
    assert "another crop" in explanation
    assert desk.panel.verdict.verdict == UNCERTAIN
    assert not any(bar.named for bar in desk.panel.bars.bars)
    assert [bar.share for bar in desk.panel.bars.bars] == list(prediction.probabilities)


def test_a_file_that_the_model_was_trained_on_is_no_proof(desk: PanelDesk) -> None:
    head(desk)
    desk.worklist.take([RowResult(desk.entry.id, "ab" * 32, desk.entry.answer)])
    assert "trained on this file" not in said(desk)[1]
    model = desk.workspace.model
    model.ready(model.card, model.folder, model.sha256, SeenScans.of(["ab" * 32]))
    assert "trained on this file" in said(desk)[1]


def test_not_a_brain_mr_slice_gets_no_bars(desk: PanelDesk) -> None:
    desk.use_model(*STRANGE)
    head(desk)
    assert desk.prediction.verdict == NOT_BRAIN_MR
    headline, explanation = said(desk)
    assert headline == "Not a brain MR slice: no prediction"
    assert "crop it by hand" in explanation
    for bar in desk.panel.bars.bars:
        assert (bar.value_text, bar.length, bar.isEnabled(), bar.isChecked()) == ("", 0.0, False, False)


def test_a_page_of_text_is_no_brain(desk: PanelDesk) -> None:
    """With the model's own thresholds."""
    desk.open(desk.picture("page.png", draw_page("text", size=256)))
    assert said(desk)[0] == "Not a brain MR slice: no prediction"


def test_advice_fits_the_crop(desk: PanelDesk) -> None:
    desk.use_model(*STRANGE)
    head(desk)
    desk.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(10, 10, 100, 100)))
    assert desk.panel.reading.verdict == NOT_BRAIN_MR
    assert "another crop" in said(desk)[1]


def test_a_file_cannot_be_read(desk: PanelDesk) -> None:
    path = desk.folder / "letter.dcm"
    path.write_text("no picture at all")
    desk.open(path)
    headline, explanation = said(desk)
    assert headline == "This file cannot be read"
    reason = desk.entry.error.reason  # type: ignore[union-attr]
    assert explanation.startswith(reason[0].upper())
    assert reason[1:] in explanation
    assert desk.panel.verdict.verdict == UNREADABLE
    assert not desk.panel.review.isEnabled()


def test_a_file_that_is_gone_keeps_its_answer_in_sight(desk: PanelDesk) -> None:
    """The stick was pulled after the folder had been judged."""
    first, _second = head(desk, 0), head(desk, 1)
    entry = desk.worklist.entries[first]
    assert entry.answer is not None
    entry.path.unlink()
    desk.session.cache.clear()
    desk.session.show(first)
    headline, explanation = said(desk)
    assert headline == "This file cannot be read"
    assert f"from before: {verdict_line(entry.answer)}" in explanation


def test_there_is_no_model(make_desk: MakeDesk) -> None:
    desk = make_desk(model=False)
    head(desk)
    desk.workspace.model.missing("model.tflite is missing, or no ordinary file.")
    headline, explanation = said(desk)
    assert headline == "No model: no prediction"
    assert "model.tflite is missing" in explanation
    assert "settings" in explanation
    assert desk.panel.bars.axis.text == ""
    assert desk.panel.model.text() == "No model"
    assert not desk.panel.model.isEnabled()
    assert desk.panel.review.isEnabled(), "scans can be labelled without a model"


def test_the_model_is_loading(make_desk: MakeDesk) -> None:
    desk = make_desk(model=False)
    head(desk)
    assert said(desk)[0] == "The model is loading …"
    assert desk.panel.model.text() == "Loading the model …"
    desk.use_model()
    assert said(desk)[0] == verdict_line(desk.prediction)
    card = shipped_predictor().bundle.card
    assert desk.panel.model.text() == f"Model {card.name} {card.version}"


def test_the_first_scan_is_asked_about(desk: PanelDesk) -> None:
    desk.holding = True
    head(desk)
    assert said(desk)[0] == "Asking the model …"
    assert desk.panel.verdict.verdict == WAITING
    desk.answer()
    assert said(desk)[0] == verdict_line(desk.prediction)


def test_a_quick_answer_is_shown_without_a_word_in_between(desk: PanelDesk, qtbot: QtBot) -> None:
    """But nothing that was said about the scan before stands beside the next one."""
    head(desk, 1)
    lengths = [bar.length for bar in desk.panel.bars.bars]
    desk.holding = True
    head(desk)
    assert said(desk) == ("", "")
    assert [bar.value_text for bar in desk.panel.bars.bars] == [""] * 4
    assert [bar.length for bar in desk.panel.bars.bars] == lengths, "they stay for a moment, grey"
    desk.answer()
    assert said(desk)[0] == verdict_line(desk.prediction)
    assert not desk.panel.findChildren(type(desk.panel._patience))[0].isActive()


def test_a_slow_answer_is_waited_for_in_words(desk: PanelDesk, qtbot: QtBot) -> None:
    head(desk, 1)
    desk.holding = True
    head(desk)
    qtbot.waitUntil(lambda: said(desk)[0] == "Asking the model …")
    assert [bar.length for bar in desk.panel.bars.bars] == [0.0] * 4


def test_an_answer_that_is_remembered_is_shown_at_once(desk: PanelDesk) -> None:
    desk.holding = True
    entry_id = head(desk)
    known = StoredAnswer("glioma", "glioma", 0.97, (0.97, 0.01, 0.01, 0.01), None, (0.0, 0.0), 1.0, "", "")
    desk.worklist.take([RowResult(entry_id, "", known)])
    assert said(desk)[0] == "Glioma, 97 %"
    assert [bar.value_text for bar in desk.panel.bars.bars] == ["97 %", "1 %", "1 %", "1 %"]


def test_closing_all_empties_the_panel(desk: PanelDesk) -> None:
    head(desk, 1)
    desk.worklist.clear()
    assert desk.panel.reading.status is PanelStatus.EMPTY
    assert said(desk)[0] == "No scan is open"
    assert [bar.length for bar in desk.panel.bars.bars] == [0.0] * 4


@pytest.mark.parametrize("thresholds", [SURE, UNSURE, STRANGE])
def test_the_notice_always_stands(desk: PanelDesk, thresholds: tuple[float, float]) -> None:
    assert desk.panel.notice.isVisible()
    desk.use_model(*thresholds)
    head(desk)
    assert desk.panel.notice.isVisible()
    assert desk.panel.notice.text() == NOTICE


def test_the_model_shows_its_card(desk: PanelDesk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.panel.card_wanted):
        desk.panel.model.click()


def test_classes_stand_in_the_order_of_the_model(desk: PanelDesk) -> None:
    for seed in (0, 1):
        head(desk, seed)
        assert [bar.label for bar in desk.panel.bars.bars] == list(CLASSES)
        tops = [bar.y() for bar in desk.panel.bars.bars]
        assert tops == sorted(tops)


def test_an_answer_that_flips_is_marked_and_one_that_holds_is_said_to(desk: PanelDesk) -> None:
    desk.use_model(*SURE)
    head(desk)
    line, state = desk.panel.stability, desk.workspace.stability
    assert line.text() == "Small changes are being tried …"
    question = desk.questions[-1]
    state.take(question, desk.prediction, Stability(7, ()))
    assert line.text().startswith("Stable: the same answer after 7 small change")
    state.take(question, desk.prediction, Stability(7, (Flip("mirrored", "meningioma"), Flip("darker", "glioma"))))
    assert "Unstable: 2 of 7 small changes" in line.text()
    assert "mirrored: meningioma" in line.text()
    assert line.property("role") == "danger"
    desk.use_model(*STRANGE)
    desk.answer()
    assert line.text().strip() == ""
    assert line.property("role") == "quiet"


def test_similar_scans_are_listed_and_open_ones_can_be_shown(desk: PanelDesk) -> None:
    first, second = desk.open(desk.head(1), desk.head(2))
    desk.worklist.take([RowResult(first, "aa" * 32), RowResult(second, "bb" * 32)])
    panel = desk.panel.similar
    assert panel.isHidden()
    scans = tuple(SimilarScan(name * 32, 0, "glioma", 0.931, QImage()) for name in ("bb", "cc"))
    desk.workspace.similar.take(desk.questions[-1], desk.prediction, scans)
    assert not panel.isHidden()
    assert [row.text() for row in panel.rows] == ["Glioma · 0.93"] * 2
    assert [row.isEnabled() for row in panel.rows] == [True, False]
    panel.rows[0].click()
    assert desk.session.pane.entry_id == second
    assert panel.isHidden(), "they belonged to the scan before"
