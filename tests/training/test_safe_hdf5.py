"""Files that weights would never need to be, each really made, and each refused before a value is read."""

import io
import json
import zipfile
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest

from training.errors import WeightsError
from training.keras_files import open_model_file
from training.safe_hdf5 import Hdf5Limits, open_checked, read_text


def make(fill, **options) -> bytes:
    """Return the bytes of an HDF5 file with one honest array and what `fill` adds."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **options) as file:
        file.create_dataset("stem/kernel", data=np.arange(12, dtype=np.float32).reshape(3, 4))
        fill(file)
    return buffer.getvalue()


def test_plain_file_is_opened_and_reads_as_written(tmp_path):
    def fill(file):
        file.create_dataset("packed", data=np.arange(5000.0), chunks=(500,), compression="gzip", shuffle=True)
        file.create_dataset("half", data=np.ones(3, np.float16))
        file.create_dataset("count", data=np.int64(3))
        file.create_dataset("none", data=np.zeros((0, 4), np.float32))
        file.attrs["model_config"] = "x" * 100_000
        file.attrs["names"] = ["a", "b"]

    path = tmp_path / "plain.h5"
    path.write_bytes(make(fill))
    for source in (path, path.read_bytes()):
        with open_checked(source) as file:
            assert file["stem/kernel"][2, 3] == 11
            assert file["packed"][4999] == 4999
            assert read_text(file, "model_config") == "x" * 100_000
            assert read_text(file, "names") is None
            assert read_text(file, "missing") is None


def soft(file):
    file["alias"] = h5py.SoftLink("/stem/kernel")


def external(file):
    file["other"] = h5py.ExternalLink("/etc/passwd.h5", "/secret")


def hard_loop(file):
    file["stem/loop"] = file["/"]


def second_name(file):
    file["again"] = file["stem/kernel"]


def virtual(file):
    layout = h5py.VirtualLayout((4,), np.float32)
    layout[:] = h5py.VirtualSource("elsewhere.h5", "data", (4,))
    file.create_virtual_dataset("view", layout)


def raw_elsewhere(file):
    file.create_dataset("raw", (4,), np.float32, external=[("/etc/hostname", 0, 16)])


def references(file):
    file.create_dataset("refs", data=np.array([file["stem"].ref], dtype=h5py.ref_dtype))


def reference_attribute(file):
    file["stem"].attrs["to"] = file["stem"].ref


def texts(file):
    file.create_dataset("texts", data=["a", "b"], dtype=h5py.string_dtype())


def compound(file):
    file.create_dataset("pairs", data=np.zeros(2, [("a", "f4"), ("b", "i4")]))


def named_type(file):
    file["type"] = np.dtype("f4")


def shape_bomb(file):
    file.create_dataset("bomb", (1 << 40,), np.float32, chunks=(1 << 20,), compression="gzip")


def unwritten(file):
    file.create_dataset("bomb", (1 << 20,), np.float32)


def zeros_packed(file):
    file.create_dataset("bomb", data=np.zeros(50_000_000, np.uint8), chunks=(10_000_000,), compression="gzip")


def stream_bomb(file):
    data = file.create_dataset("bomb", (1000,), np.float32, chunks=(1000,), compression="gzip")
    data.id.write_direct_chunk((0,), zlib.compress(bytes(40_000_000)))


def unknown_filter(file):
    file.create_dataset("lzf", data=np.arange(1000.0), chunks=(100,), compression="lzf")


def deep(file):
    file.create_group("/".join("g" * 60))


def many(file):
    for index in range(300):
        file.create_group(f"g{index}")


HOSTILE = {
    soft: "soft link",
    external: "link into another file",
    hard_loop: "loop",
    second_name: "second name",
    virtual: "virtual",
    raw_elsewhere: "another file",
    references: "plain numbers",
    reference_attribute: "attribute",
    texts: "plain numbers",
    compound: "plain numbers",
    named_type: "neither a group nor a data set",
    shape_bomb: "declares",
    unwritten: "declares",
    zeros_packed: "declares",
    stream_bomb: "unpacks to more",
    unknown_filter: "packed in a way",
    deep: "deeper",
    many: "more or deeper",
}


@pytest.mark.parametrize(("fill", "words"), HOSTILE.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_hostile_file_is_refused_by_name(tmp_path, fill, words):
    path = tmp_path / "model.h5"
    path.write_bytes(make(fill))
    with pytest.raises(WeightsError, match=words) as caught:
        open_checked(path, limits=Hdf5Limits(objects=200))
    assert "model.h5" in str(caught.value)


def test_attribute_of_absurd_size_is_refused():
    def fill(file):
        space = h5py.h5s.create_simple((200_000,))
        h5py.h5a.create(file["stem"].id, b"big", h5py.h5t.NATIVE_INT8, space)

    with pytest.raises(WeightsError, match="attribute of absurd size"):
        open_checked(make(fill, libver="latest"))


def test_damaged_and_false_files_are_refused(tmp_path):
    whole = make(lambda file: file.create_dataset("x", data=np.arange(1000.0)))
    for content in (
        whole[: len(whole) // 2],
        whole[:100],
        b"",
        b"model weights, version 2\n",
        b"\x89HDF\r\n\x1a\n" * 4,
    ):
        path = tmp_path / "text.h5"
        path.write_bytes(content)
        with pytest.raises(WeightsError, match=r"text\.h5"):
            open_checked(path)


def test_missing_and_oversized_files_are_refused(tmp_path):
    with pytest.raises(WeightsError, match="cannot be read"):
        open_checked(tmp_path / "none.h5")
    path = tmp_path / "large.h5"
    path.write_bytes(make(lambda file: None))
    with pytest.raises(WeightsError, match="larger"):
        open_checked(path, limits=Hdf5Limits(file_bytes=100))
    with pytest.raises(WeightsError, match="too large"):
        open_checked(path.read_bytes(), limits=Hdf5Limits(file_bytes=100))


def test_every_single_damaged_byte_ends_in_an_answer_or_a_refusal():
    """Flip bytes of the structure: whatever comes, it is a file or a WeightsError, never another exception."""
    whole = bytearray(
        make(lambda file: file.create_dataset("x", data=np.arange(64.0), chunks=(8,), compression="gzip"))
    )
    refused = 0
    for place in range(8, len(whole), 11):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        try:
            open_checked(bytes(damaged)).close()
        except WeightsError:
            refused += 1
    assert refused > 20


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def members(**changes) -> dict[str, bytes]:
    config = {"class_name": "Functional", "module": "keras.src.models.functional", "config": {"layers": []}}
    return {"config.json": json.dumps(config | changes).encode(), "model.weights.h5": make(lambda file: None)}


def test_honest_archive_is_opened():
    file = open_model_file(
        archive(members(compile_config={"loss": {"module": "my_losses", "class_name": "Focal"}})), "m"
    )
    assert file.zipped
    assert file.config is not None
    assert file.weights["stem/kernel"].shape == (3, 4)
    file.close()


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"../../evil.py": b"x"}, "elsewhere"),
        ({"/etc/evil": b"x"}, "elsewhere"),
        ({"a\\..\\..\\evil": b"x"}, "elsewhere"),
        ({"C:evil": b"x"}, "elsewhere"),
        ({"assets/bomb": bytes(20_000_000)}, "bomb"),
        ({"config.json": b"{" * 10}, "no JSON"),
        ({"config.json": b"[" * 100_000}, "no JSON"),
        ({"config.json": b"[]"}, "no JSON object"),
        ({"model.weights.h5": b"text"}, "not an HDF5 file"),
    ],
)
def test_hostile_archive_is_refused(extra, words):
    with pytest.raises(WeightsError, match=words):
        open_model_file(archive(members() | extra), "model.keras")


def test_archive_without_weights_or_cut_short_is_refused():
    with pytest.raises(WeightsError, match=r"model\.weights\.h5"):
        open_model_file(archive({"config.json": b"{}"}), "model.keras")
    whole = archive(members())
    with pytest.raises(WeightsError, match="damaged"):
        open_model_file(whole[: len(whole) // 2], "model.keras")


def test_link_in_archive_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        link = zipfile.ZipInfo("assets/link")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    with pytest.raises(WeightsError, match="a link"):
        open_model_file(buffer.getvalue(), "model.keras")


@pytest.mark.parametrize(
    "layer",
    [
        {"class_name": "Lambda", "config": {"name": "run"}},
        {"class_name": "__lambda__", "config": {}},
        {"class_name": "TFOpLambda", "config": {}},
        {"class_name": "TFSMLayer", "module": "keras.layers", "config": {"filepath": "/tmp/x"}},
        {"class_name": "function", "module": "builtins", "config": "evil"},
        {"class_name": "Dense", "module": "os", "config": {}},
        {"class_name": "Dense", "module": "kerasevil.layers", "config": {}},
        {"class_name": "Attention2", "registered_name": "mine>Attention2", "config": {}},
        {"class_name": "mine>Attention2", "config": {}},
    ],
)
@pytest.mark.parametrize("deep", [False, True])
def test_description_that_names_code_is_refused(layer, deep):
    inner = {"class_name": "Dense", "config": {"activation": layer}} if deep else layer
    with pytest.raises(WeightsError, match=r"refused.*Nothing was run"):
        open_model_file(archive(members(config={"layers": [inner]})), "model.keras")
    text = json.dumps({"class_name": "Sequential", "config": {"layers": [inner]}})
    with pytest.raises(WeightsError, match=r"refused.*Nothing was run"):
        open_model_file(make(lambda file: file.attrs.__setitem__("model_config", text)), "model.h5")


def test_no_keras_is_loaded_to_check_a_file(tmp_path):
    import subprocess
    import sys

    path = tmp_path / "m.keras"
    path.write_bytes(archive(members()))
    code = (
        "import sys, pathlib; from training.keras_files import open_model_file;"
        f"open_model_file(pathlib.Path({str(path)!r}).read_bytes(), 'm').close();"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
