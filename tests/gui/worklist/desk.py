"""A panel on a workspace that is driven by hand: real files, looked at and read at once."""

import string
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from tumorviewer.gui.worklist import WorklistPanel
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import default_window, render_grey
from tumorviewer.imaging.survey import Surveyed, survey
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.entries import Arrival, RowResult
from tumorviewer.state.workspace import Workspace
from tumorviewer.storage.answers import StoredAnswer

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier


class ReadWhenAsked(QObject):
    """Thumbnails of the files themselves, read when `read` is called."""

    ready = Signal(list)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self.wanted: list[int] = []
        self._images: dict[int, QImage] = {}

    def image(self, entry_id: int) -> QImage | None:
        if entry_id not in self._images:
            self.wanted.append(entry_id)
        return self._images.get(entry_id)

    def read(self) -> None:
        for entry_id in dict.fromkeys(self.wanted):
            entry = self._workspace.worklist.entries[entry_id]
            scan = load_scan(entry.path, entry.frame)
            grey = np.ascontiguousarray(render_grey(scan, default_window(scan)))
            image = QImage(grey.data, scan.width, scan.height, scan.width, QImage.Format.Format_Grayscale8)
            self._images[entry_id] = image.scaled(96, 96, Qt.AspectRatioMode.KeepAspectRatio).copy()
        self.ready.emit(self.wanted)


class WorklistDesk:
    """State, thumbnails and panel."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder / "settings.ini")
        self.worklist, self.session = self.workspace.worklist, self.workspace.session
        self.thumbnails = ReadWhenAsked(self.workspace)
        self.panel = WorklistPanel(self.workspace, self.thumbnails)
        self.model, self.view, self.bar = self.panel.model, self.panel.view, self.panel.bar

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
