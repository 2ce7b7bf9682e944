"""The card of a bundle: what a model is, what it was made from, and what its answers mean."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tumorviewer.imaging.prepare import InputSpec

FORMAT: Final = 1
VARIANTS: Final[tuple[str, ...]] = ("lite0", "b0", "b1", "b2", "b3")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class BundleError(Exception):
    """A bundle that is refused: damaged, tampered with, or not made for this version of the program."""


class CardError(BundleError):
    """A card that says too little or something impossible; the message names the key."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the model stops answering.

    Attributes
    ----------
    certain : float
        A largest calibrated probability below this means "uncertain".
    domain : float
        A domain score above this means "not a brain MR slice".
    """

    certain: float
    domain: float


@dataclass(frozen=True, slots=True)
class Golden:
    """What the model answered to the golden picture when it was made.

    Attributes
    ----------
    probabilities : tuple of float
        Calibrated, in the order of the classes.
    embedding_norm : float
        Euclidean length of the embedding.
    tolerance : float
        Largest difference of a probability, and relative difference of the norm, that other processors may cause.
    """

    probabilities: tuple[float, ...]
    embedding_norm: float
    tolerance: float


@dataclass(frozen=True, slots=True)
class Card:
    """``card.json``, checked.

    Attributes
    ----------
    name, version, variant, created : str
        `name` and `version` are plain file-name parts; `created` is ISO 8601.
    classes : tuple of str
        In the order of the model's outputs.
    input : InputSpec
        How a scan becomes the model's input.
    temperature : float
        The logits are divided by it before the softmax (Guo and others 2017, "On calibration of modern neural
        networks").
    thresholds : Thresholds
    golden : Golden
    files : mapping of str to str
        SHA-256 in hexadecimal of every other file of the bundle.
    metrics, data, training : mapping
        For readers; the program takes nothing from them.
    """

    name: str
    version: str
    variant: str
    created: str
    classes: tuple[str, ...]
    input: InputSpec
    temperature: float
    thresholds: Thresholds
    golden: Golden
    files: Mapping[str, str]
    metrics: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """``name-version``: the name of the bundle's folder, and what is shown."""
        return f"{self.name}-{self.version}"


def card_to_dict(card: Card) -> dict[str, Any]:
    """Return `card` as plain values for ``card.json``."""
    return {
        "format": FORMAT,
        "name": card.name,
        "version": card.version,
        "variant": card.variant,
        "created": card.created,
        "classes": list(card.classes),
        "input": card.input.to_dict(),
        "temperature": card.temperature,
        "thresholds": {"certain": card.thresholds.certain, "domain": card.thresholds.domain},
        "golden": {
            "probabilities": list(card.golden.probabilities),
            "embedding_norm": card.golden.embedding_norm,
            "tolerance": card.golden.tolerance,
        },
        "metrics": dict(card.metrics),
        "data": dict(card.data),
        "training": dict(card.training),
        "files": dict(card.files),
    }


def card_to_json(card: Card) -> str:
    """Return the text of ``card.json``: strict JSON, so a NaN raises ValueError here and not at a reader's."""
    return json.dumps(card_to_dict(card), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def card_from_json(text: bytes) -> Card:
    """Read ``card.json``.

    Raises
    ------
    CardError
        If it is no JSON object, or a key is missing or has an impossible value.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CardError(f"card.json is not readable as JSON ({error}).") from error
    return card_from_dict(values)


def card_from_dict(values: object) -> Card:
    """Check plain values and return the card.

    Raises
    ------
    CardError
        Naming the first key that is missing or wrong.
    """
    reader = _Reader(values, "")
    version = reader.number("format")
    if version != FORMAT:
        raise CardError(
            f"card.json: format is {version:g}, this program reads format {FORMAT}; a newer program may be needed."
        )
    classes = reader.names("classes")
    thresholds, golden = reader.section("thresholds"), reader.section("golden")
    return Card(
        name=reader.plain("name"),
        version=reader.plain("version"),
        variant=reader.one_of("variant", VARIANTS),
        created=reader.text("created"),
        classes=classes,
        input=reader.input_spec("input"),
        temperature=reader.number("temperature", above=0.0),
        thresholds=Thresholds(thresholds.share("certain"), thresholds.number("domain", above=0.0)),
        golden=Golden(
            golden.shares("probabilities", len(classes)),
            golden.number("embedding_norm", above=0.0),
            golden.number("tolerance", above=0.0),
        ),
        files=reader.files("files"),
        metrics=reader.mapping("metrics", optional=True),
        data=reader.mapping("data", optional=True),
        training=reader.mapping("training", optional=True),
    )


class _Reader:
    """Takes typed values out of a JSON object; every refusal names the key in full."""

    def __init__(self, values: object, prefix: str) -> None:
        if not isinstance(values, dict):
            raise CardError(f"card.json: {prefix.rstrip('.') or 'the file'} must be an object with named values.")
        self._values: dict[str, object] = values
        self._prefix = prefix

    def _get(self, key: str) -> object:
        if key not in self._values:
            raise CardError(f"card.json: the key {self._prefix + key!r} is missing.")
        return self._values[key]

    def _refuse(self, key: str, wanted: str) -> CardError:
        shown = repr(self._values.get(key))
        return CardError(f"card.json: {self._prefix + key!r} must be {wanted}, not {shown[:80]}.")

    def section(self, key: str) -> "_Reader":
        return _Reader(self._get(key), f"{self._prefix}{key}.")

    def mapping(self, key: str, *, optional: bool = False) -> dict[str, Any]:
        if optional and key not in self._values:
            return {}
        value = self._get(key)
        if not isinstance(value, dict):
            raise self._refuse(key, "an object with named values")
        return value

    def text(self, key: str) -> str:
        value = self._get(key)
        if not isinstance(value, str) or not value:
            raise self._refuse(key, "a text")
        return value

    def plain(self, key: str) -> str:
        """Return a text that is safe as a part of a folder's name."""
        value = self.text(key)
        if not is_plain_name(value):
            raise self._refuse(key, "letters, digits, dots, dashes and underscores only")
        return value

    def one_of(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in choices:
            raise self._refuse(key, "one of " + ", ".join(choices))
        return value

    def number(self, key: str, *, above: float | None = None) -> float:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self._refuse(key, "a number")
        if above is not None and value <= above:
            raise self._refuse(key, f"a number above {above:g}")
        return float(value)

    def share(self, key: str) -> float:
        value = self.number(key)
        if not 0.0 <= value <= 1.0:
            raise self._refuse(key, "a number from 0 to 1")
        return value

    def shares(self, key: str, count: int) -> tuple[float, ...]:
        value = self._get(key)
        if not isinstance(value, list) or len(value) != count:
            raise self._refuse(key, f"a list of {count} numbers")
        inner = _Reader({str(index): item for index, item in enumerate(value)}, f"{self._prefix}{key}.")
        return tuple(inner.share(str(index)) for index in range(count))

    def names(self, key: str) -> tuple[str, ...]:
        value = self._get(key)
        good = isinstance(value, list) and len(value) >= 2 and all(isinstance(item, str) and item for item in value)
        if not good or not isinstance(value, list) or len(set(value)) != len(value):
            raise self._refuse(key, "a list of at least two different names")
        return tuple(value)

    def input_spec(self, key: str) -> InputSpec:
        try:
            return InputSpec.from_dict(self.mapping(key))
        except (KeyError, TypeError, ValueError) as error:
            raise CardError(f"card.json: {self._prefix + key!r} is no valid input description ({error}).") from error

    def files(self, key: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, digest in self.mapping(key).items():
            if not is_plain_name(name):
                raise CardError(
                    f"card.json: {name[:80]!r} in {key!r} is not a plain file name; files lie in the bundle's own "
                    f"folder."
                )
            if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
                raise CardError(
                    f"card.json: {key + '.' + name!r} must be a SHA-256 in 64 lower-case hexadecimal digits."
                )
            found[name] = digest
        return found


def is_plain_name(name: str) -> bool:
    """Tell whether `name` is one plain part of a path: no separator, no leading dot, nothing special."""
    return bool(_PLAIN_NAME.fullmatch(name)) and not name.endswith(".")
