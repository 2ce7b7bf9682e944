"""The frozen program, built for these tests if the sources have changed; TUMORVIEWER_EDITION says which edition."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import pytest
from frozen.starting import LONG, Run, environment

from installers.places import ROOT, Build
from tumorviewer.imaging.phantom import draw_head


@pytest.fixture(scope="session")
def build() -> Build:
    """Return where the program lies; skip where the packages that it is built from cannot be had."""
    made = Build(os.environ.get("TUMORVIEWER_EDITION", "viewer"))
    command = [sys.executable, ROOT / "run.py", "build", "--edition", made.edition]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "could not be installed" in done.stderr or "could not be made" in done.stderr:
        pytest.skip(f"no environment to build in: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def run(build: Build) -> Run:
    """Return a function that runs the program to its end, as a double click would: without Python's variables."""

    def start(*arguments: str | Path, program: Path | None = None, **options: object) -> object:
        command = [program or build.program, *arguments]
        settings = {"capture_output": True, "encoding": "utf-8", "timeout": LONG, "env": environment(), **options}
        return subprocess.run(command, check=False, **settings)  # type: ignore[call-overload]

    return start  # type: ignore[return-value]


@pytest.fixture
def open_window(build: Build) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Return a function that starts the program with its window; what still runs at the end is ended."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str | Path, program: Path | None = None, **extra: str) -> "subprocess.Popen[bytes]":
        screen = environment(QT_QPA_PLATFORM="offscreen", **extra)
        started.append(subprocess.Popen([program or build.program, *arguments], env=screen, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def copy(build: Build) -> Iterator[Path]:
    """Return a copy of the program in a folder with spaces and letters beyond ASCII, that any user may read."""
    # Not tmp_path: other users may not look into that.
    top = Path(tempfile.mkdtemp(prefix="tumorviewer-test-"))
    top.chmod(0o755)
    folder = top / "Größe 脑 it's" / build.folder.name
    shutil.copytree(build.folder, folder, symlinks=True)
    yield folder
    for path in [top, *top.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(top)


@pytest.fixture
def head(tmp_path: Path) -> Path:
    """Return the picture of a drawn head."""
    path = tmp_path / "头 scan.png"
    path.write_bytes(cv2.imencode(".png", draw_head(1, size=256, lesion="meningioma"))[1].tobytes())
    return path
