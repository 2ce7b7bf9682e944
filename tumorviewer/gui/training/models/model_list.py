"""The cards of all models, and of all weights from elsewhere."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from training.imported import ImportedWeights
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.models.model_card import ModelCard
from tumorviewer.gui.training.models.weights_card import WeightsCard
from tumorviewer.gui.training.parts import quiet
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.state.training.models import ModelsState


class ModelList(QWidget):
    """A card for each installed model; each signal has the `Entry` that it is about.

    Parameters
    ----------
    state : ModelsState
    """

    use_wanted = Signal(object)
    way_back_wanted = Signal()
    details_wanted = Signal(object)
    check_wanted = Signal(object)
    name_wanted = Signal(object)
    export_wanted = Signal(object)
    removal_wanted = Signal(object)

    def __init__(self, state: ModelsState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.cards: dict[Path, ModelCard] = {}
        self.nothing = quiet(
            self.tr("There is no model yet. Import one, or train one: its result can be put here with one click.")
        )
        self._column = _column(self)
        self._column.addWidget(self.nothing)
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._make_next)

    def show_models(self) -> None:
        """Show the models as they are now; the card of one that stays is kept, and with it where the keyboard is."""
        entries = self._state.entries
        self.nothing.setVisible(self._state.listed and not entries)
        for folder in self.cards.keys() - {entry.folder for entry in entries}:
            _drop(self.cards.pop(folder), self._column)
        for entry in entries:
            if entry.folder in self.cards:
                self.cards[entry.folder].show_entry(entry)
        self._next.start()

    def _make_next(self) -> None:
        """Make the first card that is missing: one at a time, so that the window hears what a person does between."""
        for place, entry in enumerate(self._state.entries):
            if entry.folder not in self.cards:
                self.cards[entry.folder] = self._make(entry)
                self._next.start()
            card = self.cards[entry.folder]
            if self._column.indexOf(card) != place:
                self._column.insertWidget(place, card)
            if self._next.isActive():
                return

    def _make(self, entry: Entry) -> ModelCard:
        card = ModelCard(self._state, entry)
        card.use.clicked.connect(lambda: self.use_wanted.emit(card.entry))
        card.go_back.clicked.connect(self.way_back_wanted)
        card.details.clicked.connect(lambda: self.details_wanted.emit(card.entry))
        card.verify.clicked.connect(lambda: self.check_wanted.emit(card.entry))
        card.rename.clicked.connect(lambda: self.name_wanted.emit(card.entry))
        card.export.clicked.connect(lambda: self.export_wanted.emit(card.entry))
        card.delete.clicked.connect(lambda: self.removal_wanted.emit(card.entry))
        return card


class WeightsList(QWidget):
    """What weights from elsewhere are for, and a card for each file of them.

    Parameters
    ----------
    desk : TrainingDesk
    """

    training_wanted = Signal(object)
    """Some `ImportedWeights`."""
    removal_wanted = Signal(object)

    def __init__(self, desk: TrainingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._missing = desk.models, desk.missing
        self.cards: dict[ImportedWeights, WeightsCard] = {}
        title = QLabel(self.tr("Weights to start from"))
        title.setFont(figures(self.font(), scale=1.3, bold=True))
        self.about = quiet(self._about())
        self._column = _column(self)
        self._column.addSpacing(UNIT)
        self._column.addWidget(title)
        self._column.addWidget(self.about)
        self._above = self._column.count()

    def show_weights(self) -> None:
        """Show the weights as they are now."""
        weights = self._state.weights
        for gone in self.cards.keys() - set(weights):
            _drop(self.cards.pop(gone), self._column)
        for place, one in enumerate(weights):
            if one not in self.cards:
                self.cards[one] = self._make(one)
                self._column.insertWidget(self._above + place, self.cards[one])
            self.cards[one].show_busy(bool(self._state.busy))

    def _make(self, weights: ImportedWeights) -> WeightsCard:
        card = WeightsCard(weights)
        card.train.setEnabled(not self._missing)
        card.train.clicked.connect(lambda: self.training_wanted.emit(weights))
        card.remove.clicked.connect(lambda: self.removal_wanted.emit(weights))
        return card

    def _about(self) -> str:
        if self._missing:
            text = self.tr(
                "Models of notebooks (model.h5, .keras) can only be imported where the parts that train are installed; "
                "here these are missing: {parts}."
            )
            return text.format(parts=", ".join(self._missing))
        return self.tr(
            "A notebook's model.h5 or .keras can be imported to train it further here. Only its numbers are read; "
            "nothing in the file is run."
        )


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2 * UNIT)
    return column


def _drop(card: QWidget, column: QVBoxLayout) -> None:
    column.removeWidget(card)
    card.hide()
    card.deleteLater()
