"""What augmentation makes of scans: the very layers of a run, on a few crops, asked for and answered through a pipe.

The window starts ``tumorviewer preview --events`` when the sliders are shown, and sends `preview_request`; of several
requests that wait, the newest is answered. The layers need Keras, which the window's own process never loads.
"""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from training.config import AugmentConfig, TrainConfig
from training.errors import ConfigError, TrainingCancelled
from training.events import Answered

if TYPE_CHECKING:
    from training.child import Child

Pictures = NDArray[np.uint8]


def preview_request(number: int, crops: Pictures, augment: AugmentConfig, seed: int) -> dict[str, Any]:
    """Return the request for `ChildProcess.send`; the answer is an `Answered` event of the same number.

    Parameters
    ----------
    number : int
    crops : ndarray of uint8, shape (N, S, S)
        As `CropPair.after`; S is a multiple of 32.
    augment : AugmentConfig
    seed : int
        Another seed draws other changes.
    """
    return {"number": number, "augment": asdict(augment), "seed": seed, **_packed(crops)}


def preview_pictures(answer: Answered) -> Pictures:
    """Return the changed pictures, shape (N, S, S)."""
    return _unpacked(answer.value)


def serve_previews(child: "Child") -> None:
    """Answer requests until there are no more; the newest of those that wait goes first, the others are dropped.

    Raises
    ------
    TrainingCancelled
        At the end: a preview has no result of its own.
    """
    while (request := _newest(child)) is not None:
        try:
            pictures = augmented(_unpacked(request), _augment(request), int(request["seed"]))
            child.report(Answered(int(request["number"]), _packed(pictures)))
        except (KeyError, TypeError, ValueError, ConfigError) as error:
            raise ConfigError(f"The preview was asked for something that makes no sense: {error}") from error
    raise TrainingCancelled


def augmented(crops: Pictures, augment: AugmentConfig, seed: int) -> Pictures:
    """Return crops as a run would show them to the network: same layers, drawn by `seed`.

    Parameters
    ----------
    crops : ndarray of uint8, shape (N, S, S)

    Returns
    -------
    ndarray of uint8, shape (N, S, S)
    """
    # Loads TensorFlow.
    from training.augment import build_augmentation, reseed

    changes = build_augmentation(augment)
    reseed(changes, seed, 0)
    pixels: Any = crops.astype(np.float32)[..., None]
    for change in changes:
        pixels = change(pixels, training=True)
    return np.clip(np.rint(np.asarray(pixels)[..., 0]), 0, 255).astype(np.uint8)


def _newest(child: "Child") -> dict[str, Any] | None:
    """Wait for a request, and return the newest that is there; None if there will be no more."""
    request = child.requests.get()
    while request is not None and not child.requests.empty():
        request = child.requests.get()
    return request


def _augment(request: Mapping[str, Any]) -> AugmentConfig:
    return TrainConfig.from_dict({"augment": request["augment"]}).augment


def _packed(pictures: Pictures) -> dict[str, Any]:
    return {"shape": list(pictures.shape), "pixels": base64.b64encode(pictures.tobytes()).decode("ascii")}


def _unpacked(values: Mapping[str, Any]) -> Pictures:
    count, rows, columns = values["shape"]
    pixels = np.frombuffer(base64.b64decode(values["pixels"], validate=True), np.uint8)
    return pixels.reshape(count, rows, columns)
