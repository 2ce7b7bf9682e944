"""``history.json``: a row an epoch, those of the head first; what the curves of a kept run are drawn from."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from training.events import EpochEnded
from tumorviewer.files import atomic_write

HISTORY: Final = "history.json"
HEAD: Final = "head"


class HistoryFile:
    """The file, written whole after every epoch.

    Attributes
    ----------
    epochs : list of dict
        Of fine-tuning.
    """

    def __init__(self, output: Path) -> None:
        self._path = output / HISTORY
        self._head: list[dict[str, Any]] = []
        self.epochs: list[dict[str, Any]] = []

    def go_on(self, epochs: Sequence[dict[str, Any]]) -> None:
        """Begin with the fine-tuning epochs that are done; without any, the head begins anew, too."""
        self.epochs = list(epochs)
        self._head = [row for row in read_history(self._path.parent) if row.get("phase") == HEAD] if epochs else []
        self._write()

    def add(self, event: EpochEnded) -> None:
        """Append an epoch."""
        (self._head if event.phase == HEAD else self.epochs).append(asdict(event))
        self._write()

    def _write(self) -> None:
        with atomic_write(self._path) as stream:
            json.dump([*self._head, *self.epochs], stream, indent=1)


def read_history(output: Path) -> tuple[dict[str, Any], ...]:
    """Return the rows of a run's folder; those of the head have the phase ``head``. Empty where there are none."""
    try:
        rows = json.loads((output / HISTORY).read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
