"""The newest question is answered; a model that is damaged or missing costs the answers and nothing else."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_bundle import make_bundle
from workers.conftest import MakeDesk
from workers.desk import Desk, heads, png

from tumorviewer import paths
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.catalogue import shipped
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.entries import AUTOMATIC, WHOLE_IMAGE, CropKind
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.notices import NoticeKind
from tumorviewer.state.session import PanelStatus, Question
from tumorviewer.state.settings import MODEL
from tumorviewer.workers import asking


def test_the_shown_scan_is_answered_as_the_model_answers_it(quiet_desk: Desk, tmp_path: Path) -> None:
    quiet_desk.open(png(tmp_path / "1.png"))
    quiet_desk.wait(lambda: quiet_desk.session.prediction is not None)
    session = quiet_desk.session
    assert session.status is PanelStatus.ANSWERED
    loaded = session.pane.loaded
    assert loaded is not None
    expected = Predictor(load_bundle(shipped()[0].folder), threads=1).predict(loaded.grey, loaded.box)
    assert session.prediction is not None
    assert session.prediction.probabilities == pytest.approx(expected.probabilities, abs=1e-5)
    assert session.heat_map(None) is not None
    assert quiet_desk.rows[0].answer is not None
    assert quiet_desk.rows[0].answer.verdict == session.prediction.verdict


def test_while_a_crop_is_dragged_no_queue_grows(
    quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet_desk.open(png(tmp_path / "1.png"))
    quiet_desk.wait(lambda: quiet_desk.session.prediction is not None)
    asked: list[CropBox | None] = []
    entered, go_on = threading.Event(), threading.Event()
    predict = Predictor.predict

    def slow(self: Predictor, scan: object, box: CropBox | None) -> object:
        asked.append(box)
        entered.set()
        go_on.wait(10)
        return predict(self, scan, box)  # type: ignore[arg-type]

    monkeypatch.setattr(Predictor, "predict", slow)
    boxes = [CropBox(step, step, 60, 60) for step in range(1, 21)]
    quiet_desk.session.drag_crop(boxes[0])
    assert entered.wait(10)
    for box in boxes[1:]:
        quiet_desk.session.drag_crop(box)
    go_on.set()
    quiet_desk.wait(
        lambda: quiet_desk.session.prediction is not None and quiet_desk.session.prediction.crop == boxes[-1]
    )
    assert asked == [boxes[0], boxes[-1]]
    assert quiet_desk.rows[0].answer is not None
    assert quiet_desk.rows[0].answer.crop == boxes[-1]


def test_an_answer_to_a_crop_of_before_stays_out_of_the_row(
    quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = quiet_desk.open(png(tmp_path / "1.png"))
    quiet_desk.wait(lambda: quiet_desk.session.prediction is not None)
    before = row.answer
    assert quiet_desk.session.prediction is not None
    question = Question(row.id, np.zeros((8, 8), np.uint8), None, WHOLE_IMAGE, row.sha256, 0)
    quiet_desk.session.answered(question, replace(quiet_desk.session.prediction, verdict="uncertain", crop=None))
    assert row.answer is before
    quiet_desk.session.answered(question, replace(quiet_desk.session.prediction, model_sha256="another model"))
    assert quiet_desk.session.prediction.model_sha256 == quiet_desk.model.sha256


def test_while_slices_fly_by_only_the_last_is_asked_about(
    quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = quiet_desk.open(*heads(tmp_path, 20))
    quiet_desk.wait(lambda: all(row.id in quiet_desk.session.cache for row in rows))
    quiet_desk.wait(lambda: quiet_desk.session.prediction is not None)
    monkeypatch.setattr(asking, "FLYING_SECONDS", 1e9)
    asked: list[int] = []
    quiet_desk.session.question_asked.connect(lambda question: asked.append(question.entry_id))
    for _ in range(19):
        quiet_desk.session.scroll(1)
    quiet_desk.wait(lambda: rows[-1].answer is not None)
    assert len(asked) == 19
    assert [row.answer is not None for row in rows] == [True] + [False] * 18 + [True]


def test_an_answer_that_comes_when_another_slice_is_shown_is_kept(quiet_desk: Desk, tmp_path: Path) -> None:
    rows = quiet_desk.open(*heads(tmp_path, 2))
    quiet_desk.wait(lambda: quiet_desk.session.prediction is not None)
    prediction = quiet_desk.session.prediction
    assert prediction is not None
    question = Question(rows[1].id, np.zeros((8, 8), np.uint8), None, AUTOMATIC, "", 0)
    quiet_desk.session.answered(question, replace(prediction, verdict="uncertain"))
    assert rows[1].answer is not None
    assert quiet_desk.session.prediction is prediction


def test_a_question_about_a_scan_that_was_closed_is_dropped(quiet_desk: Desk, tmp_path: Path) -> None:
    quiet_desk.open(png(tmp_path / "1.png"))
    quiet_desk.wait(lambda: quiet_desk.session.prediction is not None)
    answered: list[Question] = []
    quiet_desk.workers._asker.answered.connect(lambda question, _: answered.append(question))
    quiet_desk.session.drag_crop(CropBox(1, 1, 50, 50))
    quiet_desk.workers.close_all()
    quiet_desk.open(png(tmp_path / "2.png", 2))
    quiet_desk.wait(lambda: quiet_desk.session.prediction is not None)
    # The window may have heard of the answer a moment before this list did.
    quiet_desk.wait(lambda: any(question.entry_id == quiet_desk.rows[0].id for question in answered))
    assert answered[-1].entry_id == quiet_desk.rows[0].id
    assert quiet_desk.rows[0].crop.kind is CropKind.AUTOMATIC


def damaged_copy(target: Path) -> Path:
    folder = shutil.copytree(shipped()[0].folder, target / shipped()[0].folder.name)
    model = bytearray((folder / "model.tflite").read_bytes())
    model[len(model) // 2] ^= 1
    (folder / "model.tflite").write_bytes(model)
    return folder


@pytest.mark.parametrize("what", ["missing", "damaged"])
def test_without_a_model_scans_are_shown(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    if what == "damaged":
        damaged_copy(models)
    monkeypatch.setattr(paths, "shipped_models", lambda: models)
    desk = make_desk()
    desk.wait_for_model()
    assert desk.model.status is ModelStatus.MISSING
    assert ("SHA-256 differs" if what == "damaged" else "no model yet") in desk.model.problem
    assert [notice.detail for notice in desk.told(NoticeKind.MODEL)] == [desk.model.problem]
    rows = desk.open(*heads(tmp_path / "in", 3))
    desk.wait(lambda: desk.session.pane.up_to_date)
    assert desk.session.status is PanelStatus.NO_MODEL
    assert not desk.jobs.running
    desk.worklist.review([rows[0].id], label="glioma")
    desk.wait(lambda: rows[0].sha256 != "")
    assert not desk.told(NoticeKind.FAULT)


def test_another_model_answers_anew(desk: Desk, tmp_path: Path) -> None:
    rows = desk.open(*heads(tmp_path / "in", 4))
    desk.wait_for_answers()
    first = desk.model.sha256
    make_bundle(paths.user_models())
    desk.workspace.settings.set(MODEL, "tiny-1.0")
    assert desk.model.status is ModelStatus.LOADING
    desk.wait_for_model()
    assert desk.model.name == "tiny-1.0"
    desk.wait(lambda: all(row.answer is not None and row.answer.model == "tiny-1.0" for row in rows))
    desk.wait(lambda: desk.session.prediction is not None)
    assert desk.session.prediction is not None
    assert desk.session.prediction.model == "tiny-1.0"
    desk.workers.use_model("")
    desk.wait_for_model()
    assert desk.model.sha256 == first
    desk.wait(lambda: all(row.answer is not None and row.answer.model_sha256 == first for row in rows))


def test_the_model_of_the_settings_answers_from_the_start(make_desk: MakeDesk, tmp_path: Path) -> None:
    make_bundle(paths.user_models())
    first = make_desk()
    first.workspace.settings.set(MODEL, "tiny-1.0")
    first.workspace.settings.save()
    first.close()
    second = make_desk()
    second.wait_for_model()
    assert second.model.name == "tiny-1.0"


def test_a_model_that_is_gone_is_not_replaced_silently(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.wait_for_model()
    desk.workers.use_model("gone-1.0")
    desk.wait_for_model()
    assert desk.model.status is ModelStatus.MISSING
    assert "gone-1.0" in desk.model.problem


def test_a_chosen_model_that_was_removed_gives_way_to_the_shipped_one_and_it_is_said_once(make_desk: MakeDesk) -> None:
    make_bundle(paths.user_models())
    first = make_desk()
    first.wait_for_model()
    shipped = first.model.name
    first.workspace.settings.set(MODEL, "tiny-1.0")
    first.wait_for_model()
    first.workspace.settings.save()
    first.close()
    shutil.rmtree(paths.user_models() / "tiny-1.0")
    second = make_desk()
    second.wait(lambda: second.model.name == shipped)
    assert [notice.subject for notice in second.told(NoticeKind.MODEL_GONE)] == ["tiny-1.0"]
    assert not second.told(NoticeKind.MODEL)
    assert second.workspace.settings.get(MODEL) == ""
