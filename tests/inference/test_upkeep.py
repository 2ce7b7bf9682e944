"""Models are renamed, given away and removed; whatever is refused leaves everything as it was."""

import dataclasses
import zipfile
from pathlib import Path

import pytest
from tiny_bundle import make_bundle

from tumorviewer import paths
from tumorviewer.inference.bundle import CARD, MODEL, READABLE_CARD, BundleError, read_card, verify_bundle
from tumorviewer.inference.catalogue import own
from tumorviewer.inference.install import import_bundle
from tumorviewer.inference.upkeep import (
    export_zip,
    free_version,
    install_beside,
    install_once,
    is_same_model,
    readable_card,
    remove_bundle,
    rename_bundle,
)


@pytest.fixture
def models(own_user_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the user's folder of models, with tiny-1.0 in it; "base" came with the program."""
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "shipped")
    make_bundle(tmp_path / "shipped", name="base")
    make_bundle(own_user_folder / "models")
    return own_user_folder / "models"


def with_heading(folder: Path) -> None:
    """Give the readable card the heading that training writes."""
    import hashlib

    from tumorviewer.inference.card import card_to_json

    text = b"# tiny 1.0\n\nMade for tests.\n"
    (folder / READABLE_CARD).write_bytes(text)
    card = read_card(folder)
    files = {**card.files, READABLE_CARD: hashlib.sha256(text).hexdigest()}
    (folder / CARD).write_text(card_to_json(dataclasses.replace(card, files=files)), encoding="utf-8")


def test_renaming_keeps_the_model_verified(models: Path) -> None:
    with_heading(models / "tiny-1.0")
    before = read_card(models / "tiny-1.0")
    renamed = rename_bundle(models / "tiny-1.0", models, "clinic")
    assert renamed == models / "clinic-1.0"
    assert [entry.name for entry in own()] == ["clinic-1.0"]
    bundle = verify_bundle(renamed)
    assert is_same_model(bundle.card, before)
    assert readable_card(renamed) == "# clinic 1.0\n\nMade for tests.\n"
    assert [folder.name for folder in models.iterdir()] == ["clinic-1.0"], "nothing is left lying about"


@pytest.mark.parametrize("name", ["", "a/b", "..", "-x", "tiny", "x" * 101, "dot."])
def test_unfit_and_taken_names_are_refused(models: Path, name: str) -> None:
    with pytest.raises(BundleError):
        rename_bundle(models / "tiny-1.0", models, name)
    assert verify_bundle(models / "tiny-1.0").name == "tiny-1.0"
    assert len(list(models.iterdir())) == 1


def test_a_name_that_came_with_the_program_is_taken(models: Path) -> None:
    with pytest.raises(BundleError, match="came with the program"):
        rename_bundle(models / "tiny-1.0", models, "base")
    with pytest.raises(BundleError, match="came with the program"):
        import_bundle(paths.shipped_models() / "base-1.0", models)


@pytest.mark.parametrize("file", [MODEL, READABLE_CARD])
def test_a_damaged_model_does_not_get_fresh_hashes(models: Path, file: str) -> None:
    (models / "tiny-1.0" / file).write_bytes(b"other")
    with pytest.raises(BundleError, match=file):
        rename_bundle(models / "tiny-1.0", models, "clinic")
    assert [folder.name for folder in models.iterdir()] == ["tiny-1.0"]


def test_what_came_with_the_program_is_never_removed_nor_renamed(models: Path) -> None:
    base = paths.shipped_models() / "base-1.0"
    for change in (lambda: remove_bundle(base, models), lambda: rename_bundle(base, models, "mine")):
        with pytest.raises(BundleError, match="none of your own"):
            change()
    assert verify_bundle(base).name == "base-1.0"


def test_removing_takes_damaged_ones_too_and_what_was_left_before(models: Path) -> None:
    (models / "tiny-1.0" / CARD).write_text("{")
    (models / ".removed-before").mkdir()
    remove_bundle(models / "tiny-1.0", models)
    assert list(models.iterdir()) == []
    with pytest.raises(BundleError):
        remove_bundle(models / "tiny-1.0", models)


def test_a_link_is_not_followed_into_a_model_elsewhere(models: Path, tmp_path: Path) -> None:
    elsewhere = make_bundle(tmp_path / "elsewhere", name="far")
    (models / "far-1.0").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(BundleError):
        remove_bundle(models / "far-1.0", models)
    assert verify_bundle(elsewhere).name == "far-1.0"


def test_exported_and_imported_elsewhere_it_is_the_same(models: Path, tmp_path: Path) -> None:
    file = export_zip(models / "tiny-1.0", tmp_path / "tiny.zip")
    target = import_bundle(file, tmp_path / "other" / "models")
    assert read_card(target) == read_card(models / "tiny-1.0")
    verify_bundle(target)
    with zipfile.ZipFile(file) as archive:
        assert all(name.startswith("tiny-1.0/") for name in archive.namelist())


def test_an_export_replaces_nothing_unasked(models: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.zip"
    target.write_text("something of mine")
    with pytest.raises(FileExistsError):
        export_zip(models / "tiny-1.0", target)
    assert target.read_text() == "something of mine"
    export_zip(models / "tiny-1.0", target, overwrite=True)
    assert zipfile.is_zipfile(target)


@pytest.mark.parametrize("file", ["weights.weights.h5", READABLE_CARD])
def test_a_damaged_model_is_not_given_away(models: Path, tmp_path: Path, file: str) -> None:
    (models / "tiny-1.0" / file).write_bytes(b"other")
    with pytest.raises(BundleError, match=file):
        export_zip(models / "tiny-1.0", tmp_path / "tiny.zip")
    assert list(tmp_path.glob("*.zip*")) == []
    assert list(tmp_path.glob(".*")) == []


def test_a_second_model_of_the_name_gets_the_next_version(models: Path, tmp_path: Path) -> None:
    source = make_bundle(tmp_path / "run", version="1.0")
    assert install_beside(source, models).name == "tiny-1.1"
    assert install_beside(source, models).name == "tiny-1.2"
    verify_bundle(models / "tiny-1.2")


def test_the_same_network_is_not_installed_twice(models: Path, tmp_path: Path) -> None:
    source = make_bundle(tmp_path / "run", name="run")
    assert install_once(source, models) == models / "tiny-1.0", "it is there, under another name"
    (models / "tiny-1.0" / READABLE_CARD).write_bytes(b"other")
    with pytest.raises(BundleError, match=READABLE_CARD):
        install_once(source, models)
    remove_bundle(models / "tiny-1.0", models)
    assert install_once(source, models) == models / "run-1.0"


@pytest.mark.parametrize(
    ("version", "taken", "free"),
    [("1.0", [], "1.0"), ("1.9", ["1.9"], "1.10"), ("1.0-rc", ["1.0-rc"], "1.0-rc.1"), ("7", ["7", "8"], "9")],
)
def test_free_versions(models: Path, version: str, taken: list[str], free: str) -> None:
    card = dataclasses.replace(read_card(models / "tiny-1.0"), version=version)
    assert free_version(card, [f"tiny-{name}" for name in taken]) == free
