"""The person's own labels on their way to the library."""

from PySide6.QtCore import QObject

from tumorviewer.state.entries import RowResult
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.keeper import Keeper, KeepRequest


class Labels(QObject):
    """Has every change saved at once, and shows it on copies of the scan that are open, too.

    Parameters
    ----------
    workspace : Workspace
    keeper : Keeper
    """

    def __init__(self, workspace: Workspace, keeper: Keeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._keeper = workspace, keeper
        workspace.worklist.reviewed.connect(self._keep)
        keeper.recognised.connect(self._recognised)
        keeper.not_saved.connect(self._not_saved)

    def _keep(self, ids: list[int]) -> None:
        entries = [self._workspace.worklist.entries[entry_id] for entry_id in ids]
        self._keeper.keep([KeepRequest(e.id, e.path, e.frame, e.sha256, e.label, e.note) for e in entries])
        self._carry_over(ids)

    def _carry_over(self, ids: list[int]) -> None:
        """Give copies of the same content the same label and note."""
        worklist = self._workspace.worklist
        new = {(entry.sha256, entry.frame): entry for entry in map(worklist.entries.__getitem__, ids) if entry.sha256}
        for entry in list(worklist.entries.values()):
            same = new.get((entry.sha256, entry.frame)) if entry.sha256 else None
            if same is not None and (entry.label, entry.note) != (same.label, same.note):
                worklist.review([entry.id], label=same.label, note=same.note)

    def _recognised(self, results: list[RowResult]) -> None:
        self._workspace.worklist.take(results)

    def _not_saved(self, name: str, cause: str) -> None:
        self._workspace.notices.tell(Notice(NoticeKind.NOT_SAVED, name, cause))
