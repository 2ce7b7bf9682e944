"""The page Run: what is being trained, its curves, and the runs of before."""

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from training.runs import RunStatus
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import Banner
from tumorviewer.gui.training.run.confusion import ConfusionCard
from tumorviewer.gui.training.run.control import ControlCard
from tumorviewer.gui.training.run.curve_card import CurveCard
from tumorviewer.gui.training.run.kept_list import KeptCard
from tumorviewer.gui.training.run.words import DATA_KINDS, SETTINGS_KINDS, failure_text, leak_text, note_text
from tumorviewer.gui.window.dialogs.texts import LogDialog
from tumorviewer.gui.words import percent
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.state.training.task import TaskStatus
from tumorviewer.workers.training.crew import Crew

REDRAW_MS = 100


class RunPage(QWidget):
    """The page.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._crew = desk, crew
        self.banner, self.notes, self.trouble = Banner(), Banner(), Banner()
        self.way_out = QPushButton()
        self._way_to = Step.RESULT
        self.banner.row.addWidget(self.way_out)
        self.control = ControlCard(desk, crew)
        self.curves = CurveCard(desk, crew)
        self.confusion = ConfusionCard()
        self.kept = KeptCard(desk, crew)
        self._drawn = QElapsedTimer()
        self._redraw = QTimer(self, singleShot=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 3 * UNIT, 3 * UNIT, 3 * UNIT)
        column.setSpacing(2 * UNIT)
        for part in (self.banner, self.trouble, self.control, self.notes, self.curves, self.confusion, self.kept):
            column.addWidget(part)
        column.addStretch(1)
        self._connect()
        self._show_all()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what happened while the page was not seen, and look which runs there are."""
        super().showEvent(event)
        self._crew.runs.refresh()
        self.curves.show_levels()
        self._draw()

    def _connect(self) -> None:
        run = self._desk.run
        self._redraw.timeout.connect(self._draw)
        run.progressed.connect(self._draw_soon)
        run.begun.connect(self._show_all)
        run.ended.connect(self._show_all)
        run.task.changed.connect(self._show_all)
        self._desk.plan.changed.connect(self.control.show_run)
        self._desk.data.changed.connect(self._show_levels)
        self._desk.kept.changed.connect(self._show_trouble)
        self._desk.plan.changed.connect(self._show_trouble)
        self.control.log.clicked.connect(self.show_log)
        self.way_out.clicked.connect(lambda: self._desk.show(self._way_to))

    def show_log(self) -> None:
        """Show what the computation noted."""
        output = self._desk.run.output
        if output is not None:
            about = self.tr("What the computation noted, for those who look for faults.")
            dialog = LogDialog(about, str(output), self.tr("Log of the run"), self.window())

            def show(text: str) -> None:
                if isValid(dialog):  # it may have been closed meanwhile
                    dialog.show_log(text)

            dialog.reload_wanted.connect(lambda: self._crew.runs.read_log(show))
            self._crew.runs.read_log(show)
            dialog.open()

    # ------------------------------------------------------------ drawing

    def _draw_soon(self) -> None:
        """Draw ten times a second at most, and only what is seen."""
        if self.isVisible() and not self._redraw.isActive():
            since = self._drawn.elapsed() if self._drawn.isValid() else REDRAW_MS
            self._redraw.start(max(0, REDRAW_MS - since))

    def _draw(self) -> None:
        self._drawn.start()
        history = self._desk.run.history
        begun = bool(history.phases or history.all_epochs or history.batch_loss.x)
        self.curves.setVisible(begun)
        self.confusion.setVisible(bool(history.all_epochs))
        self.control.show_run()
        if begun:
            self.curves.show_run()
            self.confusion.show_history(history)
        self._show_notes()

    def _show_levels(self) -> None:
        if self.isVisible():
            self.curves.show_levels()

    def _show_all(self) -> None:
        self.curves.show_levels()
        self.curves.show_beside()
        self._show_banner()
        self._draw()

    def _show_notes(self) -> None:
        leak = leak_text(self._desk.run.history)
        lines = [leak] if leak else []
        self.notes.say("warning" if leak else "info", "\n".join([*lines, *map(note_text, self._desk.run.notes)]))

    def _show_trouble(self) -> None:
        reason = self._desk.kept.problem or self._desk.plan.trouble
        self.trouble.say("danger", self.tr("This did not work: {reason}").format(reason=reason) if reason else "")

    # ------------------------------------------------------------ what happened, in a sentence

    def _show_banner(self) -> None:
        run = self._desk.run
        stopped = run.kept is None and run.task.status is TaskStatus.STOPPED
        interrupted = run.kept is not None and run.kept.status is RunStatus.UNFINISHED
        self.way_out.setVisible(False)
        if run.output is None or (run.task.busy and run.kept is None):
            self.banner.say("info", "")
        elif run.end is not None:
            self.banner.say("good", self._finished_text())
            self._offer(Step.RESULT, self.tr("See the result"))
        elif run.failure is not None:
            self.banner.say("danger", failure_text(run.failure))
            if run.failure.kind in DATA_KINDS:
                self._offer(Step.DATA, self.tr("Go to the data"))
            elif run.failure.kind in SETTINGS_KINDS:
                self._offer(Step.PLAN, self.tr("Go to the settings"))
        elif stopped:
            self.banner.say("info", self.tr("Stopped. What was done is kept: the run can go on from there."))
        elif interrupted:
            self.banner.say(
                "info", self.tr("This run was interrupted. What was done is kept: it can go on from there.")
            )
        else:
            self.banner.say("info", "")

    def _offer(self, step: Step, text: str) -> None:
        self._way_to = step
        self.way_out.setText(text)
        self.way_out.setVisible(True)

    def _finished_text(self) -> str:
        run = self._desk.run
        reached = run.end.test_macro_sensitivity if run.end is not None else None
        # Of a split that tears patients apart no figure is shown.
        leak_free = run.history.started is not None and run.history.started.leak_free
        if reached is None or not leak_free:
            return self.tr("The model is trained.")
        text = self.tr("The model is trained. Of the test scans of a class it finds {share} on average.")
        return text.format(share=percent(reached, exact=True))
