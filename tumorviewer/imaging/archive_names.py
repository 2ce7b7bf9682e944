"""Names in zip archives: readable whatever wrote them, and safe to use below a folder on any system."""

import re
import zipfile
from pathlib import PurePosixPath
from typing import Final

_UTF8_FLAG: Final = 0x800
_LONGEST: Final = 120  # letters; of four bytes each they would still fit into the 255 bytes of most file systems twice
_UNUSABLE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")


class UnsafeNameError(ValueError):
    """A name that would lead out of the folder. The text says how."""


def readable_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name as its author meant it.

    Without the UTF-8 flag a name counts as code page 437, but many programs write UTF-8 all the same; hardly any other
    text looks like UTF-8 by chance.
    """
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def safe_parts(name: str) -> tuple[str, ...]:
    """Split a name into folder names and a file name that exist as such on every system.

    Raises
    ------
    UnsafeNameError
        If the name is absolute, has a drive, climbs up, or is empty.
    """
    unified = name.replace("\\", "/")
    if unified.startswith("/") or _DRIVE.match(unified):
        raise UnsafeNameError("its name is an absolute path")
    parts = [part for part in unified.split("/") if part not in ("", ".")]
    if ".." in (part.strip() for part in parts):
        raise UnsafeNameError("its name leads out of the folder")
    if not parts:
        raise UnsafeNameError("it has no name")
    return tuple(_usable(part) for part in parts)


def numbered(parts: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Return the same place with a number in the file name, for the second of two files of one name."""
    last = PurePosixPath(parts[-1])
    return (*parts[:-1], f"{last.stem} ({number}){last.suffix}")


def _usable(part: str) -> str:
    cleaned = _UNUSABLE.sub("_", part).encode("utf-8", "replace").decode("utf-8").rstrip(". ") or "_"
    if _DEVICES.match(cleaned):
        cleaned = f"_{cleaned}"
    if len(cleaned) <= _LONGEST:
        return cleaned
    suffix = PurePosixPath(cleaned).suffix[:16]
    return cleaned[: _LONGEST - len(suffix)].rstrip(". ") + suffix
