"""What is handed out: the installer of this system, the folder as an archive, the bill of materials, checksums."""

import hashlib
import shutil
import sys
import tarfile
from pathlib import Path

from installers.places import DIST, NAME, Build
from installers.sbom import make_sbom


def make_release(build: Build) -> list[Path]:
    """Make all files to hand out, and return them."""
    DIST.mkdir(exist_ok=True)
    files = [_installer(build), *_archive(build), make_sbom(build)]
    return [*files, _checksums(build, files)]


def _installer(build: Build) -> Path:
    """Make the installer of this system; only it has what makes it."""
    if sys.platform == "win32":
        from installers.windows import make_setup

        return make_setup(build)
    if sys.platform == "darwin":
        from installers.macos import make_dmg

        return make_dmg(build)
    from installers.linux import make_deb

    return make_deb(build)


def _archive(build: Build) -> list[Path]:
    """Pack the folder for sticks and machines where nothing can be installed; macOS has its image for that."""
    if sys.platform == "darwin":
        return []
    if sys.platform == "win32":
        target = str(build.release(".zip")).removesuffix(".zip")
        return [Path(shutil.make_archive(target, "zip", build.output, NAME))]
    archive = build.release(".tar.gz")
    with tarfile.open(archive, "w:gz", compresslevel=6) as tar:  # make_archive takes 9, and three times as long
        tar.add(build.folder, NAME)
    return [archive]


def _checksums(build: Build, files: list[Path]) -> Path:
    """Write SHA-256 sums in the form that ``sha256sum --check`` reads."""
    sums = build.release(".sha256")
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return sums
