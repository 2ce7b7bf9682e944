"""run.py on a small project of its own: real environments, real pip, no network."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# The environment is made once, so all tests go to one worker.
pytestmark = pytest.mark.xdist_group("run")

ROOT = Path(__file__).resolve().parent.parent
SITE = next(path for path in sys.path if path.endswith("site-packages"))
BIN = "Scripts" if os.name == "nt" else "bin"

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "small"
version = "1"
[project.optional-dependencies]
training = []
dev = []
[project.scripts]
tumorviewer = "small:main"
[tool.hatch.build.targets.wheel]
packages = ["small"]
dev-mode-dirs = ["."]
"""

PROGRAM = """
import os, sys
def main():
    print(os.getcwd(), *sys.argv[1:], sep="|")
    return 7
"""


def run(project: Path, *arguments: str, folder: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
    """Start the project's run.py, where hatchling comes from this environment and no index is asked."""
    return subprocess.run(
        [sys.executable, project / "run.py", *arguments],
        cwd=folder or project,
        env=environment(**extra),
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )


def environment(**extra: str) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": SITE,
        "PIP_NO_INDEX": "1",
        "PYTHONUTF8": "1",
        "TUMORVIEWER_SYSTEM_LIBRARIES": "print",
    } | extra  # fmt: skip


def make_project(folder: Path) -> Path:
    (folder / "small").mkdir(parents=True)
    shutil.copy(ROOT / "run.py", folder)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "constraints.txt").write_text("")
    (folder / "small" / "__init__.py").write_text(PROGRAM)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installed project whose path has spaces and letters beyond ASCII.

    Its first start was interrupted, then two starts at once had to repair that: each of the tests would otherwise
    make an environment of its own, which takes ten seconds.
    """
    folder = make_project(tmp_path_factory.mktemp("run") / "Größe 脑 it's")
    if os.name != "nt":
        interrupt_first_start(folder)
    starts = [start(folder) for _ in range(2)]
    errors = [process.communicate(timeout=180)[1] for process in starts]
    assert [process.returncode for process in starts] == [7, 7], errors
    assert sum("Installed in" in text for text in errors) == 1
    assert "first time only" in errors[0] + errors[1]
    return folder


def start(folder: Path) -> subprocess.Popen[str]:
    """Start run.py in a process group of its own, which a Ctrl-C can be sent to."""
    return subprocess.Popen(
        [sys.executable, folder / "run.py"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def interrupt_first_start(folder: Path) -> None:
    """Send Ctrl-C while the environment is being made: it leaves quietly, and what it leaves is half made."""
    first = start(folder)
    deadline = time.monotonic() + 60
    while not (folder / ".venv" / "pyvenv.cfg").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGINT)
    errors = first.communicate(timeout=60)[1]
    assert first.returncode == 130
    assert "Traceback" not in errors
    assert (folder / ".venv" / "unfinished.txt").exists()


def test_passes_arguments_exit_code_and_folder_through(project: Path, tmp_path: Path) -> None:
    result = run(project, "predict", "a b", "--x=ü", folder=tmp_path)
    assert result.returncode == 7
    assert result.stdout.strip() == f"{tmp_path}|predict|a b|--x=ü"
    assert result.stderr == ""


def test_command_stands_in_the_environment(project: Path) -> None:
    command = project / ".venv" / BIN / ("tumorviewer.exe" if os.name == "nt" else "tumorviewer")
    result = subprocess.run([command, "x"], env=environment(), capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout.strip().split("|")[1]) == (7, "x")


def test_second_start_is_quick(project: Path) -> None:
    def best(command: list[str | Path]) -> float:
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            subprocess.run(command, env=environment(), stdout=subprocess.DEVNULL, check=False)
            times.append(time.perf_counter() - begin)
        return min(times)

    program = project / ".venv" / BIN
    direct = best([program / "python", program / "tumorviewer"] if os.name != "nt" else [program / "tumorviewer.exe"])
    assert best([sys.executable, project / "run.py"]) - direct < 0.5


def test_failed_install_says_what_to_do_and_the_next_start_repairs_it(project: Path) -> None:
    file = project / "pyproject.toml"
    good = file.read_text()
    file.write_text(good.replace("training = []", 'training = ["no-such-package-of-ours"]'))
    failed = run(project)
    assert failed.returncode == 1
    assert "Give the same command again" in failed.stderr
    assert "no-such-package-of-ours" in failed.stderr
    assert "Traceback" not in failed.stderr
    file.write_text(good + "# changed\n")
    # By a command that needs more than a start does: so what the checks need is installed once, here.
    repaired = run(project, "test", "--version")
    assert repaired.returncode == 0
    assert "Installing" in repaired.stderr
    second = run(project)
    assert (second.returncode, second.stderr) == (7, "")


def test_moved_environment_is_not_trusted(project: Path, tmp_path: Path) -> None:
    def whole(folder: Path) -> str:
        code = "import run; print(run.is_whole(run.USUAL), 'training' in run.installed(run.USUAL))"
        return subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=environment(), capture_output=True, text=True, check=True
        ).stdout.strip()

    moved = tmp_path / "moved"
    shutil.copytree(project, moved, symlinks=True)
    assert whole(project) == "True True"
    assert whole(moved).startswith("False")


def test_checks_all_run_and_a_failure_shows_in_the_exit_code(project: Path) -> None:
    (project / "test_small.py").write_text("def test_small(): pass\n")
    # The tools come from PYTHONPATH here: pytest works like that, ruff looks for its program in .venv and fails.
    result = run(project, "test")
    assert result.returncode == 1
    summary = result.stderr[result.stderr.index("== summary") :]
    assert "FAILED lint" in summary
    assert all(name in summary for name in ("format", "types", "layers"))
    assert "ok     tests" in summary
    assert "FAILED program" in summary  # this project has nothing to build one from


@pytest.mark.skipif(sys.platform == "win32", reason="Debian's packages")
def test_missing_system_libraries_are_found_by_their_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    import run as script

    assert "libwanted1" not in script.missing_packages(set())
    monkeypatch.setitem(script.SYSTEM_LIBRARIES, "libwanted1", "libwanted.so.1")
    assert "libwanted1" in script.missing_packages(set())


@pytest.mark.skipif(sys.platform == "win32", reason="Debian's packages")
@pytest.mark.parametrize(("prefix", "wanted"), [("/usr", True), ("/usr/local", False)])
def test_who_builds_with_debians_python_needs_its_library(
    prefix: str, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    import run as script

    monkeypatch.setattr(script, "PYTHON_LIBRARY", {"libpython0.9": "libpython0.9.so.1.0"})
    monkeypatch.setattr(sys, "base_prefix", prefix)
    assert ("libpython0.9" in script.missing_packages({"viewer"})) == wanted
    assert "libpython0.9" not in script.missing_packages({"training"})


@pytest.mark.skipif(sys.platform == "win32", reason="Debian's packages")
def test_programs_are_wanted_by_who_uses_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    import run as script

    monkeypatch.setenv("PATH", str(tmp_path))
    assert {"xvfb", "binutils"}.isdisjoint(script.missing_packages({"training"}))
    assert "binutils" in script.missing_packages({"viewer"})
    assert "xvfb" in script.missing_packages({"training", "dev"})
    (tmp_path / "Xvfb").write_text("#!/bin/sh\n")
    (tmp_path / "Xvfb").chmod(0o755)
    assert "xvfb" not in script.missing_packages({"training", "dev"})
