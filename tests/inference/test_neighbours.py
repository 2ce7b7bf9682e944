"""The nearest by angle, in order."""

import numpy as np
import pytest

from tumorviewer.inference.neighbours import nearest, unit


def test_the_nearest_come_first_whatever_their_length() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(30, 64))
    asked = rows[7] + 0.1 * rng.normal(size=64)
    cosine = rows @ asked / np.linalg.norm(rows, axis=1) / np.linalg.norm(asked)
    found = nearest(asked, [unit(row * scale) for row, scale in zip(rows, rng.uniform(0.1, 9, 30), strict=True)], 5)
    assert [place for place, _ in found] == np.argsort(-cosine)[:5].tolist()
    assert [similarity for _, similarity in found] == pytest.approx(np.sort(cosine)[::-1][:5].tolist(), abs=2e-3)


def test_nothing_is_near_where_there_is_nothing() -> None:
    assert nearest(np.ones(4), [], 3) == []
    assert np.isfinite(unit(np.zeros(4))).all()
