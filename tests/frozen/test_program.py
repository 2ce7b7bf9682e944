"""The frozen program does what the installed one does: its own test, its commands, its answers; and calls nobody."""

import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from frozen.starting import LONG, Run, environment

from installers.build import size_of
from installers.places import ROOT, Build
from tumorviewer.cli import COMMANDS

pytestmark = pytest.mark.frozen

LARGEST = {"viewer": 450e6, "full": 1.5e9}
# Where TensorFlow has brought urllib3 along, pydicom loads it, and it looks whether this machine has IPv6: a socket
# that is bound to the machine itself, to no port, and closed. Nobody is called.
IPV6_PROBE = re.compile(r'socket\(AF_INET6, SOCK_STREAM|bind\(\d+, {sa_family=AF_INET6, sin6_port=htons\(0\).*"::1"')


def test_its_own_test_passes(build: Build, run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run("self-test", "--report", page)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("All is well.\n")
    assert "ok   open the window" in done.stdout
    for what in ("load every module", "load every package", "share out work"):
        assert f"ok   {what}" in done.stdout
    assert ("ok   train a tiny model" in done.stdout) == (build.edition == "full")
    assert "All is well." in page.read_text(encoding="utf-8")


def test_it_calls_nobody(build: Build, tmp_path: Path) -> None:
    """Seen from outside, in all processes of the self-test: what native code does too."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed (Debian: apt-get install strace)")
    calls = tmp_path / "calls"
    command = [strace, "--follow-forks", "--seccomp-bpf", "--trace=network", f"--output={calls}", build.program]
    done = subprocess.run(
        [*command, "self-test"], env=environment(), stdout=subprocess.DEVNULL, timeout=LONG, check=False
    )
    assert done.returncode == 0
    traced = calls.read_text(encoding="utf-8", errors="replace").splitlines()
    reached = [line for line in traced if re.search(r"AF_INET|AF_NETLINK|AF_PACKET", line)]
    assert [line for line in reached if not IPV6_PROBE.search(line)] == []
    # That it would have been seen:
    reach = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    subprocess.run([*command[:-1], sys.executable, "-c", reach], check=False)
    assert "AF_INET" in calls.read_text(encoding="utf-8", errors="replace")


def test_it_is_as_small_as_promised(build: Build) -> None:
    assert size_of(build.folder) < LARGEST[build.edition]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_it(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0, done.stderr
    assert "usage: tumorviewer" in done.stdout


def test_its_answers_are_those_of_the_sources(run: Run, head: Path) -> None:
    here = subprocess.run(
        [sys.executable, "-m", "tumorviewer", "predict", head], cwd=ROOT, capture_output=True, text=True, check=True
    )
    frozen = run("predict", head)
    assert frozen.returncode == 0, frozen.stderr
    assert json.loads(frozen.stdout) == json.loads(here.stdout)


def test_training_is_there_or_its_lack_is_said(build: Build, run: Run, tmp_path: Path) -> None:
    done = run("train", tmp_path, "--output", tmp_path / "run")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert ("Install the full edition" in done.stderr) == (build.edition == "viewer")


def test_the_training_tab_of_the_viewer_says_where_training_is(build: Build, run: Run, tmp_path: Path) -> None:
    """That the tab of the full edition trains, its own test has shown."""
    if build.edition == "full":
        pytest.skip("it has training")
    screen = environment(QT_QPA_PLATFORM="offscreen")
    done = run("self-test", "--window", tmp_path, "--train", tmp_path, env=screen)
    assert done.returncode == 1
    assert "Training is part of the full edition" in done.stderr
    assert "pip install" not in done.stderr, "there is no Python to add it to"


def test_its_own_test_tells_a_window_line_by_line(build: Build) -> None:
    """As Help > Self-test asks it, which stays at the other end of stdin until the last line."""
    command = [build.program, "self-test", "--quick", "--events"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment(), **pipes) as process:
        told = [json.loads(line) for line in process.stdout]
    lines = [event for event in told if event["event"] == "Checked"]
    assert {event["mark"] for event in lines} == {"ok", "-"}, lines
    assert [event["total"] for event in told if event["event"] == "Checking"] == [len(lines)] * len(lines)
    assert told[-1]["value"]["failed"] == 0
    assert "All is well." in told[-1]["value"]["page"]


def test_without_standard_streams(build: Build, head: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.jsonl"
    command = [build.program, "predict", head, "--output", answers]
    shell = ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command]
    assert subprocess.run(shell, env=environment(), timeout=LONG, check=False).returncode == 0
    assert json.loads(answers.read_text(encoding="utf-8"))["status"] == "ok"


def test_it_draws_on_a_screen_of_x(build: Build, tmp_path: Path) -> None:
    if shutil.which("xvfb-run") is None:
        pytest.skip("Xvfb is not installed (Debian: apt-get install xvfb xauth)")
    command = ["xvfb-run", "--auto-servernum", build.program, "self-test", "--window", tmp_path]
    done = subprocess.run(
        command,
        env=environment(QT_QPA_PLATFORM="xcb"),
        capture_output=True,
        encoding="utf-8",
        timeout=LONG,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["screen"] == "xcb"


def test_what_goes_into_it_is_pinned(build: Build) -> None:
    python = ROOT / f".venv-build-{build.edition}" / "bin" / "python"
    listed = subprocess.run([python, "-m", "pip", "list", "--format=json"], capture_output=True, text=True, check=True)
    pins = {"pip", "tumorviewer"}  # pip came with Python
    for file in (ROOT / "constraints.txt", *(ROOT / "installers").glob("requirements-*.txt")):
        pins |= {_name(line.split("==")[0]) for line in file.read_text(encoding="utf-8").splitlines() if "==" in line}
    assert {_name(part["name"]) for part in json.loads(listed.stdout)} - pins == set()


def test_the_full_edition_lists_what_training_needs() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_name(re.split(r"[^\w-]", line)[0]) for line in project["optional-dependencies"]["training"]}
    lines = (ROOT / "installers" / "requirements-full.txt").read_text(encoding="utf-8").splitlines()
    listed = {_name(re.split(r"[^\w-]", line)[0]) for line in lines if line[0] not in "#-"}
    assert listed - {"tensorflow-cpu"} == wanted


def test_the_bill_of_materials_is_valid(build: Build) -> None:
    if find_spec("cyclonedx") is None:
        pytest.skip("cyclonedx-python-lib[json-validation] is not installed")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    from installers.sbom import make_sbom

    text = make_sbom(build).read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    names = {component["name"] for component in json.loads(text)["components"]}
    assert {"CPython", "numpy", "pyside6-essentials", "opencv-python-headless"} <= names


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()
