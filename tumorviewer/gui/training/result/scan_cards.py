"""The worst mistakes, and the test scans one by one."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from training.labels import LABELS
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.look.verdicts import verdict_icon
from tumorviewer.gui.training.parts import Card, quiet
from tumorviewer.gui.training.plan.fields import ChoiceBox
from tumorviewer.gui.training.result.scan_grid import ScanGrid
from tumorviewer.gui.training.result.words import label_name
from tumorviewer.gui.words import number
from tumorviewer.state.training.result import Pick, ResultState
from tumorviewer.workers.training.pictures import PictureReader


class WorstCard(Card):
    """Wrong answers, the surest first.

    Parameters
    ----------
    state : ResultState
    pictures : PictureReader
    """

    def __init__(self, state: ResultState, pictures: PictureReader, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._state = state
        self.title.setText(self.tr("Worst mistakes"))
        self.say(self.tr("Those that the model was surest of come first. A click opens the scan in the viewer."))
        self.grid = ScanGrid("worst", pictures)
        self.add(self.grid)

    def show_result(self) -> None:
        """Show those of another result."""
        result = self._state.result
        worst = self._state.worst
        self.grid.forget()
        self.grid.show_scans(worst, result.card.input if result is not None else None)
        self.setVisible(bool(worst))


class ScansCard(Card):
    """Test scans drawn by chance, with buttons that choose which.

    Parameters
    ----------
    state : ResultState
    pictures : PictureReader
    """

    def __init__(self, state: ResultState, pictures: PictureReader, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._state = state
        self.title.setText(self.tr("Test scans, one by one"))
        self.say(
            self.tr("What each scan is, and below it what the model said; where it is uncertain, with a question mark.")
        )
        names = {Pick.ALL: self.tr("All"), Pick.WRONG: self.tr("Wrong"), Pick.UNCERTAIN: self.tr("Uncertain")}
        self.picks = {pick: QPushButton(text) for pick, text in names.items()}
        self.label = ChoiceBox()
        self.label.setAccessibleName(self.tr("Class"))
        self.shuffle = QPushButton(icon("reset"), self.tr("Shuffle"))
        self.count = quiet()
        self.count.setWordWrap(False)
        self.grid = ScanGrid("drawn", pictures)
        self._lay_out()
        self.label.activated.connect(lambda _: self._choose())
        self.shuffle.clicked.connect(state.shuffle)
        state.picked.connect(self._show_drawn)

    def show_result(self) -> None:
        """Show those of another result."""
        scans = self._state.result.scans if self._state.result is not None else ()
        there = {scan.label for scan in scans}
        with QSignalBlocker(self.label):
            self.label.clear()
            self.label.addItem(self.tr("All classes"), "")
            for label in LABELS:
                if label in there:
                    self.label.addItem(verdict_icon(label), label_name(label), label)
            self.label.setCurrentIndex(max(self.label.findData(self._state.label), 0))
        self.picks[self._state.pick].setChecked(True)
        self.grid.forget()
        self.setVisible(bool(scans))
        self._show_drawn()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        group = QButtonGroup(self)
        for button in self.picks.values():
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.clicked.connect(self._choose)
            group.addButton(button)
            row.addWidget(button)
        row.addWidget(self.label)
        row.addStretch(1)
        row.addWidget(self.count)
        row.addWidget(self.shuffle)
        self.add(row)
        self.add(self.grid)

    def _choose(self) -> None:
        pick = next((pick for pick, button in self.picks.items() if button.isChecked()), Pick.ALL)
        self._state.show_only(pick, self.label.currentData() or "")

    def _show_drawn(self) -> None:
        state, result = self._state, self._state.result
        drawn, found = state.drawn, state.matching
        self.grid.show_scans(drawn, result.card.input if result is not None else None)
        self.shuffle.setEnabled(len(found) > len(drawn))
        self.count.setText(self._count_text(len(drawn), len(found)))

    def _count_text(self, drawn: int, found: int) -> str:
        """Return how many are shown; how many there are is told only where figures may be."""
        if not found:
            return self.tr("none of this kind")
        result = self._state.result
        if result is None or not result.leak_free:
            return ""
        return self.tr("{shown} of {all}").format(shown=number(drawn), all=number(found))
