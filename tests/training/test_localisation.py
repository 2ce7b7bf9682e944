"""Activation maps against boxes: the geometry goes through the crop and back."""

import math

import numpy as np
import pytest

from training.localisation import Localised, localisation_figures, localise
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.imaging.scan import CropBox

SPEC = InputSpec(size=64, margin=0.0)


def _map(row: int, column: int, cells: int = 8) -> np.ndarray:
    activation = np.full((cells, cells), -1.0, np.float32)
    activation[row, column] = 4.0
    return activation


def test_peak_is_followed_through_a_crop_off_the_middle() -> None:
    """The crop is the right half of a 200 x 100 picture: cell (1, 6) of its map lies at x = 181, y = 19."""
    crop = CropBox(100, 0, 100, 100)
    here = (0.906, 0.19, 0.06, 0.12)
    assert localise(_map(1, 6), here, crop, SPEC, (100, 200)).hit
    assert not localise(_map(1, 6), (0.5, 0.5, 0.2, 0.2), crop, SPEC, (100, 200)).hit
    # The same cell of the whole picture lies elsewhere.
    assert not localise(_map(1, 6), here, None, SPEC, (100, 200)).hit


def test_energy_of_an_even_map_is_the_share_of_the_box() -> None:
    found = localise(np.ones((8, 8), np.float32), (0.25, 0.5, 0.5, 1.0), None, SPEC, (100, 100))
    assert found.energy == pytest.approx(0.5, abs=0.01)
    assert found.area == pytest.approx(0.5, abs=0.01)


def test_padding_beside_a_narrow_crop_does_not_count() -> None:
    """A 50 x 100 crop fills the middle half of the square; heat in the padding is outside the patient."""
    activation = np.ones((8, 8), np.float32)
    activation[:, :2] = 50.0
    crop = CropBox(25, 0, 50, 100)
    found = localise(activation, (0.5, 0.25, 0.5, 0.5), crop, SPEC, (100, 100))
    assert found.energy == pytest.approx(0.5, abs=0.02)
    assert found.area == pytest.approx(0.5, abs=0.02)


def test_negative_evidence_is_no_energy() -> None:
    around = localise(_map(3, 3), (7 / 16, 7 / 16, 0.3, 0.3), None, SPEC, (128, 128))
    assert around.energy == pytest.approx(1.0, abs=0.02)
    assert math.isnan(localise(np.full((8, 8), -1.0, np.float32), (0.5, 0.5, 0.2, 0.2), None, SPEC, (64, 64)).energy)


def test_sums_leave_out_maps_without_energy() -> None:
    cases = [Localised(True, 0.5, 0.1), Localised(False, 0.1, 0.1), Localised(False, math.nan, 0.4)]
    figures = localisation_figures("x", cases, np.array(["a", "b", "b"]), rounds=50)
    assert figures.pointing.value == pytest.approx(1 / 3)
    assert figures.energy.value == pytest.approx(0.3)
    assert figures.energy.n == 2
    assert figures.chance == pytest.approx(0.2)
