"""Says on the tab that a model is being trained, also while scans are looked at."""

from PySide6.QtCore import QObject

from tumorviewer.gui.window.header import Header
from tumorviewer.gui.window.training_page import TrainingTab
from tumorviewer.gui.words import percent
from tumorviewer.state.workspace import Workspace


class TrainingMark(QObject):
    """Writes how far the run is behind the name of the tab.

    Parameters
    ----------
    workspace : Workspace
    tab : TrainingTab
        Tells when there is something to follow.
    header : Header
    """

    def __init__(self, workspace: Workspace, tab: TrainingTab, header: Header) -> None:
        super().__init__(header)
        self._workspace, self._header = workspace, header
        self._words = header.tabs.tabText(1)
        self._follows = False
        tab.loaded.connect(self._follow)
        self._follow()  # another language makes another window, and the run goes on

    def _follow(self) -> None:
        desk = self._workspace.training
        if desk is not None and not self._follows:
            self._follows = True
            desk.run.task.changed.connect(self._show)
            desk.run.progressed.connect(self._show)
            self._show()

    def _show(self) -> None:
        desk = self._workspace.training
        text = self._words
        if desk is not None and desk.run.task.busy:
            words = self.tr("{tab} · {percent}")
            text = words.format(tab=self._words, percent=percent(desk.run.pace.share))
        if text != self._header.tabs.tabText(1):
            self._header.tabs.setTabText(1, text)
