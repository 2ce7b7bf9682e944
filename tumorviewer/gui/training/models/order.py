"""Which class each output of a model stands for."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import quiet
from tumorviewer.gui.training.plan.fields import ChoiceBox
from tumorviewer.gui.words import class_name
from tumorviewer.state.training.model_names import KERAS_ORDER


class OutputOrder(QWidget):
    """A class for each output, each class once: choosing one that another output has swaps the two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = [self._box(place) for place in range(len(KERAS_ORDER))]
        self._places = list(range(len(KERAS_ORDER)))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(UNIT)
        for place, box in enumerate(self.boxes):
            label = QLabel(self.tr("{number}.").format(number=place + 1))
            label.setBuddy(box)
            row, column = place // 2, 2 * (place % 2)
            grid.addWidget(label, row, column)
            grid.addWidget(box, row, column + 1)
            grid.setColumnStretch(column + 1, 1)
        hint = self.tr("Keras sorts class folders by the alphabet: this order is right for most notebooks.")
        grid.addWidget(quiet(hint), 2, 0, 1, 4)

    @property
    def classes(self) -> list[str]:
        """The classes in the order of the outputs."""
        return [KERAS_ORDER[place] for place in self._places]

    def _box(self, place: int) -> ChoiceBox:
        box = ChoiceBox()
        for label in KERAS_ORDER:
            box.addItem(class_name(label))
        box.setCurrentIndex(place)
        box.setAccessibleName(self.tr("Output {number}").format(number=place + 1))
        box.activated.connect(lambda chosen: self._choose(place, chosen))
        return box

    def _choose(self, place: int, chosen: int) -> None:
        places = self._places
        other = places.index(chosen)
        places[place], places[other] = chosen, places[place]
        for number, box in enumerate(self.boxes):
            with QSignalBlocker(box):
                box.setCurrentIndex(places[number])
