"""Class-activation maps from two depths of the network, whose mean is the logits.

The last features are rich and coarse: 7 x 7 cells for 224 pixels, while half of the tumours are smaller than one cell.
Features from before the last halving have four times as many cells. Both are pooled and joined, and one linear head
gives the logits; applied to the features themselves it gives the maps. Enlarging twofold keeps the mean, so the maps'
mean is the same logits (Zhou et al. 2016; joined as in the lateral connections of Lin et al. 2017).
"""

from typing import Any, Final

import keras
from keras import ops

FINE_LAYERS: Final = {
    "lite0": "block11_expand_relu",
    **dict.fromkeys(("b0", "b1", "b2", "b3"), "block6a_expand_activation"),
}
"""The last features before the last halving, by variant."""

POOLS: Final = ("pool_coarse", "pool_fine", "pool")
"""Names of the layers that pool and join; a ``model.h5`` of this program is known by them."""
ENLARGED: Final = 2
"""A cell of the last features is so many cells of the finer ones, along each axis."""


def pool_both(coarse: keras.KerasTensor, fine: keras.KerasTensor) -> keras.KerasTensor:
    """Return the means (N, 1, 1, D) of both kinds of features, joined."""
    pool = keras.layers.GlobalAveragePooling2D
    pooled = [pool(keepdims=True, name=name)(x) for name, x in zip(POOLS, (coarse, fine), strict=False)]
    return keras.layers.Concatenate(name=POOLS[-1])(pooled)


class ClassMaps(keras.layers.Layer):
    """Applies the head to the features of both depths.

    Parameters
    ----------
    head : keras.layers.Conv2D
        1x1 convolution of the joined features.
    """

    def __init__(self, head: keras.layers.Layer, **settings: Any) -> None:
        super().__init__(**settings)
        self.head = head

    def call(self, coarse: keras.KerasTensor, fine: keras.KerasTensor) -> keras.KerasTensor:
        """Return the maps.

        Parameters
        ----------
        coarse : tensor, shape (N, h, w, D1)
        fine : tensor, shape (N, 2h, 2w, D2)

        Returns
        -------
        tensor, shape (N, 2h, 2w, C)
        """
        kernel, depth = self.head.kernel, coarse.shape[-1]
        # Weighed first and enlarged then: four channels instead of a thousand.
        wide = ops.conv(coarse, kernel[:, :, :depth], padding="valid")
        for axis in (1, 2):
            wide = _double(wide, axis)
        return wide + ops.conv(fine, kernel[:, :, depth:], padding="valid") + self.head.bias


def _double(x: keras.KerasTensor, axis: int) -> keras.KerasTensor:
    """Return maps with twice the cells along an axis: linear between their centres, constant beyond the outer ones.

    As `keras.layers.UpSampling2D` does it, which wants to know the size beforehand; training takes any.
    """
    margins = [(1, 1) if number == axis else (0, 0) for number in range(4)]
    padded = ops.pad(x, margins, mode="symmetric")
    before, after = (padded[:, :-2], padded[:, 2:]) if axis == 1 else (padded[:, :, :-2], padded[:, :, 2:])
    both = ops.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis=axis + 1)
    sides = ops.shape(x)
    return ops.reshape(both, [2 * side if number == axis else side for number, side in enumerate(sides)])
