"""Whether training may begin, in one sentence, with the button that mends what is wrong right beside it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from training.overview import DataOverview, Verdict
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.words import blocked_text, failure_text, trouble_text
from tumorviewer.gui.training.parts import Banner
from tumorviewer.gui.words import number
from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.task import TaskStatus


class VerdictBanners(QWidget):
    """What was not opened, what could not be looked over, and the verdict on what is known.

    Parameters
    ----------
    data : DataState
    """

    settings_wanted = Signal()

    def __init__(self, data: DataState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self.trouble, self.failure, self.stopped, self.verdict = Banner(), Banner(), Banner(), Banner()
        self.again = QPushButton(self.tr("Try again"))
        self.again.clicked.connect(data.look_again)
        self.failure.row.addWidget(self.again)
        self.go_on_looking = QPushButton(self.tr("Go on"))
        self.go_on_looking.clicked.connect(data.look_again)
        self.stopped.row.addWidget(self.go_on_looking)
        self.mend = QPushButton(self.tr("Mend the split"))
        self.mend.setDefault(True)
        self.mend.clicked.connect(data.mend)
        self.go_on = QPushButton(self.tr("Go to the settings"))
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self.settings_wanted)
        self.verdict.row.addWidget(self.mend)
        self.verdict.row.addWidget(self.go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        self._all = self.trouble, self.failure, self.stopped, self.verdict
        for banner in self._all:
            column.addWidget(banner)
        data.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        data, overview = self._data, self._data.overview
        self.trouble.say(
            "danger" if data.folder is None else "warning",
            trouble_text(data.trouble) if data.trouble is not None else "",
        )
        failed = data.failure is not None and not data.is_looking
        self.failure.say("danger", failure_text(data.failure) if data.failure is not None and failed else "")
        self.stopped.say("info", self._stopped_text() if self._is_stopped() else "")
        verdict = overview.verdict if overview is not None and not data.is_looking else None
        self.mend.setVisible(verdict in (Verdict.LEAKY, Verdict.BLOCKED) and _can_mend(overview))
        self.go_on.setVisible(verdict is Verdict.READY)
        if overview is None or verdict is None:
            self.verdict.say("info", "")
        elif verdict is Verdict.BLOCKED:
            self.verdict.say("danger", self._blocked_text(overview))
        elif verdict is Verdict.LEAKY:
            self.verdict.say("warning", self._leaky_text())
        else:
            self.verdict.say("good", self._ready_text(overview))
        self.setVisible(any(not banner.isHidden() for banner in self._all))

    def _is_stopped(self) -> bool:
        data = self._data
        stopped = data.looking.task.status is TaskStatus.STOPPED and not data.is_looking
        return stopped and data.folder is not None and data.overview is None

    def _stopped_text(self) -> str:
        return self.tr(
            "You stopped before all scans were looked at. What was read so far is kept: going on is quicker."
        )

    def _blocked_text(self, overview: DataOverview) -> str:
        if not _can_mend(overview):
            return blocked_text(overview)
        mending = self.tr("Another split may do: mending deals all scans out by chance, copies and patients together.")
        return f"{blocked_text(overview)} {mending}"

    def _leaky_text(self) -> str:
        return self.tr(
            "The split leaks: slices or patients of the test part are also in training. A test accuracy would say "
            "little about new patients, so none is shown. Mending keeps copies and patients in one part."
        )

    def _ready_text(self, overview: DataOverview) -> str:
        parts = {part: sum(row[part] for row in overview.counts.values()) for part in ("train", "validation", "test")}
        text = self.tr(
            "Ready: {train} scans to learn from, {validation} to check, {test} to test. No copy and no known patient "
            "is in two parts."
        )
        return text.format(**{part: number(count) for part, count in parts.items()})


def _can_mend(overview: DataOverview | None) -> bool:
    return overview is not None and overview.mend is not None
