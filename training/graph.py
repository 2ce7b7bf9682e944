"""The network as a LiteRT graph: made with TensorFlow, run without it."""

import contextlib
import io
import queue
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from training.errors import ExportError, TrainingCancelled
from tumorviewer.inference.prediction import RawOutputs
from tumorviewer.inference.predictor import usable_cores

if TYPE_CHECKING:
    import keras

OUTPUTS = ("logits", "maps", "embedding")
ReadBatch = Callable[[NDArray[np.int64]], NDArray[np.uint8]]


def convert(inference: "keras.Model") -> bytes:
    """Turn `Network.inference` into a LiteRT graph whose outputs are named, and whose weights have 16 bits.

    The file is half as large; the computation stays in 32 bits and takes as long.

    Raises
    ------
    ExportError
        If Keras does not run on TensorFlow (weights trained elsewhere are exported where it does), or the conversion
        fails.
    """
    # Keras and TensorFlow are for this function only; a graph runs without them.
    import keras

    if keras.backend.backend() != "tensorflow":
        raise ExportError(
            "The LiteRT graph is made with TensorFlow; set KERAS_BACKEND=tensorflow and run the command again."
        )
    import tensorflow as tf

    shape = (1, *inference.input_shape[1:])

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32, name="pixels")])
    def serve(pixels: tf.Tensor) -> dict[str, tf.Tensor]:
        outputs: dict[str, tf.Tensor] = inference(pixels, training=False)
        return outputs

    module = tf.Module()
    module.kept = [variable.value for variable in inference.variables]  # Keras' own are not seen by tf.Module
    module.serve = serve
    converter = tf.lite.TFLiteConverter.from_concrete_functions([serve.get_concrete_function()], module)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    try:
        # The converter writes its own notes to both streams.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            graph: bytes = converter.convert()
    except Exception as error:  # the converter raises bare Exceptions and types of its own
        raise ExportError(f"The model cannot be turned into a LiteRT graph: {error}") from error
    return graph


def three_channels(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return crops (N, S, S) as the network takes them: float32 (N, S, S, 3), 0..255."""
    pixels = np.empty((*crops.shape, 3), np.float32)
    spread(crops, pixels)
    return pixels


def spread(crops: NDArray[np.uint8], pixels: NDArray[np.float32]) -> None:
    """Write crops (N, S, S) into three equal channels (N, S, S, 3): one after the other, which is four times faster."""
    for channel in range(3):
        pixels[..., channel] = crops


class GraphRunner:
    """Runs a graph over many prepared crops: one single-threaded interpreter a core, which beats one on all cores."""

    def __init__(self, graph: bytes, workers: int | None = None) -> None:
        self.workers = workers or usable_cores()
        self._idle: queue.SimpleQueue[_Runner] = queue.SimpleQueue()
        for _ in range(self.workers):
            self._idle.put(_Runner(graph))

    def run(
        self,
        read: ReadBatch,
        positions: NDArray[np.int64],
        *,
        report: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        chunk: int = 16,
    ) -> RawOutputs:
        """Return the three outputs for each position, in order.

        Parameters
        ----------
        read : callable
            Positions -> uint8 crops (n, S, S), as `CropCache.read`.
        positions : ndarray of int64
            At least one.

        Raises
        ------
        TrainingCancelled
            If `cancelled` says so; it is asked between chunks, which are small so that all cores end at the same time.
        """
        chunks = [positions[start : start + chunk] for start in range(0, len(positions), chunk)]

        def work(part: NDArray[np.int64]) -> list[RawOutputs]:
            if cancelled is not None and cancelled():
                raise TrainingCancelled
            runner = self._idle.get()
            try:
                return [runner.run(crop) for crop in read(part)]
            finally:
                self._idle.put(runner)

        with ThreadPoolExecutor(self.workers) as pool:
            rows = list(self._watched(pool.map(work, chunks), len(positions), report))
        return RawOutputs(
            np.stack([row.logits for row in rows]),
            np.stack([row.maps for row in rows]),
            np.stack([row.embeddings for row in rows]),
        )

    def run_pixels(self, pixels: NDArray[np.float32]) -> RawOutputs:
        """Return the outputs for one picture (1, S, S, 3) as the network takes it."""
        runner = self._idle.get()
        try:
            row = runner.run_pixels(pixels)
        finally:
            self._idle.put(runner)
        return RawOutputs(row.logits[None], row.maps[None], row.embeddings[None])

    @staticmethod
    def _watched(
        parts: Iterator[list[RawOutputs]], total: int, report: Callable[[int, int], None] | None
    ) -> Iterator[RawOutputs]:
        done = 0
        for part in parts:
            done += len(part)
            if report is not None:
                report(done, total)
            yield from part


class _Runner:
    """One interpreter with one thread, for one picture at a time."""

    def __init__(self, graph: bytes) -> None:
        self.interpreter = Interpreter(model_content=graph, num_threads=1)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]["index"]
        signature = self.interpreter.get_signature_runner()
        names = signature.get_output_details()
        self.outputs = [names[name]["index"] for name in OUTPUTS]

    def run(self, crop: NDArray[np.uint8]) -> RawOutputs:
        # Into the graph's own memory. The view lives in this line only: the graph does not run while there is one.
        spread(crop[None], self.interpreter.tensor(self.input)())
        return self._invoke()

    def run_pixels(self, pixels: NDArray[np.float32]) -> RawOutputs:
        self.interpreter.set_tensor(self.input, pixels)
        return self._invoke()

    def _invoke(self) -> RawOutputs:
        self.interpreter.invoke()
        logits, maps, embedding = (self.interpreter.get_tensor(index)[0] for index in self.outputs)
        return RawOutputs(logits, maps, embedding)
