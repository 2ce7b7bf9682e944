"""What the run will need, beside the button that starts it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from training.events import Failed, Progress
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import quiet
from tumorviewer.gui.training.plan.words import data_size, duration
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.state.training.task import TaskStatus
from tumorviewer.workers.training.crew import Crew


class Figure(QWidget):
    """A number with its name above."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.value = QLabel("–")
        self.value.setFont(figures(self.font(), scale=1.3, bold=True))
        caption = quiet(name)
        caption.setWordWrap(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(caption)
        column.addWidget(self.value)

    def say(self, value: str) -> None:
        """Write the number."""
        self.value.setText(value or "–")
        self.value.setAccessibleName(f"{self._name}: {value or '–'}")


class StartBar(QFrame):
    """Time, memory and disk; a measurement; and Start. Always in sight.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._desk, self._crew = desk, crew
        self._progress: Progress | None = None
        self.time = Figure(self.tr("Time"))
        self.memory = Figure(self.tr("Memory"))
        self.disk = Figure(self.tr("Disk"))
        self.text = quiet()
        self.measure = QToolButton()
        self.measure.setIcon(icon("measure"))
        self.measure.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.measure.setToolTip(self.tr("Trains a few batches of noise, to know how fast this machine is."))
        self.measure.clicked.connect(self._measure_or_stop)
        self.start = QPushButton(self.tr("Start training"))
        self.start.setDefault(True)
        self.start.clicked.connect(crew.runs.start)
        self._lay_out()
        desk.plan.changed.connect(self._show)
        desk.plan.measuring.told.connect(self._told)
        desk.run.task.changed.connect(self._show)
        desk.data.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        column.setSpacing(UNIT // 2)
        above = QHBoxLayout()
        above.setSpacing(3 * UNIT)
        for figure in (self.time, self.memory, self.disk):
            above.addWidget(figure)
        above.addStretch(1)
        above.addWidget(self.start, 0, Qt.AlignmentFlag.AlignVCenter)
        below = QHBoxLayout()
        below.setSpacing(2 * UNIT)
        below.addWidget(self.text, 1)
        below.addWidget(self.measure)
        column.addLayout(above)
        column.addLayout(below)

    def _measure_or_stop(self) -> None:
        measuring = self._desk.plan.measuring
        if measuring.busy:
            measuring.stop()
        else:
            self._crew.plans.measure()

    def _told(self, events: list[object]) -> None:
        steps = [event for event in events if isinstance(event, Progress)]
        self._progress = steps[-1] if steps else self._progress
        self._show()

    def _show(self) -> None:
        plan, running = self._desk.plan, self._desk.run.task.busy
        foreseen, measuring = plan.foreseen, plan.measuring
        known = foreseen is not None and plan.config is not None
        self.time.say(self._about(duration(foreseen.estimate.seconds)) if foreseen and known else "")
        self.memory.say(data_size(foreseen.estimate.peak_memory_bytes) if foreseen and known else "")
        self.disk.say(data_size(foreseen.estimate.disk_bytes) if foreseen and known else "")
        self.text.setText(self._text())
        self.measure.setText(self.tr("Stop measuring") if measuring.busy else self.tr("Measure on this machine"))
        self.measure.setEnabled(
            (measuring.busy and measuring.status is not TaskStatus.STOPPING)
            or (not running and plan.config is not None and plan.data.folder is not None)
        )
        self.start.setEnabled(plan.can_start and not running)

    def _about(self, time: str) -> str:
        return self.tr("≈ {time}").format(time=time)

    def _text(self) -> str:
        plan = self._desk.plan
        foreseen = plan.foreseen
        if self._desk.run.task.busy:
            return self.tr("A model is being trained. The next one can start when it is done.")
        if plan.measuring.busy:
            return self._measuring_text()
        if isinstance(plan.measuring.outcome, Failed):
            return self.tr("This machine could not be measured: the estimate is rough.")
        if plan.config is None:
            return self.tr("Something in the settings has to be mended first.")
        if foreseen is None:
            return self.tr("An estimate stands here as soon as the data are known.")
        if foreseen.estimate.confident:
            return self.tr("Measured on this machine.")
        if foreseen.measured is not None:
            return self.tr("Reckoned from a measurement with other settings.")
        return self.tr("Rough: this machine was not measured yet.")

    def _measuring_text(self) -> str:
        if self._progress is None or self._progress.stage != "measure":
            return self.tr("Measuring: the network is being loaded …")
        text = self.tr("Measuring: step {done} of {total} …")
        return text.format(done=self._progress.done, total=self._progress.total)
