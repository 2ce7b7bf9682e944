"""The settings of a training run, declared once, checked, and written beside what they made."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, Literal

from training.errors import ConfigError
from training.ranges import AUGMENT_RANGES, RANGES, SIZE_STEP, SIZES
from training.setting_types import checked_settings
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.inference.card import VARIANTS, is_plain_name

SCRATCH: Final = "scratch"
SHIPPED: Final = "shipped"

_NOT_OF_THE_MODEL: Final = ("threads", "workers", "notice", "average_with", "average_share")
"""They decide nothing, or, the last two, only what is done after the last epoch."""
LATER: Final[dict[str, Any]] = {
    "patient_pattern": "",
    "box_weight": 0.0,
    "averaging": 0.0,
    "healthy_halves": 0.0,
    "keep": "best",
    "test_source": "",
}
"""Settings that came later, as they were before: where they are not used, runs from before them go on."""


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """How far each change may go; 0 switches it off.

    Attributes
    ----------
    flip, quarter_turn, invert, reencode : float
        Probability of a left-right flip, of a turn by 90, 180 or 270 degrees, of inverted tissue contrast, of a JPEG
        round trip.
    rotate : float
        Degrees either way.
    shift, zoom : float
        Share of the side either way; ``zoom=0.15`` is 0.85 to 1.15.
    curve, contrast, brightness, bias_field : float
        Bend of the grey curve (below 1), change of contrast, of brightness (share of the range; a third of it
        downwards, where dark tissue would be lost), unevenness of the field.
    noise : float
        Largest standard deviation of added noise, as a share of the range.
    blur : float
        1 is a clear blur; half of it is also used the other way, to sharpen.
    """

    flip: float = 0.5
    quarter_turn: float = 0.1
    rotate: float = 20.0
    shift: float = 0.08
    zoom: float = 0.15
    curve: float = 0.9
    contrast: float = 0.3
    brightness: float = 0.15
    bias_field: float = 0.3
    invert: float = 0.1
    noise: float = 0.06
    blur: float = 1.0
    reencode: float = 0.4

    def __post_init__(self) -> None:
        """Check every value.

        Raises
        ------
        ConfigError
            Naming the first that makes no sense, and what is allowed.
        """
        for name, (low, high) in AUGMENT_RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"augment.{name} is {value}; it must lie between {low:g} and {high:g}.")

    @classmethod
    def none(cls) -> "AugmentConfig":
        """Return the settings that change nothing."""
        return cls(**{item.name: 0.0 for item in fields(cls)})


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of fine-tuning epochs with one picture size and one set of learning blocks (None: all)."""

    name: str
    first_epoch: int
    epochs: int
    size: int
    blocks: int | None


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """What a run does; equal settings on equal data give equal models.

    Attributes
    ----------
    name, version : str
        Of the bundle.
    variant : str
        ``lite0``, ``b0``, ``b1``, ``b2`` or ``b3``.
    base : str
        Where the weights start: ``shipped`` (the model that came with the program), ``scratch``, or the path of
        ImageNet weights, of a bundle, or of a model of one's own.
    epochs, head_epochs : int
        Of fine-tuning, all phases together (0: none); before it of the head alone, on embeddings that are made once.
    frozen_epochs, frozen_blocks : int
        The first `frozen_epochs` of fine-tuning leave the first `frozen_blocks` blocks as they are.
    size, start_size : int
        Side of the model's input; `start_size` (0: the same) is used for the first half of the epochs, which is faster.
    epoch_images : int or None
        Pictures shown an epoch; None is all, at most 4,200.
    balance : str
        ``sampling`` draws classes, sources and distinct pictures evenly, ``weights`` weighs the classes, or ``none``.
    learning_rate : float or None
        Highest rate of fine-tuning; None is 3e-4 from ImageNet or from scratch and 1e-4 from a model of scans.
    warmup : float
        Share of the steps in which the rate rises; then it falls along a cosine to zero.
    label_smoothing, dropout, weight_decay, mixup, cutmix : float
        Regularisation; 0 switches it off.
    box_weight : float
        Weight of the loss that draws the activation map into the tumour box, where a scan has one; 0 switches it off.
    healthy_halves : float
        Share of the pictures tried as a half and its mirror image (`training.halves`); needs `box_weight`; 0 is off.
    averaging : float
        Decay of the running average of the weights, a batch: what is checked and kept is the average; 0 is off.
    average_with : str
        Folder of a bundle, of the same data and split, to average the kept weights with; "" leaves them as they are.
    average_share : float
        Of the run's own weights in that.
    keep : str
        ``best`` on the validation part, or ``last``: with few validation patients the best epoch is mostly luck.
    patience : int or None
        Stop when that many epochs in a row were no better; None never stops early.
    test_fold, published : int or None, bool
        Fold to hold out, where there are folds; use the data set's own train and test folders, leaks included.
    test_source : str
        Source that nothing is learned from, copies elsewhere neither, to see how a model answers to scans from a place
        that it does not know; "" for none.
    patient_pattern : str
        Regular expression that finds the patient in file names, or "".
    wrong_share : float
        Share of wrong answers among the certain ones that the threshold "uncertain" is chosen for.
    domain_keep : float
        Share of validation scans that the domain guard must let pass.
    threads : int or None
        Of the computation; None is all cores.
    notice : str
        Where base and data come from, and their licences; goes into the card.
    """

    name: str = "my-model"
    version: str = "1.0.0"
    variant: str = "lite0"
    base: str = SHIPPED
    epochs: int = 7
    head_epochs: int = 7
    frozen_epochs: int = 1
    frozen_blocks: int = 6
    size: int = 192
    start_size: int = 0
    margin: float = 0.03
    batch_size: int = 32
    epoch_images: int | None = None
    balance: Literal["sampling", "weights", "none"] = "sampling"
    learning_rate: float | None = None
    head_learning_rate: float = 1e-3
    warmup: float = 0.1
    weight_decay: float = 0.01
    dropout: float = 0.2
    label_smoothing: float = 0.05
    mixup: float = 0.0
    cutmix: float = 0.0
    box_weight: float = 0.0
    healthy_halves: float = 0.0
    averaging: float = 0.0
    average_with: str = ""
    average_share: float = 0.5
    keep: Literal["best", "last"] = "best"
    patience: int | None = None
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    validation_share: float = 0.12
    test_share: float = 0.15
    test_fold: int | None = None
    published: bool = False
    test_source: str = ""
    patient_pattern: str = ""
    wrong_share: float = 0.02
    domain_keep: float = 0.99
    seed: int = 0
    threads: int | None = None
    workers: int | None = None
    notice: str = ""

    def __post_init__(self) -> None:
        """Check every setting.

        Raises
        ------
        ConfigError
            Naming the first that makes no sense, and what is allowed.
        """
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ConfigError(f"{name} is {value}; it must lie between {low:g} and {high:g}.")
        for name in ("size", "start_size"):
            value = getattr(self, name)
            if (value or name == "size") and (value % SIZE_STEP or not SIZES[0] <= value <= SIZES[1]):
                raise ConfigError(
                    f"{name} is {value}; it must be a multiple of {SIZE_STEP} from {SIZES[0]} to {SIZES[1]}."
                )
        self._check_choices()

    def _check_choices(self) -> None:
        if self.variant not in VARIANTS:
            raise ConfigError(f"variant is {self.variant!r}; it must be one of {', '.join(VARIANTS)}.")
        if self.balance not in ("sampling", "weights", "none"):
            raise ConfigError(f"balance is {self.balance!r}; it must be sampling, weights or none.")
        if self.keep not in ("best", "last"):
            raise ConfigError(f"keep is {self.keep!r}; it must be best or last.")
        for name in ("name", "version"):
            if not is_plain_name(getattr(self, name)):
                raise ConfigError(f"{name} is {getattr(self, name)!r}; use letters, digits, dots and dashes.")
        if self.box_weight and (self.mixup or self.cutmix):
            raise ConfigError("box_weight does not go together with mixup or cutmix: a mixed picture has no one box.")
        if self.healthy_halves and not self.box_weight:
            raise ConfigError("healthy_halves needs a box_weight: without boxes nobody knows which half is healthy.")
        if self.epochs == 0 and self.head_epochs == 0:
            raise ConfigError("epochs and head_epochs are both 0: nothing would be trained.")

    @property
    def input_spec(self) -> InputSpec:
        """How a scan becomes the model's input."""
        return InputSpec(size=self.size, margin=self.margin)

    def spec_at(self, size: int) -> InputSpec:
        """Return the same at another size, for progressive resizing."""
        return replace(self.input_spec, size=size)

    def phases(self) -> tuple[Phase, ...]:
        """Return the fine-tuning epochs grouped by picture size and learning blocks, in order."""
        small = self.epochs // 2 if self.start_size else 0
        planned = [
            (self.start_size if epoch < small else self.size, self.frozen_blocks if epoch < self.frozen_epochs else 0)
            for epoch in range(self.epochs)
        ]
        phases: list[Phase] = []
        for epoch, (size, frozen) in enumerate(planned):
            if epoch == 0 or planned[epoch - 1] != (size, frozen):
                name = f"{'last blocks' if frozen else 'all blocks'}, {size} px"
                phases.append(Phase(name, epoch, 0, size, frozen or None))
            phases[-1] = replace(phases[-1], epochs=phases[-1].epochs + 1)
        return tuple(phases)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings for JSON."""
        return asdict(self)

    def key(self) -> str:
        """Return a hash of the settings that decide the model (not of threads, workers and the notice)."""
        values = {
            name: value
            for name, value in self.to_dict().items()
            if name not in _NOT_OF_THE_MODEL and not (name in LATER and value == LATER[name])
        }
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TrainConfig":
        """Read settings; missing ones keep their defaults.

        Raises
        ------
        ConfigError
            If a name is unknown or a value is of the wrong type or size.
        """
        given = dict(values)
        augment = given.pop("augment", {})
        try:
            return cls(
                **checked_settings(cls, given, ""),
                augment=AugmentConfig(**checked_settings(AugmentConfig, augment, "augment.")),
            )
        except TypeError as error:
            raise ConfigError(f"The settings do not fit: {error}.") from error

    @classmethod
    def from_toml(cls, path: Path, **overrides: Any) -> "TrainConfig":
        """Read a recipe file; `overrides` that are not None win over it."""
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise ConfigError(f"The recipe {str(path)!r} cannot be read: {error.strerror or error}.") from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"The recipe {str(path)!r} is no valid TOML: {error}.") from error
        return cls.from_dict({**values, **{name: value for name, value in overrides.items() if value is not None}})
