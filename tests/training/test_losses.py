"""The loss of labels that allow several classes, against its formula."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
keras = pytest.importorskip("keras")

from training.losses import AllowedClassesLoss, allowed_accuracy, encode_labels  # noqa: E402

LOGITS = np.array([[2.0, -1.0, 0.5, 0.0], [0.0, 3.0, 0.0, 1.0]], np.float32)


def probabilities() -> np.ndarray:
    powers = np.exp(LOGITS.astype(np.float64))
    return powers / powers.sum(axis=1, keepdims=True)


def loss_of(targets: np.ndarray, smoothing: float = 0.0) -> np.ndarray:
    return np.asarray(AllowedClassesLoss(smoothing).call(targets.astype(np.float32), LOGITS))


def test_a_plain_label_gives_cross_entropy() -> None:
    targets = encode_labels(["glioma", "no_tumor"])[:, None]
    p = probabilities()
    assert loss_of(targets) == pytest.approx([-np.log(p[0, 0]), -np.log(p[1, 3])], rel=1e-5)


def test_an_unspecified_tumour_asks_for_any_tumour_class() -> None:
    targets = encode_labels(["tumor_unspecified", "tumor_unspecified"])[:, None]
    p = probabilities()
    assert loss_of(targets) == pytest.approx(-np.log(p[:, :3].sum(axis=1)), rel=1e-5)


def test_an_unspecified_tumour_does_not_push_between_tumour_classes() -> None:
    import tensorflow as tf

    logits = tf.Variable(LOGITS)
    targets = encode_labels(["tumor_unspecified", "tumor_unspecified"])[:, None]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(AllowedClassesLoss(0.1).call(targets, logits))
    gradient = tape.gradient(loss, logits).numpy()
    p = probabilities()
    # d/dz_k = p_k - p_k / sum of the allowed: the allowed keep their proportions.
    expected = p - np.where(np.arange(4) < 3, p / p[:, :3].sum(axis=1, keepdims=True), 0.0)
    np.testing.assert_allclose(gradient, expected, atol=1e-5)


def test_smoothing_mixes_in_the_uniform_distribution() -> None:
    targets = encode_labels(["glioma", "no_tumor"])[:, None]
    log_p = np.log(probabilities())
    expected = -0.9 * log_p[[0, 1], [0, 3]] - 0.1 * log_p.mean(axis=1)
    assert loss_of(targets, 0.1) == pytest.approx(expected, rel=1e-5)


def test_a_mixed_picture_pays_each_label_by_its_share() -> None:
    own, other = encode_labels(["glioma", "no_tumor"]), encode_labels(["tumor_unspecified", "meningioma"])
    targets = np.stack([0.7 * own, 0.3 * other], axis=1)
    p = probabilities()
    expected = [
        -0.7 * np.log(p[0, 0]) - 0.3 * np.log(p[0, :3].sum()),
        -0.7 * np.log(p[1, 3]) - 0.3 * np.log(p[1, 1]),
    ]
    assert loss_of(targets) == pytest.approx(expected, rel=1e-5)


def test_accuracy_counts_any_allowed_answer_of_the_larger_part() -> None:
    own, other = encode_labels(["tumor_unspecified", "glioma"]), encode_labels(["no_tumor", "meningioma"])
    targets = np.stack([0.6 * own, 0.4 * other], axis=1).astype(np.float32)
    assert np.asarray(allowed_accuracy(targets, LOGITS)).tolist() == [1.0, 0.0]
