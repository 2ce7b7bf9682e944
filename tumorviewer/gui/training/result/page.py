"""The page Result: how good the model of a run is, where it errs, and whether it should be used."""

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import Banner, Card, quiet
from tumorviewer.gui.training.result.figures_card import FiguresCard
from tumorviewer.gui.training.result.gate_card import GateCard
from tumorviewer.gui.training.result.run_head import RunHead
from tumorviewer.gui.training.result.scan_cards import ScansCard, WorstCard
from tumorviewer.gui.training.run.confusion import CountsPart
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.workers.training.crew import Crew


class ResultPage(QWidget):
    """The page.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    scans_wanted = Signal(list)
    """Some `Path`: scans to be opened in the viewer."""

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._crew, self._state = desk, crew, desk.result
        self.head = RunHead(desk)
        self.banner = Banner()
        self.way_out = QPushButton(self.tr("Go to the data"))
        self.banner.row.addWidget(self.way_out)
        self.empty = EmptyPart(desk)
        self.figures = FiguresCard()
        self.gate = GateCard(desk, crew)
        self.confusion = HeldOutConfusion()
        self.worst = WorstCard(desk.result, crew.pictures)
        self.scans = ScansCard(desk.result, crew.pictures)
        self._lay_out()
        self._connect()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the newest result, if none was asked for, and compare from now on."""
        super().showEvent(event)
        self._crew.runs.refresh()
        self._crew.results.watch()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 3 * UNIT, 3 * UNIT, 3 * UNIT)
        column.setSpacing(2 * UNIT)
        for part in (self.head, self.banner, self.figures, self.gate, self.confusion, self.worst, self.scans):
            column.addWidget(part)
        column.addWidget(self.empty, 1)
        column.addStretch(0)

    def _connect(self) -> None:
        self._state.changed.connect(self._show)
        self._desk.kept.changed.connect(self._show_head)
        self._desk.run.task.changed.connect(self.empty.show_way)
        self.head.wanted.connect(self._crew.results.show)
        self.way_out.clicked.connect(lambda: self._desk.show(Step.DATA))
        self.figures.report.clicked.connect(self._open_report)
        self.figures.files.clicked.connect(self._open_folder)
        for card in (self.worst, self.scans):
            card.grid.chosen.connect(lambda path: self.scans_wanted.emit([path]))

    # ------------------------------------------------------------ what is shown

    def _show(self) -> None:
        result = self._state.result
        measures = result.measures if result is not None else None
        self._show_head()
        self._show_banner()
        self.figures.setVisible(result is not None)
        self.figures.show_measures(measures)
        self.figures.report.setEnabled(result is not None and result.report is not None)
        honest = measures if measures is not None and measures.leak_free is True else None
        self.confusion.show_counts(honest.confusion.tolist() if honest is not None else [])
        self.worst.show_result()
        self.scans.show_result()

    def _show_head(self) -> None:
        self.head.show_runs()
        self.head.setVisible(self._state.folder is not None)
        self.empty.setVisible(self._state.folder is None)
        self.empty.show_way()

    def _show_banner(self) -> None:
        state, result = self._state, self._state.result
        self.way_out.setVisible(False)
        if state.problem:
            self.banner.say("danger", self.tr("This result cannot be shown: {reason}").format(reason=state.problem))
        elif result is None:
            self.banner.say("info", self.tr("The result is being read …") if state.folder is not None else "")
        elif result.measures is None:
            self.banner.say("warning", self.tr("The model was not tested: there are no figures of this run."))
        elif not result.leak_free:
            self.banner.say(
                "warning",
                self.tr(
                    "Slices or patients of the test part may also have been in training. An accuracy on them would "
                    "say little about new patients, so none is shown. Mend the split of the data and train again."
                ),
            )
            self.way_out.setVisible(True)
        else:
            self.banner.say("info", "")

    # ------------------------------------------------------------ what is opened outside

    def _open_report(self) -> None:
        result = self._state.result
        if result is not None and result.report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(result.report)))

    def _open_folder(self) -> None:
        if self._state.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._state.folder)))


class HeldOutConfusion(Card):
    """Which class is taken for which, on the test scans; hidden while there are no figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.title.setText(self.tr("Which class is taken for which"))
        self.say(self.tr("Test scans: a row a label, a column an answer. Right answers lie on the diagonal."))
        self.counts = CountsPart()
        self.add(self.counts)

    def show_counts(self, counts: list[list[int]]) -> None:
        """Show counts; none hide it."""
        self.setVisible(bool(counts))
        self.counts.show_counts(counts)


class EmptyPart(QWidget):
    """What stands here before a run has ended, with the way there.

    Parameters
    ----------
    desk : TrainingDesk
    """

    def __init__(self, desk: TrainingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._to = Step.DATA
        self.title = QLabel(self.tr("No result yet"))
        self.title.setFont(figures(self.font(), scale=1.5, bold=True))
        self.text = quiet()
        self.go = QPushButton()
        self.go.setDefault(True)
        self.go.clicked.connect(lambda: desk.show(self._to))
        column = QVBoxLayout(self)
        column.setSpacing(UNIT)
        column.addStretch(1)
        for part in (self.title, self.text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        column.addSpacing(UNIT)
        column.addWidget(self.go, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.show_way()

    def show_way(self) -> None:
        """Show what comes next."""
        busy = self._desk.run.task.busy
        self._to = Step.RUN if busy else Step.DATA
        self.text.setText(
            self.tr("The training is still going on.")
            if busy
            else self.tr("When a model is trained, this page shows how good it is, where it errs, and how it compares.")
        )
        self.go.setText(self.tr("Go to the run") if busy else self.tr("Go to the data"))
