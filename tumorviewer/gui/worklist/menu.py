"""What can be done with rows."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from tumorviewer.gui.look.verdicts import verdict_icon
from tumorviewer.gui.words import class_name
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.entries import Entry


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
        self.show_scan = self._add(self.tr("Show"), enabled=rows == 1)
        self.compare = self._add(self.tr("Compare with the current scan"), enabled=facts.to_compare is not None)
        self.addSeparator()
        self._add_labels(facts)
        self.note = self._add(self.tr("Edit note..."), enabled=rows == 1)
        self.addSeparator()
        self.copy = self._add(self.tr("Copy %n name(s)", "", rows), enabled=rows > 0)
        self.export_csv = self._add(self.tr("Export %n scan(s) as CSV...", "", rows), enabled=rows > 0)
        self.export_dataset = self._add(
            self.tr("Export %n labelled scan(s) as data set...", "", facts.labelled), enabled=facts.labelled > 0
        )
        self.addSeparator()
        self.select_all = self._add(self.tr("Select all"), enabled=facts.total > 0)
        self.close_all = self._add(self.tr("Close all"), enabled=facts.total > 0)

    def _add(self, text: str, *, enabled: bool) -> QAction:
        action = self.addAction(text)
        action.setEnabled(enabled)
        return action

    def _add_labels(self, facts: MenuFacts) -> None:
        self.labels = self.addMenu(self.tr("Own label"))
        self.labels.setEnabled(bool(facts.entries))
        for label in (*CLASSES, ""):
            action = self.labels.addAction(class_name(label) if label else self.tr("None"))
            if label:
                action.setIcon(verdict_icon(label))
            action.setCheckable(True)
            action.setChecked(label == facts.label)
            action.triggered.connect(lambda _checked=False, label=label: self.label_chosen.emit(label))
