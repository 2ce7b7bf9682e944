"""Where received instances lie: each in a file of its own, there whole or not at all, and never twice."""

import hashlib
import shutil
import time
from dataclasses import dataclass
from enum import Enum, auto
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumorviewer.files import atomic_write, sync_folder

if TYPE_CHECKING:
    from pydicom.dataset import FileMetaDataset

    from tumorviewer.receiving.identity import Identity

UNFINISHED_SECONDS: Final = 3600.0
"""What was begun so long ago, and never finished, was begun by a process that is gone."""


class Kept(Enum):
    """What became of an instance. Either way it is on the disk now."""

    STORED = auto()
    KNOWN = auto()
    """The same was there already."""


class FullError(OSError):
    """The disk has less room than is to stay free."""


@dataclass(frozen=True, slots=True)
class Received:
    """One instance as it came.

    Attributes
    ----------
    identity : Identity
    meta : FileMetaDataset
        The file meta information (PS3.10 7.1).
    dataset : BytesIO
        Encoded, in the transfer syntax that `meta` names.
    """

    identity: "Identity"
    meta: "FileMetaDataset"
    dataset: BytesIO


class Inbox:
    """A folder of received instances.

    Parameters
    ----------
    folder : Path
        Made if it is missing; for the user only, because scans in it name their patients.
    free_bytes : int
        So much of the disk stays free.
    """

    def __init__(self, folder: Path, free_bytes: int) -> None:
        self.folder, self._free_bytes = folder, free_bytes

    def prepare(self) -> None:
        """Make the folder, and remove what a process that was killed had begun and not acknowledged.

        Raises
        ------
        OSError
            If it cannot be made or written to.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with atomic_write(self.folder / ".writable", "wb"):
            pass  # the sender should not be the first to learn that nothing can be written here
        (self.folder / ".writable").unlink()
        for path in self.folder.glob(".*.part"):
            if time.time() - path.stat().st_mtime > UNFINISHED_SECONDS:
                path.unlink(missing_ok=True)

    def keep(self, received: Received) -> tuple[Path, Kept]:
        """Write an instance; when this returns, no power cut can take it away any more.

        An instance that was sent before is not written again. One that has the same number (SOP Instance UID) and other
        content gets a file beside the first: neither is lost.

        Raises
        ------
        FullError
            If too little room would be left.
        OSError
            If it cannot be written.
        """
        content = received.dataset.getbuffer()
        path = self.folder / f"{received.identity.stem}.dcm"
        if path.exists():
            if _ends_with(path, content):
                return path, Kept.KNOWN
            path = path.with_name(f"{path.stem}-{hashlib.sha256(content).hexdigest()[:16]}.dcm")
            if path.exists():
                return path, Kept.KNOWN
        self._check_room(len(content))
        self._write(path, received, content)
        return path, Kept.STORED

    def _check_room(self, size: int) -> None:
        if shutil.disk_usage(self.folder).free < size + self._free_bytes:
            raise FullError("the disk is nearly full")

    def _write(self, path: Path, received: Received, content: memoryview) -> None:
        # Here, because a window that receives nothing needs none.
        from pydicom.filebase import DicomIO
        from pydicom.filewriter import write_file_meta_info

        head = BytesIO()
        head.write(b"\0" * 128 + b"DICM")
        write_file_meta_info(DicomIO(head), received.meta, enforce_standard=True)
        with atomic_write(path, "wb") as stream:
            stream.write(head.getbuffer())
            stream.write(content)
        sync_folder(self.folder)


def _ends_with(path: Path, content: memoryview) -> bool:
    """Tell whether a file is what would be written now, whoever had sent it."""
    with path.open("rb") as stream:
        start = stream.seek(0, 2) - len(content)
        if start < 0:
            return False
        stream.seek(start)
        return stream.read() == content
