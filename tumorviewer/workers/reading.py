"""Which scans are read next: those on the screen, then those that scrolling on would show."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject

from tumorviewer.imaging.errors import ScanError
from tumorviewer.state.entries import Entry, RowResult
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.reader import Reader, ReadRequest
from tumorviewer.workers.threads import DIRECT

AHEAD: Final = 24
"""Slices read ahead in the direction of scrolling, and a third of that behind."""


class Reading(QObject):
    """Turns what the session wants into requests for the reader.

    Parameters
    ----------
    workspace : Workspace
    reader : Reader
    """

    def __init__(self, workspace: Workspace, reader: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reader = workspace, reader
        self._last: tuple[int, int] = (-1, 0)  # stack and place of the scan that was looked at before
        self._backwards = False
        workspace.session.scan_wanted.connect(self._want)
        workspace.worklist.added.connect(self._want_more)
        workspace.worklist.cleared.connect(reader.forget, DIRECT)
        reader.read.connect(workspace.session.scan_read)
        reader.unreadable.connect(self._failed)
        reader.recognised.connect(self._recognised)

    def _want(self, entry_id: int) -> None:
        session, entries = self._workspace.session, self._workspace.worklist.entries
        panes = [pane for pane in (session.pane, session.other) if pane.entry_id in entries and not pane.up_to_date]
        # The one that was just asked for first: the other pane may have been waiting for longer.
        shown = sorted((pane.entry_id for pane in panes if pane.entry_id is not None), key=lambda i: i != entry_id)
        self._reader.want(_requests(entries[i] for i in shown), _requests(entries[i] for i in self._next(entry_id)))

    def _want_more(self, ids: list[int]) -> None:
        """Read on, when slices that come next arrive after the one that is looked at."""
        entry_id = self._workspace.session.pane.entry_id
        if entry_id in self._workspace.worklist.entries and not set(ids).isdisjoint(self._next(entry_id)):
            self._want(entry_id)

    def _next(self, entry_id: int) -> list[int]:
        """Return the slices that will be wanted next, the likeliest first."""
        worklist = self._workspace.worklist
        stack = worklist.stack_of(entry_id)
        place, _ = worklist.place_in_stack(entry_id)
        if stack.number == self._last[0] and place != self._last[1]:
            self._backwards = place < self._last[1]
        elif stack.number != self._last[0]:
            self._backwards = False
        self._last = (stack.number, place)
        on, back = stack.ids[place + 1 : place + 1 + AHEAD], stack.ids[max(0, place - AHEAD) : place][::-1]
        if self._backwards:
            on, back = back, on
        return [*on, *back[: AHEAD // 3]]

    def _failed(self, entry_id: int, error: ScanError) -> None:
        self._workspace.worklist.take([RowResult(entry_id, "", error=error)])
        self._workspace.session.scan_failed(entry_id, error)

    def _recognised(self, result: RowResult) -> None:
        self._workspace.worklist.take([result])


def _requests(entries: Iterable[Entry]) -> list[ReadRequest]:
    return [ReadRequest(entry.id, entry.path, entry.frame, entry.sha256) for entry in entries if entry.error is None]
