"""Fields of single settings: checked as they are typed, with what is wrong written below them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QLocale, QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import quiet
from tumorviewer.gui.training.plan.field_words import Words
from tumorviewer.gui.training.plan.words import problem_text
from tumorviewer.state.training.plan import PlanState

SMALL = UNIT // 2


class ChoiceBox(QComboBox):
    """A list to choose from that leaves the wheel to the page: what is scrolled past must not change."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()


class Field(QWidget):
    """A setting with its name above and its help, or what is wrong with it, below.

    Parameters
    ----------
    plan : PlanState
    name : str
        Of the setting.
    words : Words

    Attributes
    ----------
    editor : QWidget
    """

    editor: QWidget

    def __init__(self, plan: PlanState, name: str, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan, self.name, self.words = plan, name, words
        self.editor = self.make_editor()
        self.editor.setAccessibleName(words.label)
        self.editor.setAccessibleDescription(words.help)
        label = QLabel(words.label)
        label.setBuddy(self.editor)
        self.below = quiet(words.help)
        self.below.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(label)
        column.addWidget(self.editor)
        column.addWidget(self.below, 1)
        plan.changed.connect(self.show_problem)
        plan.loaded.connect(self.show_value)
        self.show_value()
        self.show_problem()

    def make_editor(self) -> QWidget:
        """Return what the setting is typed or chosen in."""
        raise NotImplementedError

    def show_value(self) -> None:
        """Show the setting as it is."""
        raise NotImplementedError

    def show_problem(self) -> None:
        """Write what is wrong, else the help."""
        sentence = self.plan.problems.get(self.name, "")
        text = problem_text(self.name, sentence) if sentence else self.words.help
        if text != self.below.text():
            self.below.setText(text)
            self.below.setProperty("role", "danger" if sentence else "quiet")
            self.below.style().polish(self.below)  # a role that changes is looked at only then


class TextField(Field):
    """A number or a word."""

    editor: QLineEdit

    def make_editor(self) -> QLineEdit:
        """Return a line to type in."""
        line = QLineEdit()
        line.setPlaceholderText(self.words.empty)
        line.textEdited.connect(lambda text: self.plan.set_text(self.name, text))
        return line

    def show_value(self) -> None:
        """Write the setting as it is."""
        self.editor.setText(_typed(self.plan.values[self.name]))


class ChoiceField(Field):
    """A setting with a few values."""

    editor: QComboBox

    def __init__(
        self,
        plan: PlanState,
        name: str,
        words: Words,
        choices: Sequence[tuple[str, Any]],
        parent: QWidget | None = None,
    ) -> None:
        self._choices = choices
        super().__init__(plan, name, words, parent)

    def make_editor(self) -> QComboBox:
        """Return a list to choose from."""
        box = ChoiceBox()
        for text, value in self._choices:
            box.addItem(text, value)
        box.activated.connect(lambda: self.plan.set(self.name, box.currentData()))
        return box

    def show_value(self) -> None:
        """Choose the setting as it is; a value that is not on the list is put there."""
        value = self.plan.values[self.name]
        place = self.editor.findData(value)
        with QSignalBlocker(self.editor):
            if place < 0:
                self.editor.addItem(_typed(value), value)
                place = self.editor.count() - 1
            self.editor.setCurrentIndex(place)


class FieldGrid(QWidget):
    """Fields in rows of three."""

    COLUMNS = 3

    def __init__(self, fields: Sequence[Field], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = list(fields)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * UNIT)
        grid.setVerticalSpacing(int(1.5 * UNIT))
        for place, field in enumerate(self.fields):
            grid.addWidget(field, place // self.COLUMNS, place % self.COLUMNS)
        for column in range(self.COLUMNS):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, 20 * UNIT)


def _typed(value: object) -> str:
    if value is None:
        return ""
    return QLocale.c().toString(value, "g", 6) if isinstance(value, float) else str(value)
