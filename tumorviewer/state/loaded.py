"""Decoded scans, and the cache that keeps the stack around the current one in memory."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.scan import CropBox, Scan, WindowLevel


@dataclass(frozen=True, slots=True, eq=False)
class LoadedScan:
    """A decoded scan and what the program found in it.

    Attributes
    ----------
    entry_id : int
    scan : Scan
    grey : ndarray of uint8, shape (H, W)
        With the default window: what the crop and the model are made from, whatever window is shown.
    box : CropBox or None
        The automatic crop.
    window: WindowLevel or None
        The default window, that `grey` was made with; None if whoever made this did not keep it.
    """

    entry_id: int
    scan: Scan
    grey: NDArray[np.uint8] = field(repr=False)
    box: CropBox | None
    window: WindowLevel | None = None

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        shared = self.grey is self.scan.pixels
        return int(self.scan.pixels.nbytes) + (0 if shared else int(self.grey.nbytes))


class ScanCache:
    """The scans that were looked at last, up to a number of bytes. Safe to use from several threads."""

    def __init__(self, limit_bytes: int = 160 << 20) -> None:
        self._limit = limit_bytes
        self._bytes = 0
        self._scans: OrderedDict[int, LoadedScan] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, entry_id: int) -> LoadedScan | None:
        """Return a scan if it is there; it then goes last."""
        with self._lock:
            loaded = self._scans.get(entry_id)
            if loaded is not None:
                self._scans.move_to_end(entry_id)
            return loaded

    def peek(self, entry_id: int) -> LoadedScan | None:
        """Return a scan if it is there; for how long it stays does not change."""
        with self._lock:
            return self._scans.get(entry_id)

    def __contains__(self, entry_id: int) -> bool:
        with self._lock:
            return entry_id in self._scans

    def put(self, loaded: LoadedScan) -> None:
        """Keep a scan; the ones that were used longest ago make room. The newest is always kept."""
        with self._lock:
            before = self._scans.pop(loaded.entry_id, None)
            self._bytes += loaded.nbytes - (before.nbytes if before is not None else 0)
            self._scans[loaded.entry_id] = loaded
            while self._bytes > self._limit and len(self._scans) > 1:
                _, oldest = self._scans.popitem(last=False)
                self._bytes -= oldest.nbytes

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._scans.clear()
            self._bytes = 0
