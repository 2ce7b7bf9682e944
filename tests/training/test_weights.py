"""Where runs start from, each base really made and loaded."""

import hashlib
import json
from pathlib import Path

import h5py
import numpy as np
import pytest
from foreign_models import answers, pictures, scramble

from training.errors import WeightsError

pytestmark = [
    pytest.mark.tensorflow,
    # Keras' own conversion of variables to NumPy.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def trained():
    """Return a Lite0 whose weights are all different from fresh ones."""
    import keras

    from training.network import build_network

    keras.utils.set_random_seed(3)
    network = build_network("lite0")
    rng = np.random.default_rng(3)
    network.head.set_weights([rng.normal(0, 0.1, weight.shape) for weight in network.head.get_weights()])
    return network


@pytest.fixture(scope="module")
def fresh():
    """Return another Lite0, to load into."""
    from training.network import build_network

    return build_network("lite0")


def test_scratch_changes_nothing(fresh):
    from training.weights import load_base, weights_digest

    before = weights_digest(fresh)
    base = load_base(fresh, "scratch")
    assert (base.source, base.sha256, base.head_loaded) == ("scratch", None, False)
    assert weights_digest(fresh) == before


def test_weights_come_back_bit_for_bit(trained, fresh, tmp_path):
    from training.weights import load_weights, save_weights, weights_digest

    path = tmp_path / "sub" / "weights.weights.h5"
    save_weights(trained, path)
    assert load_weights(fresh, path)
    assert weights_digest(fresh) == weights_digest(trained)
    first = path.read_bytes()
    save_weights(fresh, path)
    assert path.read_bytes() == first, "equal weights give equal bytes"
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_digest_sees_one_changed_value(trained, fresh, tmp_path):
    from training.weights import load_weights, save_weights, weights_digest

    save_weights(trained, tmp_path / "w.h5")
    load_weights(fresh, (tmp_path / "w.h5").read_bytes())
    bias = fresh.head.weights[1]
    bias.assign(np.asarray(bias) + np.array([0, 0, 1e-3, 0], np.float32))
    assert weights_digest(fresh) != weights_digest(trained)


def test_layout_is_the_documented_one(trained, tmp_path):
    from training.weights import save_weights

    save_weights(trained, tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5") as file:
        assert file["features/block3_depthwise/kernel"].shape == (5, 5, 144, 1)
        assert file["head/kernel"].shape == (1, 1, 1280 + 672, 4)
        assert file.attrs["variant"] == b"lite0"
        assert json.loads(file.attrs["classes"]) == list(trained.classes)
        np.testing.assert_array_equal(file["head/bias"], np.asarray(trained.head.weights[1]))


def test_a_head_of_an_earlier_version_says_the_same(trained, fresh, tmp_path):
    from training.weights import load_weights, save_weights

    save_weights(trained, tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5", "r+") as file:
        earlier = file["head/kernel"][:, :, :1280]
        del file["head/kernel"]
        file["head/kernel"] = earlier
    assert load_weights(fresh, tmp_path / "w.h5")
    np.testing.assert_array_equal(np.asarray(fresh.head.kernel)[:, :, :1280], earlier)
    assert not np.asarray(fresh.head.kernel)[:, :, 1280:].any(), "the finer features are not asked"


def change_variant(file):
    file.attrs["variant"] = np.bytes_(b"b3")


def change_classes(file):
    file.attrs["classes"] = np.bytes_(json.dumps(["meningioma", "glioma", "pituitary", "no_tumor"]).encode())


def remove(file):
    del file["features/stem/bias"]


def add(file):
    file["features/extra/kernel"] = np.zeros(3, np.float32)


def reshape(file):
    del file["features/stem/bias"]
    file["features/stem/bias"] = np.zeros((1, 32), np.float32)


def poison(file):
    file["features/stem/bias"][3] = np.inf


def anonymous(file):
    del file.attrs["format"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (change_variant, "variant is b3"),
        (change_classes, "classes"),
        (remove, "features/stem/bias is missing"),
        (add, "features/extra/kernel is missing or unknown"),
        (reshape, r"shape \(1, 32\)"),
        (poison, "not finite"),
        (anonymous, "not a weights file of this program"),
    ],
)
def test_weights_that_do_not_fit_change_nothing(trained, fresh, tmp_path, change, words):
    from training.weights import load_weights, save_weights, weights_digest

    save_weights(trained, tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5", "r+") as file:
        change(file)
    before = weights_digest(fresh)
    with pytest.raises(WeightsError, match=words):
        load_weights(fresh, tmp_path / "w.h5")
    assert weights_digest(fresh) == before


def write_bundle(network, folder: Path) -> str:
    from training.weights import save_weights

    save_weights(network, folder / "weights.weights.h5")
    digest = hashlib.sha256((folder / "weights.weights.h5").read_bytes()).hexdigest()
    (folder / "card.json").write_text(json.dumps({"format": 1, "files": {"weights.weights.h5": digest}}))
    return digest


def test_bundle_is_a_base_with_its_head(trained, fresh, tmp_path):
    from training.weights import load_base, weights_digest

    digest = write_bundle(trained, tmp_path / "model-1")
    base = load_base(fresh, tmp_path / "model-1")
    assert (base.source, base.sha256, base.head_loaded) == ("model-1", digest, True)
    assert weights_digest(fresh) == weights_digest(trained)


def test_tampered_bundle_is_refused(trained, fresh, tmp_path):
    from training.weights import load_base, weights_digest

    write_bundle(trained, tmp_path / "model-1")
    with h5py.File(tmp_path / "model-1" / "weights.weights.h5", "r+") as file:
        file["head/bias"][0] = 7
    before = weights_digest(fresh)
    with pytest.raises(WeightsError, match="not the file that its card describes"):
        load_base(fresh, tmp_path / "model-1")
    (tmp_path / "model-1" / "card.json").write_text("{")
    with pytest.raises(WeightsError, match=r"card\.json is damaged"):
        load_base(fresh, tmp_path / "model-1")
    assert weights_digest(fresh) == before


def test_missing_base_and_text_are_refused(fresh, tmp_path):
    from training.weights import load_base

    with pytest.raises(WeightsError, match="does not exist"):
        load_base(fresh, tmp_path / "none.h5")
    (tmp_path / "notes.h5").write_text("not a model")
    with pytest.raises(WeightsError, match=r"notes\.h5 is not an HDF5 file"):
        load_base(fresh, tmp_path / "notes.h5")
    (tmp_path / "notes.npz").write_text("not a model")
    with pytest.raises(WeightsError, match=r"notes\.npz"):
        load_base(fresh, tmp_path / "notes.npz")


def test_imagenet_arrays_of_lite0_give_the_same_features(trained, fresh, tmp_path):
    from training.weights import load_base

    arrays = {
        f"{layer.name}/{variable.name}": np.asarray(variable)
        for layer in trained.features.layers
        for variable in layer.weights
    }
    np.savez(tmp_path / "lite0.npz", **arrays)
    base = load_base(fresh, tmp_path / "lite0.npz")
    assert not base.head_loaded
    np.testing.assert_array_equal(answers(fresh.features, pictures()), answers(trained.features, pictures()))


def save_legacy(model, path: Path) -> None:
    """Write weights in the layout of Keras' published ``*_notop.h5`` files."""
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, model)


@pytest.fixture(scope="module")
def b0():
    """Return a B0 to load into, and one that Keras built, with statistics as after training."""
    import keras

    from training.network import build_network

    keras.utils.set_random_seed(1)
    source = keras.applications.EfficientNetB0(include_top=False, weights=None, input_shape=(64, 64, 3))
    scramble(source)
    return build_network("b0"), source


def test_imagenet_file_of_keras_answers_as_in_keras(b0, tmp_path, monkeypatch):
    """Keras adds a rescaling for weights="imagenet"; folded into ours, the features are the same."""
    import keras
    from keras.src.applications import efficientnet

    from training.weights import load_base

    ours, source = b0
    path = tmp_path / "efficientnetb0_notop.h5"
    # The statistics of its BatchNorm were made without the extra rescaling: leave room for it.
    mean, variance, count = source.layers[2].get_weights()
    source.layers[2].set_weights([mean, variance / np.float32([0.229, 0.224, 0.225]), count])
    source.layers[2].finalize_state()
    save_legacy(source, path)
    monkeypatch.setattr(efficientnet.file_utils, "get_file", lambda *args, **kwargs: str(path))
    theirs = keras.applications.EfficientNetB0(include_top=False, weights="imagenet", input_shape=(64, 64, 3))
    assert sum(isinstance(layer, keras.layers.Rescaling) for layer in theirs.layers) == 2
    assert not load_base(ours, path).head_loaded
    expected = answers(theirs, pictures())
    np.testing.assert_allclose(answers(ours.features, pictures()), expected, atol=1e-4)
    assert np.abs(answers(source, pictures()) - expected).max() > 1e-2, "the extra rescaling must matter in this test"
    loaded = ours.features.get_weights()
    # A whole model around it, saved in either format, is recognised by its description.
    pixels = keras.Input((64, 64, 3))
    whole = keras.Model(pixels, keras.layers.GlobalAveragePooling2D()(theirs(pixels)))
    for name in ("whole.h5", "whole.keras"):
        whole.save(tmp_path / name)
        for variable in ours.features.trainable_variables:
            variable.assign(variable * 0.0)
        load_base(ours, tmp_path / name)
        for again, value in zip(ours.features.get_weights(), loaded, strict=True):
            np.testing.assert_allclose(again, value, rtol=1e-5)


def test_file_made_without_imagenet_is_not_rescaled(b0, trained, tmp_path):
    from training.weights import load_base

    ours, source = b0
    normalization = source.layers[2]
    normalization.set_weights([np.zeros(3, np.float32), np.ones(3, np.float32), np.int32(0)])
    normalization.finalize_state()
    save_legacy(source, tmp_path / "plain_notop.h5")
    load_base(ours, tmp_path / "plain_notop.h5")
    np.testing.assert_allclose(answers(ours.features, pictures()), answers(source, pictures()), atol=1e-4)
    save_legacy(trained.features, tmp_path / "lite0.h5")
    with pytest.raises(WeightsError, match="without a description"):
        load_base(trained, tmp_path / "lite0.h5")


def test_names_do_not_depend_on_what_was_built_before(b0, tmp_path):
    """Keras numbers nameless layers through the process: ``normalization_7`` here is ``normalization`` elsewhere."""
    from training.weights import save_weights

    ours, _ = b0
    save_weights(ours, tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5") as file:
        assert "features/normalization/mean" in file
