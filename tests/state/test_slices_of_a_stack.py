"""What is known of the slices of the stack that is looked at, whichever rows were open before."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from tumorviewer.imaging.survey import Surveyed
from tumorviewer.inference.series import Use
from tumorviewer.state.entries import Arrival
from tumorviewer.state.workspace import Workspace


def pictures(folder: Path, count: int) -> list[Arrival]:
    paths = [folder / f"{number}.png" for number in range(count)]
    return [Arrival(path, Surveyed(path, "PNG", 1)) for path in paths]


def test_what_is_opened_after_many_were_closed_has_its_slices(qtbot: QtBot, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "settings.ini")
    workspace.worklist.add(pictures(tmp_path, 1500))
    workspace.worklist.clear()
    workspace.worklist.add(pictures(tmp_path, 3))
    assert workspace.series.slices is not None
    assert workspace.series.slices.uses.tolist() == [Use.WAITING] * 3
