"""A panel on a session that is driven by hand: real files, read at once; the shipped model, asked at once or later."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from tumorviewer.gui.panel import PredictionPanel
from tumorviewer.gui.words import percent
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.render import default_window, render_grey
from tumorviewer.imaging.survey import survey
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.card import Thresholds
from tumorviewer.inference.catalogue import shipped
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.entries import Arrival, Entry
from tumorviewer.state.loaded import LoadedScan
from tumorviewer.state.session import Question
from tumorviewer.state.workspace import Workspace

SURE, UNSURE, STRANGE = (0.25, 1e9), (0.99999, 1e9), (0.25, -1.0)
"""Thresholds, certain and domain, with which the shipped model calls every picture, none, or takes it for no brain."""


@cache
def predictor(certain: float | None = None, domain: float | None = None) -> Predictor:
    """Return the shipped model, with thresholds of its card replaced: what it says then does not hang on a picture."""
    bundle = load_bundle(shipped()[0].folder)
    own = bundle.card.thresholds
    thresholds = Thresholds(own.certain if certain is None else certain, own.domain if domain is None else domain)
    return Predictor(replace(bundle, card=replace(bundle.card, thresholds=thresholds)), threads=1)


@cache
def drawn(seed: int) -> bytes:
    """Return a head as a PNG file."""
    return cv2.imencode(".png", draw_head(seed, size=128))[1].tobytes()


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
        self.predictor = predictor()
        self.questions: list[Question] = []
        self.session.scan_wanted.connect(self._read)
        self.session.question_asked.connect(self._asked)
        self.panel = PredictionPanel(self.workspace)

    def use_model(self, certain: float | None = None, domain: float | None = None) -> None:
        self.predictor = predictor(certain, domain)
        bundle = self.predictor.bundle
        self.workspace.model.ready(bundle.card, bundle.folder, bundle.model_sha256, bundle.seen)

    @property
    def limit(self) -> str:
        """The threshold of certain answers, in figures."""
        return percent(self.predictor.bundle.card.thresholds.certain, exact=True)

    @property
    def prediction(self) -> Prediction:
        assert self.session.prediction is not None
        return self.session.prediction

    def open(self, *paths: Path) -> list[int]:
        arrivals = []
        for path in paths:
            try:
                arrivals.append(Arrival(path, survey(path)))
            except ScanError as error:
                arrivals.append(Arrival(path, None, error))
        return self.worklist.add(arrivals)

    def head(self, seed: int = 0) -> Path:
        """Return a file with a drawn head, 128 pixels high and wide."""
        path = self.folder / f"head {seed}.png"
        path.write_bytes(drawn(seed))
        return path

    def picture(self, name: str, pixels: np.ndarray) -> Path:
        path = self.folder / name
        path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
        return path

    def answer(self) -> None:
        """Answer the newest question."""
        question = self.questions[-1]
        self.session.answered(question, self.predictor.predict(question.grey, question.box))

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
