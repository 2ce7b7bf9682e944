"""The average of two models, and when there must be none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from training.config import TrainConfig  # noqa: E402
from training.errors import ConfigError  # noqa: E402
from training.finished import run_key  # noqa: E402
from training.network import build_network  # noqa: E402
from training.soup import average_with  # noqa: E402
from training.weights import load_base  # noqa: E402
from tumorviewer.inference.catalogue import shipped  # noqa: E402

BUNDLE = shipped()[0].folder
CARD = shipped()[0].card
CONFIG = TrainConfig(test_fold=0, average_with=str(BUNDLE), average_share=0.25)


def test_weights_lie_between_those_of_both() -> None:
    assert CARD is not None
    network, other = build_network("lite0"), build_network("lite0")
    base = load_base(other, BUNDLE)
    before = [*network.features.get_weights(), *network.head.get_weights()]
    told = average_with(network, CONFIG, CARD.data["fingerprint"])
    assert told == {"averaged_with": BUNDLE.name, "own_share": 0.25, "averaged_with_digest": base.sha256}
    after = [*network.features.get_weights(), *network.head.get_weights()]
    theirs = [*other.features.get_weights(), *other.head.get_weights()]
    for mine, its, mixed in zip(before, theirs, after, strict=True):
        np.testing.assert_allclose(mixed, 0.25 * mine + 0.75 * its, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("config", "fingerprint", "words"),
    [
        (CONFIG, "of other scans", "held out here could be among"),
        (replace(CONFIG, test_fold=1), None, "held out here could be among"),
        (replace(CONFIG, seed=5), None, "held out here could be among"),
        (replace(CONFIG, variant="b0"), None, "is of variant lite0"),
        (replace(CONFIG, average_with="nowhere"), None, "average_with"),
    ],
)
def test_what_could_have_learned_from_the_held_out_scans_is_refused(
    config: TrainConfig, fingerprint: str | None, words: str
) -> None:
    assert CARD is not None
    network = build_network("lite0")
    before = network.head.get_weights()
    with pytest.raises(ConfigError, match=words):
        average_with(network, config, fingerprint or CARD.data["fingerprint"])
    np.testing.assert_array_equal(network.head.get_weights()[0], before[0])


def test_a_split_that_decisions_about_labels_drew_is_refused() -> None:
    assert CARD is not None
    with pytest.raises(ConfigError, match="held out here could be among"):
        average_with(build_network("lite0"), CONFIG, CARD.data["fingerprint"], as_decided=True)


def test_averaging_goes_on_from_the_same_epochs_but_is_another_result(tmp_path: Path) -> None:
    plain = replace(CONFIG, average_with="")
    assert plain.key() == CONFIG.key()
    assert len({run_key(plain), run_key(CONFIG), run_key(replace(CONFIG, average_share=0.5))}) == 3
    assert average_with(build_network("lite0"), plain, "any") == {}
