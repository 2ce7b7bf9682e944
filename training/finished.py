"""Looking at an output folder without starting anything heavy: is the run in it done, and clearing it for a new one."""

import json
import shutil
from pathlib import Path
from typing import Final

from training.config import TrainConfig
from training.errors import ConfigError
from tumorviewer.files import atomic_write

DONE: Final = "done.json"
STATE: Final = "state"


def mark_finished(output: Path, config: TrainConfig, bundle: Path) -> None:
    """Note that the run with these settings has ended well."""
    with atomic_write(output / STATE / DONE) as stream:
        json.dump({"key": config.key(), "bundle": bundle.name}, stream)


def finished_run(output: Path, config: TrainConfig) -> Path | None:
    """Return the bundle's folder if a run with these settings has ended well here, else None.

    Raises
    ------
    ConfigError
        If a run with other settings has: it is not to be overwritten without a word.
    """
    try:
        done = json.loads((output / STATE / DONE).read_text("utf-8"))
        bundle = output / str(done["bundle"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not (bundle / "card.json").is_file():
        return None
    if done.get("key") != config.key():
        raise ConfigError(
            f"{str(output)!r} holds a finished run with other settings. Choose another --output, or add --restart "
            f"to replace it."
        )
    return bundle


def forget(output: Path) -> None:
    """Remove the state of a run, so that the next one begins anew; its model stays until the new one replaces it."""
    shutil.rmtree(output / STATE, ignore_errors=True)
