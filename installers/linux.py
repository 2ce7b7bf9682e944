"""The Debian package: the program below /opt, a command, an entry in the menus that opens DICOM files, icons."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from installers.icons import PNG_SIZES
from installers.places import NAME, ROOT, Build
from tumorviewer import NOTICE, __version__

_TOP: Final = "opt/tumorviewer"
_DESKTOP_ENTRY: Final = f"""[Desktop Entry]
Type=Application
Name=Tumor Viewer
GenericName=Brain MR viewer
Comment=Crops brain MR slices and says what a calibrated model sees in them. {NOTICE}
Exec=/{_TOP}/{NAME} %F
Icon=tumorviewer
Categories=Science;MedicalSoftware;
Keywords=MRI;DICOM;brain;tumour;
MimeType=application/dicom;
StartupWMClass=tumorviewer
"""
_CONTROL: Final = """Package: {package}
Version: {version}
Architecture: {architecture}
Maintainer: Tumor Viewer <tumorviewer@localhost>
Section: science
Priority: optional
Installed-Size: {kilobytes}
Depends: {depends}
Conflicts: {other}
Replaces: {other}
Description: viewer of brain MR slices that says what a model sees in them
 Crops brain MR slices and says what a calibrated EfficientNet sees in them.
 Works offline. {notice}
"""


def make_deb(build: Build, package: Path | None = None, packing: Sequence[str] = ("-Zxz", "-z3")) -> Path:
    """Lay the files out as they will lie on the disk, and pack them.

    Parameters
    ----------
    build : Build
    package : Path, optional
        Where to; default: the file to hand out.
    packing : sequence of str
        How, in the words of ``dpkg-deb``. Level 3 packs twice as fast as the usual 6, and a tenth larger.
    """
    stage = build.work / "deb"
    shutil.rmtree(stage, ignore_errors=True)
    # Links instead of copies: the program is large, and nothing here changes it.
    shutil.copytree(build.folder, stage / _TOP, symlinks=True, copy_function=os.link)
    _place(stage, build)
    facts = {
        "package": _package(build.edition),
        "other": _package("viewer" if build.edition == "full" else "full"),
        "version": __version__,
        "architecture": _read(["dpkg", "--print-architecture"]).strip(),
        "kilobytes": sum(path.lstat().st_size for path in stage.rglob("*")) // 1024,
        "depends": ", ".join(dependencies(build.folder)),
        "notice": NOTICE,
    }
    control = stage / "DEBIAN" / "control"
    _write(control, _CONTROL.format(**facts))
    package = package or build.release(f"-{facts['architecture']}.deb")
    command = ["dpkg-deb", "--root-owner-group", *packing, "--build", str(stage), str(package)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    shutil.rmtree(stage)
    return package


def dependencies(folder: Path) -> Iterator[str]:
    """Yield the packages that the program's native code needs from the system, as Debian names them."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path)]
    there = {path.name for path in folder.rglob("*")}
    told = _read(["objdump", "-p", *map(str, files)])
    versions = {tuple(map(int, numbers.split("."))) for numbers in re.findall(r"GLIBC_(\d+\.\d+)", told)}
    yield f"libc6 (>= {'.'.join(map(str, max(versions)))})"
    wanted = set(re.findall(r"NEEDED +(\S+)", told)) - there
    found = {_package_of(library) for library in wanted}
    yield from sorted(found - {"", "libc6"})


def _package_of(library: str) -> str:
    """Return the package that a library is from; "" for one that is not here, so that nothing was tried with it."""
    done = subprocess.run(["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True, check=False)
    return done.stdout.split(":", 1)[0]


def _place(stage: Path, build: Build) -> None:
    """Put what the desktop needs in its places."""
    share = stage / "usr" / "share"
    _write(share / "applications" / "tumorviewer.desktop", _DESKTOP_ENTRY)
    icons = share / "icons" / "hicolor"
    _copy(ROOT / "resources" / "tumorviewer.svg", icons / "scalable" / "apps" / "tumorviewer.svg")
    for side in PNG_SIZES:
        _copy(build.work / "icons" / f"{side}.png", icons / f"{side}x{side}" / "apps" / "tumorviewer.png")
    documents = share / "doc" / _package(build.edition)
    licence, notice = (ROOT / name for name in ("LICENSE", "NOTICE"))
    _write(documents / "copyright", f"{notice.read_text(encoding='utf-8')}\n{licence.read_text(encoding='utf-8')}")
    command = stage / "usr" / "bin" / "tumorviewer"
    command.parent.mkdir(parents=True)
    command.symlink_to(f"/{_TOP}/{NAME}")
    for path in stage.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def _package(edition: str) -> str:
    return "tumorviewer" if edition == "full" else f"tumorviewer-{edition}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _copy(source: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def _read(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
