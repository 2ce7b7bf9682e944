"""Which samples hang together: connected through a shared picture or a shared patient."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from training.dataset import Dataset


def components_of(dataset: Dataset) -> NDArray[np.int64]:
    """Return a number for each sample: equal for samples that no split may separate, shape (N,).

    Two samples hang together when a chain of equal duplicate groups and equal patient blocks joins them.
    """
    forest = Forest(len(dataset))
    for names in (
        [sample.duplicate_group for sample in dataset.samples],
        [sample.patient_block for sample in dataset.samples],
        # Frames of one file show one patient, whatever the header says.
        [str(sample.path) for sample in dataset.samples],
    ):
        first: dict[str, int] = {}
        for index, name in enumerate(names):
            if name:
                forest.join(index, first.setdefault(name, index))
    return forest.numbers()


class Forest:
    """Disjoint sets of 0..count-1 (union by smaller root, path halving)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, item: int) -> int:
        """Return the smallest member of the item's set."""
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, first: int, second: int) -> None:
        """Make one set of two."""
        a, b = self.root(first), self.root(second)
        if a != b:
            self._parent[max(a, b)] = min(a, b)

    def join_all(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Join every pair."""
        for first, second in pairs:
            self.join(first, second)

    def numbers(self) -> NDArray[np.int64]:
        """Return the root of each item, shape (count,)."""
        return np.array([self.root(item) for item in range(len(self._parent))], np.int64)
