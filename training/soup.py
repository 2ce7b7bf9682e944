"""Averaging the weights of two runs that began from the same base: one network that is often better than both.

Runs with different settings from one pre-trained base end in the same basin of the loss, and so does what lies between
them (Wortsman and others 2022, "Model soups"). Nothing is slower for it, unlike with the mean of two networks' answers.
"""

from pathlib import Path
from typing import Any, Final

from training.config import LATER, TrainConfig
from training.errors import ConfigError
from training.network import Network, build_network
from training.weights import load_base
from tumorviewer.inference.bundle import BundleError, load_bundle

_SAME: Final = ("test_fold", "test_source", "published", "seed", "validation_share", "test_share")
"""Settings that decide which scans are held out."""


def average_with(
    network: Network, config: TrainConfig, fingerprint: str, *, as_decided: bool = False
) -> dict[str, Any]:
    """Average the network's weights with those of the bundle that the settings name; do nothing if they name none.

    Parameters
    ----------
    network : Network
        Changed in place.
    config : TrainConfig
    fingerprint : str
        Of the data.
    as_decided : bool
        A person's decisions about labels drew the split (`training.split.Split`).

    Returns
    -------
    dict
        For the card: which bundle, the share of the run's own weights, and the hash of the other's.

    Raises
    ------
    ConfigError
        If there is no such bundle, it is of another variant, or it learned from other scans: those that are held out
        here could be among them.
    """
    if not config.average_with:
        return {}
    folder = Path(config.average_with)
    try:
        card = load_bundle(folder).card
    except BundleError as error:
        raise ConfigError(f"average_with: {error}") from error
    theirs = LATER | dict(card.training.get("config", {}))
    ours = config.to_dict()
    if card.variant != config.variant:
        raise ConfigError(f"average_with: {folder.name} is of variant {card.variant}, this run is of {config.variant}.")
    drawn = dict(card.data.get("decisions", {})).get("drew_the_split", False) or as_decided
    if card.data.get("fingerprint") != fingerprint or drawn or any(theirs.get(name) != ours[name] for name in _SAME):
        raise ConfigError(
            f"average_with: {folder.name} was trained on other scans, or on another part of these; the scans that are "
            "held out here could be among those that it learned from."
        )
    other = build_network(config.variant)
    base = load_base(other, folder)
    for model, second in ((network.features, other.features), (network.head, other.head)):
        pairs = zip(model.get_weights(), second.get_weights(), strict=True)
        model.set_weights([config.average_share * mine + (1.0 - config.average_share) * its for mine, its in pairs])
    return {"averaged_with": folder.name, "own_share": config.average_share, "averaged_with_digest": base.sha256}
