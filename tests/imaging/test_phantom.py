"""The drawn heads: the same for the same seed, and a lesion where its kind grows."""

from typing import get_args

import numpy as np
import pytest

from tumorviewer.imaging.phantom import Lesion, Plane, draw_head
from tumorviewer.imaging.phantom_pages import Page, draw_page


@pytest.mark.parametrize("plane", get_args(Plane))
def test_same_seed_same_head(plane: Plane) -> None:
    first, again, other = (draw_head(seed, size=256, plane=plane) for seed in (7, 7, 8))
    assert first.dtype == np.uint8
    assert first.shape == (256, 256)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("plane", get_args(Plane))
@pytest.mark.parametrize("lesion", get_args(Lesion))
def test_lesion_enhances_and_stays_small(plane: Plane, lesion: Lesion) -> None:
    plain = draw_head(3, size=256, plane=plane, noise=0).astype(np.int16)
    drawn = draw_head(3, size=256, plane=plane, noise=0, lesion=lesion).astype(np.int16)
    brighter = drawn - plain > 40
    assert 0.002 < brighter.mean() < 0.08
    rows, columns = np.nonzero(brighter)
    assert np.ptp(rows) < 128
    assert np.ptp(columns) < 128


def test_glioma_is_a_ring_with_a_dark_middle() -> None:
    drawn = draw_head(0, plane="axial", lesion="glioma", noise=0, tilt=0.0)
    bright = drawn.astype(np.int16) - draw_head(0, plane="axial", noise=0, tilt=0.0) > 40
    rows, columns = np.nonzero(bright)
    middle = drawn[int(rows.mean()) - 4 : int(rows.mean()) + 5, int(columns.mean()) - 4 : int(columns.mean()) + 5]
    assert middle.mean() < 0.5 * drawn[bright].mean()


def test_head_has_dark_air_bright_scalp_dark_bone_and_brain_between() -> None:
    row = draw_head(1, plane="axial", noise=0, tilt=0.0)[200].astype(int)
    scalp = int(np.argmax(row > 100))
    bone = scalp + int(np.argmax(row[scalp:] < 40))
    brain = bone + int(np.argmax(row[bone:] > 45))
    assert row[:10].max() < 10
    assert 40 < scalp < bone < brain < 160
    assert 40 < np.median(row[brain : 512 - brain]) < 110


def test_noise_is_added() -> None:
    calm, noisy = (draw_head(5, size=256, noise=level)[:12].astype(float) for level in (0.0, 6.0))
    assert noisy.std() > calm.std() + 2


@pytest.mark.parametrize("kind", get_args(Page))
def test_pages_are_reproducible(kind: Page) -> None:
    page = draw_page(kind, 2, 300)
    assert page.shape == (300, 300)
    assert page.dtype == np.uint8
    assert np.array_equal(page, draw_page(kind, 2, 300))
    assert (np.ptp(page) == 0) == (kind == "blank")


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="lesion 'cyst'"):
        draw_head(0, lesion="cyst")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="plane 'oblique'"):
        draw_head(0, plane="oblique")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no page of kind 'cat'"):
        draw_page("cat")  # type: ignore[arg-type]
