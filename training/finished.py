"""Looking at an output folder without starting anything heavy: is the run in it done, and clearing it for a new one."""

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Final

from training.config import TrainConfig
from training.errors import ConfigError
from training.events import RunFinished
from tumorviewer.files import atomic_write

DONE: Final = "done.json"
STATE: Final = "state"

_PATHS: Final = ("bundle", "model", "report")


def run_key(config: TrainConfig, decisions: Path | None = None) -> str:
    """Return a hash of what was asked for: the settings that decide the model, and decisions about labels."""
    asked = config.key()
    if config.average_with:
        asked = f"{asked} {Path(config.average_with).name} {config.average_share}"
    if decisions is None:
        return asked
    try:
        content = decisions.read_bytes()
    except OSError:
        content = b""  # reading the data will say so
    return hashlib.sha256(asked.encode() + content).hexdigest()[:16]


def mark_finished(output: Path, key: str, event: RunFinished) -> None:
    """Note that a run has ended well; the folder may be moved afterwards."""
    told = asdict(event) | {name: _below(Path(getattr(event, name)), output) for name in _PATHS}
    with atomic_write(output / STATE / DONE) as stream:
        json.dump({"key": key, **told}, stream)


def finished_run(output: Path, key: str) -> RunFinished | None:
    """Return what a run told at its end if it ended well here, else None.

    Raises
    ------
    ConfigError
        If a run with other settings has: it is not to be overwritten without a word.
    """
    done = read_finished(output)
    if done is None:
        return None
    found, event = done
    if found != key:
        raise ConfigError(
            f"{str(output)!r} holds a finished run with other settings. Choose another --output, or add --restart "
            f"to replace it."
        )
    return event


def read_finished(output: Path) -> tuple[str, RunFinished] | None:
    """Return key and end of the run that ended well here, whatever its settings; None if there is none."""
    try:
        done = json.loads((output / STATE / DONE).read_text("utf-8"))
        event = RunFinished(
            bundle=str(output / str(done["bundle"])),
            model=str(output / str(done.get("model", "model.h5"))),
            report=str(output / str(done.get("report", "report/report.html"))),
            best_epoch=int(done.get("best_epoch", 0)),
            test_macro_sensitivity=done.get("test_macro_sensitivity"),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (str(done.get("key")), event) if (Path(event.bundle) / "card.json").is_file() else None


def forget(output: Path) -> None:
    """Remove the state of a run, so that the next one begins anew; its model stays until the new one replaces it."""
    shutil.rmtree(output / STATE, ignore_errors=True)


def remove_leftovers(output: Path) -> None:
    """Remove what a killed run was just writing."""
    for folder in (output, output / STATE):
        for draft in folder.glob(".*.part*"):
            if draft.is_dir():
                shutil.rmtree(draft, ignore_errors=True)
            else:
                draft.unlink(missing_ok=True)


def _below(path: Path, output: Path) -> str:
    return path.relative_to(output).as_posix() if path.is_relative_to(output) else path.name
