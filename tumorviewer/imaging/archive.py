"""Zip archives of scans: unpacked into a folder of the caller's, whatever the archive tries."""

import errno
import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from tumorviewer.imaging.archive_names import UnsafeNameError, numbered, readable_name, safe_parts
from tumorviewer.imaging.errors import DamagedArchiveError, ScanError, TooLargeError, UnreadableError
from tumorviewer.imaging.limits import Limits
from tumorviewer.imaging.load import open_file

_BLOCK: Final = 2**20
_SIGNATURES: Final = (b"PK\3\4", b"PK\5\6")
_ENCRYPTED: Final = 0x1 | 0x40
_FULL: Final = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, OverflowError)
_ANY_SIZE: Final = Limits(max_file_bytes=2**63)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Upper bounds on what is unpacked.

    Attributes
    ----------
    max_entries : int
    max_file_bytes : int
        Of one file, inflated.
    max_total_bytes : int
        Of all files, inflated.
    max_ratio : float
        Inflated by compressed size. Scans stay below 20, empty ones may reach it: small files are let pass.
    small_bytes : int
        Up to this size the ratio does not matter.
    """

    max_entries: int = 50_000
    max_file_bytes: int = 2**30
    max_total_bytes: int = 8 * 2**30
    max_ratio: float = 200.0
    small_bytes: int = 32 * 2**20

    @property
    def max_directory_bytes(self) -> int:
        """Size of a table of contents that so many entries may have."""
        return self.max_entries * 512 + 2**16


DEFAULT_ARCHIVE_LIMITS = ArchiveLimits()


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that was not unpacked: its name and the reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What became of an archive.

    Attributes
    ----------
    files : tuple of Path
        Written whole and with the right checksum, in the order of the archive.
    refused : tuple of Refused
    stopped : bool
        Whether the work was ended early.
    """

    files: tuple[Path, ...]
    refused: tuple[Refused, ...]
    stopped: bool = False


class _RefusalError(Exception):
    """An entry is not unpacked; the text says why."""


class _StoppedError(Exception):
    """The caller wants no more."""


def is_archive(path: Path) -> bool:
    """Tell by its first bytes whether a file is a zip archive; False for what cannot be read."""
    try:
        with open_file(path, _ANY_SIZE) as (stream, _):
            return stream.read(4) in _SIGNATURES
    except ScanError:
        return False


def unpack(
    archive: Path,
    target: Path,
    limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
    stopped: Callable[[], bool] = lambda: False,
) -> Unpacked:
    """Unpack the files of an archive; nothing is written outside of `target`, and nothing there is overwritten.

    Parameters
    ----------
    archive : Path
    target : Path
        A folder that belongs to the caller, who removes it also after an error. Made if it is not there.
    limits : ArchiveLimits
    stopped : callable
        Asked before each block.

    Raises
    ------
    DamagedArchiveError
        If the table of contents cannot be read.
    TooLargeError
        If there are more entries than the limit.
    ScanError
        Another subclass, if the archive cannot be opened or the disk is full.
    """
    with open_file(archive, _ANY_SIZE) as (stream, _):
        bounded = _BoundedReader(stream, max(limits.max_directory_bytes, 2 * _BLOCK))
        return _Unpacking(archive, bounded, target, limits, stopped).run()


class _BoundedReader(io.BufferedReader):
    """Refuses to read more than some bytes at once: the table of contents is read in one piece, however large."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        super().__init__(stream)  # type: ignore[arg-type]  # a file opened for reading is raw enough
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._most:
            raise _RefusalError(f"its table of contents has {size:,} bytes")
        return super().read(size)


def _read_contents(archive: Path, stream: _BoundedReader, limits: ArchiveLimits) -> zipfile.ZipFile:
    try:
        zipped = zipfile.ZipFile(stream)
    except _RefusalError as error:
        raise TooLargeError(archive, f"{error}, more than the limit; unpack it and open the folder") from error
    except (*_BROKEN, NotImplementedError) as error:
        raise DamagedArchiveError(
            archive, "this archive is damaged or not complete; copy it again, or unpack it and open the folder"
        ) from error
    if len(zipped.filelist) > limits.max_entries:
        raise TooLargeError(
            archive,
            f"it has {len(zipped.filelist):,} entries, more than the limit of {limits.max_entries:,}; "
            "unpack it and open the folder",
        )
    return zipped


class _Unpacking:
    """One pass over an archive."""

    def __init__(
        self, archive: Path, stream: _BoundedReader, target: Path, limits: ArchiveLimits, stopped: Callable[[], bool]
    ) -> None:
        self._archive, self._stream, self._target = archive, stream, target
        self._zipped = _read_contents(archive, stream, limits)
        self._limits, self._stopped = limits, stopped
        self._total = 0
        self._taken: dict[tuple[str, ...], int] = {}  # with the last number given to another of that name

    def run(self) -> Unpacked:
        """Write what can be written, and keep account of the rest."""
        files: list[Path] = []
        refused: list[Refused] = []
        for info in self._zipped.filelist:
            if info.is_dir():
                continue
            if self._stopped():
                return Unpacked(tuple(files), tuple(refused), stopped=True)
            name = readable_name(info)
            try:
                files.append(self._unpack_entry(info, name))
            except (_RefusalError, UnsafeNameError) as error:
                refused.append(Refused(_printable(name), str(error)))
            except _StoppedError:
                return Unpacked(tuple(files), tuple(refused), stopped=True)
        return Unpacked(tuple(files), tuple(refused))

    def _unpack_entry(self, info: zipfile.ZipInfo, name: str) -> Path:
        self._check_header(info)
        parts = self._free_place(safe_parts(name))
        path = self._target.joinpath(*parts)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(info, path)
        except OSError as error:
            if error.errno in _FULL:
                raise UnreadableError(
                    self._archive, "the disk is full: it was not unpacked; make room and open it again"
                ) from error
            raise _RefusalError(f"it cannot be written ({error.strerror or error})") from error
        except NotImplementedError as error:
            raise _RefusalError("it is compressed in a way that cannot be read") from error
        except _BROKEN as error:
            raise _RefusalError("it is damaged") from error
        self._taken[_folded(parts)] = 1
        return path

    def _check_header(self, info: zipfile.ZipInfo) -> None:
        """Refuse what the header tells already; the sizes in it may lie and are checked again on the way."""
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise _RefusalError("it is a link" if kind == stat.S_IFLNK else "it is no ordinary file")
        if info.flag_bits & _ENCRYPTED:
            raise _RefusalError("it is encrypted; unpack the archive with its password and open the folder")
        self._check_size(info.file_size)

    def _check_size(self, size: int) -> None:
        if size > self._limits.max_file_bytes:
            raise _RefusalError(f"it is larger than the limit of {self._limits.max_file_bytes:,} bytes")
        if self._total > self._limits.max_total_bytes:
            raise _RefusalError(f"the archive is larger than the limit of {self._limits.max_total_bytes:,} bytes")

    def _free_place(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """Return the place, with a number if another file has the name; upper and lower case are one on some disks."""
        name, place = _folded(parts), parts
        while _folded(place) in self._taken:
            self._taken[name] += 1
            place = numbered(parts, self._taken[name])
        return place

    def _write(self, info: zipfile.ZipInfo, path: Path) -> None:
        """Write a file whole or not at all; a file that is there already is never touched."""
        with open(path, "xb") as out:
            try:
                self._inflate(info, out)
            except BaseException:
                out.close()  # Windows does not remove open files
                path.unlink(missing_ok=True)
                raise

    def _inflate(self, info: zipfile.ZipInfo, out: BinaryIO) -> None:
        written = 0
        with self._zipped.open(info) as member:
            while True:
                if self._stopped():
                    raise _StoppedError
                block = member.read(_BLOCK)
                if not block:
                    break
                if written == 0 and block[:4] in _SIGNATURES:
                    raise _RefusalError("it is an archive within the archive; unpack it and open the folder")
                written += len(block)
                self._total += len(block)  # also of what is refused later: it is the work that is bounded
                self._check_size(written)
                # How far the archive has been read is the truth about the compressed size; the header's may lie.
                consumed = self._stream.tell() - info.header_offset
                if written > self._limits.small_bytes and written > self._limits.max_ratio * consumed:
                    raise _RefusalError("it inflates to many times its size, as no scan does")
                out.write(block)


def _folded(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.casefold() for part in parts)


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
