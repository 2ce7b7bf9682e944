"""The self-test that the window shows: its lines so far, and in the end the page to keep."""

from PySide6.QtCore import QObject, Signal

from training.events import Checked, Checking, Event, Failed, Found
from tumorviewer.state.training.task import Task

WORDS = ["self-test"]
WITHOUT_TRAINING = "--quick"


class SelfTest(QObject):
    """Checks this installation in a process of its own; each start forgets what came of the one before.

    Attributes
    ----------
    task : Task
        The process.
    lines : list of Checked
        In the order of the page.
    now : str
        What is being checked; "" before the first and after the last line.
    total : int
        How many lines there will be; 0 while that is not known.
    page : str
        HTML; "" until all is done.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = Task(self)
        self.lines: list[Checked] = []
        self.now, self.total, self.page = "", 0, ""
        self.task.told.connect(self._told)
        self.task.changed.connect(self.changed)

    @property
    def failed(self) -> int:
        """How many checks failed so far."""
        return sum(line.mark == "FAIL" for line in self.lines)

    @property
    def problem(self) -> str:
        """Why it could not be done to its end; "" while nothing is wrong."""
        return self.task.outcome.message if isinstance(self.task.outcome, Failed) else ""

    def start(self, *, quick: bool) -> None:
        """Begin, unless it is at work.

        Parameters
        ----------
        quick : bool
            Train no model; for while another one is being trained.
        """
        if not self.task.busy:
            self.lines, self.now, self.total, self.page = [], "", 0, ""
            self.task.start([*WORDS, WITHOUT_TRAINING] if quick else WORDS)

    def _told(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Checking):
                self.now, self.total = event.what, event.total
            elif isinstance(event, Checked):
                self.lines.append(event)
            elif isinstance(event, Found):
                self.page = str(event.value["page"])
        self.changed.emit()
