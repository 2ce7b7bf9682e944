"""All state of the training tab, made in one place."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.kept import KeptRuns
from tumorviewer.state.training.models import ModelsState
from tumorviewer.state.training.plan import PlanState
from tumorviewer.state.training.result import ResultState
from tumorviewer.state.training.run import TrainingRun


class Step(Enum):
    """The pages of the tab, in the order in which they are used."""

    DATA = auto()
    PLAN = auto()
    RUN = auto()
    RESULT = auto()
    MODELS = auto()


@dataclass(frozen=True, slots=True)
class Places:
    """Where training reads and writes, all below the user's folder.

    Attributes
    ----------
    user : Path
    """

    user: Path

    @property
    def runs(self) -> Path:
        """A folder a run."""
        return self.user / "training" / "runs"

    @property
    def data(self) -> Path:
        """What was found and decided about data sets."""
        return self.user / "training" / "data"

    @property
    def cache(self) -> Path:
        """Crops and fingerprints, shared between runs."""
        return self.user / "cache"

    @property
    def models(self) -> Path:
        """The user's models."""
        return self.user / "models"

    @property
    def weights(self) -> Path:
        """Weights from elsewhere, to start from."""
        return self.user / "weights"


class TrainingDesk(QObject):
    """What the tab shows. Widgets read and change it; workers feed it.

    Parameters
    ----------
    user : Path
        The user's folder.

    Attributes
    ----------
    missing : tuple of str
        Packages that training needs and that are not installed.
    step : Step
        The page that is shown.
    """

    step_changed = Signal()

    def __init__(self, user: Path, missing: tuple[str, ...] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.places = Places(user)
        self.missing = missing
        self.step = Step.DATA
        self.data = DataState(self)
        self.plan = PlanState(self.data, self)
        self.run = TrainingRun(self)
        self.kept = KeptRuns(self)
        self.result = ResultState(self)
        self.models = ModelsState(self)

    @property
    def baselines(self) -> dict[str, float]:
        """What classifiers that know no anatomy reach on the data of the run that is shown.

        Nothing where the split leaks: its test scans are no test for them either. Nothing where the run learned from
        other data, or from these split otherwise.
        """
        overview, run, data = self.data.overview, self.run, self.data
        started = run.history.started
        leaks = started is not None and not started.leak_free
        if overview is None or not overview.shows_test_accuracy or leaks or run.data not in (None, data.folder):
            return {}
        if run.config is not None and any(getattr(run.config, name) != value for name, value in data.splits_by.items()):
            return {}
        return {name: level for name, level in overview.baselines.items() if level is not None}

    def show(self, step: Step) -> None:
        """Show another page."""
        if step is not self.step:
            self.step = step
            self.step_changed.emit()
