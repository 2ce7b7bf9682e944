"""A panel on a session that is driven by hand: real files, read at once; the shipped model, asked at once or later."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from tumorviewer.gui.panel import PredictionPanel
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import default_window, render_grey
from tumorviewer.imaging.survey import survey
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.catalogue import shipped
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.entries import Arrival, Entry
from tumorviewer.state.loaded import LoadedScan
from tumorviewer.state.session import Question
from tumorviewer.state.workspace import Workspace


@cache
def shipped_predictor() -> Predictor:
    return Predictor(load_bundle(shipped()[0].folder), threads=1)


class PanelDesk:
    """State, panel, and somebody who reads and answers.

    With `holding`, questions are not answered until `answer` is called.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = Workspace(folder / "settings.ini")
        self.session, self.worklist = self.workspace.session, self.workspace.worklist
        self.overlays, self.settings = self.workspace.overlays, self.workspace.settings
        self.holding = False
        self.questions: list[Question] = []
        self.session.scan_wanted.connect(self._read)
        self.session.question_asked.connect(self._asked)
        self.panel = PredictionPanel(self.workspace)

    def use_model(self) -> None:
        bundle = shipped_predictor().bundle
        self.workspace.model.ready(bundle.card, bundle.folder, bundle.model_sha256)

    def open(self, *paths: Path) -> list[int]:
        arrivals = []
        for path in paths:
            try:
                arrivals.append(Arrival(path, survey(path)))
            except ScanError as error:
                arrivals.append(Arrival(path, None, error))
        return self.worklist.add(arrivals)

    def picture(self, name: str, pixels: np.ndarray) -> Path:
        path = self.folder / name
        path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
        return path

    def answer(self) -> None:
        """Answer the newest question."""
        question = self.questions[-1]
        self.session.answered(question, shipped_predictor().predict(question.grey, question.box))

    @property
    def entry(self) -> Entry:
        entry = self.session.entry
        assert entry is not None
        return entry

    def _read(self, entry_id: int) -> None:
        entry = self.worklist.entries[entry_id]
        try:
            scan = load_scan(entry.path, entry.frame)
        except ScanError as error:
            self.session.scan_failed(entry_id, error)
            return
        window = default_window(scan)
        grey = render_grey(scan, window)
        loaded = LoadedScan(entry_id, scan, grey, find_brain_box(grey), window)
        self.session.cache.put(loaded)
        self.session.scan_read(loaded)

    def _asked(self, question: Question) -> None:
        self.questions.append(question)
        if not self.holding:
            self.answer()
