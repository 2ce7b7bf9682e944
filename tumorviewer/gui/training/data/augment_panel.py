"""All changes of augmentation with their sliders, and what the real layers make of a few scans."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from training.config import AugmentConfig
from training.overview import ScanRef
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.augment_words import GROUPS, changes, group_names
from tumorviewer.gui.training.data.change_slider import ChangeSlider
from tumorviewer.gui.training.data.words import failure_text, label_name
from tumorviewer.gui.training.parts import Tile, TileGrid, quiet
from tumorviewer.state.training.data import DataState

SIDE: Final = 14 * UNIT


class AugmentPanel(QWidget):
    """Sliders in three groups; scans before and after below them.

    Parameters
    ----------
    data : DataState
    """

    def __init__(self, data: DataState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data, self._preview = data, data.preview
        self._scans: Sequence[ScanRef] = ()
        self.sliders = {name: ChangeSlider(name, words, data) for name, words in changes().items()}
        self.before, self.after = TileGrid(SIDE), TileGrid(SIDE)
        self.status = quiet()
        self.reset = QPushButton(icon("reset"), self.tr("Reset"))
        self.again = QPushButton(icon("redo"), self.tr("Change them anew"))
        self._lay_out()
        self.reset.clicked.connect(lambda: data.set_augment(AugmentConfig()))
        self.again.clicked.connect(self._preview.draw_again)
        data.augment_changed.connect(self._show_values)
        self._preview.changed.connect(self.show_preview)
        self._show_values()

    def show_scans(self, scans: Sequence[ScanRef]) -> None:
        """Say which scans are shown."""
        self._scans = scans
        self.show_preview()

    def show_preview(self) -> None:
        """Show the scans before and after as they are now."""
        preview = self._preview
        before, after = preview.before, preview.after
        count = 0 if before is None else len(before)
        self.before.show_tiles([self._tile(n, before[n]) for n in range(count) if before is not None])
        self.after.show_tiles([self._tile(n, after[n] if after is not None else None) for n in range(count)])
        self.again.setEnabled(preview.listening)
        self.status.setText(self._status())
        self.status.setVisible(bool(self.status.text()))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, UNIT, 0, 0)
        column.setSpacing(UNIT)
        groups = QHBoxLayout()
        groups.setSpacing(4 * UNIT)
        for heading, names in zip(group_names(), GROUPS, strict=True):
            groups.addLayout(self._group(heading, names), 1)
        column.addLayout(groups)
        column.addSpacing(UNIT)
        column.addWidget(self.status)
        names = (self.tr("As they are"), self.tr("As the model may be shown them"))
        for name, tiles in zip(names, (self.before, self.after), strict=True):
            tiles.setAccessibleName(name)
            column.addWidget(quiet(name))
            column.addWidget(tiles)

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

    def _show_values(self) -> None:
        for slider in self.sliders.values():
            slider.show_value()
        self.reset.setEnabled(self._data.augment != AugmentConfig())

    def _tile(self, place: int, crop: NDArray[np.uint8] | None) -> Tile:
        label = label_name(self._scans[place].label) if place < len(self._scans) else ""
        return Tile(place, crop, describe=label)

    def _status(self) -> str:
        preview = self._preview
        if preview.failure is not None:
            return failure_text(preview.failure)
        if preview.before is None:
            return self.tr("The scans are being read …")
        return "" if preview.listening else self.tr("The layers of the network are being loaded; a few seconds …")
