"""A panel on a workspace that is driven by hand: real files, looked at and read at once."""

import string
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tumorviewer.gui.worklist import WorklistPanel
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.survey import Surveyed, survey
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.entries import Arrival, RowResult
from tumorviewer.state.workspace import Workspace
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.library import Library
from tumorviewer.workers.threads import Threads
from tumorviewer.workers.thumbnails import ThumbnailMaker, ThumbnailRequest, Thumbnails

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier


class WorklistDesk:
    """State and panel; thumbnails come from a thread of their own."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder / "settings.ini")
        self.worklist, self.session = self.workspace.worklist, self.workspace.session
        self.wanted: list[int] = []
        maker = ThumbnailMaker(Library(folder / "library", lambda problem: None))
        self.thumbnails = Thumbnails(maker, self._request, self.workspace)
        self.threads = Threads(self.workspace)
        self.threads.start(maker)
        self.panel = WorklistPanel(self.workspace, self.thumbnails)
        self.model, self.view, self.bar = self.panel.model, self.panel.view, self.panel.bar

    def _request(self, entry_id: int) -> ThumbnailRequest | None:
        self.wanted.append(entry_id)
        entry = self.worklist.get(entry_id)
        return None if entry is None else ThumbnailRequest(entry_id, entry.path, entry.frame)

    def open(self, *paths: Path) -> list[int]:
        return self.worklist.add([_arrival(path) for path in paths])

    def judge(self, entry_id: int, verdict: str, *probabilities: float) -> None:
        self.judge_all({entry_id: (verdict, *probabilities)})

    def judge_all(self, answers: dict[int, tuple]) -> None:
        self.worklist.take([RowResult(entry_id, "", answer(*said)) for entry_id, said in answers.items()])

    @property
    def names(self) -> list[str]:
        """What is shown, from the top down."""
        return [self.model.entry(row).path.stem for row in range(self.model.rowCount())]

    @property
    def selected(self) -> list[str]:
        return [self.worklist.entries[entry_id].path.stem for entry_id in self.panel.selected_ids()]

    @property
    def current(self) -> str | None:
        entry = self.session.entry
        return entry.path.stem if entry is not None else None

    def place(self, name: str) -> QPoint:
        """Return the middle of a row in the viewport."""
        return self.view.visualRect(self.model.index(self.names.index(name))).center()

    def click(self, name: str, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, keys, self.place(name))

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.keyClick(self.view, key, keys)


def answer(verdict: str, *probabilities: float) -> StoredAnswer:
    best = max(probabilities)
    label = CLASSES[probabilities.index(best)]
    return StoredAnswer(verdict, label, best, probabilities, None, (0.0, 0.0), 0.0, "model-1.0", "00")


def _arrival(path: Path) -> Arrival:
    try:
        return Arrival(path, survey(path))
    except ScanError as error:
        return Arrival(path, None, error)


def arrivals(count: int, folders: int = 7) -> list[Arrival]:
    """Return files that only a list would look at: nothing reads them."""
    each = count // folders + 1
    paths = [Path(f"/scans/{string.ascii_letters[number // each]}/scan {number}.png") for number in range(count)]
    return [Arrival(path, Surveyed(path, "PNG", 1)) for path in paths]
