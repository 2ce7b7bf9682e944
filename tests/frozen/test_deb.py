"""The Debian package: installed, started and removed here, as root only."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from frozen.starting import environment

from installers.places import Build
from tumorviewer import __version__

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("dpkg") is None,
        reason="installing a Debian package takes root on Debian or Ubuntu",
    ),
]


@pytest.fixture
def package(build: Build, tmp_path: Path) -> Iterator[Path]:
    """Return the package, not compressed; remove it again if a test has installed it."""
    from installers.linux import make_deb

    yield make_deb(build, tmp_path / "program.deb", ["-Znone"])
    dpkg("--purge", name(build), check=False)


def dpkg(*arguments: str | Path, check: bool = True) -> str:
    done = subprocess.run(["dpkg", *arguments], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done.stdout


def name(build: Build) -> str:
    return "tumorviewer" if build.edition == "full" else "tumorviewer-viewer"


def test_it_is_installed_started_and_removed(build: Build, package: Path, own_user_folder: Path) -> None:
    kept = own_user_folder / "library.sqlite"
    kept.touch()
    dpkg("--install", package)
    assert f"Version: {__version__}" in dpkg("--status", name(build))
    # In the menus, for DICOM files, with its icon.
    entry = Path("/usr/share/applications/tumorviewer.desktop")
    if shutil.which("desktop-file-validate"):
        done = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")
    words = dict(line.split("=", 1) for line in entry.read_text(encoding="utf-8").splitlines() if "=" in line)
    assert "application/dicom" in words["MimeType"].split(";")
    assert Path(words["Exec"].split()[0]).is_file()
    for size in ("16x16", "256x256", "scalable"):
        assert list(Path("/usr/share/icons/hicolor", size, "apps").glob(f"{words['Icon']}.*"))
    started = subprocess.run(
        ["/usr/bin/tumorviewer", "self-test", "--quick"],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert started.returncode == 0, started.stdout + started.stderr
    dpkg("--remove", name(build))
    left = ["/opt/tumorviewer", "/usr/bin/tumorviewer", str(entry), f"/usr/share/doc/{name(build)}"]
    assert [path for path in left if os.path.lexists(path)] == []
    assert kept.exists()
