"""The runs of a folder, as they were left: settings, curves, how they ended, and what is needed to go on."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from training.config import TrainConfig
from training.errors import ConfigError
from training.events import Failed, RunFinished, from_json, to_json
from training.finished import STATE, read_finished
from training.history_file import HEAD, read_history
from training.locks import is_locked
from tumorviewer import NOTICE
from tumorviewer.files import atomic_write

CONFIG: Final = "config.json"
ASKED: Final = "asked.json"
FAILURE: Final = "failure.json"


class RunStatus(StrEnum):
    """How a run stands."""

    FINISHED = "finished"
    RUNNING = "running"
    """Some process works on it at this moment."""
    FAILED = "failed"
    """It ended with an error; the same command goes on where it was, once the cause is gone."""
    UNFINISHED = "unfinished"
    """It was stopped or killed; the same command goes on where it was."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was given besides its settings; enough to give the same command again."""

    data: Path
    cache: Path | None
    decisions: Path | None


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run in its folder.

    Attributes
    ----------
    folder : Path
    status : RunStatus
    started : datetime
        The last time, in UTC.
    config : TrainConfig or None
        None where another version of the program made it with settings that this one does not know.
    history : tuple of dict
        An `EpochEnded` each, those of the phase ``head`` first.
    best_epoch : int or None
        Of the history: whose weights are kept; 0 are those after the head phase; None before that is known.
    end : RunFinished or None
        With the paths of bundle, ``model.h5`` and report.
    failure : Failed or None
    asked : Asked or None
    """

    folder: Path
    status: RunStatus
    started: datetime
    config: TrainConfig | None
    history: tuple[dict[str, Any], ...]
    best_epoch: int | None
    end: RunFinished | None
    failure: Failed | None
    asked: Asked | None


def list_runs(folder: Path) -> tuple[KeptRun, ...]:
    """Return the runs in the sub-folders of a folder, the newest first; what is no run is left out."""
    try:
        inside = [entry for entry in folder.iterdir() if (entry / CONFIG).is_file()]
    except OSError:
        return ()
    return tuple(sorted(map(read_run, inside), key=lambda run: (run.started, run.folder.name), reverse=True))


def read_run(folder: Path) -> KeptRun:
    """Return one run; what cannot be read of it is missing, and nothing is refused."""
    done = read_finished(folder)
    failure = _failure(folder)
    history = read_history(folder)
    best = [int(row["epoch"]) for row in history if row.get("best") and row.get("phase") != HEAD]
    if is_locked(folder / STATE):
        status = RunStatus.RUNNING
    elif done is not None:
        status = RunStatus.FINISHED
    else:
        status = RunStatus.FAILED if failure else RunStatus.UNFINISHED
    return KeptRun(
        folder=folder,
        status=status,
        started=_time(folder / CONFIG),
        config=_config(folder / CONFIG),
        history=history,
        best_epoch=done[1].best_epoch if done else max(best, default=None),
        end=done[1] if done else None,
        failure=failure if status is RunStatus.FAILED else None,
        asked=_asked(folder / STATE / ASKED),
    )


def note_asked(output: Path, asked: Asked) -> None:
    """Write beside the state what the run was given, and forget how it failed before."""
    (output / STATE / FAILURE).unlink(missing_ok=True)
    values = {name: str(value) if (value := getattr(asked, name)) else None for name in ("data", "cache", "decisions")}
    with atomic_write(output / STATE / ASKED) as stream:
        json.dump(values, stream)


def note_failure(output: Path, failure: Failed) -> None:
    """Write beside the state why the run could not go on; without room for it that stays unsaid."""
    try:
        with atomic_write(output / STATE / FAILURE) as stream:
            json.dump(to_json(failure), stream)
    except OSError:
        return


def export_history(history: Sequence[dict[str, Any]], path: Path) -> None:
    """Write a row an epoch as CSV; the confusion matrix is written out with a column for each cell.

    Raises
    ------
    OSError
    """
    columns: dict[str, None] = {}
    rows = [_flat(row) for row in history]
    for row in rows:
        columns |= dict.fromkeys(row)
    with atomic_write(path) as stream:
        writer = csv.DictWriter(stream, [*columns, "notice"], lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows({**row, "notice": NOTICE} for row in rows)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat = {name: value for name, value in row.items() if name != "confusion"}
    cells = row.get("confusion") or []
    return flat | {f"confusion_{i}_{j}": value for i, line in enumerate(cells) for j, value in enumerate(line)}


def _config(file: Path) -> TrainConfig | None:
    try:
        return TrainConfig.from_dict(_json(file, {}))
    except ConfigError:
        return None


def _failure(folder: Path) -> Failed | None:
    try:
        event = from_json(_json(folder / STATE / FAILURE, {}))
    except (ValueError, AttributeError):
        return None
    return event if isinstance(event, Failed) else None


def _asked(file: Path) -> Asked | None:
    values = _json(file, {})
    if not isinstance(values, dict) or not isinstance(values.get("data"), str):
        return None
    cache, decisions = (Path(value) if (value := values.get(name)) else None for name in ("cache", "decisions"))
    return Asked(Path(values["data"]), cache, decisions)


def _time(file: Path) -> datetime:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError:
        return datetime.fromtimestamp(0, UTC)


def _json(file: Path, otherwise: Any) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return otherwise
