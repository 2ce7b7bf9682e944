"""A slider for one change of augmentation."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from training.ranges import AUGMENT_RANGES
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.training.data.augment_words import Change, strength_text
from tumorviewer.state.training.data import DataState

STEPS: Final = 200
CURVED: Final = frozenset({"noise", "bias_field"})
"""Changes whose useful strengths lie near zero: their sliders are finer there."""


class ChangeSlider(QWidget):
    """One change: name, strength and slider. The wheel is left to the page.

    Parameters
    ----------
    name : str
        Of the setting.
    words : Change
    data : DataState
    """

    def __init__(self, name: str, words: Change, data: DataState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self._data = name, data
        label = QLabel(words.name)
        self.value = QLabel()
        self.value.setFont(figures(self.font()))
        self.value.setProperty("role", "quiet")
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setAccessibleName(words.name)
        self.slider.setAccessibleDescription(words.help)
        label.setBuddy(self.slider)
        for part in (label, self.slider):
            part.setToolTip(words.help)
        head = QHBoxLayout()
        head.addWidget(label, 1)
        head.addWidget(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.slider)
        self.slider.valueChanged.connect(self._moved)
        self.show_value()

    def show_value(self) -> None:
        """Show the strength as it is set."""
        value = getattr(self._data.augment, self.name)
        with QSignalBlocker(self.slider):
            self.slider.setValue(_step_of(self.name, value))
        self.value.setText(strength_text(self.name, value))

    def _moved(self, step: int) -> None:
        self._data.set_augment(replace(self._data.augment, **{self.name: _value_of(self.name, step)}))


class _Slider(QSlider):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll: what is scrolled past must not change."""
        event.ignore()


def _value_of(name: str, step: int) -> float:
    low, high = AUGMENT_RANGES[name]
    share = step / STEPS
    return round(low + (high - low) * (share**2 if name in CURVED else share), 6)


def _step_of(name: str, value: float) -> int:
    low, high = AUGMENT_RANGES[name]
    share = (value - low) / (high - low)
    return round(STEPS * (share**0.5 if name in CURVED else share))
