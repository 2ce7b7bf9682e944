"""The drawn heads: slices of one head in three dimensions, with a lesion where its kind grows."""

from typing import get_args

import cv2
import numpy as np
import pytest

from tumorviewer.imaging.drawing.anatomy import Anatomy
from tumorviewer.imaging.drawing.lesions import Tumour
from tumorviewer.imaging.phantom import DrawnSlice, Lesion, Plane, draw_head, draw_slice, usual_position
from tumorviewer.imaging.phantom_pages import Page, draw_page

PLANES, LESIONS = get_args(Plane), get_args(Lesion)


def pixel_of(drawn: DrawnSlice, place: np.ndarray) -> tuple[int, int]:
    """Return row and column of a place in mm of the patient."""
    offset = (place - drawn.corner) / drawn.spacing
    return round(float(offset @ drawn.down)), round(float(offset @ drawn.along))


def likeness(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


@pytest.mark.parametrize("plane", PLANES)
def test_same_seed_same_head(plane: Plane) -> None:
    first, again, other = (draw_head(seed, size=192, plane=plane) for seed in (7, 7, 8))
    assert first.dtype == np.uint8
    assert first.shape == (192, 192)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("plane", PLANES)
def test_neighbouring_slices_look_like_neighbours(plane: Plane) -> None:
    here, near, far = (draw_head(5, size=192, plane=plane, position=at, noise=0) for at in (0.5, 0.51, 0.8))
    assert likeness(here, near) > 0.95
    assert likeness(here, near) > likeness(here, far) + 0.1


def test_planes_meet_in_the_same_anatomy() -> None:
    axial = draw_slice(4, size=320, plane="axial", position=0.6, noise=0, tilt=0.0)
    coronal = draw_slice(4, size=320, plane="coronal", position=0.55, noise=0, tilt=0.0)
    across = np.linspace(-70.0, 70.0, 150)
    back, height = coronal.corner[1], axial.corner[2]
    places = [np.array([x, back, height]) for x in across]
    seen = [np.array([drawn.signal[pixel_of(drawn, place)] for place in places]) for drawn in (axial, coronal)]
    assert likeness(*seen) > 0.95
    elsewhere = draw_slice(4, size=320, plane="coronal", position=0.7, noise=0, tilt=0.0)
    other = np.array([elsewhere.signal[pixel_of(elsewhere, place)] for place in places])
    assert likeness(seen[0], other) < 0.9


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("lesion", ["meningioma", "pituitary"])
def test_solid_lesions_enhance_where_they_grow(plane: Plane, lesion: Lesion) -> None:
    tumour, position = Tumour.of(3, lesion), usual_position(3, plane, lesion)
    drawn = draw_slice(3, size=192, plane=plane, noise=0, lesion=lesion)
    plain = draw_slice(3, size=192, plane=plane, position=position, noise=0)
    row, column = pixel_of(drawn, np.array(tumour.centre) * Anatomy.of(3).scale)
    rows, columns = np.mgrid[:192, :192]
    away = np.hypot(rows - row, columns - column) * drawn.spacing / tumour.radius
    changed = drawn.signal - plain.signal
    brighter = cv2.GaussianBlur(changed, (0, 0), 3) > 15  # fine vessels that are pushed aside fade
    assert 0.002 < brighter.mean() < 0.04
    assert np.mean(away[brighter] < 1.7) > 0.9
    assert np.abs(changed[away > 5.5]).max() < 25


@pytest.mark.parametrize("tilt", [0.0, 20.0])
@pytest.mark.parametrize("plane", PLANES)
def test_a_slice_knows_where_it_lies(plane: Plane, tilt: float) -> None:
    drawn = draw_slice(3, plane=plane, lesion="meningioma", noise=0, tilt=tilt)
    place = np.array(Tumour.of(3, "meningioma").centre) * Anatomy.of(3).scale
    row, column = pixel_of(drawn, place)
    assert drawn.signal[row - 3 : row + 4, column - 3 : column + 4].min() > 150
    plain = draw_slice(3, plane=plane, position=usual_position(3, plane, "meningioma"), noise=0, tilt=tilt)
    rows, columns = np.nonzero(drawn.signal - plain.signal > 60)
    assert np.hypot(rows.mean() - row, columns.mean() - column) * drawn.spacing < 6.0
    assert np.dot(drawn.along, drawn.down) == pytest.approx(0.0, abs=1e-12)
    # Its normal is the plane's, and the middle of the lesion lies in it.
    assert np.dot(np.cross(drawn.along, drawn.down), place - drawn.corner) == pytest.approx(0.0, abs=1e-3)


def test_a_lesion_is_not_seen_far_from_it() -> None:
    for position in (0.1, 0.95):
        with_it, without = (draw_head(2, size=192, position=position, lesion=kind) for kind in ("pituitary", None))
        assert np.array_equal(with_it, without) == (position > 0.5)


@pytest.mark.parametrize("plane", PLANES)
def test_glioma_is_a_ring_with_a_dark_middle(plane: Plane) -> None:
    tumour, drawn = Tumour.of(0, "glioma"), draw_slice(0, plane=plane, lesion="glioma", noise=0)
    row, column = pixel_of(drawn, np.array(tumour.centre) * Anatomy.of(0).scale)
    rows, columns = np.mgrid[:512, :512]
    away = np.hypot(rows - row, columns - column) * drawn.spacing
    middle, ring = drawn.signal[away < 0.3 * tumour.radius], drawn.signal[away < 1.4 * tumour.radius]
    assert np.percentile(middle, 75) < 0.5 * np.percentile(ring, 95)


def test_head_has_dark_air_bright_scalp_dark_bone_and_brain_between() -> None:
    row = draw_head(1, position=0.6, noise=0, tilt=0.0)[240].astype(int)
    scalp = int(np.argmax(row > 150))
    bone = scalp + int(np.argmax(row[scalp:] < 60))
    brain = bone + int(np.argmax(row[bone:] > 65))
    assert row[:10].max() < 10
    assert 40 < scalp < bone < brain < 160
    assert 60 < np.median(row[brain : 512 - brain]) < 110


def test_fluid_is_dark_after_contrast_and_bright_on_t2() -> None:
    eyes = (
        draw_slice(1, position=0.16, noise=0, tilt=0.0),
        draw_slice(1, position=0.16, noise=0, contrast="T2", tilt=0.0),
    )
    place = np.array([31.0, -64.0, -36.0]) * Anatomy.of(1).scale
    dark, bright = (drawn.signal[pixel_of(drawn, place)] for drawn in eyes)
    assert dark < 60
    assert bright > 180


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("position", [0.0, 1.0])
def test_the_ends_of_the_brain_can_be_cut(plane: Plane, position: float) -> None:
    drawn = draw_slice(6, size=96, plane=plane, position=position)
    assert drawn.signal.dtype == np.float32
    assert np.isfinite(drawn.signal).all()
    assert drawn.signal.max() > 100  # scalp at least


def test_noise_is_added_and_differs_from_slice_to_slice() -> None:
    calm, noisy = (draw_head(5, size=256, noise=level)[:12].astype(float) for level in (0.0, 6.0))
    assert noisy.std() > calm.std() + 2
    corners = [draw_head(5, size=256, noise=6.0, position=at)[:12, :12] for at in (0.5, 0.501)]
    assert abs(likeness(*corners)) < 0.4


@pytest.mark.parametrize("kind", get_args(Page))
def test_pages_are_reproducible(kind: Page) -> None:
    page = draw_page(kind, 2, 300)
    assert page.shape == (300, 300)
    assert page.dtype == np.uint8
    assert np.array_equal(page, draw_page(kind, 2, 300))
    assert (np.ptp(page) == 0) == (kind == "blank")


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="lesion 'cyst'"):
        draw_head(0, lesion="cyst")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="plane 'oblique'"):
        draw_head(0, plane="oblique")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"position 1\.2"):
        draw_head(0, position=1.2)
    with pytest.raises(ValueError, match="CT"):
        draw_head(0, contrast="CT")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no page of kind 'cat'"):
        draw_page("cat")  # type: ignore[arg-type]
