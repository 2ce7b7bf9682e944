"""Where the user's things lie: by variable, beside a frozen program, by the system, or nowhere."""

import sys
from pathlib import Path

import pytest

from tumorviewer import paths


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a program that is frozen, as PyInstaller says it."""
    folder = tmp_path / "stick 棒" / "TumorViewer"
    folder.mkdir(parents=True)
    monkeypatch.delenv("TUMORVIEWER_HOME")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "TumorViewer"))
    return folder


def test_data_beside_the_frozen_program_is_the_users_folder(frozen: Path) -> None:
    assert paths.portable() is None
    usual = paths.user_data()
    (frozen / "data").mkdir()
    assert paths.user_data() == frozen / "data" != usual
    assert paths.user_cache() == frozen / "data" / "cache"
    assert paths.user_models() == frozen / "data" / "models"


def test_the_variable_wins_over_it(frozen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (frozen / "data").mkdir()
    monkeypatch.setenv("TUMORVIEWER_HOME", str(frozen / "other"))
    assert paths.user_data() == frozen / "other"


def test_on_macos_it_lies_beside_the_application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    program = tmp_path / "Tumor Viewer.app" / "Contents" / "MacOS" / "TumorViewer"
    monkeypatch.setattr(sys, "executable", str(program))
    (tmp_path / "data").mkdir()
    assert paths.portable() == tmp_path / "data"


def test_a_folder_data_beside_python_is_none_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert paths.portable() is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system always names a folder")
def test_a_user_without_home_gets_a_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_number: int) -> None:
        raise KeyError

    for name in ("TUMORVIEWER_HOME", "HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    monkeypatch.chdir(tmp_path)
    for folder in (paths.user_data(), paths.user_cache()):
        with pytest.raises(OSError, match="Not a directory"):
            folder.mkdir(parents=True)
    assert list(tmp_path.iterdir()) == []
