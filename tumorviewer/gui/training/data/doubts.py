"""Labels that are likely wrong: looked for by a quick cross-validated run, judged by a person."""

from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from training.decisions import LEAVE_OUT
from training.doubtful import DoubtfulLabel, DoubtfulLabels
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.decision_list import DecisionList
from tumorviewer.gui.training.data.doubt_detail import DoubtDetail, allowed_labels
from tumorviewer.gui.training.data.job_row import DataJobRow
from tumorviewer.gui.training.data.shelf import Shelf
from tumorviewer.gui.training.data.words import decision_text, failure_text, label_in_text, label_name
from tumorviewer.gui.training.parts import Banner, Card, Tile, TileGrid
from tumorviewer.gui.words import number, percent
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.task import TaskStatus
from tumorviewer.workers.training.data_crew import DataCrew

SIDE: Final = 11 * UNIT
EACH_PAGE: Final = 24


class DoubtCard(Card):
    """The search, its finds as tiles, and the one that is judged below them.

    Parameters
    ----------
    data : DataState
    crew : DataCrew
    shelf : Shelf
    """

    scan_wanted = Signal(str)
    """Path below the data set's root."""

    def __init__(self, data: DataState, crew: DataCrew, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._data, self._shelf = data, shelf
        self._spec = InputSpec()
        self._found: DoubtfulLabels | None = None
        self._first = 0
        self.title.setText(self.tr("Doubtful labels"))
        self.say(
            self.tr(
                "Every scan is judged by a simple classifier that saw neither the scan nor its patient. Where it "
                "surely disagrees with the label, one of the two is wrong: look which."
            )
        )
        self.start = QPushButton(icon("search"), self.tr("Look for doubtful labels"))
        self.start.setAutoDefault(False)
        self.start.clicked.connect(crew.look_for_doubts)
        self.head.addWidget(self.start)
        self.progress, self.banner, self.pending, self.unsaved = DataJobRow(data.doubt), Banner(), Banner(), Banner()
        self.count_anew = QPushButton(self.tr("Count anew"))
        self.count_anew.setAutoDefault(False)
        self.count_anew.clicked.connect(data.look_again)
        self.pending.row.addWidget(self.count_anew)
        self.grid, self.detail = TileGrid(SIDE), DoubtDetail(data.decisions)
        self.grid.setAccessibleName(self.tr("Scans with doubtful labels"))
        self.back, self.on, self.place = QToolButton(), QToolButton(), QLabel()
        self.decisions = DecisionList(data.decisions)
        for part in (self.progress, self.unsaved, self.banner, self.grid, self._pager(), self.detail):
            self.add(part)
        self.add(self.decisions)
        self.add(self.pending)
        self._connect()
        self._show()

    def show_spec(self, spec: InputSpec) -> None:
        """Take how scans are read: as for the other cards, so that none is read twice."""
        self._spec = spec
        self._show_tiles()

    # ------------------------------------------------------------ building

    def _pager(self) -> QWidget:
        self.pager = QWidget()
        row = QHBoxLayout(self.pager)
        row.setContentsMargins(0, 0, 0, 0)
        self.back.setIcon(icon("chevron-left"))
        self.back.setAccessibleName(self.tr("The ones before"))
        self.on.setIcon(icon("chevron-right"))
        self.on.setAccessibleName(self.tr("The next ones"))
        self.place.setFont(figures(self.font()))
        for part in (self.back, self.place, self.on):
            row.addWidget(part)
        row.addStretch(1)
        return self.pager

    def _connect(self) -> None:
        data = self._data
        data.doubt.changed.connect(self._show)
        data.changed.connect(self._show)
        data.decisions.changed.connect(self._show_decisions)
        self._shelf.filled.connect(self._show_picture)
        self.grid.chosen.connect(self._choose)
        self.back.clicked.connect(lambda: self._turn(-EACH_PAGE))
        self.on.clicked.connect(lambda: self._turn(EACH_PAGE))
        for part in (self.detail, self.decisions):
            part.scan_wanted.connect(self.scan_wanted)

    # ------------------------------------------------------------ showing

    def _show(self) -> None:
        data = self._data
        if data.doubtful is not self._found:
            self._found, self._first, self.detail.item = data.doubtful, 0, None
            self._show_tiles()
        self.start.setEnabled(data.overview is not None and not data.doubt.busy and not data.is_looking)
        self.start.setText(self.tr("Look again") if self._found is not None else self.tr("Look for doubtful labels"))
        self._show_banner()
        self._show_decisions()

    def _show_banner(self) -> None:
        job, found = self._data.doubt, self._found
        if job.busy:
            self.banner.say("info", "")
        elif job.failure is not None:
            self.banner.say("danger", failure_text(job.failure))
        elif job.task.status is TaskStatus.STOPPED and self._data.folder is not None and found is None:
            self.banner.say("info", self.tr("Stopped. What was read is kept: looking again is quicker."))
        elif found is not None:
            self.banner.say("warning" if found.labels else "good", self._found_text(found))
        else:
            self.banner.say("info", "")

    def _found_text(self, found: DoubtfulLabels) -> str:
        judged = self.tr("Judged %n label(s).", "", found.judged)
        if not found.labels:
            none = self.tr("None of them is doubtful.")
            return f"{judged} {none}"
        count = len(found.labels)
        doubtful = self.tr("Doubtful: %n of them, the most doubtful first. Choose one to decide.", "", count)
        return f"{judged} {doubtful}"

    def _items(self) -> tuple[DoubtfulLabel, ...]:
        return self._found.labels[self._first : self._first + EACH_PAGE] if self._found is not None else ()

    def _show_tiles(self) -> None:
        items = self._items()
        self.grid.setVisible(bool(items))
        self.grid.show_tiles([self._tile(item) for item in items])
        count = len(self._found.labels) if self._found is not None else 0
        self.pager.setVisible(count > EACH_PAGE)
        text = self.tr("{first} to {last} of {all}")
        last = self._first + len(items)
        self.place.setText(text.format(first=number(self._first + 1), last=number(last), all=number(count)))
        self.back.setEnabled(self._first > 0)
        self.on.setEnabled(last < count)
        self.detail.setVisible(self.detail.item is not None)

    def _turn(self, by: int) -> None:
        self._first = max(self._first + by, 0)
        self._show_tiles()

    def _choose(self, item: DoubtfulLabel) -> None:
        present = tuple(self._data.overview.counts) if self._data.overview is not None else ()
        self.detail.show_item(item, allowed_labels(present))
        self.detail.show_picture(self._shelf.picture(item.path, item.frame, self._spec))
        self.detail.show()

    def _tile(self, item: DoubtfulLabel) -> Tile:
        picture = self._shelf.picture(item.path, item.frame, self._spec)
        made = self._data.decisions.of(item.path, item.frame)
        text = self.tr("{path}: in the data {given}, probable by {given_percent}; rather {suggested}, {percent}")
        tone: Literal["good", "danger"] | None = None
        if made is not None:
            tone = "danger" if made.decision == LEAVE_OUT else "good"
        return Tile(
            item,
            picture.before if picture is not None else None,
            caption=label_name(item.given),
            below=decision_text(made.decision, made.given)
            if made is not None
            else self.tr("→ {label}").format(label=label_in_text(item.suggested)),
            tone=tone,
            describe=text.format(
                path=item.path,
                given=label_in_text(item.given),
                given_percent=percent(item.given_probability),
                suggested=label_in_text(item.suggested),
                percent=percent(item.suggested_probability),
            ),
        )

    def _show_picture(self, filled: tuple[str, int]) -> None:
        for item in self._items():
            if (item.path, item.frame) == filled:
                self.grid.show_tile(self._tile(item))
        shown = self.detail.item
        if shown is not None and (shown.path, shown.frame) == filled:
            self.detail.show_picture(self._shelf.picture(shown.path, shown.frame, self._spec))

    def _show_decisions(self) -> None:
        decisions = self._data.decisions
        for item in self._items():
            self.grid.show_tile(self._tile(item))
        self.detail.show_decision()
        self.decisions.show_all()
        waiting = decisions.pending and not self._data.is_looking and self._data.folder is not None
        text = self.tr("The counts above do not hold your newest decisions yet; runs follow them already.")
        self.pending.say("info", text if waiting else "")
        problem = self.tr("Your decisions could not be saved: {reason}. They hold until the program is closed.")
        self.unsaved.say("danger", problem.format(reason=decisions.problem) if decisions.problem else "")
