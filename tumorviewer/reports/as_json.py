"""A report for machines: the facts of the document, in a schema with a version. docs/command-line.md describes it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tumorviewer import NOTICE
from tumorviewer.files import atomic_write
from tumorviewer.inference.series import LEFT_OUT
from tumorviewer.presentation.series_words import series_headline
from tumorviewer.presentation.words import verdict_line, verdict_name
from tumorviewer.reports.document import Report, ReportedModel, ReportedScan
from tumorviewer.reports.text import clean
from tumorviewer.storage.export_table import ExportStopped

SCHEMA: Final = "tumorviewer.report"
SCHEMA_VERSION: Final = 1
"""Raised when a field changes its meaning or goes; new ones may come without."""


def write_json(report: Report, path: Path, *, told: Callable[[int], None], stopped: Callable[[], bool]) -> int:
    """Write a report, whole or not at all, and return how many scans are in it.

    Raises
    ------
    ExportStopped
    OSError
        If it cannot be written.
    """
    with atomic_write(path) as stream:
        head = json.dumps(_head(report), ensure_ascii=False, allow_nan=False, indent=1)
        stream.write(head[: head.rindex("}")].rstrip() + ',\n "scans": [')
        for done, scan in enumerate(report.scans, 1):
            if stopped():
                raise ExportStopped
            line = json.dumps(_scan(scan, report), ensure_ascii=False, allow_nan=False)
            stream.write(f"{',' if done > 1 else ''}\n  {line}")
            told(done)
        stream.write("\n ]\n}\n")
    return len(report.scans)


def to_dict(report: Report) -> dict[str, Any]:
    """Return a report as plain values, as they stand in the file."""
    return {**_head(report), "scans": [_scan(scan, report) for scan in report.scans]}


def _head(report: Report) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "notice": NOTICE,
        "created": report.created.isoformat(timespec="seconds"),
        "program": {"name": "Tumor Viewer", "version": report.program},
        "letterhead": clean(report.letterhead.text),
        "model": _model(report.model),
        "series_answer": _series(report),
        "patient_data": report.with_patient,
        "counts": report.counts,
    }


def _model(model: ReportedModel | None) -> dict[str, Any] | None:
    if model is None:
        return None
    return {
        "name": model.name,
        "version": model.version,
        "sha256": model.sha256,
        "classes": list(model.classes),
        "threshold": model.threshold,
    }


def _series(report: Report) -> dict[str, Any] | None:
    """Return what the slices say together; the names of its fields are those of ``predict --series``."""
    if report.together is None:
        return None
    answer, geometry = report.together.answer, report.together.geometry
    return {
        "name": clean(report.series),
        "verdict": answer.verdict or None,
        "verdict_in_words": series_headline(answer),
        "ground": answer.ground.value,
        "label": answer.label or None,
        "other": answer.other or None,
        "score": round(answer.score, 6),
        "calibrated": answer.calibrated,
        "slices": answer.total,
        "counted": answer.counted,
        "first": answer.first,
        "last": answer.last,
        "peak": answer.peak,
        "left_out": {use.name.lower(): answer.left_out.get(use, 0) for use in LEFT_OUT},
        "certain": dict(answer.certain),
        "findings": {finding.value: count for finding, count in geometry.findings},
        "spacing": round(geometry.spacing, 4) if geometry.spacing is not None else None,
        "span": answer.span,
    }


def _scan(scan: ReportedScan, report: Report) -> dict[str, Any]:
    answer = scan.answer if scan.error is None else None
    row: dict[str, Any] = {
        "file": clean(str(scan.path) if report.with_paths else scan.path.name),
        "frame": scan.frame,
        "frames": scan.frames,
        "series": clean(scan.series),
        "sha256": scan.sha256 or None,
        "status": {"unreadable": "unreadable", "waiting": "no_answer"}.get(scan.verdict, "answered"),
        "error": clean(scan.error.reason) if scan.error is not None else None,
        "verdict": answer.verdict if answer else None,
        "verdict_in_words": clean(verdict_line(answer, report.classes) if answer else verdict_name(scan.verdict)),
        "label": answer.label if answer else None,
        "confidence": round(answer.confidence, 6) if answer else None,
        "probabilities": _probabilities(answer.probabilities, report.classes) if answer else None,
        "domain_score": round(answer.domain_score, 6) if answer else None,
        "crop": answer.crop.as_list() if answer and answer.crop else None,
        "crop_kind": scan.crop_kind if answer else None,
        "focus": [round(place, 1) for place in answer.focus] if answer else None,
        "model": answer.model if answer else None,
        "model_sha256": answer.model_sha256 if answer else None,
        "own_label": scan.label or None,
        "note": clean(scan.note) or None,
    }
    if report.with_patient:
        row["patient"] = _patient(scan)
    return row


def _probabilities(shares: tuple[float, ...], classes: tuple[str, ...]) -> dict[str, float]:
    return {name: round(share, 6) for name, share in zip(classes, shares, strict=True)}


def _patient(scan: ReportedScan) -> dict[str, str | None] | None:
    if scan.patient is None:
        return None
    person = scan.patient
    return {
        "name": clean(person.name) or None,
        "id": clean(person.identifier) or None,
        "birth_date": clean(person.birth_date) or None,
    }
