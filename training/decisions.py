"""What a person decided about doubtful labels: another label, or to leave the scan out. The files stay as they are."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from training.dataset import Dataset, Given
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
    """What decisions changed.

    Attributes
    ----------
    relabelled, left_out, outdated : int
        Outdated ones name a scan that is gone or has another label since.
    digest : str
        Hash of those that changed something: equal decisions about equal data have equal ones; "" if none did.
    """

    relabelled: int = 0
    left_out: int = 0
    outdated: int = 0
    digest: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it for the card."""
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
            rows.writerow([item.path, item.frame, item.given, item.decision])


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
    """Return the data set as the decisions want it, which remembers how it was, and what they changed."""
    wanted = {(writable(item.path), item.frame): item for item in decisions}
    labels: list[str | None] = list(dataset.labels)
    followed = []
    for index, sample in enumerate(dataset.samples):
        item = wanted.get((writable(dataset.relative(index)), sample.frame))
        if item is not None and item.given == sample.label != item.decision:
            labels[index] = None if item.decision == LEAVE_OUT else item.decision
            followed.append((writable(item.path), item.frame, item.decision))
    if not followed:
        return dataset, Applied(outdated=len(wanted))
    kept = tuple(index for index, label in enumerate(labels) if label is not None)
    labelled = zip(dataset.samples, labels, strict=True)
    samples = tuple(replace(sample, label=label) for sample, label in labelled if label is not None)
    left_out = len(dataset) - len(kept)
    digest = hashlib.sha256(repr(sorted(followed)).encode()).hexdigest()[:16]
    applied = Applied(len(followed) - left_out, left_out, len(wanted) - len(followed), digest)
    return replace(dataset, samples=samples, given=Given(dataset.samples, kept)), applied


def writable(name: str) -> str:
    """Return a path as `atomic_write` writes it: bytes of no known encoding stand escaped."""
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
