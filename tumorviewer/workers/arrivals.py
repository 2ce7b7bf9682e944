"""Scans that come by themselves, as the window sees them: who looks where, and what is opened of what was found."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer

from tumorviewer.receiving.events import Event, Listening, Stored
from tumorviewer.receiving.options import ReceiverOptions, Wrong
from tumorviewer.receiving.watching import SETTLE_SECONDS, FolderWatch, Looked
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.receiver_runner import ReceiverRunner
from tumorviewer.workers.threads import DIRECT, Worker
from tumorviewer.workers.watcher import Watcher

LOOK_MS: Final = 2000
INBOX_MS: Final = 250
"""So long after something was received the inbox is looked into: once for all that came in this time."""
_RECEIVE: Final = "receive/"
"""What the settings of the receiver begin with."""
SETTING_MS: Final = 500
"""Several choices may change in a row; the receiver is started again once."""


class Arrivals(QObject):
    """Keeps a watcher on the folder that the person chose, the receiver as the settings are, and one on its inbox.

    Parameters
    ----------
    workspace : Workspace
    open_paths : callable
        Opens files without a word; those among them that took the place of others are named again.
    start : callable
        Gives a worker its thread; there are none as long as nothing is watched or received.
    """

    def __init__(
        self,
        workspace: Workspace,
        open_paths: Callable[[Sequence[Path], Sequence[Path]], None],
        start: Callable[[Worker], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._open, self._start = workspace, open_paths, start
        self._watching, self._receiving = workspace.watching, workspace.receiving
        self._options: ReceiverOptions | None = None
        self._watcher: Watcher | None = None
        self._receiver: tuple[ReceiverRunner, Watcher] | None = None
        self._watcher_timer = QTimer(self, interval=LOOK_MS)
        self._inbox_timer = QTimer(self, interval=INBOX_MS, singleShot=True)
        self._setting_timer = QTimer(self, interval=SETTING_MS, singleShot=True)
        self._setting_timer.timeout.connect(self._receive)
        self._watching.folder_changed.connect(self._watch)
        workspace.settings.changed.connect(self._setting_changed)

    def begin(self) -> None:
        """Go on with what was chosen before, now that the threads run."""
        if self._watching.folder is not None:
            self._watch()
        if self._receiving.wanted:
            self._receive()

    def end(self) -> None:
        """Ask the threads for nothing more."""
        for timer in (self._watcher_timer, self._inbox_timer, self._setting_timer):
            timer.stop()

    # ------------------------------------------------------------ the folder

    def _watch(self) -> None:
        folder = self._watching.folder
        if self._watcher is None:
            if folder is None:
                return
            self._watcher = Watcher()
            self._watcher.looked.connect(self._looked)
            self._watcher_timer.timeout.connect(self._watcher.look, DIRECT)
            self._start(self._watcher)
        if folder is None:
            self._watcher_timer.stop()
            self._watcher.watch(None)
        else:
            self._watcher.watch(FolderWatch(folder, self._watching.since, SETTLE_SECONDS))
            self._watcher_timer.start()

    def _looked(self, watch: FolderWatch, found: Looked) -> None:
        watching = self._watching
        if watch.folder != watching.folder:
            return
        turned = watching.looked(there=found.there, come=len(found.ready), waiting=found.waiting, since=watch.since)
        if turned:
            kind = NoticeKind.WATCH_BACK if found.there else NoticeKind.WATCH_AWAY
            self._workspace.notices.tell(Notice(kind, watch.folder.name))
        if found.ready:
            self._open(found.ready, found.replaced)

    # ------------------------------------------------------------ the receiver

    def _setting_changed(self, name: str) -> None:
        if name.startswith(_RECEIVE):
            self._setting_timer.start()

    def _receive(self) -> None:
        self._options = options = self._receiving.begin()
        self._tell_failure()
        if self._receiver is None:
            if options is None:
                return
            self._receiver = self._make_receiver()
        runner, watcher = self._receiver
        runner.receive(options)
        watcher.watch(None if options is None else FolderWatch(options.folder, settle=0.0))

    def _make_receiver(self) -> tuple[ReceiverRunner, Watcher]:
        runner, watcher = ReceiverRunner(), Watcher()
        runner.told.connect(self._told)
        runner.ended.connect(self._ended)
        watcher.looked.connect(self._looked_into_inbox)
        self._inbox_timer.timeout.connect(watcher.look, DIRECT)
        self._start(runner)
        self._start(watcher)
        return runner, watcher

    def _told(self, options: ReceiverOptions, event: Event) -> None:
        if options is not self._options:
            return
        self._receiving.take(event)
        if isinstance(event, Stored | Listening) and not self._inbox_timer.isActive():
            self._inbox_timer.start()

    def _ended(self, options: ReceiverOptions) -> None:
        if options is self._options:
            self._receiving.ended()
            self._tell_failure()

    def _tell_failure(self) -> None:
        failed = self._receiving.failed
        if failed is not None:
            why = failed if isinstance(failed, Wrong) else failed.why
            self._workspace.notices.tell(Notice(NoticeKind.NOT_RECEIVING, detail=why.name))

    def _looked_into_inbox(self, watch: FolderWatch, found: Looked) -> None:
        if found.ready and self._options is not None and watch.folder == self._options.folder:
            self._open(found.ready, found.replaced)
