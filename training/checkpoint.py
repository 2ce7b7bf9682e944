"""The state of a run after each epoch, so that a killed run goes on as if nothing had happened."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import keras
import numpy as np

from training.errors import TrainingError
from tumorviewer.files import atomic_write

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class RunState:
    """What is done.

    Attributes
    ----------
    key : str
        Of settings, data and base weights: a state of another run is not continued.
    epoch : int
        Fine-tuning epochs done.
    best_epoch : int
        Whose weights lie in the best-weights file; 0 = those after the head phase.
    best_score : tuple of float
        Macro sensitivity and minus the loss on the validation part; compared in that order.
    waited : int
        Epochs since then.
    history : tuple of dict
        The `EpochEnded` events so far.
    """

    key: str
    epoch: int
    best_epoch: int
    best_score: tuple[float, float]
    waited: int
    history: tuple[dict[str, Any], ...]


def save_state(
    path: Path,
    state: RunState,
    network: keras.Model,
    optimizer: keras.Optimizer | None,
    average: Sequence[keras.Variable] = (),
) -> None:
    """Write state, weights, their average and the optimizer's variables into one file, whole or not at all."""
    arrays = {f"network{n}": np.asarray(v) for n, v in enumerate(network.variables)}
    arrays |= {f"average{n}": np.asarray(v) for n, v in enumerate(average)}
    if optimizer is not None:
        arrays |= {f"optimizer{n}": np.asarray(v) for n, v in enumerate(optimizer.variables)}
    facts = {
        "format": FORMAT,
        "key": state.key,
        "epoch": state.epoch,
        "best_epoch": state.best_epoch,
        "best_score": state.best_score,
        "waited": state.waited,
        "history": state.history,
    }
    with atomic_write(path, "wb") as stream:
        arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        np.savez(stream, allow_pickle=False, **arrays)


class SavedState:
    """A state file, read.

    Raises
    ------
    TrainingError
        If the file is damaged or of another version.
    """

    def __init__(self, path: Path) -> None:
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
                self._arrays = {name: archive[name] for name in archive.files}
            facts = json.loads(self._arrays.pop("facts").tobytes())
            if facts.pop("format") != FORMAT:
                raise ValueError("written by another version")
            facts["best_score"] = tuple(facts["best_score"])
            facts["history"] = tuple(facts["history"])
            self.state = RunState(**facts)
        except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise TrainingError(
                f"The saved state {path.name!r} cannot be used ({error}). "
                "Start again with --restart or another --output."
            ) from error

    def restore_network(self, network: keras.Model) -> None:
        """Put the saved weights into a network of the same architecture."""
        self._assign("network", network.variables)

    def restore_average(self, average: Sequence[keras.Variable]) -> None:
        """Put the saved average back."""
        self._assign("average", average)

    def restore_optimizer(self, optimizer: keras.Optimizer) -> bool:
        """Put the saved moments into a built optimizer; False where it has other variables (the phase has changed)."""
        saved = [name for name in self._arrays if name.startswith("optimizer")]
        fits = len(saved) == len(optimizer.variables) and all(
            self._arrays[f"optimizer{n}"].shape == tuple(v.shape) for n, v in enumerate(optimizer.variables)
        )
        if fits:
            self._assign("optimizer", optimizer.variables)
        return fits

    def _assign(self, prefix: str, variables: Sequence[keras.Variable]) -> None:
        for number, variable in enumerate(variables):
            variable.assign(self._arrays[f"{prefix}{number}"])
