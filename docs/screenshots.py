"""Pictures of the window in every state, on drawn heads, for people to look at: ``python run.py screenshots FOLDER``.

Each scheme and scale runs in a process of its own, because Qt takes the scale once, at its start.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.measure import tell
from benchmarks.window import Desk, virtual_screen

SIZES: Final = {"": (1280, 720), "large": (1920, 1080)}
ROUNDS: Final = (("light", 1, ""), ("dark", 1, ""), ("light", 2, ""), ("dark", 1, "large"))
STATES: "Final[list[tuple[str, Callable[[Studio], None]]]]" = []


def state(name: str) -> "Callable[[Callable[[Studio], None]], Callable[[Studio], None]]":
    """Put a state on the list; they are shown in this order, each from where the one before left the window."""

    def add(show: "Callable[[Studio], None]") -> "Callable[[Studio], None]":
        STATES.append((name, show))
        return show

    return add


class Studio(Desk):
    """A window with the phantom series at hand."""

    def __init__(self, folder: Path, scheme: str, size: tuple[int, int]) -> None:
        from tumorviewer.imaging.phantom_series import write_phantom_series
        from tumorviewer.state.settings import THEME

        super().__init__(folder / "home")
        self.folder, self.keep_toast = folder, False
        self.study = folder / "phantoms"
        write_phantom_series(self.study)
        self.workspace.settings.set(THEME, scheme)
        self.window.resize(*size)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing moves any more."""
        from PySide6.QtCore import QTimer

        done: list[bool] = []
        QTimer.singleShot(400, lambda: done.append(True))
        self.wait(lambda: bool(done), "the window")

    def open(self, *paths: Path) -> None:
        """Open files and wait for all answers."""
        before = len(self.workspace.worklist)
        self.window.open_paths(paths)
        rows = self.workspace.worklist
        self.wait(lambda: len(rows) > before and not self.workspace.jobs.running, "the answers")

    def show_file(self, name: str) -> None:
        """Show the scan whose file has this name."""
        entry = next(e for e in self.workspace.worklist.entries.values() if e.path.name == name)
        self.workspace.session.show(entry.id)
        session = self.workspace.session
        self.wait(lambda: session.pane.up_to_date or session.pane.error is not None, name)
        self.settle()

    def act(self, name: str) -> None:
        """Choose an action by its name in the table."""
        from tumorviewer.gui.window.actions import Act

        self.window.actions_[Act[name]].trigger()
        self.settle()

    def close_dialogs(self) -> None:
        """Close what lies over the window."""
        from PySide6.QtWidgets import QDialog

        for dialog in self.window.findChildren(QDialog):
            dialog.close()
        self.settle()

    def picture(self, path: Path) -> None:
        """Save the window, and the dialog that lies over it, if there is one."""
        from PySide6.QtGui import QPainter
        from PySide6.QtWidgets import QDialog

        if not self.keep_toast:
            self.window.toast.hide()  # goes by itself after a while: it would be on some pictures and not on others
        self.keep_toast = False
        shot = self.window.grab()
        painter = QPainter(shot)
        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible():
                at = self.window.rect().center() - dialog.rect().center()
                painter.drawPixmap(at, dialog.grab())
        painter.end()
        shot.save(str(path))


@state("empty")
def _empty(studio: Studio) -> None:
    studio.settle()


@state("files held over the window")
def _held(studio: Studio) -> None:
    studio.window.drops._overlay.show_over_all()


@state("certain")
def _certain(studio: Studio) -> None:
    studio.window.drops._overlay.hide()
    studio.open(studio.study)
    studio.show_file("glioma.jpg")


@state("heat map")
def _heat(studio: Studio) -> None:
    studio.act("HEAT_MAP")


@state("crop edited")
def _cropped(studio: Studio) -> None:
    from dataclasses import replace

    from tumorviewer.state.entries import CropChoice, CropKind

    session = studio.workspace.session
    assert session.box is not None
    box = session.box
    smaller = replace(box, x=box.x + 12, y=box.y + 18, width=box.width - 30, height=box.height - 40)
    session.edit_crop(CropChoice(CropKind.EDITED, smaller))
    studio.settle()


@state("whole image")
def _whole(studio: Studio) -> None:
    studio.workspace.session.use_whole_image()
    studio.settle()


@state("a series, turned and inverted")
def _turned(studio: Studio) -> None:
    studio.workspace.session.reset_crop()
    entries = studio.workspace.worklist.entries.values()
    series = [entry for entry in entries if entry.format == "DICOM"]
    studio.workspace.session.show(series[len(series) // 3].id)
    studio.settle()
    view = studio.workspace.session.pane.view
    view.turn(1)
    view.invert()
    studio.settle()


@state("uncertain")
def _uncertain(studio: Studio) -> None:
    studio.workspace.session.pane.view.reset()
    studio.show_file("sella from the side.png")


@state("not a brain slice")
def _refused(studio: Studio) -> None:
    studio.show_file("page of text.png")


@state("no tumour, with label and note")
def _labelled(studio: Studio) -> None:
    studio.show_file("head, T1.png")
    entry = studio.workspace.session.entry
    assert entry is not None
    studio.workspace.worklist.review([entry.id], label="no_tumor", note="Drawn head: nothing to see")
    studio.settle()


@state("two scans compared")
def _compared(studio: Studio) -> None:
    other = next(e for e in studio.workspace.worklist.entries.values() if e.path.name == "glioma.jpg")
    studio.workspace.session.compare_with(other.id)
    studio.settle()


@state("most suspicious first")
def _sorted(studio: Studio) -> None:
    from tumorviewer.state.ordering import Sort
    from tumorviewer.state.settings import SORT

    studio.workspace.session.compare_with(None)
    studio.workspace.settings.set(SORT, Sort.SUSPICIOUS.name)
    studio.settle()


@state("nothing passes the filter")
def _filtered(studio: Studio) -> None:
    studio.window.review.worklist.bar.search.setText("no such scan")
    studio.settle()


@state("unreadable files")
def _unreadable(studio: Studio) -> None:
    studio.window.review.worklist.bar.search.clear()
    folder = studio.folder / "damaged"
    folder.mkdir()
    (folder / "notes.jpg").write_text("This is a text.")
    whole = (studio.study / "glioma.jpg").read_bytes()
    (folder / "cut off.jpg").write_bytes(whole[: len(whole) // 3])
    (folder / "空.png").write_bytes(b"")
    studio.open(folder)
    studio.show_file("cut off.jpg")
    studio.keep_toast = True


@state("many files are being opened")
def _opening(studio: Studio) -> None:
    folder = studio.folder / "many"
    folder.mkdir()
    source = studio.study / "glioma.jpg"
    for number in range(3000):
        os.link(source, folder / f"{number}.jpg")
    before = len(studio.workspace.worklist)
    studio.window.open_paths([folder])
    studio.wait(lambda: len(studio.workspace.worklist) > before + 500, "the rows")


@state("settings")
def _settings(studio: Studio) -> None:
    studio.workspace.jobs.cancel_all()
    studio.wait(lambda: not studio.workspace.jobs.running, "the end of the work")
    studio.act("SETTINGS")


@state("keys and mouse")
def _shortcuts(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act("SHORTCUTS")


@state("card of the model")
def _card(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act("CARD")


@state("about")
def _about(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act("ABOUT")


@state("log")
def _log(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act("LOG")


@state("training")
def _training(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act("TRAINING")


@state("no model")
def _no_model(studio: Studio) -> None:
    studio.act("REVIEW")
    studio.workers.use_model("no-such-model")
    studio.wait(lambda: bool(studio.workspace.model.problem), "the missing model")
    studio.show_file("glioma.jpg")


def main() -> int:
    """Take all pictures; return 0."""
    parser = argparse.ArgumentParser(prog="python run.py screenshots", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--round", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.round is not None:
        _take_round(options.folder, *ROUNDS[options.round])
        return 0
    with virtual_screen():
        for number, (scheme, scale, size) in enumerate(ROUNDS):
            environment = {**os.environ, "QT_SCALE_FACTOR": str(scale)}
            command = [sys.executable, "-m", "docs.screenshots", str(options.folder), "--round", str(number)]
            subprocess.run(command, env=environment, check=True)
            tell(f"{scheme}, {scale}x{f', {size}' if size else ''}: done")
    return 0


def _take_round(folder: Path, scheme: str, scale: int, size: str) -> None:
    target = folder / "-".join(part for part in (scheme, f"{scale}x", size) if part)
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tumorviewer-screenshots-", ignore_cleanup_errors=True) as temporary:
        os.environ["TUMORVIEWER_HOME"] = temporary
        studio = Studio(Path(temporary), scheme, SIZES[size])
        for number, (name, show) in enumerate(STATES, 1):
            show(studio)
            studio.picture(target / f"{number:02} {name}.png")
        studio.end()


if __name__ == "__main__":
    sys.exit(main())
