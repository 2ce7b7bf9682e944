"""What the run is at, how long it will still take, and the buttons that hold it, stop it and let it go on."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import IconName, icon, primary_icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import Card, quiet
from tumorviewer.gui.training.plan.start_bar import Figure
from tumorviewer.gui.training.plan.words import duration
from tumorviewer.gui.training.run.words import LASTING, data_text, detail_text, status_text
from tumorviewer.gui.words import number, percent
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.state.training.task import TaskStatus
from tumorviewer.workers.training.crew import Crew

WAITING = (TaskStatus.PAUSING, TaskStatus.PAUSED)
_STEPS = 1000


class ControlCard(Card):
    """The state of the run that is shown.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._desk, self._crew = desk, crew
        self.status = QLabel()
        self.status.setFont(figures(self.font(), scale=1.1, bold=True))
        self.detail = quiet()
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(UNIT)
        self.bar.setAccessibleName(self.tr("Progress of the run"))
        self.figures = QWidget()
        self.done = Figure(self.tr("Done"))
        self.left = Figure(self.tr("Time left"))
        self.speed = Figure(self.tr("Images per second"))
        self.best = Figure(self.tr("Best validation accuracy"))
        self.main, self.stop = QPushButton(), QPushButton(icon("stop"), self.tr("Stop"))
        self.main.setDefault(True)
        self.another = QPushButton(self.tr("New run…"))
        self.log = QPushButton(icon("log"), self.tr("Show log"))
        self.main.clicked.connect(self._act)
        self.stop.clicked.connect(desk.run.task.stop)
        self.another.clicked.connect(lambda: desk.show(Step.PLAN))
        self._lay_out()
        self.show_run()

    def show_run(self) -> None:
        """Show how the run stands now."""
        run = self._desk.run
        history = run.history
        live = run.kept is None and run.output is not None
        self.title.setText(run.output.name if run.output is not None else self.tr("No run yet"))
        self.status.setText(status_text(run) if run.output is not None else "")
        self.say(data_text(run))
        detail = self._detail()
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.status.setVisible(run.output is not None)
        self.figures.setVisible(run.output is not None)
        self.bar.setVisible(live)
        self.bar.setValue(round(_STEPS * run.pace.share))
        self.done.say(percent(run.pace.share) if live else "")
        seconds = run.pace.seconds_left if run.task.busy and live else None
        self.left.say(self.tr("≈ {time}").format(time=duration(seconds)) if seconds is not None else "")
        batch = history.last_batch
        speed = batch.images_per_second if batch is not None and run.task.busy else self._last_speed()
        self.speed.say(number(round(speed)) if speed else "")
        best = history.best or (history.judged[-1] if history.judged else None)
        self.best.say(percent(best.validation_accuracy, exact=True) if best is not None else "")
        self._show_buttons()

    def _lay_out(self) -> None:
        self.add(self.status)
        self.add(self.detail)
        self.add(self.bar)
        row = QHBoxLayout(self.figures)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4 * UNIT)
        for figure in (self.done, self.left, self.speed, self.best):
            row.addWidget(figure)
        row.addStretch(1)
        self.add(self.figures)
        buttons = QHBoxLayout()
        buttons.setSpacing(UNIT)
        for button in (self.main, self.stop, self.another):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.log)
        self.add(buttons)

    def _detail(self) -> str:
        run = self._desk.run
        if run.output is None:
            return self.tr("Look at the settings and start one. It goes on while you look at scans.")
        if run.task.status in WAITING and run.kept is None:
            return self.tr("Nothing is computed until you let it go on; its memory stays taken.")
        return detail_text(run.history) if run.task.busy and run.kept is None else ""

    def _last_speed(self) -> float:
        epochs = self._desk.run.history.epochs
        return epochs[-1].images_per_second if epochs else 0.0

    def _show_buttons(self) -> None:
        run, plan = self._desk.run, self._desk.plan
        status, busy = run.task.status, run.task.busy
        sign: IconName
        if busy:
            waiting = status in WAITING
            text, sign = (self.tr("Resume"), "play") if waiting else (self.tr("Pause"), "pause")
            enabled = waiting or status is TaskStatus.RUNNING
        elif self.offers_to_go_on:
            text, sign, enabled = self.tr("Go on"), "play", True
        else:
            text, sign, enabled = self.tr("Start training"), "play", plan.can_start
        self.main.setText(text)
        if self.main.property("sign") != sign:
            self.main.setProperty("sign", sign)
            self.main.setIcon(primary_icon(sign))
        self.main.setEnabled(enabled)
        self.stop.setEnabled(busy and status is not TaskStatus.STOPPING)
        self.stop.setVisible(busy)
        self.another.setVisible(not busy)
        self.another.setText(self.tr("Go to the settings") if run.output is None else self.tr("New run…"))
        self.log.setVisible(run.output is not None)

    @property
    def offers_to_go_on(self) -> bool:
        """Whether the run that is shown was interrupted by something that need not come back."""
        run = self._desk.run
        return run.can_resume and (run.failure is None or run.failure.kind not in LASTING)

    def _act(self) -> None:
        run = self._desk.run
        if run.task.busy:
            (run.task.resume if run.task.status in WAITING else run.task.pause)()
        elif self.offers_to_go_on and run.output is not None:
            self._crew.runs.go_on(run.output)
        else:
            self._crew.runs.start()
