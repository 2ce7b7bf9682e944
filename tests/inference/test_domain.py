"""The domain score against its definition, and the rules of the verdict."""

import numpy as np
import pytest

from tumorviewer.inference.card import Thresholds
from tumorviewer.inference.domain import DomainModel, fit_domain
from tumorviewer.inference.labels import CLASSES, NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.inference.verdict import decide


@pytest.fixture(scope="module")
def cloud() -> tuple[np.ndarray, np.ndarray]:
    """Three classes in 20 dimensions that spread along three directions."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 3, 900)
    means = rng.normal(0, 5, (3, 20))
    spread = rng.normal(0, 1, (3, 20)) * 2
    return means[labels] + rng.normal(size=(900, 3)) @ spread + rng.normal(0, 0.3, (900, 20)), labels


def of_length_1(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def test_the_score_is_the_mahalanobis_distance_under_the_low_rank_covariance(cloud: tuple[np.ndarray, np.ndarray]):
    embeddings, labels = cloud
    model = fit_domain(embeddings, labels, 3)
    embeddings = of_length_1(embeddings)
    means = np.stack([embeddings[labels == index].mean(axis=0) for index in range(3)])
    centred = embeddings - means[labels]
    values, vectors = np.linalg.eigh(centred.T @ centred / (900 - 3))
    flattened = np.r_[np.full(17, values[:17].mean()), values[17:]]
    inverse = vectors @ np.diag(1 / flattened) @ vectors.T
    for point in (embeddings[0], of_length_1(embeddings[1] + 3.0), np.zeros(20)):
        expected = min(np.sqrt((point - mean) @ inverse @ (point - mean)) for mean in means)
        assert model.score(point) == pytest.approx(expected, rel=1e-3)
        assert model.score(7.5 * point) == pytest.approx(expected, rel=1e-3)  # only the direction counts


def test_fewer_rows_than_dimensions_give_the_same_score_as_the_whole_covariance():
    rng = np.random.default_rng(5)
    labels = np.repeat([0, 1], 10)
    embeddings = of_length_1(rng.normal(size=(20, 60)) * np.linspace(3, 0.2, 60) + labels[:, None])
    model = fit_domain(embeddings, labels, 4)
    means = np.stack([embeddings[labels == index].mean(axis=0) for index in range(2)])
    centred = embeddings - means[labels]
    values, vectors = np.linalg.eigh(centred.T @ centred / 18)
    inverse = vectors @ np.diag(1 / np.r_[np.full(56, values[:56].mean()), values[56:]]) @ vectors.T
    for point in (embeddings[3], of_length_1(np.ones(60))):
        expected = min(np.sqrt((point - mean) @ inverse @ (point - mean)) for mean in means)
        assert model.score(point) == pytest.approx(expected, rel=1e-3)


def test_training_points_are_near_and_others_far(cloud: tuple[np.ndarray, np.ndarray]):
    embeddings, labels = cloud
    model = fit_domain(embeddings, labels, 3)
    inside = model.scores(embeddings)
    # Squared distances to the own mean follow a chi-squared distribution with 20 degrees of freedom.
    assert np.mean(inside**2) == pytest.approx(20, rel=0.1)
    outside = model.scores(np.random.default_rng(1).normal(0, 12, (200, 20)))
    assert outside.min() > np.quantile(inside, 0.999)


def test_saved_and_read_it_is_the_same(cloud: tuple[np.ndarray, np.ndarray]):
    model = fit_domain(*cloud, 5)
    again = DomainModel.from_bytes(model.to_bytes())
    assert again.axes.shape == (20, 5)
    np.testing.assert_allclose(again.scores(cloud[0]), model.scores(cloud[0]), rtol=1e-6)


def test_fewer_rows_than_dimensions_and_dead_dimensions_still_give_finite_scores():
    rng = np.random.default_rng(0)
    embeddings = np.c_[rng.normal(size=(12, 6)), np.zeros((12, 50))]
    model = fit_domain(embeddings, np.repeat([0, 1], 6), 30)
    assert np.isfinite(model.scores(embeddings)).all()
    assert model.score(np.full(56, 3.0)) > model.scores(embeddings).max()


def test_negative_labels_are_left_out(cloud: tuple[np.ndarray, np.ndarray]):
    embeddings, labels = cloud
    more = np.r_[embeddings, embeddings + 100], np.r_[labels, np.full(900, -1)]
    np.testing.assert_allclose(fit_domain(*more, 3).means, fit_domain(embeddings, labels, 3).means)


def test_a_class_without_rows_is_refused():
    with pytest.raises(ValueError, match="every class"):
        fit_domain(np.ones((5, 3)), np.array([0, 0, 2, 2, 2]), 1)


LIMITS = Thresholds(certain=0.7, domain=10.0)


@pytest.mark.parametrize(
    ("probabilities", "score", "blank", "expected"),
    [
        ([0.1, 0.8, 0.05, 0.05], 9.9, False, "meningioma"),
        ([0.1, 0.7, 0.1, 0.1], 10.0, False, "meningioma"),
        ([0.1, 0.69, 0.11, 0.1], 1.0, False, UNCERTAIN),
        ([0.0, 1.0, 0.0, 0.0], 10.1, False, NOT_BRAIN_MR),
        ([0.0, 1.0, 0.0, 0.0], float("nan"), False, NOT_BRAIN_MR),
        ([0.25, 0.25, 0.25, 0.25], 11.0, False, NOT_BRAIN_MR),
        ([0.0, 1.0, 0.0, 0.0], 1.0, True, NOT_BRAIN_MR),
    ],
)
def test_verdict(probabilities: list[float], score: float, blank: bool, expected: str):
    assert decide(np.array(probabilities), CLASSES, score, LIMITS, blank=blank) == expected
