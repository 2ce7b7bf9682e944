"""What comes out: of the network, and of the program for one scan."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.scan import CropBox


@dataclass(frozen=True, slots=True, eq=False)
class RawOutputs:
    """The network's three outputs for N pictures.

    Attributes
    ----------
    logits : ndarray, shape (N, C), float32
    maps : ndarray, shape (N, h, w, C), float32
        Class-activation maps; their mean over h and w, and a bias, make the logits.
    embeddings : ndarray, shape (N, D), float32
    """

    logits: NDArray[np.float32]
    maps: NDArray[np.float32]
    embeddings: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What the model says about one scan.

    Attributes
    ----------
    classes : tuple of str
    probabilities : ndarray, shape (C,), float64
        Calibrated; they sum to 1.
    label : str
        The most probable class, whatever the verdict: for "uncertain" the best guess, for "not_brain_mr" a number
        without meaning.
    confidence : float
        The probability of `label`.
    verdict : str
        A class, ``uncertain`` or ``not_brain_mr``. This is what is to be shown.
    domain_score : float
        How far the picture is from those that the model was made with; see `tumorviewer.inference.domain`.
    crop : CropBox or None
        The part that was judged; None is the whole image.
    image_shape : tuple of int
        Rows and columns of the image.
    focus : tuple of float
        x, y in pixels of the image: where the map of `label` peaks.
    maps : ndarray, shape (h, w, C), float32
        Class-activation maps over the padded square that the network saw.
    embedding : ndarray, shape (D,), float32
    model, model_sha256 : str
        ``name-version`` of the bundle, and the SHA-256 of its ``model.tflite``.
    """

    classes: tuple[str, ...]
    probabilities: NDArray[np.float64]
    label: str
    confidence: float
    verdict: str
    domain_score: float
    crop: CropBox | None
    image_shape: tuple[int, int]
    focus: tuple[float, float]
    maps: NDArray[np.float32] = field(repr=False)
    embedding: NDArray[np.float32] = field(repr=False)
    model: str
    model_sha256: str

    def without_maps(self) -> "Prediction":
        """Return the same without the activation maps, for keeping many of them."""
        return replace(self, maps=np.zeros((0, 0, len(self.classes)), np.float32))
