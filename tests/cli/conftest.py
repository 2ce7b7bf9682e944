"""A user's folder with the tiny model, and no model that came with the program, for the tests of the command line."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from tiny_bundle import make_bundle

ROOT = Path(__file__).resolve().parent.parent.parent

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def tiny_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a user's folder that holds the model tiny-1.0; read only by agreement."""
    home = tmp_path_factory.mktemp("home")
    make_bundle(home / "models")
    return home


@pytest.fixture
def use_tiny(tiny_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let main(), called in this process, use the tiny model."""
    monkeypatch.setenv("TUMORVIEWER_HOME", str(tiny_home))
    monkeypatch.setenv("TUMORVIEWER_MODEL", "tiny")
    return tiny_home


@pytest.fixture
def run(tiny_home: Path) -> Run:
    """Return a function that runs the real command as a process of its own."""

    def run_command(*arguments: object, **options: object) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "TUMORVIEWER_HOME": str(tiny_home), "TUMORVIEWER_MODEL": "tiny"}
        settings = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 120, "cwd": ROOT, **options}
        command = [sys.executable, "-m", "tumorviewer", *map(os.fspath, map(_word, arguments))]
        return subprocess.run(command, env=environment, check=False, **settings)  # type: ignore[call-overload]

    return run_command


def _word(argument: object) -> str:
    return argument if isinstance(argument, str) else os.fspath(argument)  # type: ignore[call-overload]


def write_png(path: Path, picture: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return path
