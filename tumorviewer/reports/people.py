"""Adding whom the scans show, for a report that was asked to say it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tumorviewer.imaging.person import Patient, read_patient
from tumorviewer.reports.document import Report
from tumorviewer.storage.export_table import ExportStopped


def with_people(report: Report, told: Callable[[int], None], stopped: Callable[[], bool]) -> Report:
    """Return the report with the patients of its scans, each file's header read once; unchanged if not asked for.

    Raises
    ------
    ExportStopped
    """
    if not report.with_patient:
        return report
    known: dict[Path, Patient | None] = {}
    scans = []
    for done, scan in enumerate(report.scans, 1):
        if stopped():
            raise ExportStopped
        if scan.path not in known:
            known[scan.path] = read_patient(scan.path)
        scans.append(replace(scan, patient=known[scan.path]))
        told(done)
    return replace(report, scans=tuple(scans))
