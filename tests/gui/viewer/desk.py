"""A viewer on a session that is driven by hand: real files, read at once; the shipped model, asked at once."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from dicom_writer import as_bytes, dataset_of
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from tumorviewer.gui.viewer.scan_view import ScanView
from tumorviewer.gui.viewer.viewer import Viewer
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import default_window, render_grey
from tumorviewer.imaging.survey import survey
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.catalogue import shipped
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.entries import Arrival
from tumorviewer.state.loaded import LoadedScan, ScanCache
from tumorviewer.state.model import ModelState
from tumorviewer.state.overlays import OverlayState
from tumorviewer.state.session import Question, Session
from tumorviewer.state.settings import Settings
from tumorviewer.state.worklist import Worklist

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@cache
def shipped_predictor() -> Predictor:
    return Predictor(load_bundle(shipped()[0].folder), threads=1)


class Desk:
    """State, viewer, and somebody who answers what the state asks for.

    With `holding`, scans are not read until `read` is called.
    """

    def __init__(self, folder: Path, *, model: bool = False) -> None:
        self.worklist = Worklist()
        self.model = ModelState(self.worklist)
        self.session = Session(self.worklist, self.model, ScanCache(), self.worklist)
        self.overlays = OverlayState(self.worklist)
        self.settings = Settings(folder / "settings.ini", self.worklist)
        self.holding = False
        self.asked: list[Question] = []
        self.session.scan_wanted.connect(self._read)
        self.session.question_asked.connect(self._answer)
        if model:
            bundle = shipped_predictor().bundle
            self.model.ready(bundle.card, bundle.folder, bundle.model_sha256)
        self.viewer = Viewer(self.session, self.overlays, self.settings)
        self.viewer.resize(800, 600)

    @property
    def view(self) -> ScanView:
        return self.viewer.main

    def open(self, *paths: Path) -> list[int]:
        return self.worklist.add([Arrival(path, survey(path)) for path in paths])

    def read(self, entry_id: int) -> None:
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

    def _read(self, entry_id: int) -> None:
        if not self.holding:
            self.read(entry_id)

    def _answer(self, question: Question) -> None:
        self.asked.append(question)
        self.session.answered(question, shipped_predictor().predict(question.grey, question.box))


def write_png(path: Path, pixels: np.ndarray) -> Path:
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    return path


def write_dicom(path: Path, pixels: np.ndarray, **elements: object) -> Path:
    path.write_bytes(as_bytes(dataset_of(pixels, **elements)))
    return path


def mouse(
    view: ScanView,
    kind: QEvent.Type,
    at: QPointF,
    button: Qt.MouseButton = Qt.MouseButton.NoButton,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Send a mouse event through Qt to the viewport, with parts of a pixel."""
    port = view.viewport()
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
    QApplication.sendEvent(port, QMouseEvent(kind, at, QPointF(port.mapToGlobal(at)), pressed, held, keys))


def drag(
    view: ScanView,
    start: QPointF,
    end: QPointF,
    button: Qt.MouseButton = LEFT,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    *,
    steps: int = 4,
    release: bool = True,
) -> None:
    mouse(view, QEvent.Type.MouseButtonPress, start, button, keys)
    for step in range(1, steps + 1):
        mouse(view, QEvent.Type.MouseMove, start + (end - start) * (step / steps), button, keys)
    if release:
        mouse(view, QEvent.Type.MouseButtonRelease, end, button, keys)


def wheel(view: ScanView, notches: float, at: QPointF, keys: Qt.KeyboardModifier) -> None:
    port = view.viewport()
    delta = QPoint(0, round(notches * 120))
    QApplication.sendEvent(
        port,
        QWheelEvent(
            at,
            QPointF(port.mapToGlobal(at)),
            QPoint(),
            delta,
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def key(
    view: QWidget, code: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, *, release: bool = True
) -> None:
    QApplication.sendEvent(view, QKeyEvent(QEvent.Type.KeyPress, code, keys))
    if release:
        QApplication.sendEvent(view, QKeyEvent(QEvent.Type.KeyRelease, code, keys))


def grabbed(widget: QWidget) -> np.ndarray:
    """Return what a widget looks like, shape (H, W, 3), red, green, blue, in device pixels."""
    ratio = widget.devicePixelRatioF()
    image = QImage(widget.size() * ratio, QImage.Format.Format_RGB888)  # whatever colours the screen has
    image.setDevicePixelRatio(ratio)
    widget.render(image)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def near(pixel: np.ndarray, colour: QColor, tolerance: int = 12) -> bool:
    return bool(np.all(np.abs(pixel.astype(int) - np.array(colour.getRgb()[:3])) <= tolerance))
