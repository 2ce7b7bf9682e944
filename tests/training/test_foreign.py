"""Models of notebooks, made with Keras itself, answer the same after their weights were imported."""

import json
import zipfile

import h5py
import numpy as np
import pytest
from foreign_models import CLASSES, answers, bare, flat, lambda_model, nested, pictures, sequential

from training.errors import WeightsError

pytestmark = [
    pytest.mark.tensorflow,
    # Keras' own conversion of variables to NumPy.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

FORMS = ("flat", "nested", "sequential")


@pytest.fixture(scope="module")
def b0():
    """Return one B0 for all tests: each import replaces all of its weights."""
    from training.network import build_network

    return build_network("b0")


@pytest.fixture
def network(b0):
    """Return the B0 without anything of what the test before has loaded."""
    wipe(b0)
    return b0


@pytest.fixture(scope="module")
def second():
    """Return another B0."""
    from training.network import build_network

    return build_network("b0")


def wipe(network):
    for variable in network.features.trainable_variables + network.head.trainable_variables:
        variable.assign(variable * 0.0)


@pytest.fixture(scope="module")
def plain():
    """Return a flat model, whose B0 is inside the other models too."""
    return flat()


@pytest.fixture(scope="module")
def saved(plain, tmp_path_factory):
    """Return the folder with every form in both formats, and what each model answers."""
    folder = tmp_path_factory.mktemp("models")
    answered = {}
    for name, build in zip(FORMS, (lambda base: plain, nested, sequential), strict=True):
        model = build(bare(plain))  # its weights are new each time
        answered[name] = answers(model, pictures())
        for ending in ("h5", "keras"):
            model.save(folder / f"{name}.{ending}")
    return folder, answered


def in_their_order(network, images):
    ours = answers(network.probabilities(), images)
    return ours[:, [0, 3, 1, 2]]


@pytest.mark.parametrize("ending", ["h5", "keras"])
@pytest.mark.parametrize("form", FORMS)
def test_imported_model_answers_as_the_original(network, saved, form, ending):
    from training.foreign import read_foreign

    folder, answered = saved
    imported = read_foreign(folder / f"{form}.{ending}", network, classes=CLASSES)
    assert imported.head_complete
    assert imported.input_size == (64, 64)
    expected = answered[form]
    assert np.ptp(expected, axis=0).max() > 0.01, "pictures that all look alike would prove nothing"
    np.testing.assert_allclose(in_their_order(network, pictures()), expected, atol=1e-4)


def test_rescaling_and_the_padding_of_odd_sizes_are_kept(network, second, tmp_path):
    """86 px are odd after one halving, as the 150 px of a well-known notebook: Keras then pads on both sides."""
    from training.foreign import read_foreign
    from training.weights import load_base

    model = flat(86, extra=1 / 2)
    model.save(tmp_path / "m.keras")
    assert read_foreign(tmp_path / "m.keras", network, classes=CLASSES).input_size == (86, 86)
    images = pictures(86, 2)
    np.testing.assert_allclose(in_their_order(network, images), answers(model, images), atol=1e-4)
    assert network.features.get_layer("block2a_dwconv_pad").padding == ((1, 1), (1, 1))
    load_base(second, tmp_path / "m.keras")
    assert second.features.get_layer("block2a_dwconv_pad").padding == ((0, 1), (0, 1))


def test_old_names_of_arrays_are_understood(network, saved, tmp_path):
    """Keras 2 wrote ``kernel:0`` and ``depthwise_kernel:0``."""
    from training.foreign import read_foreign

    folder, answered = saved
    with h5py.File(folder / "nested.h5") as source, h5py.File(tmp_path / "old.h5", "w") as target:
        target.attrs["model_config"] = source.attrs["model_config"]

        def rename(name, item):
            if isinstance(item, h5py.Dataset) and name.startswith("model_weights"):
                old = name.replace("dwconv/kernel", "dwconv/depthwise_kernel")
                target[f"{old}:0"] = item[()]

        source.visititems(rename)
    read_foreign(tmp_path / "old.h5", network, classes=CLASSES)
    np.testing.assert_allclose(in_their_order(network, pictures()), answered["nested"], atol=1e-4)


def test_import_writes_a_base_that_answers_the_same(network, saved, tmp_path):
    from training.foreign import import_weights, read_foreign
    from training.weights import load_base

    folder, answered = saved
    heard, exported = [], []

    def export(imported, output):
        exported.append(imported.head_complete)
        return output / "bundle"

    file = folder / "flat.h5"
    made = import_weights(
        file, name="course", classes=CLASSES, output_folder=tmp_path, export=export, report=heard.append
    )
    assert made == tmp_path / "bundle"
    assert exported == [True]
    assert heard == []
    read_foreign(file, network, classes=CLASSES)  # pads as a network of 64 pixels; a weights file does not
    wipe(network)
    assert load_base(network, tmp_path / "course.weights.h5").head_loaded
    np.testing.assert_allclose(in_their_order(network, pictures()), answered["flat"], atol=1e-4)
    with pytest.raises(WeightsError, match="exists already"):
        import_weights(file, name="course", classes=CLASSES, output_folder=tmp_path)


def test_hidden_layer_gives_features_and_says_so(network, plain, saved, tmp_path):
    from training.foreign import import_weights
    from training.weights import load_base

    model = sequential(bare(plain), hidden=True)
    model.save(tmp_path / "m.keras")
    heard, exported = [], []
    written = import_weights(
        tmp_path / "m.keras",
        name="hidden",
        classes=CLASSES,
        output_folder=tmp_path,
        variant="b0",
        export=lambda imported, output: exported.append(output) or output,
        report=heard.append,
    )
    assert written == tmp_path / "hidden.weights.h5"
    assert exported == [], "a model whose head knows nothing is no bundle"
    assert len(heard) == 1
    assert "head has to be trained" in heard[0]
    assert "dense" in heard[0]
    load_base(network, saved[0] / "flat.h5")
    assert not load_base(network, written).head_loaded
    theirs = {layer.name: layer.get_weights() for layer in model.layers[0].layers}
    # Weights and not answers: a weights file does not hold how the network that it was made with pads.
    compared = [
        layer for layer in network.features.layers if layer.weights and layer.name.startswith(("stem", "block"))
    ]
    assert len(compared) > 100
    for layer in compared:
        for ours, value in zip(layer.get_weights(), theirs[layer.name], strict=True):
            np.testing.assert_array_equal(ours, value, err_msg=layer.name)


@pytest.mark.parametrize(("variant", "ending"), [("lite0", "h5"), ("b0", "keras")])
def test_own_model_file_comes_back(request, tmp_path, variant, ending):
    from training.foreign import find_variant, read_foreign
    from training.network import build_network
    from training.weights import weights_digest

    if variant == "b0":
        trained, fresh = request.getfixturevalue("second"), request.getfixturevalue("network")
    else:
        trained, fresh = build_network(variant), build_network(variant)
    assert weights_digest(fresh) != weights_digest(trained)
    path = tmp_path / f"model.{ending}"
    trained.probabilities().save(path)
    assert find_variant(path.read_bytes(), path.name) == variant
    assert read_foreign(path, fresh, classes=trained.classes).head_complete
    assert weights_digest(fresh) == weights_digest(trained)


def test_classes_that_do_not_fit_are_refused(b0, saved):
    from training.foreign import read_foreign

    path = saved[0] / "flat.h5"
    with pytest.raises(WeightsError, match="'cat' is unknown"):
        read_foreign(path, b0, classes=("glioma", "no_tumor", "cat", "pituitary"))
    with pytest.raises(WeightsError, match="4 outputs, but 3"):
        read_foreign(path, b0, classes=("glioma", "meningioma", "pituitary"))
    assert not read_foreign(path, b0).head_complete


def test_another_architecture_is_refused_by_layer(b0, saved, tmp_path):
    import keras

    from training.foreign import import_weights, read_foreign
    from training.network import build_network
    from training.weights import weights_digest

    before = weights_digest(b0)
    small = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(4)])
    small.save(tmp_path / "small.keras")
    with pytest.raises(WeightsError, match="no EfficientNet that is known"):
        import_weights(tmp_path / "small.keras", name="a", classes=CLASSES, output_folder=tmp_path)
    with pytest.raises(WeightsError, match=r"small\.keras.*layer block1a_activation is missing"):
        read_foreign(tmp_path / "small.keras", b0, classes=CLASSES)
    with pytest.raises(WeightsError, match="block0_depthwise is missing"):
        read_foreign(saved[0] / "flat.h5", build_network("lite0"), classes=CLASSES)
    assert weights_digest(b0) == before


def edited(source, target, change) -> None:
    """Copy a whole .h5 model with its description changed by `change`."""
    target.write_bytes(source.read_bytes())
    with h5py.File(target, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        change(config["config"]["layers"], file["model_weights"])
        file.attrs["model_config"] = json.dumps(config)


def stride(layers, weights):
    next(layer for layer in layers if layer["config"]["name"] == "block2a_dwconv")["config"]["strides"] = [1, 1]


def activation(layers, weights):
    next(layer for layer in layers if layer["config"]["name"] == "top_activation")["config"]["activation"] = "relu"


def wiring(layers, weights):
    layer = next(layer for layer in layers if layer["config"]["name"] == "block2b_add")
    layer["inbound_nodes"] = json.loads(json.dumps(layer["inbound_nodes"]).replace("block2b_drop", "block2b_bn"))


def shape(layers, weights):
    del weights["stem_conv/stem_conv/kernel"]
    weights["stem_conv/stem_conv/kernel"] = np.zeros((3, 3, 1, 32), np.float32)


def missing(layers, weights):
    del weights["block3a_bn/block3a_bn/gamma"]


def not_finite(layers, weights):
    weights["top_conv/top_conv/kernel"][0, 0, 0, 0] = np.nan


def crop(layers, weights):
    layers[1]["class_name"] = "CenterCrop"


def padding(layers, weights):
    next(layer for layer in layers if layer["config"]["name"] == "stem_conv_pad")["config"]["padding"] = [
        [0, 10**9]
    ] * 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (stride, "block2a_dwconv has strides"),
        (activation, "top_activation has activation"),
        (wiring, "block2b_add is connected in another way"),
        (shape, r"stem_conv: kernel has the shape \(3, 3, 1, 32\)"),
        (missing, "block3a_bn has the arrays"),
        (not_finite, "top_conv: there are values that are not finite"),
        (crop, "CenterCrop.*changes the pictures"),
        (padding, "stem_conv_pad pads"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_loaded(b0, saved, tmp_path, change, words):
    from training.foreign import read_foreign
    from training.weights import weights_digest

    before = weights_digest(b0)
    edited(saved[0] / "flat.h5", tmp_path / "changed.h5", change)
    with pytest.raises(WeightsError, match=words) as caught:
        read_foreign(tmp_path / "changed.h5", b0, classes=CLASSES)
    assert "changed.h5" in str(caught.value)
    assert weights_digest(b0) == before


@pytest.mark.filterwarnings("ignore")  # Keras warns of the Lambda when it saves one
@pytest.mark.parametrize("ending", ["h5", "keras"])
def test_lambda_is_refused_and_never_runs(b0, tmp_path, ending):
    import keras

    from training.foreign import import_weights, read_foreign
    from training.weights import load_base

    path, marker = tmp_path / f"evil.{ending}", tmp_path / "ran"
    lambda_model(path, marker)
    for attempt in (
        lambda: read_foreign(path, b0, classes=CLASSES),
        lambda: load_base(b0, path),
        lambda: import_weights(path, name="evil", classes=CLASSES, output_folder=tmp_path / "out"),
    ):
        with pytest.raises(WeightsError, match=r"'strike'.*Nothing was run"):
            attempt()
    assert not marker.exists()
    assert not (tmp_path / "out").exists()
    # The same file does run its code where it is trusted: what was refused was no dud.
    keras.models.load_model(path, safe_mode=False, compile=False)
    assert marker.exists()


def test_name_that_would_leave_the_folder_is_refused(saved, tmp_path):
    from training.foreign import import_weights

    for name in ("../x", "a/b", "", ".hidden", "x" * 65):
        with pytest.raises(WeightsError, match="no name"):
            import_weights(saved[0] / "flat.h5", name=name, classes=CLASSES, output_folder=tmp_path)


def test_links_inside_a_model_are_refused(b0, saved, tmp_path):
    from training.foreign import read_foreign

    def link(layers, weights):
        del weights["stem_conv/stem_conv/kernel"]
        weights["stem_conv/stem_conv/kernel"] = h5py.ExternalLink("/etc/other.h5", "/x")

    edited(saved[0] / "flat.h5", tmp_path / "linked.h5", link)
    with pytest.raises(WeightsError, match="link into another file"):
        read_foreign(tmp_path / "linked.h5", b0, classes=CLASSES)
    with zipfile.ZipFile(saved[0] / "flat.keras") as source, zipfile.ZipFile(tmp_path / "m.keras", "w") as target:
        target.writestr("config.json", source.read("config.json"))
        target.writestr("model.weights.h5", (tmp_path / "linked.h5").read_bytes())
    with pytest.raises(WeightsError, match="link into another file"):
        read_foreign(tmp_path / "m.keras", b0, classes=CLASSES)
