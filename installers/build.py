"""Builds the program with PyInstaller: ``python run.py build [--edition viewer] [--test] [--installer]``.

Runs in the edition's own environment (``.venv-build-<edition>``), which run.py makes.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from installers.places import DIST, EDITIONS, NAME, ROOT, Build

# All that a build depends on.
_FOLDERS = ("tumorviewer", "training", "models", "resources")
_FILES = (
    "build.spec", "pyproject.toml", "constraints.txt", "LICENSE", "NOTICE", "installers/build.py",
    "installers/icons.py", "installers/requirements-full.txt", "installers/requirements-viewer.txt",
    "installers/windows.py",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked for, one step after the other; return the exit code."""
    options = _parser().parse_args(arguments)
    build = Build(options.edition)
    if options.again or not is_current(build):
        build_program(build)
    else:
        say(f"{build.folder} is what the sources make; --again builds it all the same.")
    if options.test and test_program(build) != 0:
        return 1
    if options.installer:
        # Only who makes installers needs what makes them.
        from installers.release import make_release

        for file in make_release(build):
            say(f"  {file.relative_to(ROOT)}  {file.stat().st_size / 1e6:.0f} MB")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py build", description="Build the program for people without Python.")
    parser.add_argument("--edition", choices=EDITIONS, default="full", help="full (default), or viewer: no training")
    parser.add_argument("--again", action="store_true", help="build it even if nothing has changed")
    parser.add_argument("--test", action="store_true", help="let the program test itself, and keep its report")
    parser.add_argument("--installer", action="store_true", help="make the installer, checksums and bill of materials")
    return parser


def is_current(build: Build) -> bool:
    """Tell whether the program is there and was built from the sources as they are."""
    try:
        return build.stamp.read_text(encoding="utf-8") == fingerprint() and build.program.exists()
    except OSError:
        return False


def fingerprint() -> str:
    """Return a hash of all sources that a build depends on, by name and content."""
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted(_source_files()):
        digest.update(f"\0{file.relative_to(ROOT).as_posix()}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    yield from (ROOT / name for name in _FILES)
    for top in _FOLDERS:
        yield from (path for path in (ROOT / top).rglob("*") if path.is_file() and path.suffix != ".pyc")


def build_program(build: Build) -> None:
    """Make the folder of the program (on macOS: the application) anew."""
    begin, sources = time.monotonic(), fingerprint()
    say(f"Building the {build.edition} edition")
    build.stamp.unlink(missing_ok=True)
    icons = build.work / "icons"
    make_ingredients(icons)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(build.output), "--workpath", str(build.work), str(ROOT / "build.spec")]
    # A start of Qt on the way (a hook asks it for its folders) needs no screen.
    extra = {"QT_QPA_PLATFORM": "offscreen", "TUMORVIEWER_ICONS": str(icons)}
    subprocess.run(command, cwd=ROOT, env=os.environ | extra, check=True)
    finish(build)
    build.stamp.write_text(sources, encoding="utf-8")
    say(f"{build.folder}: {size_of(build.folder) / 1e6:.0f} MB, built in {time.monotonic() - begin:.0f} s.")


def make_ingredients(folder: Path) -> None:
    """Draw the icons, and write what Windows shows of a program file."""
    from installers.icons import make_icons  # loads Qt
    from installers.windows import version_resource

    make_icons(ROOT / "resources" / "tumorviewer.svg", folder)
    (folder / "version.txt").write_text(version_resource(), encoding="utf-8")


def finish(build: Build) -> None:
    """Do what PyInstaller leaves to be done on this system."""
    if sys.platform == "darwin":
        shutil.rmtree(build.output / NAME)  # its content is in the application too
    if sys.platform == "win32":
        (build.folder / f"{NAME}-console.exe").replace(build.program)
    strip = shutil.which("strip")
    if sys.platform == "linux" and strip:
        # Symbols for debuggers are a fifth of TensorFlow. What is in *.libs was patched, which strip may not survive.
        libraries = [path for path in build.folder.rglob("*.so*") if not path.parent.name.endswith(".libs")]
        plain = [str(path) for path in libraries if path.is_file() and not path.is_symlink()]
        subprocess.run([strip, "--strip-unneeded", *plain], check=True)


def test_program(build: Build) -> int:
    """Let the program test itself, and keep its report in dist/; return its exit code."""
    report = DIST / f"self-test-{build.edition}.html"
    return subprocess.run([str(build.program), "self-test", "--report", str(report)], check=False).returncode


def size_of(folder: Path) -> int:
    """Return how many bytes the files below a folder have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def say(text: str) -> None:
    """Tell the person on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
