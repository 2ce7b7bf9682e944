"""All that is open is judged: what is on the screen first, once, and never again where it is remembered."""

import hashlib
import os
import threading
from pathlib import Path

import numpy as np
import pytest
from workers.conftest import MakeDesk
from workers.desk import Desk, dicom, head, heads, png, written

from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.entries import CropChoice, CropKind, RowStatus
from tumorviewer.state.jobs import JobEnd, JobKind
from tumorviewer.state.settings import JUDGE_ALL


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[CropBox | None]:
    """Return a list that grows with every picture that a model is asked about."""
    boxes: list[CropBox | None] = []
    predict = Predictor.predict

    def counted(self: Predictor, scan: object, box: CropBox | None) -> object:
        boxes.append(box)
        return predict(self, scan, box)  # type: ignore[arg-type]

    monkeypatch.setattr(Predictor, "predict", counted)
    return boxes


def test_all_rows_get_their_answer_in_one_job(desk: Desk, tmp_path: Path) -> None:
    scans = tmp_path / "scans"  # beside the user folder, whose thumbnails are no scans
    heads(scans, 12)
    written(scans / "cut.png", (scans / "0.png").read_bytes()[:900])
    seen: list[tuple[int, int | None]] = []
    ends: list[JobEnd] = []
    signals: list[int] = []

    def watch() -> None:
        for job in desk.jobs.running:
            if job.kind is JobKind.JUDGING:
                seen.append((job.done, job.total))
                if len(seen) == 1:
                    job.ended.connect(ends.append)

    desk.jobs.changed.connect(watch)
    desk.worklist.changed.connect(lambda ids: signals.append(len(ids)))
    rows = desk.open(scans)
    desk.wait_for_answers()
    assert [row.status for row in rows] == [RowStatus.ANSWERED] * 12 + [RowStatus.UNREADABLE]
    assert all(len(row.sha256) == 64 for row in rows[:12])
    assert seen[-1] == (13, 13)
    assert ends == [JobEnd.DONE]
    assert len(signals) < 13 + 6  # results come together


def test_the_shown_scan_is_asked_about_once(desk: Desk, tmp_path: Path, asked: list[CropBox | None]) -> None:
    desk.wait_for_model()
    desk.open(png(tmp_path / "1.png"))
    desk.wait_for_answers()
    desk.wait(lambda: desk.session.prediction is not None)
    assert len(asked) == 1


def test_what_is_on_the_screen_comes_first(desk: Desk, tmp_path: Path) -> None:
    order: list[int] = []
    desk.worklist.changed.connect(
        lambda ids: order.extend(i for i in ids if desk.worklist.entries[i].answer is not None and i not in order)
    )
    rows = desk.open(*heads(tmp_path, 40))  # the model is not there yet, or has just begun
    visible = [row.id for row in rows[30:34]]
    desk.workers.set_visible(visible)
    desk.wait_for_answers()
    places = sorted(order.index(entry_id) for entry_id in visible)
    assert places[-1] < 30


def test_opening_again_needs_neither_model_nor_pixels(
    make_desk: MakeDesk, tmp_path: Path, asked: list[CropBox | None]
) -> None:
    files = heads(tmp_path / "in", 6)
    first = make_desk()
    before = first.open(tmp_path / "in")
    first.wait_for_answers()
    answers = [row.answer for row in before]
    first.close()
    for path in files[1:]:  # the same size and time, and nothing that could be decoded
        written(path, bytes(path.stat().st_size))
    asked.clear()
    second = make_desk()
    second.wait_for_model()
    arrived: list[object] = []
    second.worklist.added.connect(lambda ids: arrived.extend(second.worklist.entries[i].answer for i in ids))
    second.worklist.add([])  # nothing yet
    with pytest.MonkeyPatch.context() as patch:
        # A header is looked at, nothing more: that these have none must not matter here.
        patch.setattr("tumorviewer.workers.opening.survey", survey_by_name)
        second.open(tmp_path / "in")
    assert arrived == answers
    assert len(asked) <= 1  # of the scan that is shown, for its heat map


def survey_by_name(path: Path) -> object:
    from tumorviewer.imaging.survey import Surveyed

    return Surveyed(path, "PNG", 1)


def test_moved_files_are_known_by_their_content(
    make_desk: MakeDesk, tmp_path: Path, asked: list[CropBox | None]
) -> None:
    heads(tmp_path / "in", 6)
    first = make_desk()
    first.open(tmp_path / "in")
    first.wait_for_answers()
    first.close()
    (tmp_path / "in").rename(tmp_path / "elsewhere")
    asked.clear()
    second = make_desk()
    rows = second.open(tmp_path / "elsewhere")
    second.wait_for_answers()
    assert all(row.answer is not None for row in rows)
    assert len(asked) <= 1


def test_a_file_that_changed_is_judged_again(make_desk: MakeDesk, tmp_path: Path) -> None:
    png(tmp_path / "in" / "1.png", 1)
    first = make_desk()
    (row,) = first.open(tmp_path / "in")
    first.wait_for_answers()
    before = row.answer
    first.close()
    png(tmp_path / "in" / "1.png", 2)
    os.utime(tmp_path / "in" / "1.png", (1.1e9, 1.1e9))
    second = make_desk()
    (row,) = second.open(tmp_path / "in")
    second.wait_for_answers()
    assert row.answer is not None
    assert row.answer != before
    assert row.sha256 == hashlib.sha256((tmp_path / "in" / "1.png").read_bytes()).hexdigest()


def test_edited_crops_are_not_remembered(make_desk: MakeDesk, tmp_path: Path) -> None:
    first = make_desk()
    (row,) = first.open(png(tmp_path / "1.png"))
    first.wait_for_answers()
    automatic = row.answer
    box = CropBox(5, 5, 40, 40)
    first.session.edit_crop(CropChoice(CropKind.EDITED, box))
    first.wait(lambda: row.answer is not None and row.answer.crop == box)
    first.close()
    second = make_desk()
    second.wait_for_model()
    (row,) = second.open(tmp_path / "1.png")
    assert row.answer is not None
    assert automatic is not None
    assert row.answer.crop == automatic.crop


def test_an_edited_crop_is_what_another_model_judges(desk: Desk, tmp_path: Path) -> None:
    rows = desk.open(*heads(tmp_path, 3))
    desk.wait_for_answers()
    box = CropBox(5, 5, 40, 40)
    desk.session.edit_crop(CropChoice(CropKind.EDITED, box))
    desk.wait(lambda: rows[0].answer is not None and rows[0].answer.crop == box)
    desk.session.show(rows[2].id)
    desk.workers.use_model("")
    desk.worklist.forget_answers()
    desk.wait_for_answers()
    assert rows[0].answer is not None
    assert rows[0].answer.crop == box
    assert rows[1].answer is not None
    assert rows[1].answer.crop != box


def test_frames_of_a_file_are_judged_with_one_opening(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tumorviewer.workers import sources

    opened: list[str] = []
    original = sources.open_source
    monkeypatch.setattr(
        sources, "open_source", lambda path: opened.append(threading.current_thread().name) or original(path)
    )
    rows = desk.open(dicom(tmp_path / "many.dcm", np.stack([head(seed) for seed in range(8)])))
    desk.wait_for_answers()
    assert len({row.answer for row in rows}) == 8
    assert len(opened) == 2  # by the reader, and by a judge


def test_stopping_keeps_what_was_judged_and_lasts_until_something_is_opened(desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "in", 40)
    desk.wait_for_model()
    ends: list[JobEnd] = []

    def stop(ids: list[int]) -> None:
        if sum(row.answer is not None for row in desk.rows) >= 3 and not ends:
            job = desk.job(JobKind.JUDGING)
            job.ended.connect(ends.append)
            job.cancel()

    desk.worklist.changed.connect(stop)
    rows = desk.open(tmp_path / "in")
    desk.wait(lambda: bool(ends))
    assert ends == [JobEnd.CANCELLED]
    answered = sum(row.answer is not None for row in rows)
    assert 3 <= answered < 40
    new = png(tmp_path / "new.png", 9)
    desk.open(new)
    desk.wait(lambda: desk.row("new.png").answer is not None and not desk.jobs.running)
    assert sum(row.answer is not None for row in rows) <= answered + 1  # and the one that is looked at
    desk.workers.judge_rest()
    desk.wait_for_answers()


def test_the_setting_is_obeyed_at_once(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk(judging=False)
    desk.wait_for_model()
    rows = desk.open(*heads(tmp_path, 40))
    desk.wait(lambda: desk.session.prediction is not None)
    assert [row.answer is not None for row in rows] == [True] + [False] * 39
    answered: list[int] = []

    def switch_off(_: list[int]) -> None:
        answered[:] = [row.id for row in rows if row.answer is not None]
        if 3 <= len(answered) < 40:
            desk.workspace.settings.set(JUDGE_ALL, False)

    desk.worklist.changed.connect(switch_off)
    desk.workspace.settings.set(JUDGE_ALL, True)
    desk.wait(lambda: not desk.workspace.settings.get(JUDGE_ALL))
    assert not [job for job in desk.jobs.running if job.kind is JobKind.JUDGING]
    assert len(answered) < 40
    desk.worklist.changed.disconnect(switch_off)
    desk.workspace.settings.set(JUDGE_ALL, True)
    desk.wait_for_answers()


def test_closing_all_ends_the_job(desk: Desk, tmp_path: Path) -> None:
    desk.wait_for_model()
    desk.open(*heads(tmp_path, 30))
    desk.wait(lambda: any(row.answer is not None for row in desk.rows))
    desk.workers.close_all()
    assert not desk.jobs.running
    (row,) = desk.open(png(tmp_path / "new.png", 9))
    desk.wait_for_answers()
    assert row.answer is not None
