"""The window on a screen of X, where there is a virtual one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from app.conftest import BeginStart
from app.starting import write_head


@pytest.fixture
def display() -> Iterator[str]:
    """Return the name of a virtual screen that chose its own number."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb (Debian: the package xvfb) is not installed")
    here, there = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(there), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[there],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(there)
    try:
        with os.fdopen(here) as told:
            number = told.readline().strip()
        if not number:
            pytest.skip("Xvfb does not run here")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def test_the_window_is_drawn_on_a_real_screen_and_closes(display: str, start: BeginStart, tmp_path: Path) -> None:
    program = start(write_head(tmp_path / "one.png"), DISPLAY=display, QT_QPA_PLATFORM="xcb")
    assert program.wait_for(lambda line: line[0] == "shown")[1] is True
    program.wait_for(lambda line: line == ["answered"])
    program.ask("grab")
    _, _, platform, width, middle = program.wait_for(lambda line: line[0] == "grabbed")
    assert platform == "xcb"
    assert width > 1000
    red, green, blue = (int(middle[place : place + 2], 16) for place in (1, 3, 5))
    assert red == green == blue != 0, "the middle of the head is grey"
    assert program.end() == 0
