"""Says on the tab that a model is being trained, also while scans are looked at."""

from PySide6.QtCore import QObject

from tumorviewer.gui.window.header import Header
from tumorviewer.gui.window.training_page import TrainingTab
from tumorviewer.gui.words import percent
from tumorviewer.state.workspace import Workspace


class TrainingMark(QObject):
    """Writes behind the name of the tab how far the run is, and that it ended while scans were looked at.

    Parameters
    ----------
    workspace : Workspace
    tab : TrainingTab
        Tells when there is something to follow.
    header : Header
    """

    def __init__(self, workspace: Workspace, tab: TrainingTab, header: Header) -> None:
        super().__init__(header)
        self._workspace, self._tab, self._header = workspace, tab, header
        self._words = header.tabs.tabText(1)
        self._follows = False
        self._unseen = ""
        tab.loaded.connect(self._follow)
        self._follow()  # another language makes another window, and the run goes on

    def show_now(self) -> None:
        """Write how it is; what was not seen yet may be in sight now."""
        desk = self._workspace.training
        if self._is_seen():
            self._unseen = ""
        if desk is not None and desk.run.task.busy:
            text = self.tr("{tab} · {percent}").format(tab=self._words, percent=percent(desk.run.pace.share))
        elif self._unseen:
            text = self.tr("{tab} · {end}").format(tab=self._words, end=self._unseen)
        else:
            text = self._words
        if text != self._header.tabs.tabText(1):
            self._header.tabs.setTabText(1, text)

    def _follow(self) -> None:
        desk = self._workspace.training
        if desk is not None and not self._follows:
            self._follows = True
            desk.run.task.changed.connect(self._status_changed)
            desk.run.progressed.connect(self.show_now)
            self.show_now()

    def _status_changed(self) -> None:
        desk = self._workspace.training
        self._unseen = ""
        if desk is not None and not self._is_seen():
            task = desk.run.task
            self._unseen = self.tr("finished") if task.done else self.tr("interrupted") if task.failed else ""
        self.show_now()

    def _is_seen(self) -> bool:
        return self._tab.isVisible()
