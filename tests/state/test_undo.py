"""Crops are undone on their own scan; the stack of edits goes with its session, without a crash and without a rest."""

import gc
import weakref
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tumorviewer.imaging.scan import CropBox
from tumorviewer.imaging.survey import Surveyed
from tumorviewer.state.entries import AUTOMATIC, WHOLE_IMAGE, Arrival, CropChoice, CropKind
from tumorviewer.state.workspace import Workspace

EDITED = CropChoice(CropKind.EDITED, CropBox(1, 2, 30, 40))


def opened(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "settings.ini")
    paths = [tmp_path / f"{number}.png" for number in range(2)]
    workspace.worklist.add([Arrival(path, Surveyed(path, "PNG", 1)) for path in paths])
    return workspace


def test_an_edit_is_undone_on_the_scan_that_it_was_made_on(qapp: QApplication, tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    session = workspace.session
    first, second = workspace.worklist.in_order()
    session.edit_crop(EDITED)
    session.show(second.id)
    session.edit_crop(WHOLE_IMAGE)
    session.undo.undo()
    assert (first.crop, second.crop) == (EDITED, AUTOMATIC)
    session.undo.undo()
    assert session.entry is first
    assert first.crop == AUTOMATIC
    session.undo.redo()
    assert first.crop == EDITED


def test_a_session_with_edits_is_destroyed_whole(qapp: QApplication, tmp_path: Path) -> None:
    gone: list[int] = []
    for number in range(10):
        workspace = opened(tmp_path)
        workspace.session.edit_crop(EDITED)
        workspace.session.edit_crop(WHOLE_IMAGE)
        workspace.session.undo.undo()
        weakref.finalize(workspace.session, gone.append, number)
        weakref.finalize(workspace.session.undo, gone.append, number)
        del workspace
        gc.collect()
    assert sorted(gone) == sorted([*range(10), *range(10)])
