"""Files and folders of DICOM, written again without who they are about.

Names of folders and files are made from the new UIDs. Beside them lies
``deidentification-log.csv``, which says what was done to each file and holds no patient data either: files are numbered
in the order in which they were found.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from pydicom import Dataset, dcmwrite
from pydicom.uid import UID

from tumorviewer.dicom_out.burned_in import HOLDS_TEXT, MAY_HOLD_TEXT, OVERLAY_IN_PIXELS, warnings_of
from tumorviewer.dicom_out.deidentifier import PRIVATE, TEXT, UNKNOWN, Cleaned, Deidentifier
from tumorviewer.dicom_out.header import read_object, text_of, transfer_syntax
from tumorviewer.dicom_out.marks import chosen_codes, fresh_meta
from tumorviewer.dicom_out.profile import Options
from tumorviewer.dicom_out.pseudonyms import Pseudonyms
from tumorviewer.dicom_out.staging import new_folder
from tumorviewer.files import atomic_write
from tumorviewer.imaging.dicom_parse import translated
from tumorviewer.imaging.discover import Found
from tumorviewer.imaging.errors import NotAnImageError, ScanError
from tumorviewer.storage.csv_cells import csv_line, csv_text
from tumorviewer.storage.export_table import ExportStopped

LOG: Final = "deidentification-log.csv"
_ACTIONS: Final = ("X", "Z", "D", "U", "C", "K")
_TEXT_WARNINGS: Final = frozenset({HOLDS_TEXT, MAY_HOLD_TEXT, OVERLAY_IN_PIXELS})
_LEVELS: Final = ("Study", "Series", "SOP")
_NONE: Final[Counter[str]] = Counter()
COLUMNS: Final = ("number", "file", "patient", "status", "profile", *_ACTIONS, PRIVATE, UNKNOWN, TEXT, "notes")


@dataclass(slots=True)
class Deidentified:
    """What became of it.

    Attributes
    ----------
    written : int
        Objects.
    left_out : int
        Files that are no DICOM, and copies of one that was written.
    failed : list of ScanError
    warnings : Counter of str
        What a person should look at, by how many files.
    may_show_text : int
        Objects whose picture holds or may hold text.
    """

    written: int = 0
    left_out: int = 0
    failed: list[ScanError] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    may_show_text: int = 0


def deidentify(
    files: Iterable[Found],
    folder: Path,
    secret: str,
    options: Options,
    *,
    report: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Deidentified:
    """Write every DICOM object among some files again, without who it is about (PS3.15 annex E).

    Parameters
    ----------
    files : iterable of Found
        What is no DICOM is left out; what cannot be read is reported, and all others are written.
    folder : Path
        Missing or empty: there whole or not at all.
    secret : str
        The same secret makes the same codes and UIDs of the same patients and objects.
    options : Options
    report : callable
        Told how many files are done.
    stopped : callable
        Asked before each file.

    Raises
    ------
    ExportStopped
    OSError
        If the folder holds something, cannot be written, or the disk is full.
    """
    with new_folder(folder) as made:
        work = _Work(made, Pseudonyms(secret), options)
        for number, found in enumerate(files, 1):
            if stopped():
                raise ExportStopped
            work.take(number, found)
            report(number)
        work.write_log()
    return work.done


class _Work:
    def __init__(self, folder: Path, pseudonyms: Pseudonyms, options: Options) -> None:
        self.done = Deidentified()
        self._folder, self._pseudonyms = folder, pseudonyms
        self._deidentifier = Deidentifier(options, pseudonyms)
        self._profile = " ".join(code for code, _ in chosen_codes(options))
        self._lines: list[str] = []
        self._contents: dict[str, bytes] = {}
        """SHA-256 of what was written, by name."""

    def take(self, number: int, found: Found) -> None:
        try:
            if found.error is not None:
                raise found.error
            name, cleaned = self._write(found.path)
        except NotAnImageError:
            name, cleaned = "", None
        except ScanError as error:
            self.done.failed.append(error)
            self._log(number, "", "", "not read", notes=[error.reason])
            return
        if cleaned is None or not name:
            self.done.left_out += 1
            reason = "no DICOM" if cleaned is None else "a copy of one before"
            self._log(number, "", cleaned.patient if cleaned else "", "left out", notes=[reason])
            return
        self.done.written += 1
        self.done.warnings.update(cleaned.warnings)
        self.done.may_show_text += not _TEXT_WARNINGS.isdisjoint(cleaned.warnings)
        self._log(number, name, cleaned.patient, "written", cleaned.counts, sorted(cleaned.warnings))

    def write_log(self) -> None:
        with atomic_write(self._folder / LOG) as stream:
            stream.write(csv_line(COLUMNS))
            stream.writelines(self._lines)

    def _write(self, path: Path) -> tuple[str, Cleaned | None]:
        """Write one object and return its name: "" for a copy; None for what is no DICOM."""
        dataset = read_object(path)
        if dataset is None:
            return "", None
        warnings = warnings_of(dataset)
        with translated(path, "an element is broken"):
            if not text_of(dataset, "SOPInstanceUID"):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                dataset.SOPInstanceUID = self._pseudonyms.uid(f"without {content}")
                warnings.add("it had no UID of its own and got one")
            study, series, file = (
                self._pseudonyms.name(kind, text_of(dataset, f"{kind}InstanceUID")) for kind in _LEVELS
            )
            syntax = transfer_syntax(dataset)
            cleaned = self._deidentifier.clean(dataset, path)
            cleaned.warnings |= warnings
            encoded = _encoded(dataset, syntax)
        stem = f"{cleaned.patient}/ST{study}/SE{series}/IM{file}"
        return self._place(stem, encoded, cleaned), cleaned

    def _place(self, stem: str, content: bytes, cleaned: Cleaned) -> str:
        """Write under the first free name; the same content is written once."""
        digest = hashlib.sha256(content).digest()
        name, number = f"{stem}.dcm", 1
        while name in self._contents:
            if self._contents[name] == digest:
                return ""
            number += 1
            name = f"{stem}-{number}.dcm"
            cleaned.warnings.add("another file has the same UID and other content")
        self._contents[name] = digest
        (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(content)
        return name

    def _log(
        self,
        number: int,
        name: str,
        patient: str,
        status: str,
        counts: Counter[str] = _NONE,
        notes: Iterable[str] = (),
    ) -> None:
        numbers = [str(counts[kind]) for kind in (*_ACTIONS, PRIVATE, UNKNOWN, TEXT)]
        cells = [str(number), name, patient, status, self._profile, *numbers, csv_text("; ".join(notes))]
        self._lines.append(csv_line(cells))


def _encoded(dataset: Dataset, syntax: UID) -> bytes:
    """Return a Part 10 file with nothing in its preamble and new meta information."""
    dataset.file_meta = fresh_meta(dataset, syntax)
    dataset.preamble = b"\0" * 128
    stream = BytesIO()
    dcmwrite(stream, dataset, enforce_file_format=True)
    return stream.getvalue()
