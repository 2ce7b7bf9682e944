"""Reports on drawn heads that the tiny model judged, and what can be read back of their pages."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from dicom_writer import as_bytes, dataset_of
from pypdf import PdfReader
from PySide6.QtGui import QImage
from tiny_bundle import head_with_bright_quadrant

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import render_grey
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.predictor import Predictor
from tumorviewer.reports.document import Report, ReportedModel, ReportedScan
from tumorviewer.reports.pdf import write_pdf
from tumorviewer.reports.pictures import FilePictures
from tumorviewer.storage.answers import StoredAnswer


@cache
def head(label: str) -> bytes:
    return cv2.imencode(".png", head_with_bright_quadrant(label))[1].tobytes()


def write_dicom(path: Path, **patient: str) -> Path:
    pixels = cv2.imdecode(np.frombuffer(head("glioma"), np.uint8), cv2.IMREAD_GRAYSCALE).astype(np.uint16)
    path.write_bytes(as_bytes(dataset_of(pixels, SpecificCharacterSet="ISO_IR 192", **patient)))
    return path


def write_head(path: Path, label: str) -> Path:
    path.write_bytes(head(label))
    return path


def model_of(bundle: Bundle) -> ReportedModel:
    card = bundle.card
    return ReportedModel(
        card.name, card.version, bundle.model_sha256, card.thresholds.certain, card.classes, bundle.folder
    )


def judged(path: Path, bundle: Bundle, **values: object) -> ReportedScan:
    """Return a file with the answer of the model to the head in it."""
    grey = render_grey(load_scan(path))
    answer = StoredAnswer.from_prediction(Predictor(bundle, threads=1).predict(grey, find_brain_box(grey)))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(ReportedScan(path, sha256=sha256, answer=answer), **values)


def report_on(bundle: Bundle, *scans: ReportedScan, **values: object) -> Report:
    created = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
    return replace(Report(created, "0.1", scans, model_of(bundle)), **values)


def nothing(_: int) -> None:
    """Hear of progress."""


def pages_of(report: Report, path: Path, logo: QImage | None = None) -> list[str]:
    """Write a PDF and return the words of each page in one line."""
    pictures = FilePictures(report.model)
    write_pdf(report, path, pictures, logo or QImage(), told=nothing, stopped=lambda: False)
    return read(path)


def read(path: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]
