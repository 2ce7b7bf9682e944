"""The head in NumPy does what Keras would: the same loss, the same gradient, the same steps."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from training import events  # noqa: E402
from training.config import TrainConfig  # noqa: E402
from training.errors import DivergedError, TrainingCancelled  # noqa: E402
from training.finetune import Material, compile_for_training  # noqa: E402
from training.headphase import HEAD_BATCH, train_head  # noqa: E402
from training.linear_head import allowed_loss, drop  # noqa: E402
from training.losses import AllowedClassesLoss, encode_labels  # noqa: E402
from training.network import Network  # noqa: E402
from training.sampling import draw_epoch  # noqa: E402
from tumorviewer.inference.labels import CLASSES  # noqa: E402

SIZE = 24
COUNT, HELD = 300, 60


@pytest.fixture
def network() -> Network:
    """Return a head on 24 features; the features themselves are not used."""
    keras.utils.set_random_seed(1)
    pixels = keras.Input((None, None, SIZE))
    features = keras.Model(pixels, keras.layers.Activation("linear")(pixels))
    head = keras.layers.Conv2D(4, 1)
    head.build((None, None, None, SIZE))
    return Network("lite0", features, head)


def some_material(*, weighted: bool = False) -> tuple[Material, np.ndarray]:
    """Return 360 samples of five kinds of labels, and embeddings that tell a part of them."""
    generator = np.random.default_rng(3)
    labels = [(*CLASSES, "tumor_unspecified")[n % 5] for n in range(COUNT + HELD)]
    masks = encode_labels(labels)
    embeddings = generator.normal(0.0, 1.0, (len(labels), SIZE)).astype(np.float32)
    embeddings[:, :4] += masks
    weights = generator.uniform(0.2, 2.0, len(labels)).astype(np.float32) if weighted else None
    everything = np.arange(len(labels), dtype=np.int64)
    return Material({}, everything[:COUNT], everything[COUNT:], masks, None, weights), embeddings


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_and_gradient_are_those_of_keras(smoothing: float) -> None:
    import tensorflow as tf

    logits = np.random.default_rng(0).normal(0.0, 4.0, (10, 4)).astype(np.float32)
    logits[0] = [200.0, -200.0, 0.0, 0.0]  # what is allowed may be as unlikely as it can be
    masks = encode_labels(
        [("meningioma", "tumor_unspecified", "glioma", "no_tumor", "pituitary")[n % 5] for n in range(10)]
    )
    given = tf.Variable(logits)
    with tf.GradientTape() as tape:
        expected = AllowedClassesLoss(smoothing).call(tf.constant(masks[:, None, :]), given)
    losses, gradient = allowed_loss(logits, masks, smoothing)
    np.testing.assert_allclose(losses, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(gradient, tape.gradient(expected, given), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("weighted", [False, True])
def test_a_head_learns_what_keras_would_have_taught_it(network: Network, weighted: bool) -> None:
    material, embeddings = some_material(weighted=weighted)
    config = TrainConfig(head_epochs=2, head_learning_rate=1e-2, dropout=0.0, weight_decay=0.5, label_smoothing=0.1)
    model = network.head_classifier()
    start = network.head.get_weights()
    rate = keras.optimizers.schedules.CosineDecay(1e-2, 2 * -(-COUNT // HEAD_BATCH))
    compile_for_training(model, keras.optimizers.AdamW(rate, weight_decay=0.5), 0.1)
    figures = []
    for epoch in range(2):
        drawn = draw_epoch(None, COUNT, COUNT, np.random.default_rng((0, epoch, 1)))
        weights = None if material.sample_weights is None else material.sample_weights[drawn]
        shown, targets = embeddings[drawn], material.masks[drawn][:, None, :]
        kept = model.fit(shown, targets, sample_weight=weights, batch_size=HEAD_BATCH, shuffle=False, verbose=0)
        figures.append((kept.history["loss"][0], kept.history["accuracy"][0]))
    expected = network.head.get_weights()

    network.head.set_weights(start)
    told: list[events.Event] = []
    train_head(config, network, material, embeddings, report=told.append, cancelled=lambda: False)
    epochs = [event for event in told if isinstance(event, events.EpochEnded)]
    assert [event.best for event in epochs] == [True, True]
    np.testing.assert_allclose([(e.loss, e.accuracy) for e in epochs], figures, rtol=1e-4)
    for ours, theirs in zip(network.head.get_weights(), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5)


def test_the_same_seed_gives_the_same_head_and_every_epoch_is_told(network: Network) -> None:
    material, embeddings = some_material()
    start = network.head.get_weights()
    heads, told = [], []
    for seed in (5, 5, 6):
        network.head.set_weights(start)
        told.clear()
        config = TrainConfig(seed=seed, head_epochs=3)
        train_head(config, network, material, embeddings, report=told.append, cancelled=lambda: False)
        heads.append(network.head.get_weights()[0])
    np.testing.assert_array_equal(heads[0], heads[1])
    assert not np.array_equal(heads[0], heads[2])
    batches = -(-COUNT // HEAD_BATCH)
    assert [type(event).__name__ for event in told] == [
        "PhaseStarted",
        *(["BatchEnded"] * batches + ["EpochEnded"]) * 3,
    ]
    rates = [event.learning_rate for event in told if isinstance(event, events.BatchEnded)]
    assert rates[0] == pytest.approx(1e-3)
    assert rates == sorted(rates, reverse=True)
    assert all(np.sum(event.confusion) == HELD * 4 // 5 for event in told if isinstance(event, events.EpochEnded))


def test_a_stop_is_heard_after_a_batch_and_leaves_the_network_alone(network: Network) -> None:
    material, embeddings = some_material()
    before = network.head.get_weights()[0]
    told: list[events.Event] = []

    def asked() -> bool:
        return sum(isinstance(event, events.BatchEnded) for event in told) >= 2

    with pytest.raises(TrainingCancelled):
        train_head(TrainConfig(), network, material, embeddings, report=told.append, cancelled=asked)
    assert sum(isinstance(event, events.BatchEnded) for event in told) == 2
    np.testing.assert_array_equal(network.head.get_weights()[0], before)


def test_a_loss_that_is_no_number_ends_the_phase(network: Network) -> None:
    material, embeddings = some_material()
    embeddings[7] = np.nan
    with pytest.raises(DivergedError, match="lower learning rate"):
        train_head(TrainConfig(), network, material, embeddings, report=lambda _: None, cancelled=lambda: False)


def test_without_head_epochs_the_head_stays_as_it_was_given(network: Network) -> None:
    material, embeddings = some_material()
    before = network.head.get_weights()
    config = TrainConfig(head_epochs=0)
    checked = train_head(config, network, material, embeddings, report=lambda _: None, cancelled=lambda: False)
    assert np.sum(checked.confusion) == HELD * 4 // 5
    for kept, given in zip(network.head.get_weights(), before, strict=True):
        np.testing.assert_array_equal(kept, given)


def test_dropping_keeps_the_mean() -> None:
    ones = np.ones((200, 500), np.float32)
    dropped = drop(ones, 0.2, np.random.default_rng(0))
    assert set(np.unique(dropped)) == {np.float32(0.0), np.float32(1.25)}
    assert dropped.mean() == pytest.approx(1.0, abs=0.01)
    assert drop(ones, 0.0, np.random.default_rng(0)) is ones
