"""What a person is asked before something is done to models."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialogButtonBox, QLabel, QLineEdit, QMessageBox, QRadioButton, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.models.order import OutputOrder
from tumorviewer.gui.training.models.words import name_problem_text
from tumorviewer.gui.training.parts import quiet
from tumorviewer.gui.window.dialogs.base import Dialog
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.training.model_names import model_name_problem, name_for_weights, weights_name_problem
from tumorviewer.state.training.models import ModelsState


class _NameDialog(Dialog):
    """A name that is checked as it is typed; what is wrong stands below it, and nothing can be confirmed then."""

    SIZE = QSize(60 * UNIT, 10 * UNIT)

    def __init__(self, state: ModelsState, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self.confirm = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.close_button.setText(self.tr("Cancel"))
        self.close_button.setAutoDefault(False)
        self.confirm.setDefault(True)
        self.name = QLineEdit(name)
        self.name.setAccessibleName(self.tr("Name"))
        self.label = QLabel(self.tr("&Name"))
        self.label.setBuddy(self.name)
        self.below = quiet()
        self.below.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.below.setMinimumHeight(2 * self.fontMetrics().lineSpacing())  # nothing moves while one types
        self.below.setTextFormat(Qt.TextFormat.PlainText)
        self.body.setSpacing(UNIT)
        self.name.textChanged.connect(self.show_problem)

    @property
    def typed(self) -> str:
        """The name, without spaces around it."""
        return self.name.text().strip()

    def open(self) -> None:
        """Begin in the name."""
        self.name.selectAll()
        self.name.setFocus()
        super().open()

    def find_problem(self) -> str:
        """Return what is wrong with the name; "" if nothing is."""
        raise NotImplementedError

    def hint(self) -> str:
        """Return what stands below a name that can be had."""
        raise NotImplementedError

    def show_problem(self) -> None:
        """Write what is wrong, else the hint."""
        problem = self.find_problem()
        self.below.setText(problem or self.hint())
        self.below.setProperty("role", "danger" if problem else "quiet")
        self.below.style().polish(self.below)  # a role that changes is looked at only then
        self.name.setAccessibleDescription(self.below.text())
        self.confirm.setEnabled(not problem)


class RenameDialog(_NameDialog):
    """Another name for one of the user's own models.

    Parameters
    ----------
    state : ModelsState
    entry : Entry
        With a card.
    """

    wanted = Signal(str)

    def __init__(self, state: ModelsState, entry: Entry, parent: QWidget) -> None:
        assert entry.card is not None
        super().__init__(state, entry.card.name, parent)
        self._entry, self._card = entry, entry.card
        self.setWindowTitle(self.tr("Rename model"))
        self.confirm.setText(self.tr("Rename"))
        for part in (self.label, self.name, self.below):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.accepted.connect(lambda: self.wanted.emit(self.typed))
        self.show_problem()

    def find_problem(self) -> str:
        """Return what is wrong with the name; the one that it has is no mistake."""
        if self.typed == self._card.name:
            return ""
        problem = model_name_problem(self.typed, self._entry, self._state.entries)
        return name_problem_text(problem) if problem is not None else ""

    def hint(self) -> str:
        """Return what it is called in full."""
        if self.typed == self._card.name:
            text = self.tr("It is called {name}-{version} now; the version stays.")
        else:
            text = self.tr("It will be called {name}-{version}; the version stays.")
        return text.format(name=self.typed, version=self._card.version)

    def show_problem(self) -> None:
        """Write what is wrong, else the full name; the one that it has need not be confirmed."""
        super().show_problem()
        if self.typed == self._card.name:
            self.confirm.setEnabled(False)


class WeightsDialog(_NameDialog):
    """Name, and classes of the outputs, of weights from elsewhere.

    Parameters
    ----------
    state : ModelsState
    file, stem : str
        Its name, and that without the ending.
    """

    wanted = Signal(str, list)
    """The name, and the classes in the order of the outputs; none where that is not known."""

    def __init__(self, state: ModelsState, file: str, stem: str, parent: QWidget) -> None:
        super().__init__(state, name_for_weights(stem, state.weights), parent)
        self.setWindowTitle(self.tr("Import weights"))
        self.confirm.setText(self.tr("Import"))
        about = self.tr(
            "Only the numbers in “{file}” are read; nothing in it is run. They become weights to start a training "
            "from, not yet a model that answers."
        )
        self.about = quiet(about.format(file=file))
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.known = QRadioButton(self.tr("Its outputs are these classes, in this order:"))
        self.unknown = QRadioButton(self.tr("It has other classes, or their order is not known"))
        self.order = OutputOrder()
        self._lay_out()
        self.known.setChecked(True)
        self.known.toggled.connect(self.order.setEnabled)
        self.accepted.connect(lambda: self.wanted.emit(self.typed, self.classes))
        self.show_problem()

    @property
    def classes(self) -> list[str]:
        """The classes in the order that was chosen; none where it is not known."""
        return self.order.classes if self.known.isChecked() else []

    def find_problem(self) -> str:
        """Return what is wrong with the name."""
        problem = weights_name_problem(self.typed, self._state.weights)
        return name_problem_text(problem, weights=True) if problem is not None else ""

    def hint(self) -> str:
        """Return what the name is for."""
        return self.tr("So they are called here.")

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        below = quiet(self.tr("Its last layer is left out then, and trained anew."))
        for button in (self.known, self.unknown):
            group.addButton(button)
        self.order.setContentsMargins(3 * UNIT, 0, 0, 0)
        below.setContentsMargins(3 * UNIT, 0, 0, 0)
        for part in (self.about, self.label, self.name, self.below, self.known, self.order, self.unknown, below):
            self.body.addWidget(part)
        self.body.addStretch(1)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something is deleted.

    Attributes
    ----------
    title, text, more : str
        `more`: what happens then.
    yes, no : str
        What stands on the buttons.
    """

    title: str
    text: str
    more: str
    yes: str
    no: str


def ask_to_delete(question: Question, confirmed: Callable[[], None], parent: QWidget) -> None:
    """Ask once; `confirmed` is called if the answer is yes."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(question.title)
    box.setText(question.text)
    box.setInformativeText(question.more)
    yes = box.addButton(question.yes, QMessageBox.ButtonRole.DestructiveRole)
    no = box.addButton(question.no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(lambda _: confirmed() if box.clickedButton() is yes else None)
    box.open()
