"""The tab Training: steps on the left, the page of the step in the middle, help beside it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tumorviewer.gui.look.icons import IconName, icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.page import DataPage
from tumorviewer.gui.training.help_panel import HelpPanel
from tumorviewer.gui.training.missing import MissingPage
from tumorviewer.gui.training.models.page import ModelsPage
from tumorviewer.gui.training.plan.page import PlanPage
from tumorviewer.gui.training.result.page import ResultPage
from tumorviewer.gui.training.run.page import RunPage
from tumorviewer.paths import is_frozen
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.workers.training.crew import Crew

RAIL = 20 * UNIT
_ICONS: dict[Step, IconName] = {
    Step.DATA: "folder",
    Step.PLAN: "settings",
    Step.RUN: "play",
    Step.RESULT: "check",
    Step.MODELS: "model",
}


class TrainingPage(QWidget):
    """From a folder of scans to a model of one's own, step by step; every step can be looked at at any time.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    scans_wanted = Signal(list)
    """Some `Path`: scans to be opened in the viewer."""

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.rail = QListWidget(self)
        self.stack = QStackedWidget(self)
        # Each page is made where it stays: a widget that moves is styled anew, with all that is in it.
        self._areas = {step: self._scroll_area(step) for step in Step}
        self.data = DataPage(desk, crew, self._areas[Step.DATA].viewport())
        self.plan = PlanPage(desk, crew, self._areas[Step.PLAN].viewport())
        self.run = RunPage(desk, crew, self._areas[Step.RUN].viewport())
        self.result = ResultPage(desk, crew, self._areas[Step.RESULT].viewport())
        self.models = ModelsPage(desk, crew, self._areas[Step.MODELS].viewport())
        self.help = HelpPanel(desk, self)
        self._pages = {
            Step.DATA: self.data,
            Step.PLAN: self.plan,
            Step.RUN: self.run,
            Step.RESULT: self.result,
            Step.MODELS: self.models,
        }
        self._fill_rail()
        for step, page in self._pages.items():
            self._areas[step].setWidget(page)
            lacking = self._lacks_parts(step)
            self.stack.addWidget(MissingPage(desk.missing, frozen=is_frozen()) if lacking else self._areas[step])
        self._lay_out()
        for made in (self.data, self.result):
            made.scans_wanted.connect(self.scans_wanted)
        self.rail.currentRowChanged.connect(lambda row: desk.show(list(Step)[row]))
        desk.step_changed.connect(self._show_step)
        self._show_step()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Take a data set that was dropped."""
        self._desk.show(Step.DATA)
        self.data.open_paths(paths)

    def _lacks_parts(self, step: Step) -> bool:
        """Tell whether a step cannot be done here: without the parts that train only models can be looked after."""
        return bool(self._desk.missing) and step is not Step.MODELS

    def _scroll_area(self, step: Step) -> QScrollArea:
        area = QScrollArea(None if self._lacks_parts(step) else self.stack)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        return area

    def _fill_rail(self) -> None:
        names = {
            Step.DATA: self.tr("Data"),
            Step.PLAN: self.tr("Settings"),
            Step.RUN: self.tr("Run"),
            Step.RESULT: self.tr("Result"),
            Step.MODELS: self.tr("Models"),
        }
        self.rail.setAccessibleName(self.tr("Steps of training"))
        self.rail.setFrameShape(QFrame.Shape.NoFrame)
        self.rail.setProperty("role", "rail")
        self.rail.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rail.setIconSize(QSize(18, 18))
        for step in Step:
            item = QListWidgetItem(icon(_ICONS[step]), names[step])
            item.setSizeHint(QSize(RAIL - 2 * UNIT, 5 * UNIT))
            self.rail.addItem(item)
        self.rail.setFixedWidth(RAIL)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        left = QVBoxLayout()
        left.setContentsMargins(UNIT, 2 * UNIT, UNIT, UNIT)
        left.addWidget(self.rail, 1)
        left.addWidget(self.help.button)
        row.addLayout(left)
        row.addWidget(self.stack, 1)
        row.addWidget(self.help)
        self.setTabOrder(self.rail, self.help.button)

    def _show_step(self) -> None:
        place = list(Step).index(self._desk.step)
        with QSignalBlocker(self.rail):
            self.rail.setCurrentRow(place)
        self.stack.setCurrentIndex(place)
