"""A running average of the weights: smoother than the last step, and rarely worse (Polyak and Juditsky 1992)."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
from keras import ops


class WeightAverage(keras.callbacks.Callback):
    """Follows weights batch by batch.

    Parameters
    ----------
    weights : list of keras.Variable
        Whose average is kept.
    decay : float
        Share of the average that stays after a batch; the first batches count for more, so that the average does not
        hang on where it began.
    """

    def __init__(self, weights: list[keras.Variable], decay: float) -> None:
        super().__init__()
        self.weights, self.decay = weights, decay
        self.average = [keras.Variable(weight, trainable=False) for weight in weights]
        self.batches = keras.Variable(0.0, trainable=False)

    @property
    def variables(self) -> list[keras.Variable]:
        """All that a resumed run needs back."""
        return [*self.average, self.batches]

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Take a step towards the weights."""
        self.batches.assign_add(1.0)
        count = float(ops.convert_to_numpy(self.batches))
        step = 1.0 - min(self.decay, count / (count + 9.0))
        for mean, weight in zip(self.average, self.weights, strict=True):
            mean.assign_add(step * (ops.convert_to_tensor(weight) - ops.convert_to_tensor(mean)))

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the network have the averaged weights for a while."""
        own = [ops.copy(ops.convert_to_tensor(weight)) for weight in self.weights]
        try:
            for weight, mean in zip(self.weights, self.average, strict=True):
                weight.assign(mean)
            yield
        finally:
            for weight, value in zip(self.weights, own, strict=True):
                weight.assign(value)
