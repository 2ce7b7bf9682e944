"""What a person decided about doubtful labels: another label, or to leave the scan out. The files stay as they are."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from training.dataset import Dataset
from training.errors import DatasetError
from training.labels import parse_label
from tumorviewer.files import atomic_write

FILE_NAME: Final = "decisions.csv"
LEAVE_OUT: Final = "leave out"

_COLUMNS: Final = ("path", "frame", "given", "decision")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes
    ----------
    path : str
        Below the data set's root, with forward slashes.
    frame : int
    given : str
        The label that the data gave when it was decided.
    decision : str
        A label, or `LEAVE_OUT`.
    """

    path: str
    frame: int
    given: str
    decision: str


@dataclass(frozen=True, slots=True)
class Applied:
    """How many decisions changed the data; `outdated` ones name a scan that is gone or has another label since."""

    relabelled: int = 0
    left_out: int = 0
    outdated: int = 0

    def to_dict(self) -> dict[str, int]:
        """Return the counts for the card."""
        return asdict(self)


def save_decisions(decisions: Iterable[Decision], path: Path) -> None:
    """Write decisions as CSV, which any spreadsheet opens.

    Raises
    ------
    OSError
    """
    with atomic_write(path) as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(_COLUMNS)
        for item in decisions:
            rows.writerow([writable(item.path), item.frame, item.given, item.decision])


def load_decisions(path: Path) -> tuple[Decision, ...]:
    """Read decisions.

    Raises
    ------
    DatasetError
        If the file cannot be read, or a row makes no sense; the sentence names the line.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"The decisions in {str(path)!r} cannot be read: {error}.") from error
    header = text.split("\n", 1)[0]
    # Spreadsheets write semicolons where the comma is the decimal sign.
    rows = csv.DictReader(text.splitlines(), delimiter=";" if ";" in header and "," not in header else ",")
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise DatasetError(f"The decisions in {str(path)!r} have no column {', '.join(missing)}.")
    return tuple(_decision(path, rows.line_num, row) for row in rows)


def apply_decisions(dataset: Dataset, decisions: Sequence[Decision]) -> tuple[Dataset, Applied]:
    """Return the data set as the decisions want it, and how many of them there was something to do for."""
    wanted = {(writable(item.path), item.frame): item for item in decisions}
    samples, relabelled, left_out = [], 0, 0
    for index, sample in enumerate(dataset.samples):
        item = wanted.get((writable(dataset.relative(index)), sample.frame))
        if item is None or item.given != sample.label or item.decision == sample.label:
            samples.append(sample)
        elif item.decision == LEAVE_OUT:
            left_out += 1
        else:
            relabelled += 1
            samples.append(replace(sample, label=item.decision))
    applied = Applied(relabelled, left_out, len(wanted) - relabelled - left_out)
    return replace(dataset, samples=tuple(samples)), applied


def writable(name: str) -> str:
    """Return a path as UTF-8 can hold it: bytes of no known encoding are shown escaped."""
    return name.encode("utf-8", "backslashreplace").decode()


def _decision(path: Path, line: int, row: dict[str, str]) -> Decision:
    given, frame = parse_label(row["given"] or ""), (row["frame"] or "0").strip()
    text = (row["decision"] or "").strip()
    decided = LEAVE_OUT if text.casefold() == LEAVE_OUT else parse_label(text)
    if given is None or decided is None or not frame.isdecimal():
        raise DatasetError(
            f"{path.name}, line {line}: a row needs the label that was given, the frame, and a decision, which is a "
            f"label or {LEAVE_OUT!r}."
        )
    return Decision(row["path"] or "", int(frame), given, decided)
