"""What the heat map and the embedding cost: the shipped graph against the same network without them."""

import time
from pathlib import Path

from benchmarks.material import model_folder
from benchmarks.measure import Row, Setting
from benchmarks.thousand import prepared
from benchmarks.window import middle
from tumorviewer.inference.bundle import Bundle, load_bundle

THREADS = 2
AT_MOST = 1.05
COUNT = 400


def run(setting: Setting) -> list[Row]:
    """Measure picture by picture in turns: what else the machine does then falls on both alike."""
    bundle = load_bundle(model_folder(setting))
    count = setting.count(COUNT, 5)
    ours, bare = (prepared(graph, THREADS) for graph in (bundle.model, _bare_graph(bundle)))
    seconds: tuple[list[float], list[float]] = [], []
    for _ in range(count):
        for interpreter, taken in zip((ours, bare), seconds, strict=True):
            begin = time.perf_counter()
            interpreter.invoke()
            taken.append(time.perf_counter() - begin)
    with_map, without = (middle(taken) * 1000 for taken in seconds)
    ratio = with_map / without
    peer = "the network that ends in its last features, pooled, and one layer: what only names a class"
    note = f"LiteRT invoke, {bundle.spec.size} px, {THREADS} threads, median of {count} in turns"
    return [
        Row("one prediction, with map and embedding", f"{with_map:.2f} ms", f"{without:.2f} ms", peer, 1 / ratio,
            f"<= {AT_MOST:g} x", ratio <= AT_MOST, f"{note}: {ratio:.3f} x"),
    ]  # fmt: skip


def _bare_graph(bundle: Bundle) -> bytes:
    """Return the graph of the same weights without the finer features, the maps and the embedding."""
    import keras

    from training.graph import convert
    from training.network import build_network
    from training.weights import load_base

    network = build_network(bundle.card.variant)
    load_base(network, Path(bundle.folder))
    size = bundle.spec.size
    pixels = keras.Input((size, size, 3), name="pixels")
    pooled = keras.layers.GlobalAveragePooling2D()(network.features(pixels))
    return convert(keras.Model(pixels, {"logits": keras.layers.Dense(len(bundle.classes), name="logits")(pooled)}))
