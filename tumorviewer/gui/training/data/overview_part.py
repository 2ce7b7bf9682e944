"""All cards of a data set, filled one after the other: a window never waits for more than one of them."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from training.config import TrainConfig
from training.overview import DataOverview
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.augment import AugmentCard
from tumorviewer.gui.training.data.baselines import BaselineCard
from tumorviewer.gui.training.data.counts import CountBars
from tumorviewer.gui.training.data.crops import CropCard
from tumorviewer.gui.training.data.doubts import DoubtCard
from tumorviewer.gui.training.data.findings import FindingsCard
from tumorviewer.gui.training.data.patients import PatientCard
from tumorviewer.gui.training.data.samples import SampleCard
from tumorviewer.gui.training.data.shelf import Shelf
from tumorviewer.gui.training.data.words import scans_text, split_text
from tumorviewer.gui.training.parts import Card
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.workers.training.crew import Crew


class CountCard(Card):
    """Scans of each class and part, and by what rule they are dealt out.

    Parameters
    ----------
    data : DataState
    """

    def __init__(self, data: DataState, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._data = data
        self.bars = CountBars()
        self.whole = QRadioButton(self.tr("By chance, copies and patients together (recommended)"))
        self.own = QRadioButton(self.tr("As the data set's own train and test parts say"))
        self._group = QButtonGroup(self)
        self.add(self.bars)
        self.column.addSpacing(UNIT // 2)
        for button in (self.whole, self.own):
            self._group.addButton(button)
            self.add(button)
        self.whole.clicked.connect(lambda: data.use_own_split(False))
        self.own.clicked.connect(lambda: data.use_own_split(True))
        data.changed.connect(self._show_choice)

    def show_overview(self, overview: DataOverview) -> None:
        """Show the counts of a data set."""
        self.title.setText(scans_text(overview.scans))
        self.say(split_text(overview, self._data.look.published))
        self.bars.show_counts(overview.counts)
        self._show_choice()

    def _show_choice(self) -> None:
        data = self._data
        (self.own if data.look.published else self.whole).setChecked(True)
        for button in (self.whole, self.own):
            button.setVisible(data.own_split)
            button.setEnabled(not data.is_looking)


class OverviewPart(QWidget):
    """The cards.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    scan_wanted = Signal(str)
    """Path below the data set's root."""
    crops_wanted = Signal()
    crops_wanted_in = Signal(object)
    """In this folder, a `Path`."""

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._data = desk, desk.data
        shelf = self.shelf = Shelf(desk.data, crew.pictures, self)
        self.counts = CountCard(desk.data)
        self.findings = FindingsCard(shelf)
        self.samples = SampleCard(shelf)
        self.crops = CropCard(desk.data, shelf)
        self.patients = PatientCard(desk.data, crew.data)
        self.baselines = BaselineCard()
        self.augment = AugmentCard(desk.data, shelf)
        self.doubts = DoubtCard(desk.data, crew.data, shelf)
        self._shown: tuple[DataOverview, InputSpec] | None = None
        self._waiting: deque[Callable[[], None]] = deque()
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._fill_one)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * UNIT)
        for card in (self.counts, self.findings, self.samples, self.crops, self.patients, self.baselines):
            column.addWidget(card)
        column.addWidget(self.augment)
        column.addWidget(self.doubts)
        for part in (self.findings, self.samples, self.doubts):
            part.scan_wanted.connect(self.scan_wanted)
        self.crops.folder_wanted.connect(self.crops_wanted)
        self.crops.saving_wanted.connect(self.crops_wanted_in)

    def show_overview(self) -> None:
        """Show what is known of the data set; cheap while that is the same."""
        overview = self._data.overview
        if overview is None:
            self._shown = None
            self._waiting.clear()
            return
        spec = (self._desk.plan.config or TrainConfig()).input_spec
        if (overview, spec) == self._shown:
            return
        if self._shown is None or self._shown[0] is not overview:
            self.shelf.clear()
        self._shown = overview, spec
        self._waiting = deque(
            (
                lambda: self.counts.show_overview(overview),
                lambda: self.findings.show_overview(overview, spec),
                lambda: self.samples.show_overview(overview, spec),
                lambda: self.crops.show_overview(overview, spec),
                lambda: self.patients.show_overview(overview),
                lambda: self.baselines.show_overview(overview),
                lambda: self.augment.show_overview(overview, spec),
                lambda: self.doubts.show_spec(spec),
            )
        )
        self._next.start()

    def _fill_one(self) -> None:
        if self._waiting:
            self._waiting.popleft()()
            self._next.start()
