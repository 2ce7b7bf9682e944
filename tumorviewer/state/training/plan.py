"""The settings of the next run, as they are typed, and what it will need."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from training.config import AugmentConfig, TrainConfig
from training.estimate import DataCounts, Estimate, Shortage
from training.recipe import problems
from training.speeds import Measured
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.plan_base import BaseChoice, BaseKind, base_of
from tumorviewer.state.training.task import Task

BASE: Final = "base"
KINDS: Final = {item.name: str(item.type) for item in fields(TrainConfig)}
"""The types of all settings, as they are written in the code."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a run will need.

    Attributes
    ----------
    config : TrainConfig
        What it was reckoned for.
    estimate : Estimate
    shortages : tuple of Shortage
    measured : Measured or None
        None: nothing was ever measured on this machine.
    """

    config: TrainConfig
    estimate: Estimate
    shortages: tuple[Shortage, ...]
    measured: Measured | None


class PlanState(QObject):
    """Settings, what is wrong with them, and an estimate.

    Parameters
    ----------
    data : DataState
        What they are for; it also holds the augmentation and what mends the split.

    Attributes
    ----------
    values : dict of str to object
        As typed: what could not be read as a number is the text itself.
    quick : bool
        Train the head only.
    augmenting : bool
    base : BaseChoice
    models : tuple of Entry
        That a run may start from.
    problems : dict of str to str
        By name of the setting; under "" what several of them get wrong together.
    config : TrainConfig or None
        None while something is wrong.
    foreseen : Foreseen or None
    measuring : Task
    starting : bool
        The folder of the run is being made.
    trouble : str
        What the system said when a run could not be begun, or settings not be saved or loaded; "" while all is well.
    """

    changed = Signal()
    """Settings, problems, estimate or trouble."""
    loaded = Signal()
    """All settings were replaced."""

    def __init__(self, data: DataState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.data = data
        self.values: dict[str, Any] = TrainConfig().to_dict()
        self.quick, self.augmenting = False, True
        self.base = BaseChoice(BaseKind.SHIPPED)
        self.models: tuple[Entry, ...] = ()
        self.problems: dict[str, str] = {}
        self.config: TrainConfig | None = None
        self.foreseen: Foreseen | None = None
        self.measuring = Task(self)
        self.starting = False
        self.trouble = ""
        self._check()
        data.changed.connect(self._changed)
        data.augment_changed.connect(self._changed)

    # ------------------------------------------------------------ what can be asked

    @property
    def counts(self) -> DataCounts | None:
        """Scans of each part of the data, once they are known."""
        overview = self.data.overview
        return DataCounts.of_parts(overview.counts) if overview is not None else None

    @property
    def fixed_variant(self) -> str | None:
        """The variant, where the base decides it."""
        return self.base.variant(self.models)

    @property
    def can_start(self) -> bool:
        """Whether data and settings are ready."""
        return self.data.ready and self.config is not None and not self.starting

    # ------------------------------------------------------------ what can be changed

    def set(self, name: str, value: object) -> None:
        """Change a setting."""
        if self.values.get(name) != value or type(self.values.get(name)) is not type(value):
            self.values[name] = value
            self._changed()

    def set_text(self, name: str, text: str) -> None:
        """Take a setting as it is typed; an empty one that may be left out is left out."""
        self.set(name, _read(text.strip(), KINDS[name]))

    def set_quick(self, quick: bool) -> None:
        """Train the head only, or all of it."""
        if quick is not self.quick:
            self.quick = quick
            self._changed()

    def set_augmenting(self, augmenting: bool) -> None:
        """Change the scans a little each time they are shown, or not."""
        if augmenting is not self.augmenting:
            self.augmenting = augmenting
            self._changed()

    def set_base(self, base: BaseChoice) -> None:
        """Start from other weights."""
        if base != self.base:
            self.base = base
            self._changed()

    def take_models(self, models: Sequence[Entry]) -> None:
        """Take which models there are."""
        self.models = tuple(models)
        if self.base.kind is BaseKind.FILE and self.base.path is not None and self.base.known is None:
            self.base = base_of(str(self.base.path), self.models)
        self._changed()

    def load(self, config: TrainConfig) -> None:
        """Take all settings from elsewhere."""
        kept_epochs = self.values["epochs"]
        self.values = config.to_dict()
        self.quick = config.epochs == 0
        if self.quick:
            self.values["epochs"] = kept_epochs
        self.augmenting = config.augment != AugmentConfig.none()
        if self.augmenting:
            self.data.set_augment(config.augment)
        self.base = base_of(config.base, self.models)
        self.trouble = ""
        self._changed()
        self.loaded.emit()

    def take_foreseen(self, foreseen: Foreseen | None) -> None:
        """Take what a run will need."""
        self.foreseen = foreseen
        self.changed.emit()

    def set_starting(self, starting: bool) -> None:
        """Say whether the folder of a run is being made."""
        self.starting, self.trouble = starting, ""
        self.changed.emit()

    def fail(self, trouble: str) -> None:
        """Say what could not be done."""
        self.starting, self.trouble = False, trouble
        self.changed.emit()

    # ------------------------------------------------------------ inside

    def _changed(self) -> None:
        self._check()
        self.changed.emit()

    def _check(self) -> None:
        values = self._whole()
        self.problems = problems(values)
        if not self.base.setting:
            self.problems[BASE] = "Choose a file of weights."
        self.config = TrainConfig.from_dict(values) if not self.problems else None

    def _whole(self) -> dict[str, Any]:
        """Return the settings with what base, kind of training and data decide."""
        augment = self.data.augment if self.augmenting else AugmentConfig.none()
        values = self.values | {
            BASE: self.base.setting or "?",
            "variant": self.fixed_variant or self.values["variant"],
            "augment": {item.name: getattr(augment, item.name) for item in fields(AugmentConfig)},
        }
        if self.quick:
            values["epochs"] = 0
        if self.data.pattern:
            values["patient_pattern"] = self.data.pattern
        return values | self.data.changes


def _read(text: str, kind: str) -> object:
    """Return a text as the setting wants it; the text itself, where it is no such number."""
    if not text and "None" in kind:
        return None
    number = text.replace(",", ".")
    try:
        if "int" in kind:
            return int(text)
        return float(number) if "float" in kind else text
    except ValueError:
        return text
