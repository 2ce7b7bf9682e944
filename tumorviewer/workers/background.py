"""Judging everything that is open, as one job that the person sees and can stop."""

import threading
from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer

from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.predictor import usable_cores
from tumorviewer.state.entries import Entry, RowStatus
from tumorviewer.state.jobs import Job, JobEnd, JobKind
from tumorviewer.state.settings import JUDGE_ALL
from tumorviewer.state.workspace import Workspace
from tumorviewer.storage.library import Library
from tumorviewer.workers.attention import Attention
from tumorviewer.workers.judge import Judge
from tumorviewer.workers.judge_queue import JudgeQueue, JudgeRequest

MOST_JUDGES: Final = 8
HELP_FROM: Final = 64
"""Rows that wait before it is worth to load the model for the last core, too."""
COLLECT_MS: Final = 100
MOST_AT_ONCE: Final = 400
"""Results in one go: the list behind them is drawn in between."""


class Background(QObject):
    """Feeds the judges with rows that have no answer, and writes their results into the worklist.

    Where no model may be asked, files are at least recognised, so that labels given before appear.

    Parameters
    ----------
    workspace : Workspace
    library : Library
    attention : Attention
    """

    def __init__(
        self, workspace: Workspace, library: Library, attention: Attention, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._bundle: Bundle | None = None
        self._stopped = False
        self._pending: set[int] = set()
        self._total = 0
        self._job: Job | None = None
        self._stack: tuple[int, int] = (-1, 0)  # what was preferred last: its number, and how many slices it had
        self._queue = JudgeQueue()
        # One core is left to the window and to whoever is looked at, but for long work that nobody interrupts.
        cores, self._helping = usable_cores(), threading.Event()
        count = max(1, min(cores - 1, MOST_JUDGES))
        self.judges = [Judge(self._queue, library, attention) for _ in range(count)]
        if cores > 1 and count < MOST_JUDGES:
            self.judges.append(Judge(self._queue, library, attention, self._helping))
        self._timer = QTimer(self, interval=COLLECT_MS)
        self._timer.timeout.connect(self._collect)
        workspace.worklist.added.connect(self._add)
        workspace.worklist.reopened.connect(self._add)
        workspace.worklist.changed.connect(self._drop_answered)
        workspace.worklist.cleared.connect(self.restart)
        workspace.series.changed.connect(self._prefer_stack)
        workspace.jobs.changed.connect(self._call_for_help)

    def use(self, bundle: Bundle | None) -> None:
        """Judge with another model from now on; None judges nothing."""
        self._bundle = bundle
        self.restart()

    def restart(self) -> None:
        """Begin anew with all that is open, also after the person stopped it."""
        self.allow()
        self._forget(JobEnd.CANCELLED)
        self._add(self._workspace.worklist.entries)

    def allow(self) -> None:
        """Judge what is opened from now on, also after the person stopped that for what was open before."""
        self._stopped = False

    def prefer(self, ids: Sequence[int]) -> None:
        """Judge these rows first."""
        self._queue.prefer(ids)

    def _prefer_stack(self) -> None:
        """Judge the stack that is looked at before others, some slices of all parts of it first."""
        stack = self._workspace.series.stack
        now = (stack.number, len(stack.ids)) if stack is not None else (-1, 0)
        if now != self._stack:
            self._stack = now
            self._queue.prefer_stack(coarse_to_fine(stack.ids) if stack is not None else [])

    @property
    def _judging(self) -> bool:
        return self._bundle is not None and not self._stopped and self._workspace.settings.get(JUDGE_ALL)

    def _add(self, ids: Iterable[int]) -> None:
        entries, judging = self._workspace.worklist.entries, self._judging
        wanted = [entry for entry in (entries[entry_id] for entry_id in ids) if _is_wanted(entry, judging=judging)]
        if not wanted:
            return
        self._pending.update(entry.id for entry in wanted)
        self._total += len(wanted)
        if judging and self._job is None:
            self._job = self._workspace.jobs.begin(JobKind.JUDGING)
            self._job.cancel_asked.connect(self._stop)
        self._show_progress()
        self._queue.add(
            JudgeRequest(entry.id, entry.path, entry.frame, entry.sha256, entry.crop, judging) for entry in wanted
        )
        self._timer.start()
        self._call_for_help()
        for judge in self.judges:
            judge.poke()

    def _collect(self) -> None:
        results = self._queue.collect(MOST_AT_ONCE)
        self._pending.difference_update(result.entry_id for result in results)
        self._workspace.worklist.take(results)
        self._show_progress()
        self._call_for_help()

    def _call_for_help(self) -> None:
        """Let the last core help with much work, while nothing else is going on."""
        busy = any(job.kind is not JobKind.JUDGING for job in self._workspace.jobs.running)
        if busy or len(self._pending) < HELP_FROM:
            self._helping.clear()
        elif not self._helping.is_set():
            self._helping.set()
            self.judges[-1].poke()

    def _drop_answered(self, ids: Iterable[int]) -> None:
        """Leave out what was answered on the screen meanwhile."""
        entries = self._workspace.worklist.entries
        answered = [i for i in ids if i in self._pending and not _is_wanted(entries[i], judging=self._judging)]
        if answered:
            self._pending.difference_update(answered)
            self._queue.drop(answered)
            self._show_progress()

    def _show_progress(self) -> None:
        if self._job is not None:
            self._job.progress(self._total - len(self._pending), self._total)
        if not self._pending:
            self._forget(JobEnd.DONE)

    def _stop(self) -> None:
        """Stop because the person said so; `allow` ends that."""
        self._stopped = True
        self._forget(JobEnd.CANCELLED)

    def _forget(self, end: JobEnd) -> None:
        self._queue.begin(self._bundle)
        self._pending.clear()
        self._total = 0
        self._timer.stop()
        if self._job is not None:
            job, self._job = self._job, None
            job.finish(end)


def coarse_to_fine(ids: Sequence[int]) -> list[int]:
    """Return all in an order in which the first ones are spread evenly, and those that follow lie between them."""
    step = 1 << max(len(ids).bit_length() - 4, 0)
    order = list(ids[::step])
    while step > 1:
        order += ids[step // 2 :: step]
        step //= 2
    return order


def _is_wanted(entry: Entry, *, judging: bool) -> bool:
    if judging:
        return entry.status is RowStatus.WAITING
    return not entry.sha256 and entry.error is None
