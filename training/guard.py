"""Fitting the domain guard of a model: what a scan looks like to the network, so that other pictures can be refused.

Only the features of the finer depth are used. The last ones were taught to tell tumours apart, and see one in a
photograph, too; those before still know what tissue looks like. Scans are also shown turned and upside down, as files
lie on disks: a head that lies on its side is a head (docs/model.md has what was measured).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.calibrate import choose_domain_threshold
from training.events import Cancelled
from training.graph import GraphRunner
from tumorviewer.inference.domain import DomainModel, fit_domain

AXES: Final = 128
"""Of 32 to 256 all refused every photograph; so many refused the fewest scans that lie on their side."""
MOST_SCANS: Final = 4000
_TURNS: Final = 8

ReadCrops = Callable[[NDArray[np.int64]], NDArray[np.uint8]]


def fit_guard(
    runner: GraphRunner,
    read: ReadCrops,
    train: NDArray[np.int64],
    targets: NDArray[np.int64],
    *,
    classes: int,
    first: int,
    seed: int,
    cancelled: Cancelled,
) -> DomainModel:
    """Fit the guard on training scans, a third of them turned.

    Parameters
    ----------
    runner : GraphRunner
    read : callable
        Positions -> crops (n, S, S), uint8.
    train : ndarray of int64
        Positions.
    targets : ndarray of int64, shape (all samples,)
        Class index of every sample; negative where it is not told.
    classes : int
    first : int
        Where the features begin that are used.
    seed : int
    cancelled : callable
    """
    plain = spread(train, MOST_SCANS * 2 // 3, seed)
    turned = plain[::2]
    embeddings = np.concatenate(
        [
            runner.run(read, plain, cancelled=cancelled).embeddings,
            runner.run(turning(read), turned, cancelled=cancelled).embeddings,
        ]
    )
    labels = targets[np.concatenate([plain, turned])]
    present = np.unique(labels[labels >= 0])
    numbered = np.where(labels >= 0, np.searchsorted(present, labels), -1)
    fitted = fit_domain(embeddings[:, first:], numbered, AXES)
    # A class that the data does not have gets the mean of those that it has.
    means = np.repeat(fitted.means.mean(axis=0, keepdims=True), classes, axis=0)
    means[present] = fitted.means
    return replace(fitted, means=means, first=first)


def guard_threshold(
    guard: DomainModel,
    plain: NDArray[np.float32],
    runner: GraphRunner,
    read: ReadCrops,
    validation: NDArray[np.int64],
    *,
    keep: float,
    cancelled: Cancelled,
) -> float:
    """Return the score that a share `keep` of validation scans does not exceed, half of them shown turned as well.

    Parameters
    ----------
    guard : DomainModel
    plain : ndarray, shape (len(validation), D)
        Embeddings of the scans as they are.
    runner, read, validation, cancelled
        As in `fit_guard`.
    keep : float
    """
    turned = runner.run(turning(read), validation[::2], cancelled=cancelled).embeddings
    return choose_domain_threshold(guard.scores(np.concatenate([plain, turned])), keep)


def turning(read: ReadCrops) -> ReadCrops:
    """Return what reads crops turned or mirrored, each position in its own way, the same every time."""

    def read_turned(positions: NDArray[np.int64]) -> NDArray[np.uint8]:
        ways = 1 + positions % (_TURNS - 1)
        return np.stack([turn(crop, int(way)) for crop, way in zip(read(positions), ways, strict=True)])

    return read_turned


def turn(crop: NDArray[np.uint8], way: int) -> NDArray[np.uint8]:
    """Return a square picture in one of eight ways: 0 as it is, 1 to 3 turned, 4 to 7 mirrored and turned."""
    turned = np.rot90(crop, way % 4)
    return np.ascontiguousarray(turned[:, ::-1] if way >= 4 else turned)


def spread(positions: NDArray[np.int64], most: int, seed: int) -> NDArray[np.int64]:
    """Return at most so many positions, drawn at random, in order."""
    if len(positions) <= most:
        return positions
    return np.sort(np.random.default_rng(seed).choice(positions, most, replace=False))
