"""What a finished run came to: its figures, its answers on the test scans, and how it stands to the current model."""

import random
from enum import Enum, auto
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from training.results import JudgedScan, RunResult
from tumorviewer.state.training.result_gate import Gate

SHOWN: Final = 24
"""Test scans that are shown at once; shuffling draws others."""
WORST: Final = 12


class Pick(Enum):
    """Which of the test scans are shown."""

    ALL = auto()
    WRONG = auto()
    UNCERTAIN = auto()


class ResultState(QObject):
    """The result of a finished run.

    Attributes
    ----------
    folder : Path or None
        Of the run; None while none is shown.
    result : RunResult or None
        None while it is being read, or where it cannot be.
    problem : str
        Why it cannot be read.
    pick : Pick
    label : str
        Only scans of this class; "" shows all.
    gate : Gate
        Whether the model should be used.
    """

    changed = Signal()
    """Another result is shown, or none."""
    picked = Signal()
    """Other test scans are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self.result: RunResult | None = None
        self.problem = ""
        self.pick, self.label = Pick.ALL, ""
        self.gate = Gate(self)
        self._seed = 0

    # ------------------------------------------------------------ which result

    def load(self, folder: Path) -> None:
        """Say that the result of a run is being read; what is shown of the same run stays until then."""
        if folder != self.folder:
            self._set(folder, None, "")

    def take(self, result: RunResult) -> None:
        """Take what was read, unless another run was asked for meanwhile."""
        if result.run.folder == self.folder:
            self._set(self.folder, result, "")

    def fail(self, folder: Path, problem: str) -> None:
        """Say why the result of a run cannot be shown."""
        if folder == self.folder:
            self._set(folder, None, problem)

    def clear(self) -> None:
        """Show none."""
        if self.folder is not None:
            self._set(None, None, "")

    # ------------------------------------------------------------ which scans

    def show_only(self, pick: Pick, label: str) -> None:
        """Choose which test scans are shown."""
        if (pick, label) != (self.pick, self.label):
            self.pick, self.label = pick, label
            self.picked.emit()

    def shuffle(self) -> None:
        """Draw others."""
        self._seed += 1
        self.picked.emit()

    @property
    def matching(self) -> list[JudgedScan]:
        """All test scans of the kind that was chosen, in the order of the data."""
        scans = self.result.scans if self.result is not None else ()
        return [scan for scan in scans if self._matches(scan)]

    @property
    def drawn(self) -> list[JudgedScan]:
        """Some of them, drawn by chance."""
        found = self.matching
        return random.Random(self._seed).sample(found, min(SHOWN, len(found)))

    @property
    def worst(self) -> list[JudgedScan]:
        """Wrong answers, the surest first."""
        scans = self.result.scans if self.result is not None else ()
        return sorted((scan for scan in scans if not scan.right), key=lambda scan: -scan.probability)[:WORST]

    def _matches(self, scan: JudgedScan) -> bool:
        kind = {Pick.ALL: True, Pick.WRONG: not scan.right, Pick.UNCERTAIN: scan.uncertain}[self.pick]
        return kind and self.label in ("", scan.label)

    def _set(self, folder: Path | None, result: RunResult | None, problem: str) -> None:
        self.folder, self.result, self.problem = folder, result, problem
        if self.label and all(scan.label != self.label for scan in (result.scans if result is not None else ())):
            self.label = ""
        self.gate.take_result(result)
        self.changed.emit()
