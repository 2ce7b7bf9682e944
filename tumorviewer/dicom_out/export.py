"""Answers as DICOM: for each scan a picture (Secondary Capture) and a measurement report (TID 1500).

Patient and study stay those of the scan, so that an archive puts them beside it. A scan that is no DICOM gets a
study of its own and is written as an object too, for the others to refer to.
"""

import logging
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydicom import Dataset

from tumorviewer.dicom_out.capture import capture_of, scan_as_object
from tumorviewer.dicom_out.items import DicomItem
from tumorviewer.dicom_out.judged import Judged, Places
from tumorviewer.dicom_out.measurements import report_of
from tumorviewer.dicom_out.pseudonyms import Pseudonyms
from tumorviewer.dicom_out.source import Original, original_of_dicom, original_of_picture
from tumorviewer.dicom_out.staging import new_folder
from tumorviewer.dicom_out.targets import Files, Media
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError, UnsupportedSyntaxError
from tumorviewer.imaging.load import Source, open_source
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import Scan
from tumorviewer.inference.predictor import Predictor
from tumorviewer.storage.export_table import ExportStopped

log = logging.getLogger(__name__)


@dataclass(slots=True)
class DicomWritten:
    """What became of it: scans that were written, and the errors of those that could not be."""

    written: int = 0
    failed: list[ScanError] = field(default_factory=list)


def write_dicom(
    items: Iterable[DicomItem],
    folder: Path,
    predictor: Predictor,
    secret: str,
    *,
    dicomdir: bool = False,
    report: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> DicomWritten:
    """Judge scans and write what was found as DICOM objects.

    Parameters
    ----------
    items : iterable of DicomItem
    folder : Path
        Missing or empty: there whole or not at all.
    predictor : Predictor
    secret : str
        Makes the codes of patients of scans that are no DICOM.
    dicomdir : bool
        Write a table of contents too, and names as media have them (PS3.10 8, PS3.12).
    report : callable
        Told how many items are done.
    stopped : callable
        Asked before each.

    Raises
    ------
    ExportStopped
    OSError
        If the folder holds something, cannot be written, or the disk is full.
    """
    with new_folder(folder) as made, closing(Media(made) if dicomdir else Files(made)) as target:
        work = _Work(predictor, secret, target)
        for number, item in enumerate(items, 1):
            if stopped():
                raise ExportStopped
            work.take(item)
            report(number)
        target.finish()
    return work.done


class _Work:
    def __init__(self, predictor: Predictor, secret: str, target: "Files | Media") -> None:
        self.done = DicomWritten()
        self._target = target
        self._predictor = predictor
        self._pseudonyms = Pseudonyms(secret)
        self._studies: dict[str, Places] = {}
        self._open: tuple[Path, Source] | None = None
        self._now = datetime.now(UTC).astimezone()

    def take(self, item: DicomItem) -> None:
        try:
            judged = self._judge(item)
            original = self._original(item.path, judged.scan)
            objects = self._made(item.path, judged, original)
        except ScanError as error:
            self.done.failed.append(error)
            return
        self.done.written += 1
        for kind, dataset in objects:
            self._target.add(dataset, f"{self.done.written:06}-{kind}")

    def _judge(self, item: DicomItem) -> Judged:
        if self._open is None or self._open[0] != item.path:
            self._open = None  # before the next one takes its room
            self._open = (item.path, open_source(item.path))
        scan = self._open[1].read(item.frame)
        box = find_brain_box(render_grey(scan)) if item.automatic else item.crop
        prediction = self._predictor.predict(scan, box)
        heat = self._predictor.heat_map(prediction, prediction.label)
        return Judged(scan, prediction, heat, self._predictor.bundle.card, item.label)

    def _original(self, path: Path, scan: Scan) -> Original:
        if scan.format == "DICOM":
            return original_of_dicom(path, scan)
        return original_of_picture(scan, self._pseudonyms, self._now)

    def _made(self, path: Path, judged: Judged, original: Original) -> list[tuple[str, Dataset]]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # they quote names of patients
                return list(self._objects(judged, original))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The library knows the kinds of objects of its day; its message may quote the header.
            log.warning("nothing could be written about an object: %s", type(error).__name__)
            reason = "nothing can be written about this kind of DICOM object; export it as MR image"
            raise UnsupportedSyntaxError(path, reason) from error

    def _objects(self, judged: Judged, original: Original) -> Iterator[tuple[str, Dataset]]:
        places = self._studies.setdefault(original.header.StudyInstanceUID, Places())
        if original.made:
            yield "scan", scan_as_object(judged.scan, original, places)
        yield "capture", capture_of(judged, original, places)
        yield "report", report_of(judged, original, places, self._pseudonyms.uid("this installation"))
