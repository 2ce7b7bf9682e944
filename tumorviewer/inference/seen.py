"""Which files a model was trained or tuned on: its answer to one of them says nothing about how good it is.

Kept as the first eight bytes of each file's SHA-256, sorted: a hundred kilobytes for ten thousand scans, from which no
scan can be made again. Two different files agree by chance in one of 10^15 cases. A resized or re-encoded copy is
another file and is not told.
"""

import io
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tumorviewer.inference.card import BundleError

SEEN: Final = "seen.npy"
_HEX_DIGITS: Final = 16  # eight bytes


class SeenScans:
    """A set of files by content; empty where a model does not tell.

    Parameters
    ----------
    prefixes : ndarray of uint64
    """

    def __init__(self, prefixes: NDArray[np.uint64]) -> None:
        self._prefixes = np.unique(prefixes)

    @classmethod
    def of(cls, digests: Iterable[str]) -> "SeenScans":
        """Return the set of files with these SHA-256, in hexadecimal."""
        return cls(np.array([int(digest[:_HEX_DIGITS], 16) for digest in digests], np.uint64))

    def __contains__(self, sha256: str) -> bool:
        """Tell whether the file with this SHA-256 was seen; "" was not."""
        if not sha256 or not self._prefixes.size:
            return False
        wanted = np.uint64(int(sha256[:_HEX_DIGITS], 16))
        place = int(np.searchsorted(self._prefixes, wanted))
        return place < self._prefixes.size and bool(self._prefixes[place] == wanted)

    def __len__(self) -> int:
        return int(self._prefixes.size)

    def to_bytes(self) -> bytes:
        """Return the content of ``seen.npy``."""
        stream = io.BytesIO()
        np.save(stream, self._prefixes.astype("<u8"), allow_pickle=False)
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "SeenScans":
        """Read ``seen.npy``.

        Raises
        ------
        BundleError
            If it is no such file. Nothing is unpickled.
        """
        try:
            prefixes = np.load(io.BytesIO(data), allow_pickle=False)
        except (ValueError, EOFError, OSError) as error:
            raise BundleError(f"{SEEN} is not readable ({error}).") from error
        if prefixes.ndim != 1 or prefixes.dtype != np.dtype("<u8"):
            raise BundleError(f"{SEEN} does not hold a list of file prefixes.")
        return cls(prefixes)
