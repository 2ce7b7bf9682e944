"""The program as a process: first and later starts, being ended, and what a start loads."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from app.conftest import BeginStart
from app.starting import LONG, ROOT, write_head


def second_start(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Start the program as a person does, a second time."""
    return subprocess.run(
        [sys.executable, "-m", "tumorviewer", *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        timeout=LONG,
        check=False,
    )


def test_a_second_start_hands_over_its_paths_and_ends(start: BeginStart, tmp_path: Path, own_user_folder: Path) -> None:
    write_head(tmp_path / "one.png")
    write_head(tmp_path / "two 脑.png")
    write_head(tmp_path / "three.png")
    first = start(tmp_path / "one.png")
    first.wait_for_row("one.png")
    # A path that is relative to another folder than the first one's.
    done = second_start("two 脑.png", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    first.wait_for_row("two 脑.png")
    # Also while the first has no time: what it was sent is not lost.
    first.ask("busy")
    first.wait_for(lambda line: line == ["busy"])
    assert second_start("three.png", folder=tmp_path).returncode == 0
    first.wait_for_row("three.png")
    assert first.end() == 0
    assert (own_user_folder / "settings.ini").is_file()


def test_of_two_starts_at_once_one_shows_the_window(start: BeginStart, tmp_path: Path) -> None:
    names = [write_head(tmp_path / f"{name}.png") for name in "ab"]
    both = [start(name) for name in names]
    said = [one.wait_for(lambda line: line[0] in ("row", "handed over")) for one in both]
    assert sorted(line[0] for line in said) == ["handed over", "row"]
    shown, handed = both if said[0][0] == "row" else both[::-1]
    assert handed.process.wait(LONG) == 0
    other = names[1] if said[0][0] == "row" else names[0]
    shown.wait_for_row(other.name)


@pytest.mark.skipif(os.name == "nt", reason="pipes of Windows leave nothing behind")
def test_what_a_crash_left_is_no_hindrance(start: BeginStart, tmp_path: Path) -> None:
    first = start()
    first.wait_for(lambda line: line[0] == "shown")
    first.process.kill()
    first.process.wait()
    second = start(write_head(tmp_path / "one.png"))
    second.wait_for_row("one.png")


def test_a_start_loads_nothing_heavy_and_a_fault_is_one_calm_line(start: BeginStart, own_user_folder: Path) -> None:
    program = start()
    shown = program.wait_for(lambda line: line[0] == "shown")
    assert shown[1] is True
    program.ask("modules")
    loaded = set(program.wait_for(lambda line: line[0] == "modules")[1])
    assert not loaded & {"pydicom", "tensorflow", "keras", "sklearn", "matplotlib", "pyqtgraph", "training"}
    program.ask("frozen")
    _, frozen, looked_through = program.wait_for(lambda line: line[0] == "frozen")
    assert frozen > looked_through  # type: ignore[operator]
    for _ in range(3):
        program.ask("fail")
    assert program.wait_for(lambda line: line[0] == "told") == ["told", "FAULT", "ValueError"]
    program.ask("modules")
    program.wait_for(lambda line: line[0] == "modules")
    assert program.end() == 0
    text = (own_user_folder / "logs" / "tumorviewer.log").read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "Smith" not in text


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_one_line_says_so() -> None:
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    bare.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        [sys.executable, "-m", "tumorviewer"], cwd=ROOT, env=bare, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("tumorviewer: There is no screen")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="pipes of Windows belong to their user")
def test_a_meeting_place_of_another_user_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tumorviewer.app.single import FirstStart

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "meeting"))
    listening.listen()
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)  # to this test, what lies there is another's
    first = FirstStart("meeting")
    assert first.claim(["/data/secret.png"])
    listening.settimeout(0.2)
    with pytest.raises(TimeoutError):
        listening.accept()
    listening.close()
