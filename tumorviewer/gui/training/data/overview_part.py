"""All cards of a data set, made and filled one after the other: a window never waits for more than one of them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

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

Step = Callable[[], Iterable[Callable[[], None]] | None]
"""Fills a card; what it returns is done next, each in a turn of the window of its own."""


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

    counts: CountCard
    findings: FindingsCard
    samples: SampleCard
    crops: CropCard
    patients: PatientCard
    baselines: BaselineCard
    augment: AugmentCard
    doubts: DoubtCard

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._crew, self._data = desk, crew, desk.data
        self.shelf = Shelf(desk.data, crew.pictures, self)
        self._shown: tuple[DataOverview, InputSpec] | None = None
        self._makers = deque(self._cards_to_make())
        self._fillers: deque[Step] = deque()
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._go_on)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2 * UNIT)

    @property
    def filled(self) -> bool:
        """Whether all cards are there and show the data set."""
        return self._shown is not None and not self._makers and not self._fillers

    def show_overview(self) -> None:
        """Show what is known of the data set; cheap while that is the same."""
        overview = self._data.overview
        if overview is None:
            self._shown = None
            self._fillers.clear()
            return
        spec = (self._desk.plan.config or TrainConfig()).input_spec
        if (overview, spec) == self._shown:
            return
        if self._shown is None or self._shown[0] is not overview:
            self.shelf.clear()
        self._shown = overview, spec
        self._fillers = deque(self._cards_to_fill(overview, spec))
        self._next.start()

    def _cards_to_make(self) -> Iterator[Callable[[], None]]:
        data, crew, shelf = self._data, self._crew.data, self.shelf
        yield lambda: self._put("counts", CountCard(data))
        yield lambda: self._put("findings", FindingsCard(shelf))
        yield lambda: self._put("samples", SampleCard(shelf))
        yield lambda: self._put("crops", CropCard(data, shelf))
        yield lambda: self._put("patients", PatientCard(data, crew))
        yield lambda: self._put("baselines", BaselineCard())
        yield lambda: self._put("augment", AugmentCard(self._desk, shelf))
        yield lambda: self._put("doubts", DoubtCard(data, crew, shelf))
        yield self._connect

    def _cards_to_fill(self, overview: DataOverview, spec: InputSpec) -> Iterator[Step]:
        yield lambda: self.counts.show_overview(overview)
        yield lambda: self.findings.show_overview(overview, spec)
        yield lambda: self.samples.show_overview(overview, spec)
        yield lambda: self.crops.show_overview(overview, spec)
        yield lambda: self.patients.show_overview(overview)
        yield lambda: self.baselines.show_overview(overview)
        yield lambda: self.augment.show_overview(overview, spec)
        yield lambda: self.doubts.show_spec(spec)

    def _put(self, name: str, card: Card) -> None:
        setattr(self, name, card)
        self._column.addWidget(card)

    def _connect(self) -> None:
        for part in (self.findings, self.samples, self.doubts):
            part.scan_wanted.connect(self.scan_wanted)
        self.crops.folder_wanted.connect(self.crops_wanted)
        self.crops.saving_wanted.connect(self.crops_wanted_in)

    def _go_on(self) -> None:
        """Make or fill one card, or a row of one: a window that waits for all of them at once would stand still."""
        if self._makers:
            self._makers.popleft()()
        elif self._fillers:
            more = self._fillers.popleft()()
            self._fillers.extendleft(reversed(list(more or ())))
        waiting = bool(self._makers or self._fillers)
        if waiting:
            self._next.start()
        self.setUpdatesEnabled(not waiting)
