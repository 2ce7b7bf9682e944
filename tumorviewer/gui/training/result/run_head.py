"""Which run's result is shown."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from training.runs import RunStatus
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.plan.fields import ChoiceBox
from tumorviewer.gui.training.run.words import date_text
from tumorviewer.state.training.desk import TrainingDesk


class RunHead(QWidget):
    """The name of the model, and a list of all runs that have one.

    Parameters
    ----------
    desk : TrainingDesk
    """

    wanted = Signal(object)
    """The folder of a run, a `Path`."""

    def __init__(self, desk: TrainingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._listed: list[tuple[Path, str]] = []
        self.name = QLabel()
        self.name.setFont(figures(self.font(), scale=1.3, bold=True))
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.runs = ChoiceBox()
        self.runs.setAccessibleName(self.tr("Run"))
        self.runs.setMinimumWidth(30 * UNIT)
        self.runs.activated.connect(lambda place: self.wanted.emit(self.runs.itemData(place)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.name, 1)
        row.addWidget(self.runs)

    def show_runs(self) -> None:
        """Show which runs there are, and which of them is shown."""
        state = self._desk.result
        finished = [run for run in self._desk.kept.runs if run.status is RunStatus.FINISHED]
        listed = [
            (run.folder, self.tr("{run}, {date}").format(run=run.folder.name, date=date_text(run))) for run in finished
        ]
        with QSignalBlocker(self.runs):
            if listed != self._listed:
                self.runs.clear()
                for folder, text in listed:
                    self.runs.addItem(text, folder)
                self._listed = listed
            self.runs.setCurrentIndex(next((i for i, (folder, _) in enumerate(listed) if folder == state.folder), -1))
        self.runs.setVisible(len(listed) > 1)
        if state.result is not None:
            card = state.result.card
            self.name.setText(f"{card.name} {card.version}")
        else:
            self.name.setText(state.folder.name if state.folder is not None else "")
        self.name.setToolTip(str(state.folder) if state.folder is not None else "")
