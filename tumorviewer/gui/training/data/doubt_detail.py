"""One doubtful label, large: what it is, what it may rather be, and what to do about it."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from training.decisions import LEAVE_OUT
from training.doubtful import DoubtfulLabel
from training.labels import LABELS, TUMOR_UNSPECIFIED
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.look.verdicts import verdict_icon
from tumorviewer.gui.training.data.words import decision_text, label_name
from tumorviewer.gui.training.parts import Tile, TileView, quiet
from tumorviewer.gui.words import percent
from tumorviewer.state.training.data_decisions import Decisions
from tumorviewer.workers.training.pictures import Picture

SIDE: Final = 18 * UNIT


class DoubtDetail(QFrame):
    """Picture, both labels with their probabilities, and buttons to decide.

    Parameters
    ----------
    decisions : Decisions
    """

    scan_wanted = Signal(str)
    """Path below the data set's root."""

    def __init__(self, decisions: Decisions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decisions = decisions
        self.item: DoubtfulLabel | None = None
        self._labels: tuple[str, ...] = LABELS
        self.picture = TileView(Tile(None, None), SIDE)
        self.name = QLabel()
        self.name.setFont(figures(self.font(), bold=True))
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.given, self.suggested, self.decided = _Line(), _Line(), quiet()
        self.open = QPushButton(icon("eye"), self.tr("Open in the viewer"))
        self.keep = QPushButton(icon("check"), self.tr("Keep the label"))
        self.relabel = QPushButton(icon("label"), self.tr("Give another label"))
        self.leave_out = QPushButton(icon("eye-off"), self.tr("Leave out"))
        self.undo = QPushButton(icon("undo"), self.tr("Undo the decision"))
        self.relabel.setMenu(QMenu(self.relabel))
        self._lay_out()
        self._connect()

    def show_item(self, item: DoubtfulLabel, labels: tuple[str, ...]) -> None:
        """Show a doubtful label; `labels` are those that it may be given."""
        self.item, self._labels = item, labels
        self.name.setText(_short(item.path.rpartition("/")[2]))
        self.name.setToolTip(item.path)
        text = self.tr("In the data: {label}, probable by {percent}")
        self.given.say(item.given, text.format(label=label_name(item.given), percent=percent(item.given_probability)))
        text = self.tr("Rather: {label}, probable by {percent}")
        suggested = percent(item.suggested_probability)
        self.suggested.say(item.suggested, text.format(label=label_name(item.suggested), percent=suggested))
        self._fill_menu(item)
        self.show_decision()

    def show_picture(self, picture: Picture | None) -> None:
        """Show the scan as it was read."""
        path = self.item.path if self.item is not None else ""
        self.picture.show_tile(Tile(None, picture.before if picture is not None else None, describe=path))

    def show_decision(self) -> None:
        """Show what was decided."""
        made = self._decisions.of(self.item.path, self.item.frame) if self.item is not None else None
        self.undo.setEnabled(made is not None)
        if made is None:
            self.decided.setText(self.tr("Not decided yet: the label is used as it is."))
        else:
            text = self.tr("Decided: {decision}. The file stays as it is.")
            self.decided.setText(text.format(decision=decision_text(made.decision, made.given)))

    def _decide(self, decision: str) -> None:
        if self.item is not None:
            self._decisions.decide(self.item.path, self.item.frame, self.item.given, decision)

    def _fill_menu(self, item: DoubtfulLabel) -> None:
        menu = self.relabel.menu()
        menu.clear()
        for label in sorted(self._labels, key=lambda one: one != item.suggested):
            if label != item.given:
                action = menu.addAction(verdict_icon(label), label_name(label))
                action.setData(label)
                action.triggered.connect(lambda _checked=False, label=label: self._decide(label))

    def _connect(self) -> None:
        self.open.clicked.connect(lambda: self.scan_wanted.emit(self.item.path) if self.item is not None else None)
        self.picture.chosen.connect(lambda _: self.open.click())
        self.keep.clicked.connect(lambda: self._decide(self.item.given) if self.item is not None else None)
        self.leave_out.clicked.connect(lambda: self._decide(LEAVE_OUT))
        self.undo.clicked.connect(
            lambda: self._decisions.undo(self.item.path, self.item.frame) if self.item is not None else None
        )

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(UNIT)
        for part in (self.name, self.given, self.suggested, self.decided):
            right.addWidget(part)
        right.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(UNIT)
        for place, button in enumerate((self.keep, self.relabel, self.leave_out, self.undo, self.open)):
            button.setAutoDefault(False)
            grid.addWidget(button, place // 2, place % 2)
        grid.setColumnStretch(2, 1)
        right.addLayout(grid)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, UNIT, 0, 0)
        row.setSpacing(2 * UNIT)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)


class _Line(QWidget):
    """The mark of a class, and words."""

    def __init__(self) -> None:
        super().__init__()
        self._mark, self.text = QLabel(), QLabel()
        self._mark.setFixedSize(QSize(16, 16))
        self.text.setFont(figures(self.font()))
        self.text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self._mark)
        row.addWidget(self.text, 1)

    def say(self, label: str, text: str) -> None:
        self._mark.setPixmap(verdict_icon(label).pixmap(QSize(16, 16)))
        self.text.setText(text)


def allowed_labels(present: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels that a scan may be given: "tumour of unknown type" only where the data know it."""
    return tuple(label for label in LABELS if label != TUMOR_UNSPECIFIED or label in present)


def _short(name: str) -> str:
    return name if len(name) <= 56 else f"{name[:36]}…{name[-19:]}"
