"""Many files are answered in order, each as it would be alone; a few are in flight; a broken one is one answer."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from tiny_bundle import head_with_bright_quadrant

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.discover import Found
from tumorviewer.imaging.errors import DamagedImageError, MissingFileError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import render_grey
from tumorviewer.inference.batch import judge_files
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.labels import CLASSES
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor, Ready, usable_cores


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("scans")
    paths = []
    for number in range(24):
        path = folder / f"{number}.png"
        head = head_with_bright_quadrant(CLASSES[number % 4], number)
        path.write_bytes(cv2.imencode(".png", head)[1].tobytes())
        paths.append(path)
    return paths


@pytest.mark.parametrize("threads", [1, 2, 99])
def test_answers_come_in_order_and_equal_those_of_the_predictor(
    bundle: Bundle, predictor: Predictor, scans: list[Path], threads: int
):
    answers = list(judge_files(bundle, map(Found, scans), threads=threads))
    assert [answer.path for answer in answers] == scans
    for number, answer in enumerate(answers):
        head = head_with_bright_quadrant(CLASSES[number % 4], number)
        alone = predictor.predict(head, find_brain_box(head))
        assert answer.prediction is not None
        np.testing.assert_allclose(answer.prediction.probabilities, alone.probabilities, rtol=1e-5)
        assert answer.prediction.label == CLASSES[number % 4]
        assert (answer.frame, answer.frames, len(answer.sha256)) == (0, 1, 64)


def test_errors_take_their_place_between_the_answers(bundle: Bundle, scans: list[Path], tmp_path: Path):
    torn = tmp_path / "torn.png"
    torn.write_bytes(scans[0].read_bytes()[:600])
    gone = tmp_path / "gone.png"
    told = MissingFileError(gone, "it is a link that leads nowhere")
    files = [Found(scans[0]), Found(torn), Found(gone, told), Found(scans[1]), Found(tmp_path / "never.png")]
    answers = list(judge_files(bundle, files))
    assert [answer.error is None for answer in answers] == [True, False, False, True, False]
    assert isinstance(answers[1].error, DamagedImageError)
    assert answers[2].error is told
    assert isinstance(answers[4].error, MissingFileError)


def test_every_page_of_a_file_is_answered(bundle: Bundle, tmp_path: Path):
    pages = [head_with_bright_quadrant(label, 4) for label in CLASSES]
    good, data = cv2.imencodemulti(".tif", pages)
    assert good
    (tmp_path / "stack.tif").write_bytes(data.tobytes())
    for files in ([tmp_path / "stack.tif"], [tmp_path / "stack.tif"] * 3):
        answers = list(judge_files(bundle, map(Found, files)))
        assert [answer.frame for answer in answers] == [0, 1, 2, 3] * len(files)
        assert {answer.frames for answer in answers} == {4}
        assert [answer.prediction.label for answer in answers[:4] if answer.prediction] == list(CLASSES)


def test_a_fault_in_one_scan_is_one_answer(bundle: Bundle, scans: list[Path], monkeypatch: pytest.MonkeyPatch):
    """The scans of a group go through the network together; what breaks on one must not take the others along."""
    judge, broken = Predictor.judge, []

    def breaks_on_one(self: Predictor, ready: Sequence[Ready]) -> list[Prediction]:
        if any(hashlib.sha256(one.picture).digest() in broken for one in ready):
            raise RuntimeError("a tensor is missing")
        return judge(self, ready)

    grey = render_grey(load_scan(scans[2]))
    broken.append(hashlib.sha256(Predictor(bundle).make_ready(grey, find_brain_box(grey)).picture).digest())
    monkeypatch.setattr(Predictor, "judge", breaks_on_one)
    answers = list(judge_files(bundle, map(Found, scans[:6])))
    assert [answer.error is None for answer in answers] == [True, True, False, True, True, True]
    assert "please report it (RuntimeError: a tensor is missing)" in str(answers[2].error)
    assert [answer.path for answer in answers] == scans[:6]


@pytest.mark.skipif(usable_cores() < 2, reason="one core works file by file")
def test_large_files_are_not_put_together(bundle: Bundle, tmp_path: Path):
    """Each may hold a thousand frames: one thread may not have four while the others have none."""
    good, data = cv2.imencodemulti(".tif", [np.random.default_rng(0).integers(0, 256, (600, 600), np.uint8)] * 4)
    assert good
    (tmp_path / "stack.tif").write_bytes(data.tobytes())
    taken = 0

    def endless() -> Iterator[Found]:
        nonlocal taken
        while True:
            taken += 1
            yield Found(tmp_path / "stack.tif")

    with closing(judge_files(bundle, endless(), threads=2)) as answers:
        first = [next(answers) for _ in range(8)]
        assert [answer.frame for answer in first] == [0, 1, 2, 3] * 2
        assert taken <= 2 + 2 * 4


@pytest.mark.skipif(usable_cores() < 2, reason="one core works file by file")
def test_files_are_taken_a_few_ahead_and_no_more_after_closing(bundle: Bundle, scans: list[Path]):
    taken = 0

    def endless() -> Iterator[Found]:
        nonlocal taken
        while True:
            taken += 1
            yield Found(scans[taken % len(scans)])

    answers = judge_files(bundle, endless(), threads=2)
    for _ in range(40):
        next(answers)
    assert 40 <= taken <= 40 + 2 * 4 * 4  # groups of four files, four for each thread
    answers.close()
    before = taken
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("judge")]
    assert taken == before


def test_nothing_to_do_gives_nothing(bundle: Bundle):
    assert list(judge_files(bundle, [])) == []


def test_opencv_has_its_threads_back_afterwards(bundle: Bundle, scans: list[Path]):
    before = cv2.getNumThreads()
    answers = judge_files(bundle, map(Found, scans), threads=2)
    next(answers)
    if usable_cores() > 1:
        assert cv2.getNumThreads() == 1
    answers.close()
    assert cv2.getNumThreads() == before
