"""The loss for labels that may allow several classes, and the accuracy that goes with it.

A target is an array (K, C): K pictures that were mixed into one (K = 1 without mixing), each with a row that holds the
picture's share at every class that its label allows and 0 elsewhere. Shares of a target add up to 1.
"""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from training.labels import allowed_classes
from tumorviewer.inference.labels import CLASSES


def encode_labels(labels: Sequence[str]) -> NDArray[np.float32]:
    """Return 1 at each class that a label allows and 0 elsewhere, float32 (N, C)."""
    masks = np.zeros((len(labels), len(CLASSES)), np.float32)
    for row, label in enumerate(labels):
        masks[row, list(allowed_classes(label))] = 1.0
    return masks


@keras.saving.register_keras_serializable("tumorviewer")
class AllowedClassesLoss(keras.losses.Loss):
    """-log(sum of the probabilities of the allowed classes); for a plain label the usual cross-entropy.

    Parameters
    ----------
    label_smoothing : float
        Share of the loss that asks for equal probabilities (Szegedy et al. 2016), for plain labels; a label that
        allows several classes says nothing about each of them and is not smoothed.
    """

    def __init__(self, label_smoothing: float = 0.0, name: str = "allowed_classes", **settings: object) -> None:
        super().__init__(name=name, **settings)
        self.label_smoothing = label_smoothing

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """Return the loss of each picture.

        Parameters
        ----------
        y_true : tensor, shape (N, K, C)
            Targets, see above.
        y_pred : tensor, shape (N, C)
            Logits.
        """
        log_p = ops.expand_dims(ops.log_softmax(y_pred, axis=-1), 1)
        share = ops.max(y_true, axis=-1)
        allowed = y_true > 0.0
        loss = -ops.logsumexp(ops.where(allowed, log_p, -1e9), axis=-1)
        if self.label_smoothing > 0.0:
            plain = ops.cast(ops.sum(ops.cast(allowed, "int32"), axis=-1) == 1, "float32")
            weight = self.label_smoothing * plain
            loss = (1.0 - weight) * loss - weight * ops.mean(log_p, axis=-1)
        return ops.sum(share * loss, axis=-1)

    def get_config(self) -> dict[str, object]:
        """Return the settings, for Keras."""
        return {**super().get_config(), "label_smoothing": self.label_smoothing}


def allowed_accuracy(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    """Return 1 where the likeliest class is allowed by the picture that has the largest share, else 0: shape (N,)."""
    share = ops.max(y_true, axis=-1)
    main = ops.expand_dims(ops.argmax(share, axis=-1), -1)
    mask = ops.squeeze(ops.take_along_axis(y_true, ops.expand_dims(main, -1), axis=1), axis=1)
    answer = ops.expand_dims(ops.argmax(y_pred, axis=-1), -1)
    return ops.cast(ops.squeeze(ops.take_along_axis(mask, answer, axis=-1), axis=-1) > 0.0, "float32")
