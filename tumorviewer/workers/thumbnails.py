"""Small pictures of the rows on the screen."""

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import render_grey
from tumorviewer.storage.library import Library
from tumorviewer.workers.threads import Worker

SIDE: Final = 128
"""Longer side in pixels: sharp at 64 points on a screen of twice the resolution."""
MOST_KEPT: Final = 3000
"""In memory: 16 KiB each at most."""
MOST_WANTED: Final = 256
JPEG_QUALITY: Final = 88


@dataclass(frozen=True, slots=True)
class ThumbnailRequest:
    """One frame of one file."""

    entry_id: int
    path: Path
    frame: int


class ThumbnailMaker(Worker):
    """Makes what was asked for last first; what nobody asks for any more is never made."""

    made = Signal(int, QImage, str, object)
    """Entry, picture (null if there is none), hash of the file, and the `Review` that is kept of it, or None."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._wanted: OrderedDict[int, ThumbnailRequest] = OrderedDict()

    def want(self, request: ThumbnailRequest) -> None:
        """Ask for one, from any thread."""
        with self.lock:
            self._wanted[request.entry_id] = request
            self._wanted.move_to_end(request.entry_id)
            while len(self._wanted) > MOST_WANTED:
                self._wanted.popitem(last=False)
        self.poke()

    def forget(self) -> None:
        """Drop all requests, from any thread."""
        with self.lock:
            self._wanted.clear()

    def work(self) -> None:
        """Make until nothing is asked for."""
        while not self.stopping.is_set():
            with self.lock:
                if not self._wanted:
                    return
                _, request = self._wanted.popitem()
            image, sha256 = self._make(request)
            review = self._library.reviews(sha256).get(request.frame) if sha256 else None
            self.made.emit(request.entry_id, image, sha256, review)

    def _make(self, request: ThumbnailRequest) -> tuple[QImage, str]:
        try:
            status = os.stat(request.path)  # noqa: PTH116  # the library wants the plain result
        except OSError:
            return QImage(), ""
        sha256 = self._library.sha256_of(request.path, status)
        kept = self._library.thumbnail(sha256, request.frame, SIDE) if sha256 else None
        if kept is not None:
            return QImage.fromData(kept).convertToFormat(QImage.Format.Format_Grayscale8), sha256
        try:
            scan = load_scan(request.path, request.frame)
        except ScanError:
            return QImage(), ""
        small = shrink(render_grey(scan))
        encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
        self._library.save_hashes([(request.path, status, scan.sha256)])
        self._library.save_thumbnails([(scan.sha256, request.frame, SIDE, encoded)])
        return as_image(small), scan.sha256


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

    def forget(self) -> None:
        """Drop all, because everything was closed."""
        self._maker.forget()
        self._images.clear()

    def _take(self, entry_id: int, image: QImage) -> None:
        if self._request_of(entry_id) is None:
            return
        self._images[entry_id] = image
        while len(self._images) > MOST_KEPT:
            self._images.popitem(last=False)
        self.ready.emit([entry_id])


def shrink(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture whose longer side is at most `SIDE`."""
    scale = SIDE / max(grey.shape)
    if scale >= 1.0:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def as_image(grey: NDArray[np.uint8]) -> QImage:
    """Return a grey picture as an image with bytes of its own."""
    height, width = grey.shape
    packed = np.ascontiguousarray(grey)
    return QImage(packed.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
