"""A workspace with all its threads, on real files and the shipped model, as a window has it."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from dicom_writer import as_bytes, dataset_of
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tumorviewer.imaging.phantom import draw_head
from tumorviewer.state.entries import Entry
from tumorviewer.state.jobs import Job, JobKind
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.settings import JUDGE_ALL
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.workers import Workers

LONG = 20_000
"""Milliseconds after which a test gives up; it waits only until what it waits for is there."""


class Desk(QObject):
    """What a window is built on; `close` ends its threads."""

    def __init__(self, qtbot: QtBot, folder: Path, *, judging: bool = True) -> None:
        super().__init__()
        self._qtbot = qtbot
        self.folder = folder
        self.workspace = Workspace(folder / "settings.ini")
        self.workspace.settings.set(JUDGE_ALL, judging)
        self.worklist, self.session = self.workspace.worklist, self.workspace.session
        self.model, self.jobs = self.workspace.model, self.workspace.jobs
        self.notices: list[Notice] = []
        self.workspace.notices.told.connect(self.notices.append)
        self.workers = Workers(self.workspace, folder / "library")
        self.closed = False

    def wait(self, met: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(met, timeout=LONG)

    def wait_for_model(self) -> None:
        self.wait(lambda: self.model.status is not ModelStatus.LOADING)

    def told(self, kind: NoticeKind) -> list[Notice]:
        return [notice for notice in self.notices if notice.kind is kind]

    def open(self, *paths: Path) -> list[Entry]:
        """Open paths, wait for the end, and return all rows in order."""
        before = len(self.notices)
        self.workers.open_paths(paths)
        ends = {NoticeKind.OPENED, NoticeKind.NOTHING_FOUND, NoticeKind.OPENING_STOPPED, NoticeKind.ARCHIVE_REFUSED}
        self.wait(lambda: not ends.isdisjoint(notice.kind for notice in self.notices[before:]))
        return self.rows

    def wait_for_answers(self) -> None:
        self.wait_for_model()
        self.wait(lambda: all(entry.answer is not None or entry.error is not None for entry in self.rows))
        self.wait(lambda: not self.jobs.running)

    @property
    def rows(self) -> list[Entry]:
        return self.worklist.in_order()

    def row(self, name: str) -> Entry:
        return next(entry for entry in self.rows if entry.name == name)

    def job(self, kind: JobKind) -> Job:
        return next(job for job in self.jobs.running if job.kind is kind)

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            with self._qtbot.waitSignal(self.workers.stopped, timeout=LONG):
                self.workers.shutdown()


@cache
def head(seed: int = 1, size: int = 96) -> np.ndarray:
    return draw_head(seed, size=size)


def png(path: Path, seed: int = 1, size: int = 96) -> Path:
    """Write a drawn head that was there long ago: its hash may be remembered. Every seed makes another file."""
    picture = head(seed % 8, size).copy()
    picture[0, 0] = seed // 8
    return written(path, cv2.imencode(".png", picture)[1].tobytes())


def dicom(path: Path, pixels: np.ndarray, **elements: object) -> Path:
    return written(path, as_bytes(dataset_of(pixels, **elements)))


def written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (1e9, 1e9))
    return path


def heads(folder: Path, count: int) -> list[Path]:
    """Write some different files, of eight heads in turn."""
    return [png(folder / f"{number}.png", number) for number in range(count)]
