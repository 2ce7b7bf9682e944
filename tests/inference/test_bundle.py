"""A bundle is whole and unchanged, or it is refused with the reason and nothing of it runs."""

import dataclasses
import hashlib
import io
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tumorviewer.inference.bundle import CARD, DOMAIN, MODEL, Bundle, BundleError, load_bundle, verify_bundle
from tumorviewer.inference.card import Golden, card_from_json, card_to_json
from tumorviewer.inference.install import import_bundle
from tumorviewer.inference.predictor import Predictor


@pytest.fixture
def folder(bundle: Bundle, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundle.folder, tmp_path / bundle.folder.name))


def rewrite_card(folder: Path, **changes: object) -> None:
    card = card_from_json((folder / CARD).read_bytes())
    (folder / CARD).write_text(card_to_json(dataclasses.replace(card, **changes)), encoding="utf-8")


def replace_file(folder: Path, name: str, content: bytes) -> None:
    """Exchange a file together with its hash, as somebody with bad intent would."""
    (folder / name).write_bytes(content)
    card = card_from_json((folder / CARD).read_bytes())
    rewrite_card(folder, files={**card.files, name: hashlib.sha256(content).hexdigest()})


def test_a_good_bundle_is_verified(folder: Path):
    bundle = verify_bundle(folder)
    assert bundle.name == "tiny-1.0"
    assert hashlib.sha256(bundle.model).hexdigest() == bundle.model_sha256


@pytest.mark.parametrize("name", [MODEL, DOMAIN])
def test_one_changed_byte_is_refused_at_load(folder: Path, name: str):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(BundleError, match=f"{name} is not the file") as caught:
        load_bundle(folder)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("name", ["weights.weights.h5", "card.md"])
def test_verify_reads_the_files_that_prediction_does_not(folder: Path, name: str):
    (folder / name).write_bytes(b"other")
    load_bundle(folder)
    with pytest.raises(BundleError, match=name):
        verify_bundle(folder)


def test_a_stranger_in_the_folder_is_named(folder: Path):
    (folder / "extra.bin").write_bytes(b"x")
    with pytest.raises(BundleError, match=r"extra\.bin"):
        verify_bundle(folder)


@pytest.mark.parametrize("name", [CARD, MODEL, DOMAIN])
def test_a_missing_file_is_named(folder: Path, name: str):
    (folder / name).unlink()
    with pytest.raises(BundleError, match=f"{name} is missing"):
        load_bundle(folder)


def test_a_huge_card_is_not_read(folder: Path):
    with (folder / CARD).open("wb") as stream:
        stream.truncate(5 * 2**30)  # a sparse file
    with pytest.raises(BundleError, match="larger than"):
        load_bundle(folder)


def test_a_link_in_place_of_a_file_is_refused(folder: Path, bundle: Bundle):
    (folder / MODEL).unlink()
    (folder / MODEL).symlink_to(bundle.folder / MODEL)
    with pytest.raises(BundleError, match="no ordinary file"):
        load_bundle(folder)


def test_another_answer_to_the_golden_picture_is_refused(folder: Path):
    rewrite_card(folder, golden=Golden((0.7, 0.1, 0.1, 0.1), 0.0896, 1e-3))
    loaded = load_bundle(folder)
    with pytest.raises(BundleError, match="golden picture"):
        Predictor(loaded)


@pytest.mark.parametrize("content", [b"", b"no model at all", bytes(5000)])
def test_a_file_that_is_no_model_is_refused_although_its_hash_fits(folder: Path, content: bytes):
    replace_file(folder, MODEL, content)
    loaded = load_bundle(folder)
    with pytest.raises(BundleError, match="does not load"):
        Predictor(loaded)


def npz(**arrays: object) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


GOOD = {
    "means": np.zeros((4, 12), "f4"),
    "axes": np.eye(12, 4, dtype="f4"),
    "variances": np.ones(4, "f4"),
    "residual": np.float32(1),
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"means": np.zeros((4, 12))}, "float32"),
        ({"means": np.zeros((3, 12), "f4")}, "3 classes"),
        ({"means": np.zeros((4, 11), "f4")}, "shapes"),
        ({"means": np.full((4, 12), np.nan, "f4")}, "not finite"),
        ({"variances": np.zeros(4, "f4")}, "above zero"),
        ({"residual": np.float32(-1)}, "above zero"),
        ({"axes": np.array([object()], dtype=object)}, "not readable"),
    ],
)
def test_impossible_domain_parameters_are_refused(folder: Path, changes: dict, message: str):
    replace_file(folder, DOMAIN, npz(**(GOOD | changes)))
    with pytest.raises(BundleError, match=message):
        load_bundle(folder)


def test_an_array_header_that_promises_more_than_there_is_takes_no_memory(folder: Path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (2**20, 2**22)})
        archive.writestr("means.npy", header.getvalue())
    replace_file(folder, DOMAIN, stream.getvalue())
    with pytest.raises(BundleError, match=r"domain\.npz is not readable"):
        load_bundle(folder)


def zipped(folder: Path, path: Path, prefix: str = "", extra: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, prefix + file.name)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("form", ["folder", "zip", "zip with a folder"])
def test_import(folder: Path, tmp_path: Path, form: str):
    source = folder
    if form != "folder":
        source = zipped(folder, tmp_path / "b.zip", "tiny-1.0/" if "folder" in form else "")
    target = import_bundle(source, tmp_path / "home" / "models")
    assert target == tmp_path / "home" / "models" / "tiny-1.0"
    assert verify_bundle(target).name == "tiny-1.0"
    with pytest.raises(BundleError, match="already"):
        import_bundle(source, tmp_path / "home" / "models")
    assert [entry.name for entry in (tmp_path / "home" / "models").iterdir()] == ["tiny-1.0"]


def test_import_writes_nothing_outside_and_nothing_that_is_not_in_the_card(folder: Path, tmp_path: Path):
    source = zipped(folder, tmp_path / "b.zip", "m/", {"../../evil.txt": b"x", "/abs.txt": b"x", "m/more.py": b"x"})
    models = tmp_path / "deep" / "home" / "models"
    target = import_bundle(source, models)
    assert not list(tmp_path.rglob("evil.txt"))
    assert not Path("/abs.txt").exists()
    assert not (target / "more.py").exists()


def test_import_leaves_nothing_of_a_refused_bundle(folder: Path, tmp_path: Path):
    (folder / "weights.weights.h5").write_bytes(b"changed")
    models = tmp_path / "models"
    with pytest.raises(BundleError, match=r"weights\.weights\.h5"):
        import_bundle(folder, models)
    with pytest.raises(BundleError):
        import_bundle(zipped(folder, tmp_path / "b.zip"), models)
    assert list(models.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"x" * 1000])
def test_import_of_what_is_no_zip_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(BundleError, match=r"b\.zip"):
        import_bundle(tmp_path / "b.zip", tmp_path / "models")


def test_import_stops_at_a_bomb(folder: Path, tmp_path: Path):
    bomb = tmp_path / "b.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            if file.name != "card.md":
                archive.write(file, file.name)
        archive.writestr("card.md", bytes(8 * 2**20))  # deflates to 8 kB
    assert os.path.getsize(bomb) < 100_000  # noqa: PTH202
    with pytest.raises(BundleError, match=r"card\.md is larger"):
        import_bundle(bomb, tmp_path / "models")
