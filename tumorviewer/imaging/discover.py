"""Which files below some paths are scans: a lazy walk in the order that a person would count in."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tumorviewer.imaging.errors import MissingFileError, NotAnImageError, ScanError, from_system
from tumorviewer.imaging.natural import natural_key
from tumorviewer.imaging.sniff import HEAD_BYTES, sniff

EXTENSIONS = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".bmp",
        ".dib",
        ".tif",
        ".tiff",
        ".webp",
        ".dcm",
        ".dicom",
        ".dic",
        ".ima",
        ".nii",
    }
)
"""Endings that claim that a file is a scan, in lower case."""
_COMPRESSED = ".nii.gz"

SKIPPED_FOLDERS = frozenset({"__MACOSX"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read, or one that cannot be (`error` says why)."""

    path: Path
    error: ScanError | None = None


class Discovery(Iterator[Found]):
    """The walk. Nothing is read until `next`.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders, walked in the order given.

    Attributes
    ----------
    skipped : int
        Files met so far that are no images and do not claim to be.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.skipped = 0
        self._entered: set[tuple[int, int]] = set()
        self._walk = self._all(paths)

    def __iter__(self) -> "Discovery":
        return self

    def __next__(self) -> Found:
        return next(self._walk)

    def _all(self, paths: Sequence[Path]) -> Iterator[Found]:
        for path in paths:
            try:
                is_folder = stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116  # one call, errors included
            except (OSError, ValueError) as error:
                yield Found(path, from_system(path, error))
                continue
            if is_folder:
                yield from self._folder(path)
            else:
                yield Found(path)  # named by the user: reading it says what it is

    def _folder(self, top: Path) -> Iterator[Found]:
        """Walk with a stack of its own, so that the disk limits the depth and not Python."""
        stack: list[tuple[tuple[int, int], Iterator[os.DirEntry[str]]]] = []
        waiting: Path | None = top
        while waiting is not None or stack:
            if waiting is not None:
                entered = self._enter(waiting, [identity for identity, _ in stack])
                if isinstance(entered, Found):
                    yield entered
                elif entered is not None:
                    stack.append(entered)
                waiting = None
                continue
            entry = next(stack[-1][1], None)
            if entry is None:
                stack.pop()
                continue
            step = self._judge(entry)
            if isinstance(step, Found):
                yield step
            else:
                waiting = step

    def _enter(
        self, folder: Path, above: list[tuple[int, int]]
    ) -> "tuple[tuple[int, int], Iterator[os.DirEntry[str]]] | Found | None":
        """List a folder in natural order; None if its files were listed already by another way."""
        try:
            status = os.stat(folder)  # noqa: PTH116  # bytes in names stay as they are
            identity = (status.st_dev, status.st_ino)
            if identity in above:
                return Found(
                    folder, MissingFileError(folder, "this link leads back to a folder that it lies in; remove it")
                )
            if identity in self._entered:
                return None
            self._entered.add(identity)
            with os.scandir(folder) as entries:
                return identity, iter(sorted(entries, key=lambda entry: natural_key(entry.name)))
        except OSError as error:
            return Found(folder, from_system(folder, error))

    def _judge(self, entry: "os.DirEntry[str]") -> Found | Path | None:
        """Return a file to report, a folder to enter, or None for what is skipped."""
        name, path = entry.name, Path(entry.path)
        claims = not name.startswith("._") and claims_scan(name)
        try:
            if entry.is_dir():
                return None if name.startswith(".") or name in SKIPPED_FOLDERS else path
            is_file = entry.is_file()
        except OSError as error:  # a link that leads to itself
            return Found(path, from_system(path, error))
        if is_file and (claims or (name.upper() != "DICOMDIR" and not name.startswith("._"))):
            found = Found(path) if claims else _sniffed(path)
        elif claims:
            found = Found(path, _not_a_file(entry, path))
        else:
            found = None
        self.skipped += found is None
        return found


def discover(paths: Sequence[Path]) -> Discovery:
    """Find the scans among files and below folders.

    A file is reported if its name claims an image or its content is one; others are skipped and counted. Hidden folders
    and ``__MACOSX`` are not entered; a folder that is reached twice is walked once.

    Parameters
    ----------
    paths : sequence of Path
        Files (always reported) and folders.

    Returns
    -------
    Discovery
        An iterator of `Found` with the count `skipped`. Files are not decoded: a claim by name is not checked here.
    """
    return Discovery(paths)


def claims_scan(name: str) -> bool:
    """Tell whether a file's name says that it is a scan."""
    ending = os.path.splitext(name)[1].lower()  # noqa: PTH122  # speed
    return ending in EXTENSIONS or (ending == ".gz" and name.lower().endswith(_COMPRESSED))


def _sniffed(path: Path) -> Found | None:
    """Report a file without a known ending if its content is an image, or if that cannot be told."""
    try:
        with open(path, "rb", buffering=0) as stream:
            return Found(path) if sniff(stream.read(HEAD_BYTES)) else None
    except OSError as error:
        return Found(path, from_system(path, error))


def _not_a_file(entry: "os.DirEntry[str]", path: Path) -> ScanError:
    if entry.is_symlink():
        return MissingFileError(path, "it is a link that leads nowhere; remove it or bring its file back")
    return NotAnImageError(path, "it is no ordinary file")
