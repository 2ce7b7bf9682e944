"""The strip below the scan, on real slices and the shipped model."""

from pathlib import Path

import numpy as np
import pytest
from dicom_writer import as_bytes, dataset_of
from gui.window.scenes import Scene, write_heads
from nifti_writer import write_volume
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tumorviewer.gui.look.tokens import DARK
from tumorviewer.gui.look.verdicts import verdict_colour
from tumorviewer.gui.window.actions import Act
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.phantom_pages import draw_page
from tumorviewer.inference.labels import GLIOMA, NO_TUMOR
from tumorviewer.inference.series import Ground, Use

TUMOUR = range(3, 7)
"""Slices with a glioma; the last slice of all is a page of text."""
COUNT = 10


def pages() -> list[NDArray[np.uint16]]:
    """Draw slices as a scanner stores them, each another file."""
    healthy, ill = draw_head(5, contrast="T1", size=256), draw_head(2, lesion="glioma", size=256)
    drawn = [ill if number in TUMOUR else healthy for number in range(COUNT - 1)]
    stored = [page.astype(np.uint16) * 8 for page in [*drawn, draw_page("text", 3, size=256)]]
    for number, page in enumerate(stored):
        page[0, 0] = number
    return stored


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("series")
    for number, page in enumerate(pages()):
        data = as_bytes(
            dataset_of(
                page,
                bits_stored=12,
                SeriesInstanceUID="1.2.3",
                SeriesDescription="T1 +C",
                ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
                ImagePositionPatient=[0, 0, 5 * number],
                WindowCenter=1020,
                WindowWidth=2041,
            )
        )
        (folder / f"{COUNT - number}.dcm").write_bytes(data)  # names go the other way
    return folder


def wait_for_series(scene: Scene) -> None:
    state = scene.workspace.series
    scene.wait(lambda: state.answer is not None and bool(state.answer.verdict))


def colour_at(scene: Scene, place: int, lane: int) -> str:
    """Return the colour in the middle of a slice's column."""
    strip = scene.window.review.series.strip
    image, column = strip.grab().toImage(), strip.column(place)
    ratio = image.devicePixelRatio()
    height = column.height() / 4
    return image.pixelColor(
        round(column.center().x() * ratio), round((column.top() + (lane + 0.6) * height) * ratio)
    ).name()


def test_a_series_is_answered_and_walked_through(scene: Scene, series: Path) -> None:
    scene.open(series)
    wait_for_series(scene)
    state, bar = scene.workspace.series, scene.window.review.series
    answer = state.answer
    assert answer is not None
    assert (answer.verdict, answer.ground, answer.first, answer.last) == (GLIOMA, Ground.NEIGHBOURS, 3, 6)
    assert (answer.counted, answer.left_out) == (COUNT - 1, {Use.NOT_BRAIN: 1})
    assert bar.isVisible()
    assert bar.headline.text == "Series · Glioma"
    assert "not calibrated for series" in bar.details.text()
    assert "1 left out: not a brain MR slice" in bar.details.text()
    glioma, clear = (verdict_colour(label, DARK).name() for label in (GLIOMA, NO_TUMOR))
    assert [colour_at(scene, place, 0) == glioma for place in (1, 4, 5, 8)] == [False, True, True, False]
    assert colour_at(scene, 1, 3) == clear
    assert "Left out: not a brain MR slice" in bar.strip.words_of(COUNT - 1)
    assert "Glioma: 9" in bar.strip.words_of(4)
    go_to_slices(scene)


def go_to_slices(scene: Scene) -> None:
    """Click, press keys, jump."""
    state, strip = scene.workspace.series, scene.window.review.series.strip
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.column(7).center().toPoint())
    assert state.place == 7
    assert scene.workspace.session.entry is scene.rows[7]
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() - 1, 20))  # beside the last one
    assert state.place == COUNT - 1
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert state.place == COUNT - 2
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert state.place == 0
    scene.act(Act.PEAK)
    assert state.place in TUMOUR
    assert state.place == state.peak
    assert f"Slice {state.place + 1} of {COUNT}" in strip.accessibleDescription()
    QTest.keyClick(strip, Qt.Key.Key_End)
    scene.window.review.series.peak.click()
    assert state.place == state.peak


def test_a_nifti_volume_is_a_series_and_an_edit_changes_its_answer(scene: Scene, tmp_path: Path) -> None:
    volume = np.stack([page.T for page in pages()], axis=-1)
    affine = np.diag([-1.0, -1.0, 5.0, 1.0])
    scene.open(write_volume(tmp_path / "head.nii.gz", volume, affine))
    wait_for_series(scene)
    state = scene.workspace.series
    assert len(scene.rows) == COUNT
    assert [row.format for row in scene.rows] == ["NIFTI"] * COUNT
    answer = state.answer
    assert answer is not None
    assert (answer.verdict, answer.left_out) == (GLIOMA, {Use.NOT_BRAIN: 1})
    state.show(COUNT - 1)
    scene.workspace.worklist.forget_answers()
    scene.wait(lambda: state.answer is not None and state.answer.waiting > 0)
    assert scene.window.review.series.headline.text == "Series · Not all slices are answered yet"


def test_pictures_of_a_folder_are_a_series_only_where_a_person_says_so(scene: Scene, tmp_path: Path) -> None:
    paths = write_heads(tmp_path / "pictures", 3)
    scene.open(paths[0])
    scene.wait_until_quiet()
    bar, state = scene.window.review.series, scene.workspace.series
    assert not bar.isVisible()
    scene.open(*paths)
    scene.wait(bar.isVisible)
    assert state.answer is None
    assert not bar.strip.isVisible()
    assert not scene.can(Act.PEAK)
    scene.wait_until_quiet()
    bar.taken.click()
    wait_for_series(scene)
    assert bar.strip.isVisible()
    assert "no positions known" in bar.details.text()
    bar.taken.click()
    assert state.answer is None
