"""What is being opened, as the window sees it: jobs, rows, and what has to be said at the end."""

import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from tumorviewer.state.entries import Arrival
from tumorviewer.state.jobs import Job, JobEnd, JobKind
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.opener import Opened, Opener, OpenRequest
from tumorviewer.workers.opening import Batch
from tumorviewer.workers.threads import DIRECT


class Openings(QObject):
    """Hands requests to the opener and its batches to the worklist.

    Parameters
    ----------
    workspace : Workspace
    opener : Opener
    """

    def __init__(self, workspace: Workspace, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._opener = workspace, opener
        self._jobs: dict[OpenRequest, Job] = {}
        self._unshown: set[OpenRequest] = set()
        self._arriving: dict[OpenRequest, frozenset[Path]] = {}
        opener.arrived.connect(self._arrived)
        opener.ended.connect(self._ended)
        opener.folders_met.connect(workspace.settings.add_recent)
        workspace.worklist.cleared.connect(opener.forget_archives, DIRECT)

    def open(self, paths: Sequence[Path]) -> None:
        """Open files, folders and archives beside what is open already; the first of it is shown."""
        job = self._workspace.jobs.begin(JobKind.OPENING)
        request = OpenRequest(tuple(paths), job.stop)
        self._jobs[request] = job
        self._unshown.add(request)
        self._opener.open(request)

    def take_in(self, paths: Sequence[Path], replaced: Sequence[Path] = ()) -> None:
        """Open files that came by themselves: without a word, and what is looked at stays on the screen.

        Those that are `replaced` get rows of their own: an answer to the file before must not stand beside them.
        """
        request = OpenRequest(tuple(paths), threading.Event())
        self._arriving[request] = frozenset(replaced)
        self._opener.open(request)

    def cancel(self) -> None:
        """Open nothing of what is still on its way, without a word: everything is being closed."""
        jobs, self._jobs = self._jobs, {}
        self._unshown.clear()
        for request in self._arriving:
            request.stop.set()
        self._arriving.clear()
        for job in jobs.values():
            job.cancel()
            job.finish(JobEnd.CANCELLED)

    def _arrived(self, request: OpenRequest, batch: Batch) -> None:
        QTimer.singleShot(0, self, self._opener.taken)  # when this is done, and drawn
        job = self._jobs.get(request)
        if request.stop.is_set() or not (job or request in self._arriving):
            return
        if replaced := self._arriving.get(request):
            self._workspace.worklist.replace(arrival.path for arrival in batch.arrivals if arrival.path in replaced)
        self._workspace.worklist.add(batch.arrivals)
        if job is None:
            return
        job.progress(batch.done, batch.total)
        if request in self._unshown and batch.arrivals:
            self._show_first(request, batch.arrivals)

    def _show_first(self, request: OpenRequest, arrivals: list[Arrival]) -> None:
        """Show the first readable scan of what was just opened."""
        worklist = self._workspace.worklist
        arrival = next((arrival for arrival in arrivals if arrival.error is None), None)
        entry_id = worklist.id_of(arrival.path, 0) if arrival is not None else None
        if entry_id is not None:
            self._unshown.discard(request)
            ids = worklist.stack_of(entry_id).ids
            self._workspace.session.show(next(i for i in ids if worklist.entries[i].error is None))

    def _ended(self, request: OpenRequest, opened: Opened) -> None:
        self._unshown.discard(request)
        self._arriving.pop(request, None)
        job = self._jobs.pop(request, None)
        if job is None:
            return
        job.finish(JobEnd.CANCELLED if opened.stopped else JobEnd.DONE)
        tell = self._workspace.notices.tell
        if opened.refused:
            name, reason = opened.refused[0]
            tell(Notice(NoticeKind.ARCHIVE_REFUSED, name, reason, len(opened.refused)))
        if opened.stopped:
            tell(Notice(NoticeKind.OPENING_STOPPED, count=opened.scans, failed=opened.unreadable))
        elif opened.scans:
            tell(Notice(NoticeKind.OPENED, detail=str(opened.skipped), count=opened.scans, failed=opened.unreadable))
        elif not opened.refused:
            tell(Notice(NoticeKind.NOTHING_FOUND, request.paths[0].name if request.paths else "", str(opened.skipped)))
