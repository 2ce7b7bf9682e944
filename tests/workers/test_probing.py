"""The answer on which a person rests is probed, and only that."""

from pathlib import Path

from workers.desk import Desk, heads, png

from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.stability import CHANGES
from tumorviewer.state.entries import CropChoice, CropKind


def test_the_scan_on_the_screen_is_probed_again_after_each_change_of_its_crop(desk: Desk, tmp_path: Path) -> None:
    desk.open(png(tmp_path / "1.png"))
    state = desk.workspace.stability
    desk.wait(lambda: state.stability is not None)
    first = state.stability
    assert first.changes == len(CHANGES)
    told: list[object] = []
    state.changed.connect(lambda: told.append(state.stability))
    desk.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(14, 6, 68, 84)))
    desk.wait(lambda: len(told) == 2)
    assert told[0] is None, "what held for the crop before is not shown for this one"
    assert told[1] is state.stability is not first


def test_what_is_scrolled_past_is_not_probed(desk: Desk, tmp_path: Path) -> None:
    rows = desk.open(*heads(tmp_path, 5))
    desk.wait_for_answers()
    state = desk.workspace.stability
    seen: list[int] = []
    state.changed.connect(lambda: seen.append(desk.session.pane.entry_id) if state.stability is not None else None)
    for row in rows:
        desk.session.show(row.id)
    desk.wait(lambda: state.stability is not None and desk.session.prediction is not None)
    assert set(seen) == {rows[-1].id}
