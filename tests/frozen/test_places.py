"""Where the program may lie and who may start it: odd folders, nothing to write to, no home, a stick, twice."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest
from frozen.starting import NOBODY, Run, end, environment, wait_until

from installers.places import Build

pytestmark = pytest.mark.frozen

Open = Callable[..., "Popen[bytes]"]


def test_from_an_odd_folder_that_may_not_be_written_to_by_a_user_without_home(copy: Path, run: Run) -> None:
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    # The C locale says that names are ASCII, and they are not.
    poor = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    done = run("self-test", "--quick", program=copy / "TumorViewer", env=poor, cwd="/", **as_nobody)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All is well." in done.stdout
    assert "ok   share out work" in done.stdout


def test_a_folder_data_beside_it_holds_all_that_a_person_makes(
    copy: Path, open_window: Open, head: Path, tmp_path: Path
) -> None:
    data, home = copy / "data", tmp_path / "home"
    data.mkdir()
    home.mkdir()
    # A user folder that was chosen by the variable would win.
    chosen = {"HOME": str(home), "TUMORVIEWER_HOME": ""}
    process = open_window(head.parent, program=copy / "TumorViewer", **chosen)
    settings = data / "settings.ini"
    wait_until(lambda: settings.is_file() and "recent" in settings.read_text(encoding="utf-8"), "the settings")
    wait_until((data / "logs" / "tumorviewer.log").is_file, "the log")
    assert end(process) == 0
    assert [path for path in home.rglob("*") if "umor" in path.name] == []


def test_a_second_start_hands_its_folder_to_the_first(
    open_window: Open, run: Run, head: Path, own_user_folder: Path
) -> None:
    log, settings = own_user_folder / "logs" / "tumorviewer.log", own_user_folder / "settings.ini"
    first = open_window()
    wait_until(log.is_file, "the first window")
    second = run(head.parent, env=environment(QT_QPA_PLATFORM="offscreen"))
    assert second.returncode == 0, second.stderr
    wait_until(lambda: settings.is_file() and "recent" in settings.read_text(encoding="utf-8"), "what was handed over")
    assert first.poll() is None
    assert end(first) == 0


def test_a_library_of_a_newer_program_is_left_as_it_is(open_window: Open, head: Path, own_user_folder: Path) -> None:
    library, settings = own_user_folder / "library.sqlite", own_user_folder / "settings.ini"
    settings.write_text("[look]\ntheme=dark\n[future]\nchoice=7\n", encoding="utf-8")
    with sqlite3.connect(library) as connection:
        connection.executescript("CREATE TABLE reviews (of_tomorrow); PRAGMA user_version = 99;")
    connection.close()
    before = library.read_bytes()
    process = open_window(head.parent)
    wait_until(lambda: "recent" in settings.read_text(encoding="utf-8"), "the settings")
    assert end(process) == 0
    assert library.read_bytes() == before
    kept = settings.read_text(encoding="utf-8")
    assert "theme=dark" in kept
    assert "choice=7" in kept, "what a newer program will ask for again"


def test_a_link_to_it_starts_it(build: Build, run: Run, tmp_path: Path) -> None:
    link = tmp_path / "tumorviewer"
    link.symlink_to(build.program)
    done = run("models", "list", program=link)
    assert done.returncode == 0, done.stderr
    assert "shipped" in done.stdout


def test_a_damaged_copy_says_so(copy: Path, run: Run, own_user_folder: Path) -> None:
    model = next((copy / "_internal" / "models").glob("*/model.tflite"))
    model.write_bytes(model.read_bytes()[:-1])
    shutil.rmtree(own_user_folder / "models", ignore_errors=True)
    done = run("self-test", "--quick", program=copy / "TumorViewer")
    assert done.returncode == 1
    assert "FAIL model" in done.stdout
