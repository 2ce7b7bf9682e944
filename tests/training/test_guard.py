"""The guard knows heads, also on their side, and other pictures when it sees them."""

import numpy as np
import pytest

from training.graph import GraphRunner
from training.guard import fit_guard, guard_threshold, spread, turn, turning
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.phantom_pages import draw_page
from tumorviewer.imaging.prepare import prepare
from tumorviewer.inference.bundle import Bundle, load_bundle
from tumorviewer.inference.catalogue import shipped
from tumorviewer.inference.domain import DomainModel


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(shipped()[0].folder)


def prepared(bundle: Bundle, pictures: list[np.ndarray]) -> np.ndarray:
    return np.stack([prepare(picture, find_brain_box(picture), bundle.spec) for picture in pictures])


def test_heads_pass_in_every_position_and_pages_do_not(bundle: Bundle) -> None:
    heads = prepared(bundle, [draw_head(seed, size=96) for seed in range(40)])
    runner, everything = GraphRunner(bundle.model), np.arange(40)

    def read(positions: np.ndarray) -> np.ndarray:
        return heads[positions]

    def never() -> bool:
        return False

    targets = everything % 2 * 3
    first = bundle.domain.width - 672
    guard = fit_guard(runner, read, everything[:30], targets, classes=4, first=first, seed=0, cancelled=never)
    assert (guard.first, guard.width, guard.means.shape[0]) == (first, bundle.domain.width, 4)
    held = runner.run(read, everything[30:]).embeddings
    limit = guard_threshold(guard, held, runner, read, everything[30:], keep=1.0, cancelled=never)
    on_their_side = runner.run(turning(read), everything[30::2]).embeddings
    assert (guard.scores(on_their_side) <= limit + 1e-6).all()
    pages = prepared(bundle, [draw_page(kind, seed, 96) for kind in ("clouds", "leaves", "text") for seed in range(3)])
    strange = guard.scores(runner.run(lambda positions: pages[positions], np.arange(9)).embeddings)
    assert (strange > limit).all()
    assert DomainModel.from_bytes(guard.to_bytes()).scores(held) == pytest.approx(guard.scores(held))


def test_a_picture_has_eight_positions() -> None:
    crop = np.arange(16, dtype=np.uint8).reshape(4, 4)
    assert len({turn(crop, way).tobytes() for way in range(8)}) == 8
    np.testing.assert_array_equal(turn(crop, 0), crop)
    shown = turning(lambda positions: np.stack([crop] * len(positions)))(np.arange(14))
    assert not any(np.array_equal(one, crop) for one in shown)
    assert len({one.tobytes() for one in shown}) == 7


def test_some_are_drawn_in_order_and_the_same_every_time() -> None:
    drawn = spread(np.arange(100), 10, 3)
    np.testing.assert_array_equal(drawn, spread(np.arange(100), 10, 3))
    assert len(set(drawn.tolist())) == 10
    assert (np.diff(drawn) > 0).all()
    np.testing.assert_array_equal(spread(np.arange(5), 10, 0), np.arange(5))
