"""The scans that look most alike to the network: nearest by the angle between embeddings.

Embeddings of length 1 are compared, as the domain guard does it (`tumorviewer.inference.domain`); their product is the
cosine of the angle, 1 for the same picture.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def unit(embedding: NDArray[np.floating]) -> NDArray[np.float16]:
    """Return an embedding, shape (D,), with length 1; 16 bits are enough to put scans in order."""
    exact = np.asarray(embedding, np.float64)
    length = float(np.linalg.norm(exact))
    return (exact / length if length > 0 else exact).astype(np.float16)


def nearest(
    embedding: NDArray[np.floating], others: Sequence[NDArray[np.float16]], most: int
) -> list[tuple[int, float]]:
    """Return the places of the nearest of `others` and their similarity, the nearest first.

    Parameters
    ----------
    embedding : ndarray, shape (D,)
    others : sequence of ndarray, shape (D,)
        From `unit`.
    most : int
    """
    if not others:
        return []
    similarity = np.stack(others).astype(np.float32) @ unit(embedding).astype(np.float32)
    order = np.argsort(-similarity, kind="stable")[:most]
    return [(int(place), float(min(similarity[place], 1.0))) for place in order]
