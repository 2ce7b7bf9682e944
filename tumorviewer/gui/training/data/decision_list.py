"""Every decision about a label, to be looked at and taken back one by one."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from training.decisions import Decision
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.words import decision_text, label_name
from tumorviewer.gui.training.parts import quiet
from tumorviewer.gui.training.plain_table import make_plain
from tumorviewer.state.training.data_decisions import Decisions

MOST_ROWS: Final = 6
_DECISION: Final = Qt.ItemDataRole.UserRole


class DecisionList(QWidget):
    """A table, shown as soon as there is a decision.

    Parameters
    ----------
    decisions : Decisions
    """

    scan_wanted = Signal(str)
    """Path below the data set's root."""

    def __init__(self, decisions: Decisions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decisions = decisions
        self._shown: tuple[Decision, ...] = ()
        self.title = quiet()
        self.table = QTreeWidget()
        self.undo = QPushButton(icon("undo"), self.tr("Undo this decision"))
        self.undo.setAutoDefault(False)
        self._prepare()
        row = QHBoxLayout()
        row.addWidget(self.undo)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, UNIT, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.title)
        column.addWidget(self.table)
        column.addLayout(row)
        self.table.itemSelectionChanged.connect(self._show_button)
        self.table.itemDoubleClicked.connect(self._open)
        self.undo.clicked.connect(self._undo)
        self.show_all()

    def show_all(self) -> None:
        """Show the decisions as they are now."""
        made = self._decisions.all
        self.setVisible(bool(made))
        if made == self._shown:
            return
        self._shown = made
        self.title.setText(self.tr("Your %n decision(s): runs follow them, the files stay as they are.", "", len(made)))
        self.table.clear()
        for decision in made:
            words = [decision.path, label_name(decision.given), decision_text(decision.decision, decision.given)]
            item = QTreeWidgetItem(words)
            item.setData(0, _DECISION, decision)
            item.setToolTip(0, decision.path)
            self.table.addTopLevelItem(item)
        rows = min(len(made), MOST_ROWS)
        height = max(self.table.sizeHintForRow(0), 3 * UNIT)
        self.table.setFixedHeight(self.table.header().sizeHint().height() + rows * height + UNIT)
        self._show_button()

    def _prepare(self) -> None:
        table = self.table
        table.setHeaderLabels([self.tr("Scan"), self.tr("Label in the data"), self.tr("Decision")])
        table.setAccessibleName(self.tr("Decisions about labels"))
        make_plain(table)

    def _chosen(self) -> Decision | None:
        items = self.table.selectedItems()
        return items[0].data(0, _DECISION) if items else None

    def _show_button(self) -> None:
        self.undo.setEnabled(self._chosen() is not None)

    def _undo(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._decisions.undo(chosen.path, chosen.frame)

    def _open(self, item: QTreeWidgetItem) -> None:
        self.scan_wanted.emit(item.data(0, _DECISION).path)
