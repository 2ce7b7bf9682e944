"""Pixels for reports: thumbnails for lists, and a scan with its heat map for a page of its own."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import Source, open_source
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import Scan
from tumorviewer.imaging.thumbnail import as_jpeg, shrink
from tumorviewer.inference.activation import HeatMap
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.card import BundleError
from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.inference.predictor import Predictor
from tumorviewer.presentation.images import as_image
from tumorviewer.reports.document import ReportedModel, ReportedScan
from tumorviewer.storage.cache import Cache

log = logging.getLogger(__name__)


class ChangedFileError(ScanError):
    """The file is not the one that was judged: its picture would not belong to the answer."""


@dataclass(frozen=True, slots=True, eq=False)
class ScanPicture:
    """A scan as it is drawn.

    Attributes
    ----------
    grey : ndarray of uint8, shape (H, W)
        With its default window: what the crop and the model were given.
    spacing : tuple of float or None
        Millimetres between rows and between columns.
    heat : HeatMap or None
        Evidence for the likeliest class; None where the model judged nothing, or could not be asked again.
    """

    grey: NDArray[np.uint8]
    spacing: tuple[float, float] | None
    heat: HeatMap | None


class Pictures(Protocol):
    """What pages ask while they are drawn."""

    def thumbnail(self, scan: ReportedScan) -> QImage:
        """Return a small grey picture; null if there is none."""

    def whole(self, scan: ReportedScan) -> ScanPicture:
        """Return a scan with its heat map, or raise ScanError."""


class FilePictures:
    """Pictures of scans in files, one at a time in memory. For one thread.

    Parameters
    ----------
    model : ReportedModel or None
        Whose heat maps are drawn.
    cache : Cache or None
        Has thumbnails that were made before, and keeps those that are made now.
    """

    def __init__(self, model: ReportedModel | None, cache: Cache | None = None) -> None:
        self._model, self._cache = model, cache
        self._kept: tuple[Path, Source] | None = None
        self._predictor: Predictor | None = None

    def thumbnail(self, scan: ReportedScan) -> QImage:
        """Return a small grey picture; null if there is none."""
        if scan.error is not None:
            return QImage()
        if self._cache is not None and scan.sha256:
            known = self._cache.thumbnail(scan.sha256, scan.frame)
            if known is not None:
                return QImage.fromData(known).convertToFormat(QImage.Format.Format_Grayscale8)
        try:
            read = self._read(scan)
        except ScanError:
            return QImage()
        small = shrink(render_grey(read))
        if self._cache is not None:
            self._cache.save_thumbnails([(read.sha256, scan.frame, as_jpeg(small))])
        return as_image(small)

    def whole(self, scan: ReportedScan) -> ScanPicture:
        """Return a scan with its heat map.

        Raises
        ------
        ScanError
            If it cannot be read, or is not any more what was judged.
        """
        read = self._read(scan)
        grey = render_grey(read)
        return ScanPicture(grey, read.spacing, self._heat(scan, grey))

    def _read(self, scan: ReportedScan) -> Scan:
        if self._kept is None or self._kept[0] != scan.path:
            self._kept = None  # before the next one takes its room
            self._kept = (scan.path, open_source(scan.path))
        source = self._kept[1]
        if scan.sha256 and source.sha256 != scan.sha256:
            raise ChangedFileError(scan.path, "the file has changed since it was judged; open it again")
        return source.read(scan.frame)

    def _heat(self, scan: ReportedScan, grey: NDArray[np.uint8]) -> HeatMap | None:
        """Ask the model again, because maps are not kept; None unless it says the same as before."""
        answer = scan.answer
        predictor = self._ready() if answer is not None and answer.verdict != NOT_BRAIN_MR else None
        if answer is None or predictor is None or answer.model_sha256 != predictor.bundle.model_sha256:
            return None
        again = predictor.predict(grey, answer.crop)
        return predictor.heat_map(again, answer.label) if again.verdict == answer.verdict else None

    def _ready(self) -> Predictor | None:
        if self._predictor is None and self._model is not None and self._model.folder is not None:
            try:
                self._predictor = Predictor(load_bundle(self._model.folder), threads=1)
            except (BundleError, OSError) as error:
                log.warning("no heat maps: %s", type(error).__name__)
                self._model = None  # not tried again for each scan
        return self._predictor
