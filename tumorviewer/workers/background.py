"""Judging everything that is open, as one job that the person sees and can stop."""

import threading
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject

from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.predictor import usable_cores
from tumorviewer.state.entries import RowResult, RowStatus
from tumorviewer.state.jobs import Job, JobEnd, JobKind
from tumorviewer.state.settings import JUDGE_ALL
from tumorviewer.state.workspace import Workspace
from tumorviewer.storage.library import Library
from tumorviewer.workers.judging import Judge, JudgeQueue, JudgeRequest

MOST_JUDGES = 8


class Background(QObject):
    """Feeds the judges with rows that have no answer, and writes their results into the worklist.

    Parameters
    ----------
    workspace : Workspace
    library : Library
    idle : threading.Event
        Set while nobody waits for an answer on the screen.
    """

    def __init__(
        self, workspace: Workspace, library: Library, idle: threading.Event, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._bundle: Bundle | None = None
        self._job: Job | None = None
        self._queue = JudgeQueue()
        # One core is left to the window and to whoever is looked at.
        count = max(1, min(usable_cores() - 1, MOST_JUDGES))
        self.judges = [Judge(self._queue, library, idle) for _ in range(count)]
        for judge in self.judges:
            judge.judged.connect(self._judged)

    def use(self, bundle: Bundle | None) -> None:
        """Judge with another model from now on; None judges nothing. What waits is forgotten."""
        self._bundle = bundle
        self.end()

    def prefer(self, ids: Sequence[int]) -> None:
        """Judge these rows first."""
        self._queue.prefer(ids)

    def judge(self, ids: Iterable[int]) -> None:
        """Judge the rows among these that wait for an answer, if the person wants that."""
        if self._bundle is None or not self._workspace.settings.get(JUDGE_ALL):
            return
        entries = self._workspace.worklist.entries
        waiting = [entries[entry_id] for entry_id in ids if entries[entry_id].status is RowStatus.WAITING]
        if not waiting:
            return
        if self._job is None:
            self._job = self._workspace.jobs.begin(JobKind.JUDGING)
            self._job.cancel_asked.connect(self.end)
        self._job.progress(self._job.done, (self._job.total or 0) + len(waiting))
        self._queue.add(JudgeRequest(entry.id, entry.path, entry.frame, entry.sha256) for entry in waiting)
        for judge in self.judges:
            judge.poke()

    def end(self) -> None:
        """Forget what waits to be judged."""
        self._queue.begin(self._bundle)
        self._finish(JobEnd.CANCELLED)

    def _judged(self, number: int, results: list[RowResult]) -> None:
        if number != self._queue.round or self._job is None:
            return  # of another model, or of scans that were closed
        self._workspace.worklist.take(results)
        done, total = self._job.done + len(results), self._job.total or 0
        self._job.progress(done, total)
        if done >= total:
            self._finish(JobEnd.DONE)

    def _finish(self, end: JobEnd) -> None:
        if self._job is not None:
            job, self._job = self._job, None
            job.finish(end)
