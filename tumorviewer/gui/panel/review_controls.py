"""The person's own label and note of the current scan, saved with every change."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.look.verdicts import verdict_icon
from tumorviewer.gui.panel.stacking_row import StackingRow
from tumorviewer.gui.words import class_name
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.session import Session
from tumorviewer.state.worklist import Worklist

NOTE_LINES = 2


class ReviewControls(QWidget):
    """Bound both ways to the row of the current scan."""

    def __init__(self, session: Session, worklist: Worklist, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._worklist = session, worklist
        self._shown: int | None = None
        self.label, self.note = LabelBox(), QPlainTextEdit()
        caption = QLabel(self.tr("My label"))
        caption.setProperty("role", "quiet")
        caption.setBuddy(self.label)
        self.note.setTabChangesFocus(True)
        self.note.setPlaceholderText(self.tr("My note"))
        self.note.setAccessibleName(self.tr("My note"))
        self.note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(StackingRow(caption, self.label, equal=False))
        column.addWidget(self.note)
        self.label.currentIndexChanged.connect(self._label_chosen)
        self.note.textChanged.connect(self._note_written)
        session.current_changed.connect(self._show)
        worklist.changed.connect(self._rows_changed)
        self._show()

    def _label_chosen(self) -> None:
        if self._shown is not None:
            self._worklist.review([self._shown], label=self.label.label)

    def _note_written(self) -> None:
        if self._shown is not None:
            self._worklist.review([self._shown], note=self.note.toPlainText().strip())

    def _rows_changed(self, ids: list[int]) -> None:
        if self._shown in ids:
            self._show()

    def _show(self) -> None:
        entry = self._session.entry
        self._shown = entry.id if entry is not None else None
        label, note = (entry.label, entry.note) if entry is not None else ("", "")
        with QSignalBlocker(self.label), QSignalBlocker(self.note):
            self.label.show_label(label)
            if self.note.toPlainText().strip() != note:  # else the cursor would jump while the person writes
                self.note.setPlainText(note)
        lines = NOTE_LINES * self.note.fontMetrics().lineSpacing()
        self.note.setFixedHeight(lines + 2 * UNIT)
        self.setEnabled(entry is not None and entry.error is None)


class LabelBox(QComboBox):
    """The classes, and none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("My label"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addItem(self.tr("No label"), "")
        for label in CLASSES:
            self.addItem(verdict_icon(label), class_name(label), label)

    @property
    def label(self) -> str:
        """The class that is chosen, or ""."""
        return str(self.currentData())

    def show_label(self, label: str) -> None:
        """Show a label; one that came from elsewhere is added."""
        if self.findData(label) < 0:
            self.addItem(verdict_icon(label), class_name(label), label)
        self.setCurrentIndex(self.findData(label))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel that scrolls: a label never changes by accident."""
        event.ignore()
