"""How scans are changed for training: a slider a change, and the real layers at work on a few scans."""

from dataclasses import replace
from typing import Final

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from training.config import AugmentConfig
from training.overview import DataOverview, ScanRef
from training.ranges import AUGMENT_RANGES
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.augment_words import GROUPS, Change, changes, group_names, strength_text
from tumorviewer.gui.training.data.crops import mixed
from tumorviewer.gui.training.data.shelf import Shelf
from tumorviewer.gui.training.data.words import failure_text, label_name
from tumorviewer.gui.training.parts import Card, Tile, TileGrid, quiet
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.data_preview import COUNT

SIDE: Final = 14 * UNIT
LARGEST: Final = 192
"""Pixels a side of what is sent to and fro while a slider moves."""
STEPS: Final = 200
CURVED: Final = frozenset({"noise", "bias_field"})
"""Changes whose useful strengths lie near zero: their sliders are finer there."""


class ChangeSlider(QWidget):
    """One change: name, strength and slider. The wheel is left to the page."""

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


class AugmentCard(Card):
    """Opened by its button; the process behind it is there only while it is open and seen.

    Parameters
    ----------
    data : DataState
    shelf : Shelf
    """

    def __init__(self, data: DataState, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._data, self._shelf, self._preview = data, shelf, data.preview
        self._scans: list[ScanRef] = []
        self._spec = InputSpec()
        self.title.setText(self.tr("Augmentation: scans as they may look elsewhere"))
        self.say(self.tr("Each time a scan is shown in training, it is changed a little. Here you set how much."))
        self.toggle = QPushButton()
        self.toggle.setAutoDefault(False)
        self.toggle.setCheckable(True)
        self.head.addWidget(self.toggle)
        self.inside = QWidget()
        self.sliders = {name: ChangeSlider(name, words, data) for name, words in changes().items()}
        self.before, self.after = TileGrid(SIDE), TileGrid(SIDE)
        self.status = quiet()
        self.reset = QPushButton(icon("reset"), self.tr("Reset"))
        self.again = QPushButton(icon("redo"), self.tr("Change them anew"))
        self._lay_out()
        self.add(self.inside)
        self._connect()
        self.toggle.setChecked(self._preview.opened)
        self._toggled(self._preview.opened)

    @property
    def is_open(self) -> bool:
        """Whether the sliders are shown."""
        return self.toggle.isChecked()

    def show_overview(self, overview: DataOverview, spec: InputSpec) -> None:
        """Change scans of another data set, or of the same one as it is now."""
        self._scans, self._spec = mixed(overview, COUNT), replace(spec, size=min(spec.size, LARGEST))
        if self.is_open:
            self._collect()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.inside)
        column.setContentsMargins(0, UNIT, 0, 0)
        column.setSpacing(UNIT)
        groups = QHBoxLayout()
        groups.setSpacing(4 * UNIT)
        for heading, names in zip(group_names(), GROUPS, strict=True):
            groups.addLayout(self._group(heading, names), 1)
        column.addLayout(groups)
        column.addSpacing(UNIT)
        column.addWidget(self.status)
        grid = QGridLayout()
        grid.setVerticalSpacing(UNIT // 2)
        names = (self.tr("As they are"), self.tr("As the model may be shown them"))
        for row, (name, tiles) in enumerate(zip(names, (self.before, self.after), strict=True)):
            tiles.setAccessibleName(name)
            grid.addWidget(quiet(name), 2 * row, 0)
            grid.addWidget(tiles, 2 * row + 1, 0)
        column.addLayout(grid)

    def _group(self, heading: str, names: tuple[str, ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(UNIT)
        title = QLabel(heading)
        title.setFont(figures(self.font(), bold=True))
        column.addWidget(title)
        for name in names:
            column.addWidget(self.sliders[name])
        column.addStretch(1)
        if names is GROUPS[-1]:
            for button in (self.again, self.reset):
                button.setAutoDefault(False)
                column.addWidget(button)
        return column

    def _connect(self) -> None:
        self.toggle.toggled.connect(self._toggled)
        self.reset.clicked.connect(lambda: self._data.set_augment(AugmentConfig()))
        self.again.clicked.connect(self._preview.draw_again)
        self._data.augment_changed.connect(self._show_values)
        self._preview.changed.connect(self._show_preview)
        self._shelf.filled.connect(self._picture_came)
        self._show_values()

    def _toggled(self, opened: bool) -> None:
        self.toggle.setText(self.tr("Hide") if opened else self.tr("Show"))
        self.toggle.setAccessibleName(f"{self.toggle.text()}: {self.title.text()}")
        self.inside.setVisible(opened)
        self._preview.set_opened(opened)
        if opened:
            self._collect()

    def _show_values(self) -> None:
        for slider in self.sliders.values():
            slider.show_value()
        self.reset.setEnabled(self._data.augment != AugmentConfig())

    # ------------------------------------------------------------ pictures

    def _collect(self) -> None:
        """Read the scans; when all of them are there, they are handed over."""
        pictures = [self._shelf.picture(scan.path, scan.frame, self._spec) for scan in self._scans]
        if not pictures or None in pictures:
            return
        crops = [one.after for one in pictures if one is not None and one.after is not None]
        self._preview.show_crops(np.stack(crops) if crops else None)

    def _picture_came(self, scan: tuple[str, int]) -> None:
        if self.is_open and self._preview.before is None and scan in [(one.path, one.frame) for one in self._scans]:
            self._collect()

    def _show_preview(self) -> None:
        if not self.is_open:
            return
        preview = self._preview
        before, after = preview.before, preview.after
        self.before.show_tiles([] if before is None else [self._tile(n, crop) for n, crop in enumerate(before)])
        count = 0 if before is None else len(before)
        self.after.show_tiles([self._tile(n, after[n] if after is not None else None) for n in range(count)])
        self.again.setEnabled(preview.listening)
        self.status.setText(self._status())
        self.status.setVisible(bool(self.status.text()))

    def _tile(self, place: int, crop: np.ndarray | None) -> Tile:
        label = label_name(self._scans[place].label) if place < len(self._scans) else ""
        return Tile(place, crop, describe=label)

    def _status(self) -> str:
        preview = self._preview
        if preview.failure is not None:
            return failure_text(preview.failure)
        if self._preview.before is None:
            return self.tr("The scans are being read …")
        return "" if preview.listening else self.tr("The layers of the network are being loaded; a few seconds …")


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
