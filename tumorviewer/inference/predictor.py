"""Running the model: one LiteRT interpreter, and from its numbers a `Prediction`."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.prepare import prepare
from tumorviewer.imaging.scan import CropBox, Scan
from tumorviewer.inference.activation import HeatMap, focus_point, heat_map
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.card import BundleError
from tumorviewer.inference.golden import check_golden, golden_input, softmax
from tumorviewer.inference.prediction import Prediction, RawOutputs
from tumorviewer.inference.verdict import decide
from tumorviewer.native_output import native_output

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

# LiteRT writes "Created XNNPACK delegate" and its like to standard error, and offers neither a setting nor an
# environment variable against it. Errors are not lost: they come as exceptions.
_CHATTER: Final = re.compile(
    rb"(?:VERBOSE|INFO|WARNING|ERROR): [^\n]*\n?|[IWE]\d{4} \d\d:\d\d:\d\d[^\n]*\n?|Node number \d[^\n]*\n?"
)
_MOST_USEFUL_THREADS: Final = 4  # one small network does not get faster with more


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A scan with all done that comes before the network.

    Attributes
    ----------
    picture : ndarray of uint8, shape (S, S)
        As `prepare` makes it.
    crop : CropBox or None
        The part of the image that it shows; None is the whole image.
    image_shape : tuple of int
        Rows and columns of the image.
    """

    picture: NDArray[np.uint8]
    crop: CropBox | None
    image_shape: tuple[int, int]


class Predictor:
    """Judges scans with one bundle.

    Not thread-safe, by design: LiteRT's buffers belong to one call at a time. Give each thread its own; they share
    the model's bytes.

    Parameters
    ----------
    bundle : Bundle
    threads : int or None
        Threads inside one call of the network; None takes up to four, and never more than the cores of this process.

    Raises
    ------
    BundleError
        If the graph does not load, has other inputs or outputs than the card says, or answers the golden picture
        differently.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        self.bundle = bundle
        cores = usable_cores()
        self.threads = min(cores, _MOST_USEFUL_THREADS) if threads is None else max(1, min(threads, cores))
        try:
            self._interpreter = _interpreter(bundle.model, self.threads)
            self._input, self._outputs = _find_tensors(self._interpreter, bundle)
            golden = self.run(golden_input(bundle.spec.size))
            check_golden(golden, bundle.card.golden, bundle.card.temperature)
        except BundleError as error:
            raise BundleError(f"The model in {str(bundle.folder)!r} was refused: {error}") from error

    def run(self, inputs: NDArray[np.float32]) -> RawOutputs:
        """Run the network on prepared pictures, one after the other: LiteRT is no faster with several at once.

        Parameters
        ----------
        inputs : ndarray, shape (N, S, S, 3), float32
            Values 0..255, as `to_model_input` makes them; N of at least 1.

        Returns
        -------
        RawOutputs
            Arrays of the caller's own.

        Raises
        ------
        ValueError
            If the shape is another one.
        """
        size = self.bundle.spec.size
        if inputs.ndim != 4 or inputs.shape[0] < 1 or inputs.shape[1:] != (size, size, 3):
            raise ValueError(f"the model takes pictures of shape (N, {size}, {size}, 3), not {inputs.shape}")
        outputs = []
        for picture in np.ascontiguousarray(inputs, np.float32):
            self._interpreter.set_tensor(self._input, picture[None])
            outputs.append(self._invoke())
        return RawOutputs(
            np.concatenate([output.logits for output in outputs]),
            np.concatenate([output.maps for output in outputs]),
            np.concatenate([output.embeddings for output in outputs]),
        )

    def _invoke(self) -> RawOutputs:
        self._interpreter.invoke()
        logits, maps, embeddings = (self._interpreter.get_tensor(index) for index in self._outputs)
        return RawOutputs(logits, maps, embeddings)

    def predict(self, scan: Scan | NDArray[np.uint8], box: CropBox | None) -> Prediction:
        """Judge one scan.

        Parameters
        ----------
        scan : Scan, or ndarray of uint8 with shape (H, W)
            A scan is rendered to grey with its default window first.
        box : CropBox or None
            The part to judge; None is the whole image.
        """
        return self.judge([self.make_ready(scan, box)])[0]

    def make_ready(self, scan: Scan | NDArray[np.uint8], box: CropBox | None) -> Ready:
        """Do what comes before the network; arguments as of `predict`."""
        grey = _grey(scan)
        picture = prepare(grey, box, self.bundle.spec)
        return Ready(picture, box, (int(grey.shape[0]), int(grey.shape[1])))

    def judge(self, scans: Sequence[Ready]) -> list[Prediction]:
        """Judge scans that were made ready.

        Several at once cost less than one by one: network and conclusions each find their code and numbers in the
        processor's caches.
        """
        outputs = []
        for ready in scans:
            self._show(ready.picture)
            outputs.append(self._invoke())
        return self._conclude(scans, outputs)

    def _show(self, picture: NDArray[np.uint8]) -> None:
        """Write a picture where the network reads it, as `to_model_input` would make it, with no copy between."""
        # A view of LiteRT's own memory, gone when this method ends: LiteRT does not run while one is held.
        target = self._interpreter.tensor(self._input)()[0]
        cv2.cvtColor(picture.astype(np.float32), cv2.COLOR_GRAY2RGB, dst=target)

    def heat_map(self, prediction: Prediction, label: str) -> HeatMap:
        """Return the evidence for one class over the crop of a prediction that still has its maps."""
        index = prediction.classes.index(label)
        return heat_map(prediction.maps, index, prediction.crop, self.bundle.spec, prediction.image_shape)

    def _conclude(self, scans: Sequence[Ready], outputs: Sequence[RawOutputs]) -> list[Prediction]:
        if not scans:
            return []
        card = self.bundle.card
        all_probabilities = softmax(np.concatenate([output.logits for output in outputs]), card.temperature)
        scores = self.bundle.domain.scores(np.concatenate([output.embeddings for output in outputs])).tolist()
        return [self._prediction(*one) for one in zip(scans, outputs, all_probabilities, scores, strict=True)]

    def _prediction(
        self, ready: Ready, output: RawOutputs, probabilities: NDArray[np.float64], score: float
    ) -> Prediction:
        card = self.bundle.card
        best = int(probabilities.argmax())
        darkest, brightest, _, _ = cv2.minMaxLoc(ready.picture)
        return Prediction(
            classes=card.classes,
            probabilities=probabilities,
            label=card.classes[best],
            confidence=float(probabilities[best]),
            verdict=decide(probabilities, card.classes, score, card.thresholds, blank=darkest == brightest),
            domain_score=score,
            crop=ready.crop,
            image_shape=ready.image_shape,
            focus=focus_point(output.maps[0, :, :, best], ready.crop, self.bundle.spec, ready.image_shape),
            maps=output.maps[0],
            embedding=output.embeddings[0],
            model=card.full_name,
            model_sha256=self.bundle.model_sha256,
        )


def _grey(scan: Scan | NDArray[np.uint8]) -> NDArray[np.uint8]:
    if not isinstance(scan, Scan):
        return scan
    from tumorviewer.imaging.render import render_grey  # arrays need no rendering

    return render_grey(scan)


def _interpreter(model: bytes, threads: int) -> "Interpreter":
    # Imported here so that cards can be read without the runtime.
    from ai_edge_litert.interpreter import Interpreter

    try:
        with native_output(_CHATTER):
            interpreter = Interpreter(model_content=model, num_threads=threads)
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise BundleError(f"model.tflite does not load ({_first_line(error)}).") from error
    return interpreter


def _find_tensors(interpreter: "Interpreter", bundle: Bundle) -> tuple[int, tuple[int, int, int]]:
    """Return the tensor numbers of the input, and of logits, maps and embedding, by name or else by shape."""
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    size, classes = bundle.spec.size, len(bundle.classes)
    if len(inputs) != 1 or list(inputs[0]["shape"]) != [1, size, size, 3] or inputs[0]["dtype"] != np.float32:
        raise BundleError(f"model.tflite does not take one float32 picture of {size} x {size} x 3.")
    named = _named_outputs(interpreter)
    try:
        logits, maps, embedding = (
            tuple(named[name] for name in ("logits", "maps", "embedding"))
            if named
            else _outputs_by_shape(outputs, classes)
        )
    except KeyError as error:
        raise BundleError(f"model.tflite has no output named {error}.") from error
    shapes = [tuple(int(side) for side in item["shape"]) for item in (logits, maps, embedding)]
    width = bundle.domain.width
    fits = len(shapes[1]) == 4 and shapes[1][3] == classes and shapes[0][1:] == (classes,) and shapes[2][1:] == (width,)
    if not fits or any(item["dtype"] != np.float32 for item in (logits, maps, embedding)):
        raise BundleError(
            f"model.tflite has outputs of shapes {shapes}; the card's {classes} classes and the domain's {width} "
            f"values do not fit them."
        )
    return int(inputs[0]["index"]), (int(logits["index"]), int(maps["index"]), int(embedding["index"]))


def _named_outputs(interpreter: "Interpreter") -> dict[str, Any]:
    """Return the outputs of the only signature, or nothing if the exporter gave them no names of their own."""
    signatures = interpreter.get_signature_list()
    if len(signatures) != 1:
        return {}
    details: dict[str, Any] = interpreter.get_signature_runner().get_output_details()
    return details if "logits" in details else {}


def _outputs_by_shape(outputs: list[dict[str, Any]], classes: int) -> tuple[Any, Any, Any]:
    flat = [item for item in outputs if len(item["shape"]) == 2]
    maps = [item for item in outputs if len(item["shape"]) == 4]
    logits = [item for item in flat if int(item["shape"][1]) == classes]
    embeddings = [item for item in flat if int(item["shape"][1]) != classes]
    if not len(logits) == len(maps) == len(embeddings) == 1:
        raise BundleError("model.tflite does not have exactly one output each for logits, maps and embedding.")
    return logits[0], maps[0], embeddings[0]


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0][:200]
