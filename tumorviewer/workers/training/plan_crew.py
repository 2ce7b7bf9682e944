"""What the page of the settings asks of the disk and of this machine: models, an estimate, settings as a file."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer

from training.config import TrainConfig
from training.errors import ConfigError
from training.estimate import DataCounts, estimate, shortages
from training.events import Event, Found
from training.recipe import load_recipe, save_recipe
from training.speeds import recall
from tumorviewer.inference.catalogue import own, shipped
from tumorviewer.state.training.desk import Places, TrainingDesk
from tumorviewer.state.training.plan import Foreseen
from tumorviewer.state.training.task import TaskStatus
from tumorviewer.workers.errands import Errands

SETTLE_MS: Final = 150
"""What is typed is reckoned with when the typing rests for so long."""


class PlanCrew(QObject):
    """Keeps the estimate up to date, and measures this machine.

    Parameters
    ----------
    desk : TrainingDesk
    errands : Errands
    """

    def __init__(self, desk: TrainingDesk, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._plan, self._errands = desk, desk.plan, errands
        self._asked: tuple[TrainConfig, DataCounts] | None = None
        self._measured_by_itself = False
        self._watched = False
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(self._foresee)
        self._plan.changed.connect(self._plan_changed)
        self._plan.measuring.changed.connect(self._measuring_changed)
        self._plan.measuring.told.connect(self._measured)
        desk.run.task.changed.connect(self._run_changed)

    def watch(self) -> None:
        """Begin to reckon: the page is shown for the first time."""
        if not self._watched:
            self._watched = True
            self._errands.run(lambda: [*shipped(), *own()], self._plan.take_models, self._failed)

    def refresh_models(self) -> None:
        """Look again which models there are."""
        self._errands.run(lambda: [*shipped(), *own()], self._plan.take_models, self._failed)

    def measure(self) -> None:
        """Time a few batches with the settings as they are."""
        plan, data = self._plan, self._plan.data.folder
        config = plan.config
        if config is None or data is None or plan.measuring.busy or self._desk.run.task.busy:
            return
        self._measured_by_itself = True
        recipe = self._desk.places.user / "training" / "measure.toml"
        words = ["measure", str(data), "--recipe", str(recipe)]
        self._errands.run(
            lambda: write_recipe(config, recipe),
            lambda problem: plan.fail(problem) if problem else self._start_measuring(words),
            self._failed,
        )

    def save(self, path: Path) -> None:
        """Write the settings into a file."""
        config, plan = self._plan.config, self._plan
        if config is not None:
            self._errands.run(lambda: write_recipe(config, path), plan.fail, self._failed)

    def load(self, path: Path) -> None:
        """Read the settings of a file."""
        self._errands.run(lambda: _read_recipe(path), self._loaded, self._failed)

    # ------------------------------------------------------------ inside

    def _plan_changed(self) -> None:
        wanted = self._wanted()
        if self._watched and wanted != self._asked:
            self._settled.start()

    def _wanted(self) -> tuple[TrainConfig, DataCounts] | None:
        config, counts = self._plan.config, self._plan.counts
        return (config, counts) if config is not None and counts is not None else None

    def _foresee(self) -> None:
        self._asked = wanted = self._wanted()
        if wanted is None:
            self._plan.take_foreseen(None)
            return
        places = self._desk.places
        self._errands.run(
            lambda: foresee(*wanted, places),
            lambda foreseen: self._foreseen(wanted, foreseen),
            self._failed,
        )

    def _foreseen(self, wanted: tuple[TrainConfig, DataCounts], foreseen: Foreseen) -> None:
        if wanted != self._asked:
            return  # typed on meanwhile
        self._plan.take_foreseen(foreseen)
        if foreseen.measured is None and not self._measured_by_itself:
            self.measure()

    def _start_measuring(self, words: list[str]) -> None:
        if not self._desk.run.task.busy:
            self._plan.measuring.start(words)

    def _measured(self, events: list[Event]) -> None:
        if any(isinstance(event, Found) for event in events):
            self._foresee()

    def _measuring_changed(self) -> None:
        self._plan.changed.emit()

    def _run_changed(self) -> None:
        """Stop measuring for a run, as both would be slower; after it, look again what is free."""
        status = self._desk.run.task.status
        if status is TaskStatus.STARTING:
            self._plan.measuring.stop()
        elif not self._desk.run.task.busy and self._watched:
            self._settled.start()

    def _loaded(self, found: TrainConfig | str) -> None:
        if isinstance(found, str):
            self._plan.fail(found)
        else:
            self._plan.load(found)

    def _failed(self, error: OSError) -> None:
        self._plan.fail(f"{error.filename or ''}: {error.strerror or error}".lstrip(": "))


def foresee(config: TrainConfig, counts: DataCounts, places: Places) -> Foreseen:
    """Reckon what a run will need, and look what there is."""
    measured = recall(config, places.cache)
    needed = estimate(config, counts, measured)
    return Foreseen(config, needed, shortages(needed, places.runs, places.cache), measured)


def write_recipe(config: TrainConfig, path: Path) -> str:
    """Write settings; return what is wrong with them, or "".

    Raises
    ------
    OSError
    """
    try:
        save_recipe(config, path)
    except ConfigError as error:
        return str(error)
    return ""


def _read_recipe(path: Path) -> TrainConfig | str:
    try:
        return load_recipe(path)
    except ConfigError as error:
        return str(error)
