"""The network: ImageNet weights load as they were made, and its models are three views of one thing."""

from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from training.checkpoint import RunState, SavedState, save_state  # noqa: E402
from training.config import TrainConfig  # noqa: E402
from training.errors import ExportError, TrainingError, WeightsError  # noqa: E402
from training.export import AGREEMENT, CalibrationScans, check_agreement  # noqa: E402
from training.graph import GraphRunner, convert  # noqa: E402
from training.lite0 import build_lite0, load_imagenet_arrays  # noqa: E402
from training.network import Network, block_names, build_network  # noqa: E402
from tumorviewer.inference.golden import golden_input  # noqa: E402
from tumorviewer.inference.seen import SeenScans  # noqa: E402

SIZE = 64
STATE = RunState("key", 2, 1, (0.5, -0.25), 1, ({"epoch": 1}, {"epoch": 2}))


@pytest.fixture(scope="module")
def network() -> Network:
    keras.utils.set_random_seed(3)
    return build_network("lite0")


@pytest.fixture(scope="module")
def b0() -> Network:
    return build_network("b0")


def outputs_of(model: "keras.Model", pixels: np.ndarray) -> object:
    """Return what a model says of one batch, as NumPy; called as it is, as tracing it for one batch would take long."""
    return keras.tree.map_structure(np.asarray, model(pixels, training=False))


@pytest.mark.data
def test_imagenet_weights_give_the_answer_that_they_came_with(shared_data: Path) -> None:
    lite0 = build_lite0()
    load_imagenet_arrays(lite0, shared_data.parent / "weights" / "efficientnet_lite0_imagenet.npz")
    pooled = outputs_of(lite0, golden_input(224)).mean(axis=(1, 2))[0]
    assert pooled.mean() == pytest.approx(0.1335, abs=1e-4)
    assert np.linalg.norm(pooled) == pytest.approx(16.245, abs=1e-3)
    assert int(pooled.argmax()) == 897
    assert pooled.max() == pytest.approx(5.141, abs=1e-3)


@pytest.mark.parametrize("spoil", [lambda a: a.pop("block3_expand_bias"), lambda a: a.update(stem_kernel=np.zeros(3))])
def test_weights_that_do_not_fit_are_refused_and_change_nothing(tmp_path: Path, spoil: object) -> None:
    lite0 = build_lite0()
    arrays = {}
    for layer in lite0.layers:
        for part, value in zip(("kernel", "bias"), layer.get_weights(), strict=False):
            arrays[f"{layer.name}_{part}"] = value + 1.0
    spoil(arrays)  # type: ignore[operator]
    np.savez(tmp_path / "w.npz", **arrays)
    before = lite0.get_weights()
    with pytest.raises(WeightsError, match=r"block3_expand|stem"):
        load_imagenet_arrays(lite0, tmp_path / "w.npz")
    assert all(np.array_equal(a, b) for a, b in zip(before, lite0.get_weights(), strict=True))


@pytest.mark.parametrize("variant", ["network", "b0"])
def test_maps_average_to_the_logits_of_the_trained_classifier(request: pytest.FixtureRequest, variant: str) -> None:
    made: Network = request.getfixturevalue(variant)
    pixels = np.random.default_rng(0).uniform(0, 255, (2, SIZE, SIZE, 3)).astype(np.float32)
    outputs = outputs_of(made.inference(SIZE), pixels)
    logits, maps = outputs_of(made.classifier(with_maps=True), pixels)
    by_head = outputs_of(made.head_classifier(), outputs["embedding"])
    np.testing.assert_allclose(outputs["logits"], logits, atol=1e-4)
    np.testing.assert_allclose(outputs["maps"].mean(axis=(1, 2)), logits, atol=1e-4)
    np.testing.assert_allclose(by_head, logits, atol=1e-4)
    np.testing.assert_allclose(outputs["maps"], maps, atol=1e-4)
    assert outputs["maps"].shape == (2, SIZE // 16, SIZE // 16, 4), "finer than the last features"


def test_each_depth_speaks_in_the_maps_where_it_was_seen(network: Network) -> None:
    kernel, bias = network.head.get_weights()
    inference = network.inference(SIZE)
    pixels = np.random.default_rng(0).uniform(0, 255, (1, SIZE, SIZE, 3)).astype(np.float32)

    def maps_of(part: slice) -> np.ndarray:
        alone = np.zeros_like(kernel)
        alone[:, :, part] = kernel[:, :, part]
        network.head.set_weights([alone, bias])
        found = outputs_of(inference, pixels)["maps"][0]
        network.head.set_weights([kernel, bias])
        return found

    coarse, fine = maps_of(slice(network.coarse_size)), maps_of(slice(network.coarse_size, None))
    cells = outputs_of(network.features, pixels)[0] @ kernel[0, 0, : network.coarse_size] + bias
    peer = keras.layers.UpSampling2D(2, interpolation="bilinear")
    np.testing.assert_allclose(coarse, np.asarray(peer(cells[None]))[0], atol=1e-4)
    assert np.abs(np.diff(fine, axis=0)).max() > 0
    whole = maps_of(slice(None))
    np.testing.assert_allclose(coarse + fine - bias, whole, atol=1e-4)


def test_blocks_are_unfrozen_from_the_end_and_batchnorm_never(b0: Network) -> None:
    names = block_names(b0.features)
    b0.unfreeze(2)
    learning = {layer.name.split("_", 1)[0] for layer in b0.features.layers if layer.trainable_weights}
    assert learning == set(names[-2:])
    b0.unfreeze(None)
    frozen = [layer for layer in b0.features.layers if layer.weights and not layer.trainable_weights]
    assert {type(layer).__name__ for layer in frozen} == {"BatchNormalization", "Normalization"}
    b0.unfreeze(0)
    assert not b0.features.trainable_weights


def test_the_graph_answers_as_keras_does_or_is_refused(network: Network) -> None:
    crops = np.random.default_rng(1).integers(0, 256, (6, SIZE, SIZE), dtype=np.uint8)
    inference = network.inference(SIZE)
    graph = convert(inference)
    assert len(graph) < 2.2 * inference.count_params()  # bytes: two a weight, and the graph itself
    runner = GraphRunner(graph, workers=1)
    everything = np.arange(6, dtype=np.int64)
    targets = everything % 4
    scans = CalibrationScans(lambda positions: crops[positions], everything, everything, targets, SeenScans.of(()))
    assert check_agreement(network, runner, scans, SIZE) < AGREEMENT
    kept = network.head.get_weights()
    network.head.set_weights([kept[0] * 1.5, kept[1] + np.array([0.3, 0, 0, 0], np.float32)])
    with pytest.raises(ExportError, match="answers differently"):
        check_agreement(network, runner, scans, SIZE)
    network.head.set_weights(kept)


def test_a_saved_state_brings_weights_moments_and_history_back(network: Network, tmp_path: Path) -> None:
    model = network.classifier()
    optimizer = keras.optimizers.AdamW(1e-3)
    optimizer.build(model.trainable_variables)
    optimizer.variables[-1].assign(optimizer.variables[-1] + 0.5)
    save_state(tmp_path / "state.npz", STATE, model, optimizer)
    saved = SavedState(tmp_path / "state.npz")
    assert saved.state == STATE
    other = build_network("lite0").classifier()
    fresh = keras.optimizers.AdamW(1e-3)
    fresh.build(other.trainable_variables)
    saved.restore_network(other)
    assert saved.restore_optimizer(fresh)
    for a, b in zip(model.variables + optimizer.variables, other.variables + fresh.variables, strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def test_moments_of_another_phase_are_left_alone(network: Network, tmp_path: Path) -> None:
    model = network.classifier()
    optimizer = keras.optimizers.AdamW(1e-3)
    optimizer.build(model.trainable_variables[-4:])
    save_state(tmp_path / "state.npz", STATE, model, optimizer)
    fresh = keras.optimizers.AdamW(1e-3)
    fresh.build(model.trainable_variables)
    assert not SavedState(tmp_path / "state.npz").restore_optimizer(fresh)


def test_a_torn_state_is_refused_with_a_way_out(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    save_state(path, STATE, network.head_classifier(), None)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(TrainingError, match="--restart"):
        SavedState(path)


def test_the_head_phase_learns_what_can_be_told_apart(network: Network) -> None:
    from training.finetune import Material
    from training.headphase import train_head
    from training.losses import encode_labels
    from tumorviewer.inference.labels import CLASSES

    generator = np.random.default_rng(0)
    labels = [CLASSES[n % 4] for n in range(200)]
    embeddings = generator.normal(0, 0.1, (200, network.embedding_size)).astype(np.float32)
    for row, label in enumerate(labels):
        embeddings[row, 10 * CLASSES.index(label) : 10 * CLASSES.index(label) + 10] += 1.0
    train, validation = np.arange(160, dtype=np.int64), np.arange(160, 200, dtype=np.int64)
    material = Material({}, train, validation, encode_labels(labels), None, None)
    config = TrainConfig(head_epochs=20, head_learning_rate=1e-2)
    told: list[object] = []
    checked = train_head(config, network, material, embeddings, report=told.append, cancelled=lambda: False)
    assert checked.macro_sensitivity == 1.0
    assert sum(type(event).__name__ == "BatchEnded" for event in told) == 20 * 2
