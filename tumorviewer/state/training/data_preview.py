"""What augmentation makes of a few scans, asked of a process that holds the real layers."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from training.events import Answered, Event, Failed, Progress
from training.preview import preview_pictures
from tumorviewer.state.training.task import Task

COUNT: Final = 6
"""Scans that are shown."""


class PreviewState(QObject):
    """The scans before and after, and whether the process is there.

    Attributes
    ----------
    task : Task
    opened : bool
        The sliders are shown.
    wanted : bool
        The preview is on the screen.
    listening : bool
        The process has loaded its layers, and takes requests.
    seed : int
        Another one draws other changes.
    before, after : ndarray of uint8, shape (N, S, S), or None
    failure : Failed or None
    """

    changed = Signal()
    question_due = Signal()
    """Something is to be asked, and nothing is on its way."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = Task(self)
        self.opened = self.wanted = self.listening = False
        self.seed = 1
        self.before: NDArray[np.uint8] | None = None
        self.after: NDArray[np.uint8] | None = None
        self.failure: Failed | None = None
        self._number, self._waiting, self._stale = 0, False, False
        self.task.told.connect(self._told)
        self.task.changed.connect(self._task_changed)

    def set_opened(self, opened: bool) -> None:
        """Say whether the sliders are shown."""
        if opened is not self.opened:
            self.opened = opened
            self.changed.emit()

    def want(self, wanted: bool) -> None:
        """Say whether the preview is on the screen; the process is there only then."""
        if wanted is self.wanted:
            return
        self.wanted = wanted
        if wanted:
            self.failure = None
            self._start()
        else:
            self.task.stop()
        self.changed.emit()

    def show_crops(self, crops: NDArray[np.uint8] | None) -> None:
        """Take the scans to show changes of; None: there are none."""
        self.before, self.after = crops, None
        self.refresh()
        self.changed.emit()

    def draw_again(self) -> None:
        """Draw other changes of the same strength."""
        self.seed += 1
        self.refresh()

    def refresh(self) -> None:
        """Ask anew; while an answer is on its way, after that."""
        if self._waiting:
            self._stale = True
        elif self.listening and self.before is not None:
            self.question_due.emit()

    def next_number(self) -> int:
        """Return the number of a question that is asked now."""
        self._number += 1
        self._waiting, self._stale = True, False
        return self._number

    def _start(self) -> None:
        if self.wanted and not self.task.busy:
            self._waiting = self._stale = self.listening = False
            self.task.start(["preview"])

    def _told(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Progress) and event.done >= event.total and not self.listening:
                self.listening = True
                self.refresh()
            elif isinstance(event, Answered) and event.number == self._number:
                self._answered(event)
            elif isinstance(event, Failed):
                self.failure = event
        self.changed.emit()

    def _answered(self, event: Answered) -> None:
        self._waiting = False
        pictures = preview_pictures(event)
        if self.before is not None and pictures.shape == self.before.shape:
            self.after = pictures
        if self._stale:
            self.refresh()

    def _task_changed(self) -> None:
        if not self.task.busy:
            self.listening = False
            if self.failure is None:  # asked for again while it was ending
                self._start()
        self.changed.emit()
