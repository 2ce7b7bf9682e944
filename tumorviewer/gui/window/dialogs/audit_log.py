"""The audit log: whether it is whole, what was done last, and the way to keep a copy."""

from collections.abc import Mapping

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHeaderView, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.plurals import tr
from tumorviewer.gui.window.dialogs.base import Dialog
from tumorviewer.storage.audit_log import AuditEntry, AuditKind, Verification

_SHORT = 12
"""Characters of a hash that are enough for a person to tell it from others."""


class AuditLogDialog(Dialog):
    """What was opened, answered, labelled and exported, the newest first."""

    SIZE = QSize(100 * UNIT, 70 * UNIT)

    check_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Audit log"))
        self.state = QLabel(self.tr("Looking through the log…"))
        self.state.setWordWrap(True)
        hint = QLabel(
            self.tr(
                "Every entry holds a fingerprint of the one before, so a change shows. Note the newest fingerprint "
                "elsewhere now and then: with it anybody can check later that the log was not made anew. Scans are "
                "named by their content, never by patient or file."
            )
        )
        hint.setProperty("role", "quiet")
        hint.setWordWrap(True)
        self.head = QLineEdit(readOnly=True)
        self.head.setAccessibleName(self.tr("Newest fingerprint"))
        line = QGridLayout()
        line.addWidget(QLabel(self.tr("Newest fingerprint")), 0, 0)
        line.addWidget(self.head, 0, 1)
        self.list = self._make_list()
        for part in (self.state, hint):
            self.body.addWidget(part)
        self.body.addLayout(line)
        self.body.addWidget(self.list, 1)
        self.copy = self.add_button(self.tr("Copy fingerprint"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.head.text()))
        self.save = self.add_button(self.tr("Save a copy…"))
        self.save.clicked.connect(self.save_wanted)
        self.check = self.add_button(self.tr("Check again"))
        self.check.clicked.connect(self.check_wanted)

    def show_log(self, found: Verification, newest: list[AuditEntry]) -> None:
        """Show the outcome of a look through the whole log, and its newest entries."""
        if found.is_whole:
            self.state.setText(_all_in_order(found.entries))
        else:
            broken = self.tr("⚠ The log was changed. In order up to entry {count}. {fault}")
            self.state.setText(broken.format(count=found.entries, fault=found.fault))
        self.head.setText(found.head if found.entries else "")
        self.copy.setEnabled(bool(found.entries))
        self.list.clear()
        self.list.addTopLevelItems([self._line(entry) for entry in newest])

    def show_problem(self, reason: str) -> None:
        """Say why it cannot be read."""
        self.state.setText(self.tr("The audit log cannot be read: {reason}").format(reason=reason))

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setHeaderLabels([self.tr("When"), self.tr("What"), self.tr("Details")])
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setAccessibleName(self.tr("Newest entries"))
        made.setStyleSheet("QTreeView::item { padding: 3px 8px 3px 4px; }")
        made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        made.header().setStretchLastSection(True)
        return made

    def _line(self, entry: AuditEntry) -> QTreeWidgetItem:
        when = QDateTime.fromString(entry.at, Qt.DateFormat.ISODateWithMs).toLocalTime()
        # Somebody may have written anything into the file.
        shown = QLocale().toString(when, QLocale.FormatType.ShortFormat) if when.isValid() else entry.at
        item = QTreeWidgetItem([shown, self._what(entry.what), self._details(entry.told)])
        item.setToolTip(2, entry.facts[:2000])
        return item

    def _what(self, what: str) -> str:
        words = {
            AuditKind.STARTED: self.tr("Program started"),
            AuditKind.OPENED: self.tr("Scans opened"),
            AuditKind.VIEWED: self.tr("Scan looked at"),
            AuditKind.ANSWERED: self.tr("Model answered"),
            AuditKind.LABELLED: self.tr("Label given"),
            AuditKind.EXPORTED: self.tr("Exported"),
        }
        return {kind.value: word for kind, word in words.items()}.get(what, what)

    def _details(self, facts: Mapping[str, object]) -> str:
        """Return what tells an entry from others, without the long hashes."""
        scans = facts.get("scans")
        parts = [_scans(len(scans))] if isinstance(scans, list) else []
        for name in ("how", "scan", "verdict", "label", "model", "version"):
            if facts.get(name):
                parts.append(str(facts[name])[:_SHORT] if name == "scan" else str(facts[name]))
        return " · ".join(parts)


def _all_in_order(count: int) -> str:
    return tr("%n event(s), all in order.", "", count)


def _scans(count: int) -> str:
    return tr("%n scan(s)", "", count)
