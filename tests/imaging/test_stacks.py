"""Which files form a stack, and the order of its slices."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tumorviewer.imaging.geometry import Plane
from tumorviewer.imaging.series_facts import SeriesFacts
from tumorviewer.imaging.stacks import slices_of, sort_key, stack_key
from tumorviewer.imaging.survey import Surveyed

FACTS = SeriesFacts("1.2.3", "1.2", "T1 +C", 4, None, None)
FOLDER = Path("data/knee")


def picture(name: str, frames: int = 1) -> Surveyed:
    return Surveyed(FOLDER / name, "PNG", frames)


def slice_of(name: str, **facts) -> Surveyed:
    return Surveyed(FOLDER / name, "DICOM", 1, replace(FACTS, **facts))


def in_order(*files: Surveyed) -> list[str]:
    shuffled = random.Random(0).sample(files, len(files))
    return [one.path.name for one in sorted(shuffled, key=lambda one: sort_key(one, 0))]


def test_a_series_is_one_stack_wherever_its_files_lie() -> None:
    first, second = slice_of("IM1"), Surveyed(Path("elsewhere/IM2"), "DICOM", 1, FACTS)
    assert stack_key(first) == stack_key(second) == ("series", "1.2.3", "T1 +C (4)")
    assert stack_key(slice_of("IM1", number=None))[2] == "T1 +C"
    assert stack_key(slice_of("IM1", description=""))[2] == "knee (4)"
    assert stack_key(slice_of("IM1", key="1.2.4"))[1] == "1.2.4"


def test_frames_make_a_stack_of_their_own_and_single_pictures_share_their_folder() -> None:
    assert stack_key(picture("pages.tif", 3)) == ("file", str(FOLDER / "pages.tif"), "pages.tif")
    assert stack_key(picture("1.png")) == stack_key(picture("2.png")) == ("folder", str(FOLDER), "knee")
    assert stack_key(slice_of("IM1", key="")) == ("folder", str(FOLDER), "knee")


def test_slices_go_by_position_then_by_number_then_by_name() -> None:
    rows = [
        slice_of("z", along=-3.0, instance=9),
        slice_of("a", along=2.0, instance=8),
        slice_of("c", along=2.0000001, instance=9),
        slice_of("y 2", along=10.0),
        slice_of("Y 10", along=10.0),
        slice_of("m", instance=1),
        slice_of("b", instance=12),
        slice_of("1"),
    ]
    assert in_order(*rows) == ["z", "a", "c", "y 2", "Y 10", "m", "b", "1"]


def test_frames_of_an_enhanced_object_go_by_their_own_places() -> None:
    facts = replace(FACTS, plane=Plane.AXIAL, along=5.0, places=(5.0, -2.0, 1.0))
    many = Surveyed(FOLDER / "many", "DICOM", 3, facts)
    frames = sorted(range(3), key=lambda frame: sort_key(many, frame))
    assert frames == [1, 2, 0]
    assert slices_of([(facts, frame, 3) for frame in frames]).along.tolist() == [-2.0, 1.0, 5.0]
    untold = replace(facts, places=())
    assert np.isnan(slices_of([(untold, frame, 3) for frame in range(3)]).along).all()


def test_folders_go_by_name_as_a_person_counts() -> None:
    loose = slice_of("scan 3.dcm", key="", along=-50.0, instance=1)  # no series: a file in a folder like others
    assert in_order(picture("scan 10.png"), picture("Scan 2.png"), loose, picture("scan 1.png")) == [
        "scan 1.png",
        "Scan 2.png",
        "scan 3.dcm",
        "scan 10.png",
    ]


def test_frames_go_by_number_and_unread_files_by_name() -> None:
    assert sort_key(picture("a", 12), 2) < sort_key(picture("a", 12), 10)
    assert sort_key(picture("2.png"), 0) < sort_key(FOLDER / "3.png", 0) < sort_key(picture("10.png"), 0)


optional = st.none() | st.integers(-3, 3)
names = st.sampled_from(["1", "2", "10", "a1", "a10", "A2", "1a", ""])
anything = st.one_of(
    st.builds(lambda name: FOLDER / name, names),
    st.builds(picture, names),
    st.builds(
        lambda name, key, instance, along: slice_of(name, key=key, instance=instance, along=along),
        names,
        st.sampled_from(["", "1.2.3"]),
        optional,
        optional.map(lambda value: None if value is None else value / 7),
    ),
)


@given(st.lists(st.tuples(anything, st.integers(0, 2)), max_size=6))
def test_any_mix_has_one_order(rows) -> None:
    keys = [sort_key(file, frame) for file, frame in rows]
    assert sorted(keys) == sorted(keys, reverse=True)[::-1]
