"""The log file, and what becomes of faults."""

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import qWarning
from pytestqt.qtbot import QtBot

from tumorviewer.app.faults import MOST_LINES, Faults
from tumorviewer.app.logs import LARGEST, OLDER, Log
from tumorviewer.app.services import read_end


@pytest.fixture
def log(tmp_path: Path, qtlog: object) -> Iterator[Log]:
    made = Log(tmp_path / "logs")
    yield made
    made.close()


def test_the_program_and_qt_write_into_one_file(log: Log) -> None:
    logging.getLogger("tumorviewer.somewhere").info("opened %d scans of %s", 3, "/data/Smith/a.png")
    qWarning("something about QWidget")
    log.close()
    text = log.file.read_text(encoding="utf-8")
    assert text.startswith("20")
    assert "Tumor Viewer" in text
    assert "Python" in text
    assert "opened 3 scans of" in text
    assert "WARNING qt.default: something about QWidget" in text
    assert "Smith" not in text


def test_it_does_not_grow_without_end(log: Log) -> None:
    line = "x" * 1000
    for _ in range(2 * LARGEST // 1000 * (OLDER + 1)):
        logging.getLogger("tumorviewer").info(line)
    log.close()
    files = sorted(log.folder.iterdir())
    assert len(files) == OLDER + 1
    assert all(file.stat().st_size <= LARGEST + 2000 for file in files)


def test_without_a_place_to_write_the_program_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    made = Log(tmp_path / "file" / "logs")
    logging.getLogger("tumorviewer").info("goes nowhere")
    made.close()


def test_the_end_of_the_log_begins_with_a_whole_line(tmp_path: Path) -> None:
    file = tmp_path / "log"
    assert read_end(file) == ""
    file.write_text("first line\nsecond line\nthird line\n", encoding="utf-8")
    assert read_end(file) == "first line\nsecond line\nthird line\n"
    assert read_end(file, 15) == "third line\n"


@pytest.fixture
def faults() -> Iterator[Faults]:
    made = Faults()
    yield made
    made.close()


def broken() -> None:
    raise ValueError("for '/data/Smith'")


def test_a_fault_is_told_once_and_logged_some_times(
    faults: Faults, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    faults.happened.connect(told.append)
    for _ in range(MOST_LINES + 5):
        try:
            broken()
        except ValueError:
            sys.excepthook(*sys.exc_info())
    assert told == ["ValueError"]
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == MOST_LINES


def test_a_fault_in_a_thread_is_told_in_the_windows(faults: Faults, qtbot: QtBot) -> None:
    with qtbot.waitSignal(faults.happened) as told:
        thread = threading.Thread(target=broken)
        thread.start()
        thread.join()
    assert told.args == ["ValueError"]


def test_ctrl_c_is_no_fault_and_hooks_are_given_back() -> None:
    before, seen = sys.excepthook, []
    sys.excepthook = lambda *arguments: seen.append(arguments[0])
    mine = sys.excepthook
    try:
        faults = Faults()
        told: list[str] = []
        faults.happened.connect(told.append)
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
        assert seen == [KeyboardInterrupt]
        assert not told
        faults.close()
        assert sys.excepthook is mine
    finally:
        sys.excepthook = before
