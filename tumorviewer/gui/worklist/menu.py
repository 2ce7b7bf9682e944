"""What can be done with rows."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from tumorviewer.gui.look.icons import IconName, icon
from tumorviewer.gui.look.verdicts import verdict_icon
from tumorviewer.gui.words import class_name
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.entries import Entry

_KEYS = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class MenuFacts:
    """What decides which entries of the menu can be chosen.

    Attributes
    ----------
    entries : tuple of Entry
        The rows that it is about.
    current : int or None
        Id of the current scan.
    labelled, total : int
        Of all rows.
    """

    entries: tuple[Entry, ...]
    current: int | None
    labelled: int
    total: int

    @property
    def to_compare(self) -> int | None:
        """The one row that is not the current scan itself."""
        others = [entry.id for entry in self.entries if entry.id != self.current]
        return others[0] if len(others) == 1 and self.current is not None else None

    @property
    def label(self) -> str | None:
        """The label that all rows have; None if they differ."""
        labels = {entry.label for entry in self.entries}
        return labels.pop() if len(labels) == 1 else None


class RowMenu(QMenu):
    """The context menu of one or several rows."""

    label_chosen = Signal(str)
    """A class, or "" for none."""

    def __init__(self, facts: MenuFacts, parent: QWidget) -> None:
        super().__init__(parent)
        self.facts = facts
        rows = len(facts.entries)
        compare = facts.to_compare is not None
        self.show_scan = self._add("eye", self.tr("Show"), enabled=rows == 1, keys=QKeySequence(Qt.Key.Key_Return))
        self.compare = self._add("compare", self.tr("Compare with the current scan"), enabled=compare)
        self.addSeparator()
        self._add_labels(facts)
        self.note = self._add("note", self.tr("Edit note…"), enabled=rows == 1)
        self.addSeparator()
        self.copy = self._add("copy", self.tr("Copy %n name(s)", "", rows), enabled=rows > 0, keys=_KEYS.Copy)
        self.select_all = self._add(None, self.tr("Select all"), enabled=facts.total > 0, keys=_KEYS.SelectAll)
        self.addSeparator()
        self.export_csv = self._add("export", self.tr("Export %n scan(s) as CSV…", "", rows), enabled=rows > 0)
        labelled = facts.labelled
        text = self.tr("Export %n labelled scan(s) as a data set…", "", labelled)
        self.export_dataset = self._add(None, text, enabled=labelled > 0)
        self.addSeparator()
        self.close_all = self._add("close-all", self.tr("Close all"), enabled=facts.total > 0)

    def _add(
        self, name: IconName | None, text: str, *, enabled: bool, keys: QKeySequence | _KEYS | None = None
    ) -> QAction:
        action = self.addAction(text) if name is None else self.addAction(icon(name), text)
        action.setEnabled(enabled)
        if keys is not None:  # shown here; it is the list that listens to it
            action.setText(f"{text}\t{QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)}")
        return action

    def _add_labels(self, facts: MenuFacts) -> None:
        self.labels = self.addMenu(icon("person"), self.tr("Own label"))
        self.labels.setEnabled(bool(facts.entries))
        for label in (*CLASSES, ""):
            action = self.labels.addAction(class_name(label) if label else self.tr("None"))
            if label:
                action.setIcon(verdict_icon(label))
            action.setCheckable(True)
            action.setChecked(label == facts.label)
            action.triggered.connect(lambda _checked=False, label=label: self.label_chosen.emit(label))
