"""What the window asks of the program: texts, models, phantoms, and what it is made of."""

import platform
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import qVersion

from tumorviewer import __version__, paths
from tumorviewer.app.languages import available
from tumorviewer.app.logs import FILE
from tumorviewer.files import atomic_write
from tumorviewer.gui.window.services import AboutFacts, Services
from tumorviewer.inference.catalogue import Entry, own, shipped
from tumorviewer.storage.audit_log import FILE as AUDIT_LOG
from tumorviewer.storage.audit_log import AuditEntry, AuditLog, Verification

if TYPE_CHECKING:
    from importlib.metadata import Distribution

SHOWN_OF_LOG: Final = 200_000
"""Bytes; the newest."""
SHOWN_OF_AUDIT_LOG: Final = 500
"""Entries; the newest."""


def services(log_folder: Path) -> Services:
    """Return what a window needs from outside."""
    return Services(
        about=about,
        models=models,
        read_text=lambda path: path.read_text(encoding="utf-8"),
        write_bytes=write_bytes,
        read_log=lambda: read_end(log_folder / FILE),
        audit_log=look_at_audit_log,
        save_audit_log=save_audit_log,
        write_phantoms=write_phantoms,
        log_folder=log_folder,
        languages=tuple(available()),
    )


def about() -> AboutFacts:
    """Return versions and licences of all that runs here."""
    found = {name: part for name in required() if (part := _installed(name)) is not None}
    return AboutFacts(
        __version__,
        [
            ("Tumor Viewer", __version__),
            ("Python", platform.python_version()),
            ("Qt", qVersion()),
            *((name, part.version) for name, part in found.items()),
            (platform.system(), platform.release()),
        ],
        [("Python", "PSF-2.0"), *((name, _licence(part)) for name, part in found.items())],
        paths.legal("LICENSE").read_text(encoding="utf-8"),
        paths.legal("NOTICE").read_text(encoding="utf-8"),
    )


def required() -> list[str]:
    """Return the names of the packages that the program needs, and of those that training adds."""
    from importlib.metadata import PackageNotFoundError, requires  # only the "About" page asks

    try:
        lines = requires("tumorviewer") or []
    except PackageNotFoundError:  # run from a source tree that is not installed
        return []
    names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in lines if "extra == 'dev'" not in line]
    return list(dict.fromkeys(names))


def models() -> list[Entry]:
    """Return all models, those that came with the program first."""
    return [*shipped(), *own()]


def look_at_audit_log() -> tuple[Verification, list[AuditEntry]]:
    """Look through the whole audit log; return what was found, and its newest entries."""
    with _audit_log() as log:
        return log.verify(), log.newest(SHOWN_OF_AUDIT_LOG)


def save_audit_log(path: Path) -> int:
    """Write a copy of the audit log, whole or not at all."""
    with _audit_log() as log, atomic_write(path) as stream:
        return log.export(stream)


@contextmanager
def _audit_log() -> Iterator[AuditLog]:
    log = AuditLog(paths.user_data() / AUDIT_LOG)
    try:
        yield log
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    finally:
        log.close()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    with atomic_write(path, "wb") as stream:
        stream.write(content)


def read_end(path: Path, size: int = SHOWN_OF_LOG) -> str:
    """Return the end of a text file, from the beginning of a line; "" if there is no file yet."""
    try:
        with path.open("rb") as stream:
            stream.seek(0, 2)
            whole = stream.tell() <= size
            stream.seek(0 if whole else -size, 0 if whole else 2)
            text = stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return text if whole else text.partition("\n")[2]


def write_phantoms() -> list[Path]:
    """Draw the phantom series into the user's cache, unless this version has done so before; return its files."""
    folder = paths.user_cache() / "phantoms"
    stamp = folder / f"drawn by {__version__}.txt"
    try:
        drawn = [folder / line for line in stamp.read_text(encoding="utf-8").splitlines()]
    except OSError:
        drawn = []
    if drawn and all(path.is_file() for path in drawn):
        return drawn
    # Here, because drawing needs OpenCV and pydicom, and the window is to show first.
    from tumorviewer.imaging.phantom_series import write_phantom_series

    drawn = write_phantom_series(folder)
    lines = "".join(f"{path.relative_to(folder).as_posix()}\n" for path in drawn)
    write_bytes(stamp, lines.encode())
    return drawn


def _installed(name: str) -> "Distribution | None":
    from importlib.metadata import PackageNotFoundError, distribution  # as above

    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _licence(part: "Distribution") -> str:
    """Return the licence as the package names it: by expression, else by classifier, else by a short line."""
    told = part.metadata.json
    classifiers = [line.rsplit("::", 1)[1].strip() for line in told.get("classifier", []) if "License ::" in line]
    short = str(told.get("license", "")).partition("\n")[0][:80]
    return str(told.get("license_expression") or ", ".join(classifiers) or short)
