"""A data set as it is opened, looked over, closed; decisions about it; the preview of augmentation."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.config import TrainConfig
from training.decisions import LEAVE_OUT, Decision
from training.doubtful import DoubtfulLabels
from training.events import Answered, Failed, Found, Progress, RunStarted, Stopped
from training.overview import DataOverview, Patients, Verdict
from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.data_decisions import Decisions
from tumorviewer.state.training.data_job import DataJob
from tumorviewer.state.training.data_opened import DataTrouble, Look, Opened, Trouble
from tumorviewer.state.training.data_preview import PreviewState
from tumorviewer.state.training.desk import TrainingDesk

PARTS = {"train": 6, "validation": 2, "test": 2, "left_out": 0}


def overview(name: str, verdict: Verdict = Verdict.READY) -> DataOverview:
    return DataOverview(
        name, 20, {"glioma": PARTS, "no_tumor": PARTS}, verdict, "", "by pictures", None, (),
        Patients(0, 0, 0, 20, 0), {}, (), (), (), (), {}, {}, {},
    )  # fmt: skip


class Looker:
    """Answers what the state wants to be looked over, as the process does."""

    def __init__(self, data: DataState) -> None:
        self.data = data
        self.asked: list[Look] = []
        data.look_wanted.connect(self._begin)

    def _begin(self) -> None:
        look = self.data.begin_look()
        assert look is not None
        self.asked.append(look)
        assert self.data.looking.start(["audit"])

    def find(self, name: str, verdict: Verdict = Verdict.READY) -> None:
        self.data.looking.task.take(
            [Progress("reading scans", 1, 2), Found("overview", overview(name, verdict).to_dict())]
        )


@pytest.fixture
def data(tmp_path: Path) -> DataState:
    return DataState()


@pytest.fixture
def looker(data: DataState) -> Looker:
    return Looker(data)


def opened(path: Path, *, own_split: bool = False, **more: Any) -> Opened:
    return Opened(path, path / "home", own_split, **more)


def test_a_set_with_parts_of_its_own_is_looked_at_by_these_first(
    data: DataState, looker: Looker, tmp_path: Path
) -> None:
    data.open(opened(tmp_path, own_split=True))
    assert looker.asked == [Look(published=True)]
    assert data.is_looking
    assert not data.ready
    looker.find("a", Verdict.LEAKY)
    assert data.ready, "one may train on it"
    assert not data.shows_test_accuracy, "and sees no accuracy that means nothing"
    data.mend()
    assert looker.asked[-1] == Look(published=False)
    looker.find("a")
    assert data.shows_test_accuracy
    assert data.changes == {"published": False, "test_fold": None}


def test_a_look_that_is_stopped_leaves_what_was_known(data: DataState, looker: Looker, tmp_path: Path) -> None:
    data.open(opened(tmp_path))
    looker.find("a")
    known = data.overview
    data.use_pattern("x")
    data.cancel_look()
    data.looking.task.take([Stopped()])
    assert data.overview is known
    assert data.pattern == ""
    assert not data.is_looking


def test_a_newer_wish_waits_for_the_one_that_is_at_work(data: DataState, looker: Looker, tmp_path: Path) -> None:
    data.open(opened(tmp_path))
    data.use_pattern("new")
    assert len(looker.asked) == 1, "one at a time"
    data.looking.task.take([Stopped()])
    assert looker.asked[-1].pattern == "new"
    looker.find("a")
    assert data.pattern == "new"


def test_what_a_closed_set_still_tells_is_not_taken(data: DataState, looker: Looker, tmp_path: Path) -> None:
    data.open(opened(tmp_path / "first"))
    data.open(opened(tmp_path / "second"))
    looker.find("first")
    assert data.overview is None
    assert len(looker.asked) == 2, "the second one is looked at when the first has ended"
    looker.find("second")
    assert data.overview is not None
    assert data.overview.name == "second"
    data.close()
    assert data.folder is None
    assert data.overview is None
    assert not data.ready


def test_data_that_cannot_be_looked_over_show_nothing_old(data: DataState, looker: Looker, tmp_path: Path) -> None:
    data.open(opened(tmp_path))
    looker.find("a")
    data.look_again()
    data.looking.task.take([Failed("DatasetError", "There is nothing.")])
    assert data.overview is None
    assert data.failure is not None
    assert not data.ready
    data.lose()
    assert data.trouble == DataTrouble(Trouble.GONE, str(tmp_path))
    assert data.failure is None


def test_paths_are_below_the_folder_or_beside_the_index(data: DataState, tmp_path: Path) -> None:
    data.open(opened(tmp_path))
    assert data.path_of("a/b.png") == tmp_path / "a/b.png"
    data.open(opened(tmp_path / "index.csv"))
    assert data.path_of("a/b.png") == tmp_path / "a/b.png"


def test_decisions_are_about_what_the_files_say(tmp_path: Path) -> None:
    decisions, saved = Decisions(), []
    decisions.changed.connect(lambda: saved.append(decisions.all))
    decisions.open(tmp_path / "decisions.csv")
    decisions.decide("a.png", 0, "glioma", "pituitary")
    decisions.decide("a.png", 0, "pituitary", LEAVE_OUT)
    assert decisions.all == (Decision("a.png", 0, "glioma", LEAVE_OUT),)
    decisions.decide("a.png", 0, "pituitary", LEAVE_OUT)
    assert len(saved) == 2, "the same once more is nothing new"
    assert decisions.pending
    decisions.note_looked_at(decisions.all)
    assert not decisions.pending
    decisions.decide("b.png", 0, "glioma", "glioma")
    assert not decisions.pending, "a label that is kept changes no count"
    assert len(decisions.changing) == 1
    decisions.undo("a.png", 0)
    assert decisions.pending
    assert decisions.of("a.png", 0) is None
    decisions.undo("a.png", 0)
    assert len(saved) == 4


def test_runs_are_given_only_decisions_that_change_something(data: DataState, tmp_path: Path) -> None:
    kept = Decision("a.png", 0, "glioma", "glioma")
    data.open(opened(tmp_path, decisions=(kept,)))
    assert data.decisions.all == (kept,)
    assert data.decisions_file is None
    data.decisions.decide("b.png", 0, "glioma", LEAVE_OUT)
    assert data.decisions_file == tmp_path / "home" / "decisions.csv"


def test_the_time_left_is_that_of_the_step_at_hand() -> None:
    now = [0.0]
    job = DataJob(clock=lambda: now[0])
    job.start(["audit"])
    job.task.take([Progress("reading scans", 500, 1000)])
    now[0] = 0.5
    job.task.take([Progress("reading scans", 510, 1000)])
    assert job.seconds_left is None, "too early to tell"
    now[0] = 10.0
    job.task.take([Progress("reading scans", 600, 1000)])
    assert job.seconds_left == pytest.approx(40.0), "what was cached before does not count as speed"
    job.task.take([Progress("comparing scans", 0, 10)])
    assert job.seconds_left is None


def answer(number: int, crops: np.ndarray) -> Answered:
    return Answered(number, {"shape": list(crops.shape), "pixels": base64.b64encode(crops.tobytes()).decode()})


def test_the_preview_asks_once_at_a_time_and_the_newest_last() -> None:
    preview, asked = PreviewState(), []
    preview.question_due.connect(lambda: asked.append(preview.next_number()))
    preview.want(True)
    crops = np.zeros((2, 4, 4), np.uint8)
    preview.show_crops(crops)
    assert asked == [], "the process is not there yet"
    preview.task.take([Progress("start", 1, 1)])
    assert asked == [1]
    for _ in range(5):
        preview.refresh()
    assert asked == [1]
    preview.task.take([answer(1, crops + 7)])
    assert preview.after is not None
    assert preview.after.max() == 7
    assert asked == [1, 2], "what was moved meanwhile is asked once"
    preview.want(False)
    preview.task.take([Stopped()])
    assert not preview.listening
    assert not preview.task.busy
    preview.want(True)
    assert preview.task.busy, "it is started anew when it is seen again"


def test_what_no_anatomy_reaches_is_told_of_a_sound_split_of_the_same_data_only(tmp_path: Path) -> None:
    desk, reached = TrainingDesk(tmp_path), {"thumbnail": 0.6}
    looker = Looker(desk.data)
    desk.data.open(opened(tmp_path))

    def seen(verdict: Verdict) -> dict[str, float]:
        found = replace(overview("a", verdict), baselines={**reached, "not measured": None})
        desk.data.looking.task.take([Found("overview", found.to_dict())])
        return desk.baselines

    def run_on(data: Path, leak_free: bool = True, **settings: Any) -> dict[str, float]:
        config = TrainConfig(**settings)
        assert desk.run.start(config, tmp_path / "recipe", data, tmp_path / "run", tmp_path / "cache")
        desk.run.task.take([RunStarted("run", 6, 2, 2, leak_free, "", {}, 0)])
        shown = desk.baselines
        desk.run.task.take([Stopped()])
        return shown

    assert seen(Verdict.READY) == reached
    assert run_on(tmp_path) == reached
    assert run_on(tmp_path / "others") == {}
    assert run_on(tmp_path, published=True) == {}, "another split of the same data"
    assert run_on(tmp_path, leak_free=False) == {}, "the files have changed since they were looked over"
    assert run_on(tmp_path) == reached
    desk.data.look_again()
    assert len(looker.asked) == 2
    assert seen(Verdict.LEAKY) == {}


def test_doubtful_labels_of_another_day_are_taken_for_the_same_data_only(
    data: DataState, looker: Looker, tmp_path: Path
) -> None:
    found = DoubtfulLabels((), 20, 0, 5, "model")

    def seen(contents: str) -> None:
        told = replace(overview("a"), contents=contents)
        data.looking.task.take([Found("overview", told.to_dict())])

    data.open(opened(tmp_path))
    data.recall_doubtful("one", found)
    assert data.doubtful is None, "nothing is known of the data yet"
    seen("one")
    data.recall_doubtful("other", found)
    assert data.doubtful is None
    data.recall_doubtful("one", found)
    assert data.doubtful is found
    data.look_again()
    seen("one")
    assert data.doubtful is found
    data.look_again()
    seen("changed")
    assert data.doubtful is None
