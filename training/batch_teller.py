"""What every batch of an epoch ends with: it is told, checked, and the run stops there if it was asked to."""

import math

from training.control import Stopwatch
from training.errors import DivergedError, TrainingCancelled
from training.events import BatchEnded, Cancelled, Report


class BatchTeller:
    """Tells of the batches of one epoch.

    Parameters
    ----------
    phase : str
    epoch : int
        From 1.
    batches, batch_size : int
        Of the epoch.
    report, cancelled : callable
        The run's own.
    """

    def __init__(
        self, phase: str, epoch: int, batches: int, batch_size: int, report: Report, cancelled: Cancelled
    ) -> None:
        self.phase, self.epoch, self.batches, self.batch_size = phase, epoch, batches, batch_size
        self._report, self._watch = report, Stopwatch(cancelled)

    @property
    def seconds(self) -> float:
        """Since the epoch began, pauses left out."""
        return self._watch.seconds

    def ended(self, batch: int, loss: float, accuracy: float, learning_rate: float) -> None:
        """Tell of a batch (from 1); loss and accuracy are means over the epoch so far.

        Raises
        ------
        DivergedError
            If the loss is no number.
        TrainingCancelled
            If the run was asked to stop.
        """
        speed = batch * self.batch_size / max(self.seconds, 1e-9)
        self._report(BatchEnded(self.phase, self.epoch, batch, self.batches, loss, accuracy, learning_rate, speed))
        if not math.isfinite(loss):
            raise DivergedError(
                f"Training went astray: after batch {batch} of epoch {self.epoch} the loss is no longer a number. "
                "The last finished epoch is kept. Choose a lower learning rate, and begin anew."
            )
        if self._watch.asked():
            raise TrainingCancelled("Training was stopped; the last finished epoch is saved.")
