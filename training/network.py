"""The network: an EfficientNet and a head whose class-activation maps cost nothing.

The head is one linear map. On pooled features it gives the logits; on the features themselves the class-activation
maps, whose mean is the same logits (see `training.class_maps`). So training pools first, which is cheap, and the
exported graph yields the maps without gradients.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import keras

from training.class_maps import FINE_LAYERS, ClassMaps, pool_both
from training.lite0 import build_lite0
from tumorviewer.inference.labels import CLASSES


def _build_b(builder: Callable[..., keras.Model]) -> Callable[[], keras.Model]:
    def build() -> keras.Model:
        # weights=None: the architecture alone. Keras would otherwise go to the network, and add a rescaling layer
        # (see training.weights, which folds that layer into the weights that were made with it).
        model: keras.Model = builder(include_top=False, weights=None, input_shape=(None, None, 3))
        return model

    return build


VARIANTS: Final[dict[str, Callable[[], keras.Model]]] = {
    "lite0": build_lite0,
    "b0": _build_b(keras.applications.EfficientNetB0),
    "b1": _build_b(keras.applications.EfficientNetB1),
    "b2": _build_b(keras.applications.EfficientNetB2),
    "b3": _build_b(keras.applications.EfficientNetB3),
}
"""What can be trained. All take RGB pixels, 0..255, and normalise inside."""


@dataclass(frozen=True, slots=True)
class Network:
    """Features and head, and the models that are made of them.

    Attributes
    ----------
    variant : str
        A key of `VARIANTS`.
    features : keras.Model
        float32 (N, S, S, 3), 0..255 -> the last features, (N, h, w, D1).
    head : keras.layers.Conv2D
        1x1 convolution D -> classes, shared by all models below. D is D1 and the number of the finer features.
    classes : tuple of str
        In the order of the outputs.
    """

    variant: str
    features: keras.Model
    head: keras.layers.Layer
    classes: tuple[str, ...] = field(default=CLASSES)

    @property
    def embedding_size(self) -> int:
        """D, the number of pooled features of both depths."""
        return int(self.head.kernel.shape[-2])

    @property
    def coarse_size(self) -> int:
        """D1, the number of the last features, which stand first."""
        return int(self.features.output.shape[-1])

    @property
    def depths(self) -> list[keras.KerasTensor]:
        """The last features, and the finer ones before the last halving."""
        return [self.features.output, self.features.get_layer(FINE_LAYERS[self.variant]).output]

    @property
    def block_count(self) -> int:
        """How many blocks the features have, stem and top included."""
        return len(block_names(self.features))

    def classifier(self, dropout: float = 0.0, *, with_maps: bool = False) -> keras.Model:
        """Return pixels (N, S, S, 3) -> logits (N, C), and activation maps (N, 2h, 2w, C) if asked, for training."""
        pixels = keras.Input((None, None, 3), name="pixels")
        coarse, fine = self._both()(pixels)
        logits = self._logits(pool_both(coarse, fine), dropout)
        outputs = [logits, ClassMaps(self.head, name="maps")(coarse, fine)] if with_maps else logits
        return keras.Model(pixels, outputs, name=f"{self.variant}_classifier")

    def head_classifier(self, dropout: float = 0.0) -> keras.Model:
        """Return embeddings (N, D) -> logits (N, C): trains the head alone, in seconds."""
        embedding = keras.Input((self.embedding_size,), name="embedding")
        pooled = keras.layers.Reshape((1, 1, self.embedding_size))(embedding)
        return keras.Model(embedding, self._logits(pooled, dropout), name=f"{self.variant}_head")

    def embedder(self) -> keras.Model:
        """Return pixels -> embeddings (N, D)."""
        pooled = pool_both(*self.depths)
        return keras.Model(self.features.input, keras.layers.Flatten()(pooled), name=f"{self.variant}_embedder")

    def probabilities(self) -> keras.Model:
        """Return pixels -> probabilities (N, C): the plain classifier that is kept as ``model.h5``."""
        pixels = keras.Input((None, None, 3), name="pixels")
        pooled = pool_both(*self._both()(pixels))
        outputs = keras.layers.Softmax(name="probabilities")(self._logits(pooled, 0.0))
        return keras.Model(pixels, outputs, name=f"{self.variant}_probabilities")

    def inference(self, size: int) -> keras.Model:
        """Return the graph that is exported: pixels (N, size, size, 3) -> logits, maps, embedding."""
        pixels = keras.Input((size, size, 3), name="pixels")
        coarse, fine = self._both()(pixels)
        maps = ClassMaps(self.head, name="maps")(coarse, fine)
        outputs = {
            "logits": keras.layers.GlobalAveragePooling2D(name="logits")(maps),
            "maps": maps,
            "embedding": keras.layers.Flatten(name="embedding")(pool_both(coarse, fine)),
        }
        return keras.Model(pixels, outputs, name=f"{self.variant}_inference")

    def unfreeze(self, blocks: int | None) -> None:
        """Let the last `blocks` blocks of the features learn (None: all; 0: none). BatchNorm stays frozen.

        A model that was compiled before has to be compiled again.
        """
        names = block_names(self.features)
        learning = set(names) if blocks is None else set(names[len(names) - min(blocks, len(names)) :])
        for layer in self.features.layers:
            frozen = isinstance(layer, keras.layers.BatchNormalization) or _block_of(layer.name) not in learning
            layer.trainable = not frozen

    def _both(self) -> keras.Model:
        return keras.Model(self.features.input, self.depths, name=f"{self.variant}_features")

    def _logits(self, pooled: keras.KerasTensor, dropout: float) -> keras.KerasTensor:
        if dropout > 0.0:
            pooled = keras.layers.Dropout(dropout, seed=0, name="dropout")(pooled)
        return keras.layers.Flatten(name="logits")(self.head(pooled))


def build_network(variant: str) -> Network:
    """Build a network with fresh weights; set the seed (`keras.utils.set_random_seed`) before for the same ones.

    Raises
    ------
    KeyError
        If `variant` is not in `VARIANTS`.
    """
    features = VARIANTS[variant]()
    head = keras.layers.Conv2D(len(CLASSES), 1, name="class_maps")
    network = Network(variant, features, head)
    head.build((None, None, None, sum(int(depth.shape[-1]) for depth in network.depths)))
    return network


def block_names(features: keras.Model) -> list[str]:
    """Return the names of the blocks, from the input to the output: stem, blocks, head."""
    names: dict[str, None] = {}
    for layer in features.layers:
        if layer.weights:
            names.setdefault(_block_of(layer.name))
    return list(names)


def _block_of(layer_name: str) -> str:
    """``block3_expand`` -> ``block3``; ``block2a_dwconv`` -> ``block2a``; ``stem_conv`` -> ``stem``."""
    return layer_name.split("_", 1)[0]
