"""Labelled scans that look alike are found, also after a restart; those without a label are not."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from workers.desk import Desk, head, written

MakeDesk = Callable[..., Desk]


def shifted(path: Path, seed: int, pixels: int) -> Path:
    """Write a drawn head a little to the side: it looks nearly the same and is another file."""
    return written(path, cv2.imencode(".png", np.roll(head(seed), pixels, axis=1))[1].tobytes())


def test_similar_labelled_scans_are_shown_with_their_labels(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk()
    rows = desk.open(*(shifted(tmp_path / f"{seed}.png", seed, 0) for seed in range(4)))
    desk.wait_for_answers()
    for row in rows:  # their small pictures are made when they are on the screen
        desk.workers.thumbnails.image(row.id)
    desk.worklist.review([rows[2].id], label="glioma")
    desk.worklist.review([rows[3].id], label="meningioma")
    similar, cache = desk.workspace.similar, desk.workers._library.cache
    desk.wait(lambda: len(cache.embeddings(desk.model.sha256)) == 2)
    desk.wait(lambda: all(cache.thumbnail(row.sha256, 0) is not None for row in rows))
    desk.session.show(desk.open(shifted(tmp_path / "like 2.png", 2, 2))[-1].id)
    desk.wait(lambda: len(similar.scans) == 2)
    first, second = similar.scans
    assert (first.sha256, first.label) == (rows[2].sha256, "glioma")
    assert second.label == "meningioma"
    assert 1.0 >= first.similarity > second.similarity
    assert not first.image.isNull()
    desk.close()

    again = make_desk()
    again.wait_for_model()
    again.session.show(again.open(tmp_path / "like 2.png")[0].id)
    again.wait(lambda: len(again.workspace.similar.scans) == 2)
    again.worklist.review([again.open(tmp_path / "2.png")[-1].id], label="")
    again.session.show(again.row("2.png").id)
    again.wait(lambda: [scan.label for scan in again.workspace.similar.scans] == ["meningioma"])
