"""Small pictures of the rows on the screen."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.thumbnail import as_jpeg, shrink
from tumorviewer.presentation.images import as_image
from tumorviewer.state.loaded import ScanCache
from tumorviewer.storage.library import Library
from tumorviewer.workers.attention import Attention
from tumorviewer.workers.sources import OpenFile
from tumorviewer.workers.threads import Worker

MOST_KEPT: Final = 3000
"""In memory: 9 KiB each at most."""
MOST_WANTED: Final = 512
TOGETHER_SECONDS: Final = 0.03
"""Pictures that are made within so long a time are handed over, and drawn, together."""


@dataclass(frozen=True, slots=True)
class ThumbnailRequest:
    """One frame of one file; `sha256` is "" where it is not known yet."""

    entry_id: int
    path: Path
    frame: int
    sha256: str = ""


class ThumbnailMaker(Worker):
    """Makes what was asked for last first; what nobody asks for any more is never made.

    Parameters
    ----------
    library : Library
    cache : ScanCache, optional
        With scans that were decoded already.
    attention : Attention, optional
        Whom to give way to before a scan is decoded.
    """

    made = Signal(list)
    """Pairs of an entry id and a `QImage`, null where the scan cannot be read."""

    def __init__(self, library: Library, cache: ScanCache | None = None, attention: Attention | None = None) -> None:
        super().__init__()
        self._library = library
        self._cache = cache if cache is not None else ScanCache()
        self._attention = attention if attention is not None else Attention()
        self._wanted: OrderedDict[int, ThumbnailRequest] = OrderedDict()
        self._on_the_way: set[int] = set()
        self._file = OpenFile(library.cache)

    def want(self, request: ThumbnailRequest) -> None:
        """Ask for one, from any thread."""
        with self.lock:
            if request.entry_id in self._on_the_way:
                return
            self._wanted[request.entry_id] = request
            self._wanted.move_to_end(request.entry_id)
            while len(self._wanted) > MOST_WANTED:
                self._wanted.popitem(last=False)
        self.poke()

    def taken(self, ids: Iterable[int]) -> None:
        """Say that pictures have arrived, from any thread; until then asking again is in vain."""
        with self.lock:
            self._on_the_way.difference_update(ids)

    def keep_only(self, ids: Iterable[int]) -> None:
        """Drop the requests for all other rows, from any thread."""
        kept = set(ids)
        with self.lock:
            self._wanted = OrderedDict(item for item in self._wanted.items() if item[0] in kept)

    def work(self) -> None:
        """Make until nothing is asked for."""
        made: list[tuple[int, QImage]] = []
        begun = time.monotonic()
        while not self.stopping.is_set():
            with self.lock:
                request = self._wanted.popitem()[1] if self._wanted else None
                if request is not None:
                    self._on_the_way.add(request.entry_id)
            if made and (request is None or time.monotonic() - begun > TOGETHER_SECONDS):
                self.made.emit(made)
                self._file.remember()
                made, begun = [], time.monotonic()
            if request is None:
                break
            made.append((request.entry_id, self._image(request)))
        self._file.close()

    def _image(self, request: ThumbnailRequest) -> QImage:
        cache = self._library.cache
        sha256 = request.sha256 or cache.hash_of(request.path)
        kept = cache.thumbnail(sha256, request.frame) if sha256 else None
        if kept is not None:
            return QImage.fromData(kept).convertToFormat(QImage.Format.Format_Grayscale8)
        try:
            grey, sha256 = self._decoded(request)
        except ScanError:
            return QImage()
        small = shrink(grey)
        cache.save_thumbnails([(sha256, request.frame, as_jpeg(small))])
        return as_image(small)

    def _decoded(self, request: ThumbnailRequest) -> tuple[NDArray[np.uint8], str]:
        """Return a scan in grey, and the hash of its file."""
        loaded = self._cache.peek(request.entry_id)
        if loaded is None:
            self._attention.give_way()
            loaded = self._cache.peek(request.entry_id)
        if loaded is not None:
            return loaded.grey, loaded.scan.sha256
        scan = self._file.open(request.path).read(request.frame)
        return render_grey(scan), scan.sha256


class Thumbnails(QObject):
    """What the worklist asks. Lives in the window's thread.

    Parameters
    ----------
    maker : ThumbnailMaker
    request_of : callable
        From an entry id to what has to be read, or None if the row is closed or unreadable.
    """

    ready = Signal(list)
    """Entry ids."""

    def __init__(
        self,
        maker: ThumbnailMaker,
        request_of: Callable[[int], ThumbnailRequest | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._maker, self._request_of = maker, request_of
        self._images: OrderedDict[int, QImage] = OrderedDict()
        maker.made.connect(self._take)

    def image(self, entry_id: int) -> QImage | None:
        """Return a grey picture; None if it is not there yet (it is then made, and `ready` says so)."""
        image = self._images.get(entry_id)
        if image is not None:
            self._images.move_to_end(entry_id)
            return None if image.isNull() else image
        # Asked again at every paint while it waits: what is on the screen stays ahead of what has left it.
        request = self._request_of(entry_id)
        if request is not None:
            self._maker.want(request)
        return None

    def keep_only(self, ids: Iterable[int]) -> None:
        """Give up what was asked for other rows than these; pictures that are there stay."""
        self._maker.keep_only(ids)

    def forget(self) -> None:
        """Drop all, because everything was closed."""
        self._maker.keep_only(())
        self._images.clear()

    def _take(self, made: list[tuple[int, QImage]]) -> None:
        self._maker.taken(entry_id for entry_id, _ in made)
        open_still = [(entry_id, image) for entry_id, image in made if self._request_of(entry_id) is not None]
        self._images.update(open_still)
        while len(self._images) > MOST_KEPT:
            self._images.popitem(last=False)
        if open_still:
            self.ready.emit([entry_id for entry_id, _ in open_still])
