"""What the window asks of the program."""

from pathlib import Path

import pytest

from tumorviewer import __version__, paths
from tumorviewer.app import services
from tumorviewer.imaging import phantom_series


def test_phantoms_are_drawn_once_and_again_when_one_is_gone(
    own_user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phantom_series, "_SERIES", ())  # the pictures alone: the slices take seconds
    drawn = services.write_phantoms()
    assert drawn
    assert all(path.is_file() for path in drawn)
    assert all(path.is_relative_to(own_user_folder) for path in drawn)
    before = [path.stat().st_mtime_ns for path in drawn]
    monkeypatch.setattr(phantom_series, "_study", lambda: pytest.fail("drawn a second time"))
    assert services.write_phantoms() == drawn
    assert [path.stat().st_mtime_ns for path in drawn] == before
    monkeypatch.undo()
    monkeypatch.setenv("TUMORVIEWER_HOME", str(own_user_folder))
    monkeypatch.setattr(phantom_series, "_SERIES", ())
    drawn[0].unlink()
    assert services.write_phantoms() == drawn
    assert drawn[0].is_file()


def test_all_parts_that_are_needed_have_a_version_and_a_licence() -> None:
    facts = services.about()
    assert facts.version == __version__
    assert facts.parts[0] == ("Tumor Viewer", __version__)
    names = {name.lower() for name, _ in facts.parts}
    assert {"python", "qt", "numpy", "pydicom", "ai-edge-litert", "pyside6-essentials"} <= names
    assert "pytest" not in names
    assert all(licence for _, licence in facts.licences)


def test_licence_and_notice_are_found_in_the_tree_and_among_what_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Apache License" in paths.legal("LICENSE").read_text(encoding="utf-8")
    monkeypatch.setattr(paths, "_installed_root", lambda: tmp_path)
    assert "Apache License" in paths.legal("LICENSE").read_text(encoding="utf-8")
