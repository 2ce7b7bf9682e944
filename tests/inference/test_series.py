"""The rule that makes one answer of the answers to slices."""

import time
from dataclasses import replace

import numpy as np
import pytest

from tumorviewer.imaging.geometry import Finding, Geometry, Plane, geometry_of
from tumorviewer.imaging.series_facts import SeriesFacts
from tumorviewer.imaging.stacks import slices_of
from tumorviewer.inference.labels import CLASSES, GLIOMA, MENINGIOMA, NO_TUMOR, NOT_BRAIN_MR, PITUITARY, UNCERTAIN
from tumorviewer.inference.series import Ground, SeriesAnswer, Use, series_answer, use_of

CERTAIN = 0.9
SLICE = SeriesFacts("1.2", "1", "", 1, None, 0.0, plane=Plane.AXIAL, size=(8, 8))


def facts_at(*places: float | None) -> list[SeriesFacts]:
    return [replace(SLICE, along=place) for place in places]


def geometry(facts: list[SeriesFacts]) -> Geometry:
    return geometry_of(slices_of([(one, 0, 1) for one in facts]))


def says(label: str, share: float = 0.97) -> list[float]:
    rest = (1.0 - share) / (len(CLASSES) - 1)
    return [share if name == label else rest for name in CLASSES]


def answer(
    slices: list[list[float]],
    facts: list[SeriesFacts] | None = None,
    uses: dict[int, Use] | None = None,
) -> SeriesAnswer:
    """Ask about slices 5 mm apart, unless `facts` says otherwise."""
    facts = facts or facts_at(*(5.0 * number for number in range(len(slices))))
    codes = np.full(len(slices), Use.COUNTED, np.uint8)
    for number, use in (uses or {}).items():
        codes[number] = use
    return series_answer(np.array(slices), codes, CLASSES, CERTAIN, geometry(facts))


HEALTHY = [says(NO_TUMOR)] * 20


def with_tumour(first: int, count: int, label: str = GLIOMA, share: float = 0.97) -> list[list[float]]:
    return HEALTHY[:first] + [says(label, share)] * count + HEALTHY[first + count :]


def test_neighbours_that_agree_make_the_answer_and_say_where() -> None:
    found = answer(with_tumour(8, 5, MENINGIOMA))
    assert (found.verdict, found.ground) == (MENINGIOMA, Ground.NEIGHBOURS)
    assert (found.first, found.last) == (8, 12)
    assert found.score == pytest.approx(0.97, abs=0.01)
    assert (found.total, found.counted, found.certain[MENINGIOMA]) == (20, 20, 5)
    assert not found.calibrated


def test_one_loud_slice_is_no_tumour_of_the_series_but_the_one_to_look_at() -> None:
    found = answer(with_tumour(8, 1, GLIOMA, 0.999))
    assert found.verdict == NO_TUMOR
    assert found.peak == 8
    assert answer(with_tumour(8, 2)).verdict == UNCERTAIN  # too much for "no tumour", too little for one


def test_thin_slices_need_more_neighbours() -> None:
    thin = facts_at(*(1.0 * number for number in range(20)))
    assert answer(with_tumour(5, 5), thin).verdict != GLIOMA
    found = answer(with_tumour(5, 10), thin)
    assert (found.verdict, found.span, found.first, found.last) == (GLIOMA, 10, 5, 14)


def test_a_run_does_not_cross_a_gap() -> None:
    places = [5.0 * number + (40.0 if number > 8 else 0.0) for number in range(20)]
    apart = facts_at(*places)
    assert geometry(apart).findings == ((Finding.GAPS, 1),)
    assert answer(with_tumour(7, 3)).verdict == GLIOMA
    assert answer(with_tumour(7, 3), apart).verdict == UNCERTAIN
    assert answer(with_tumour(9, 3), apart).verdict == GLIOMA


def test_slices_in_the_same_place_count_once() -> None:
    twice = facts_at(*(5.0 * (number // 2) for number in range(20)))
    assert geometry(twice).findings == ((Finding.SAME_PLACE, 10),)
    assert answer(with_tumour(8, 4), twice).verdict != GLIOMA  # four slices, two places
    found = answer(with_tumour(8, 6), twice)
    assert (found.verdict, found.first, found.last) == (GLIOMA, 8, 13)


def test_one_slice_that_is_left_out_does_not_part_neighbours_and_two_do() -> None:
    slices = with_tumour(8, 4)
    assert answer(slices, uses={9: Use.NOT_BRAIN}).verdict == GLIOMA
    apart = answer(with_tumour(8, 5), uses={9: Use.NOT_BRAIN, 10: Use.SCOUT})
    assert apart.verdict == UNCERTAIN
    assert apart.left_out == {Use.NOT_BRAIN: 1, Use.SCOUT: 1}
    assert apart.counted == 18


def test_two_kinds_of_tumour_are_uncertain_and_both_named() -> None:
    slices = with_tumour(3, 4, GLIOMA, 0.95)
    slices[12:16] = [says(PITUITARY, 0.98)] * 4
    found = answer(slices)
    assert (found.verdict, found.ground) == (UNCERTAIN, Ground.TWO_CLASSES)
    assert (found.label, found.other) == (PITUITARY, GLIOMA)


def test_no_tumour_asks_for_nearly_all_slices() -> None:
    found = answer(HEALTHY)
    assert (found.verdict, found.ground, found.score) == (NO_TUMOR, Ground.CLEAR, 1.0)
    unsure = with_tumour(4, 3, NO_TUMOR, 0.6)
    assert (answer(unsure).verdict, answer(unsure).ground) == (UNCERTAIN, Ground.DISAGREE)
    unread = dict.fromkeys((2, 9, 15), Use.UNREADABLE)
    assert answer(HEALTHY, uses=unread).verdict == UNCERTAIN
    assert answer(HEALTHY, uses={2: Use.UNREADABLE}).verdict == NO_TUMOR
    refused = dict.fromkeys(range(12), Use.NOT_BRAIN)
    assert answer(HEALTHY, uses=refused).ground is Ground.MUCH_LEFT_OUT
    assert answer(with_tumour(14, 4), uses=refused).verdict == GLIOMA


def test_nothing_is_said_before_all_slices_are_answered_but_where_to_look() -> None:
    found = answer(with_tumour(8, 4), uses={19: Use.WAITING, 0: Use.WAITING})
    assert (found.verdict, found.waiting) == ("", 2)
    assert found.peak is not None
    assert 8 <= found.peak < 12


def test_too_little_to_go_by() -> None:
    assert answer(HEALTHY[:2]).ground is Ground.TOO_FEW
    refused = answer(HEALTHY, uses=dict.fromkeys(range(20), Use.NOT_BRAIN))
    assert (refused.verdict, refused.peak) == (NOT_BRAIN_MR, None)
    scouts = answer(HEALTHY, uses=dict.fromkeys(range(20), Use.SCOUT))
    assert (scouts.verdict, scouts.ground) == (UNCERTAIN, Ground.NOTHING_COUNTS)
    assert answer(HEALTHY, uses=dict.fromkeys(range(20), Use.WAITING)).peak is None


def test_two_patients_get_no_answer() -> None:
    mixed = [replace(one, patient="p1" if number else "p2") for number, one in enumerate(facts_at(*range(20)))]
    found = answer(with_tumour(5, 12), mixed)
    assert (found.verdict, found.ground) == (UNCERTAIN, Ground.TWO_PATIENTS)


def test_planes_are_not_neighbours_and_what_is_missing_is_named() -> None:
    three = facts_at(*([0.0, 5.0, 10.0] * 2))
    three[3:] = [replace(one, plane=Plane.CORONAL, size=(8, 9)) for one in three[3:]]
    three[2] = replace(three[2], along=None)
    expected = {Finding.MIXED_PLANES: 2, Finding.MIXED_SIZES: 2, Finding.NO_PLACE: 1}
    assert dict(geometry(three).findings) == expected
    split = [says(NO_TUMOR)] + [says(GLIOMA)] * 4 + [says(NO_TUMOR)]
    assert answer(split, three).verdict == UNCERTAIN


def test_scouts_and_slices_between_the_planes_are_left_out_before_the_model_is_asked() -> None:
    assert use_of(None) is use_of(SLICE) is Use.WAITING
    assert use_of(replace(SLICE, scout=True)) is Use.SCOUT
    assert use_of(replace(SLICE, plane=Plane.OBLIQUE)) is Use.OBLIQUE


def test_five_hundred_slices_cost_less_than_a_frame_of_the_screen() -> None:
    slices = np.array([says(NO_TUMOR)] * 500)
    uses, lie = np.full(500, Use.COUNTED, np.uint8), geometry(facts_at(*range(500)))
    best = 1.0
    for _ in range(5):
        begun = time.perf_counter()
        series_answer(slices, uses, CLASSES, CERTAIN, lie)
        best = min(best, time.perf_counter() - begun)
    assert best < 0.016
