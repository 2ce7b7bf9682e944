"""Models are found by name, version and age; broken ones are listed and not used."""

from pathlib import Path

import pytest
from tiny_bundle import make_bundle

from tumorviewer import paths
from tumorviewer.inference import catalogue
from tumorviewer.inference.bundle import load_bundle, verify_bundle


@pytest.fixture
def models(own_user_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the user's folder of models; nothing came with the program."""
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "shipped")
    monkeypatch.delenv(catalogue.ACTIVE_VARIABLE, raising=False)
    return own_user_folder / "models"


def test_no_model_says_what_to_do(models: Path):
    with pytest.raises(catalogue.NoModelError, match="models import"):
        catalogue.find(None)
    with pytest.raises(catalogue.NoModelError, match="Known: there is none"):
        catalogue.find("x")


def test_versions_are_compared_as_numbers(models: Path):
    for version in ("1.9", "1.10", "1.10-rc"):
        make_bundle(models, version=version)
    assert catalogue.find("tiny").name == "tiny-1.10"
    assert catalogue.find("tiny-1.9").name == "tiny-1.9"
    with pytest.raises(catalogue.NoModelError, match=r"tiny-1\.10-rc"):
        catalogue.find("tiny-2")


def test_the_shipped_one_is_active_before_a_newer_one_of_the_user(models: Path, monkeypatch: pytest.MonkeyPatch):
    make_bundle(models, name="mine", created="2030-01-01T00:00:00Z")
    assert catalogue.find(None).name == "mine-1.0"
    make_bundle(paths.shipped_models(), name="old", created="2020-01-01T00:00:00Z")
    make_bundle(paths.shipped_models(), name="base", created="2026-01-01T00:00:00Z")
    assert catalogue.find(None).name == "base-1.0"
    monkeypatch.setenv(catalogue.ACTIVE_VARIABLE, "mine")
    assert catalogue.find(None).name == "mine-1.0"


def test_a_broken_card_is_listed_with_its_problem_and_never_active(models: Path):
    good = make_bundle(models, name="good")
    bad = make_bundle(models, name="bad", created="2040-01-01T00:00:00Z")
    (bad / "card.json").write_text("{}")
    entries = {entry.name: entry for entry in catalogue.own()}
    assert set(entries) == {"good-1.0", "bad-1.0"}
    assert "'format' is missing" in entries["bad-1.0"].problem
    assert catalogue.active() == good


def test_a_folder_can_be_named_by_its_path(models: Path, tmp_path: Path):
    folder = make_bundle(tmp_path / "output")
    assert catalogue.find(str(folder)) == folder


def test_the_models_that_came_with_the_program_are_good():
    entries = catalogue.shipped()
    if not entries:
        pytest.skip("models/ is empty: no model was trained yet")
    for entry in entries:
        bundle = verify_bundle(entry.folder)
        assert bundle.name == entry.folder.name
        assert load_bundle(entry.folder).model_sha256 == bundle.model_sha256
