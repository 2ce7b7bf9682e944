"""Every picture goes through a frozen network once, in whatever order, run or copy it is asked for."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from training.building import Report
from training.cache import CropCache
from training.embeddings import Compute, embed_once
from training.errors import TrainingCancelled
from training.row_store import KEY_BYTES, RowStore

SIDE, WIDTH = 8, 5


def crops_of(folder: Path, contents: list[int], side: int = SIDE) -> CropCache:
    """Return crops of samples, whose content is named by a number: samples of one number are copies."""
    store, keys = RowStore(folder / "crops", side * side), [number.to_bytes(KEY_BYTES, "big") for number in contents]
    new = [key for key in dict.fromkeys(keys) if store.row(key) < 0]
    pictures = np.stack([np.full(side * side, int.from_bytes(key, "big") % 251, np.uint8) for key in new])
    store.append(new, pictures, np.zeros((len(new), 8), np.int64))
    return CropCache(store, side, keys, {})


class Network:
    """Means of crops as embeddings; notes what it was asked for."""

    def __init__(self, crops: CropCache) -> None:
        self.crops, self.asked = crops, []
        self.missing: list[int] = []

    def start(self, count: int) -> Compute:
        self.missing.append(count)
        return self.compute

    def compute(self, positions: NDArray[np.int64], tell: Report) -> NDArray[np.float32]:
        self.asked += positions.tolist()
        tell(len(positions), len(positions))
        means = self.crops.read(positions).mean(axis=(1, 2))
        return np.outer(means, np.arange(1, WIDTH + 1)).astype(np.float32)


def expected(contents: list[int]) -> NDArray[np.float32]:
    return np.outer([number % 251 for number in contents], np.arange(1, WIDTH + 1)).astype(np.float32)


def test_copies_and_what_is_known_are_not_computed_again(tmp_path: Path) -> None:
    contents = [3, 1, 3, 2, 1]
    network, home = Network(crops_of(tmp_path, contents)), tmp_path / "kept"
    told: list[tuple[int, int]] = []
    order = np.array([4, 0, 2, 1, 3])
    found = embed_once(network.crops, order, home, WIDTH, network.start, report=lambda *at: told.append(at))
    np.testing.assert_array_equal(found, expected([contents[place] for place in order]))
    assert network.asked == [4, 0, 3]
    assert told == [(2, 5), (5, 5)]

    more = [9, *contents, 8]
    later = Network(crops_of(tmp_path, more))
    found = embed_once(later.crops, np.arange(7), home, WIDTH, later.start)
    np.testing.assert_array_equal(found, expected(more))
    assert (later.asked, later.missing) == ([0, 6], [2])
    again = Network(later.crops)
    embed_once(again.crops, np.array([5, 6]), home, WIDTH, again.start)
    assert not again.missing, "nothing is started for nothing"


def test_what_was_computed_before_a_stop_is_kept(tmp_path: Path) -> None:
    contents = list(range(1200))
    network = Network(crops_of(tmp_path, contents))
    with pytest.raises(TrainingCancelled):
        embed_once(
            network.crops, np.arange(1200), tmp_path / "kept", WIDTH, network.start,
            cancelled=lambda: len(network.asked) >= 1000,
        )  # fmt: skip
    assert len(network.asked) == 1024
    later = Network(network.crops)
    found = embed_once(later.crops, np.arange(1200), tmp_path / "kept", WIDTH, later.start)
    assert later.asked == list(range(1024, 1200))
    np.testing.assert_array_equal(found, expected(contents))


@pytest.mark.tensorflow
def test_embeddings_are_those_of_the_features_and_outlast_another_head(tmp_path: Path) -> None:
    pytest.importorskip("keras")
    from training.events import Progress
    from training.graph import three_channels
    from training.headphase import Engine, embed
    from training.network import build_network
    from training.weights_file import weights_digest

    crops, positions = crops_of(tmp_path, list(range(70)), side=64), np.arange(70)
    network, told = build_network("lite0"), list[Progress]()

    def embedded() -> np.ndarray:
        home = tmp_path / weights_digest(network, head=False)
        return embed(network, Engine(), crops, positions, home, report=told.append, cancelled=lambda: False)  # type: ignore[arg-type]

    first = embedded()
    directly = network.embedder().predict_on_batch(three_channels(crops.read(positions)))
    np.testing.assert_allclose(first, directly, atol=1e-4)
    assert told[-1].done == 70
    told.clear()
    kernel, bias = network.head.get_weights()
    network.head.set_weights([kernel + 1, bias])
    np.testing.assert_array_equal(embedded(), first)
    network.head.set_weights([kernel, bias])
    assert [event.done for event in told] == [0], "nothing is computed"
