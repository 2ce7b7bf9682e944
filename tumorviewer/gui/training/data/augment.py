"""How scans are changed for training: the card that opens the sliders, and reads the scans that they are tried on."""

from dataclasses import replace
from typing import Final

import numpy as np
from PySide6.QtWidgets import QPushButton, QWidget

from training.overview import DataOverview, ScanRef
from tumorviewer.gui.training.data.augment_panel import AugmentPanel
from tumorviewer.gui.training.data.crops import mixed
from tumorviewer.gui.training.data.shelf import Shelf
from tumorviewer.gui.training.parts import Card
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.state.training.data_preview import COUNT
from tumorviewer.state.training.desk import TrainingDesk

LARGEST: Final = 192
"""Pixels a side of what is sent to and fro while a slider moves."""


class AugmentCard(Card):
    """Opened by its button; the process behind it is there only while it is open and seen.

    Parameters
    ----------
    desk : TrainingDesk
    shelf : Shelf
    """

    def __init__(self, desk: TrainingDesk, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._data, self._plan, self._shelf, self._preview = desk.data, desk.plan, shelf, desk.data.preview
        self._scans: list[ScanRef] = []
        self._spec = InputSpec()
        self.panel: AugmentPanel | None = None
        self.title.setText(self.tr("Augmentation: scans as they may look elsewhere"))
        self.toggle = QPushButton()
        self.toggle.setAutoDefault(False)
        self.toggle.setCheckable(True)
        self.head.addWidget(self.toggle)
        self.toggle.toggled.connect(self._toggled)
        self._shelf.filled.connect(self._picture_came)
        self._plan.changed.connect(self._say)
        self._say()
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

    def _say(self) -> None:
        text = self.tr("Each time a scan is shown in training, it is changed a little. Here you set how much.")
        if not self._plan.augmenting:
            text = self.tr("Switched off in the settings: training shows all scans as they are.")
        self.say(text)

    def _toggled(self, opened: bool) -> None:
        self.toggle.setText(self.tr("Hide") if opened else self.tr("Show"))
        self.toggle.setAccessibleName(f"{self.toggle.text()}: {self.title.text()}")
        if opened and self.panel is None:
            # Many widgets that hardly anybody wants at once: the page opens without them.
            self.panel = AugmentPanel(self._data)
            self.add(self.panel)
        if self.panel is not None:
            self.panel.setVisible(opened)
        self._preview.set_opened(opened)
        if opened:
            self._collect()

    # ------------------------------------------------------------ pictures

    def _collect(self) -> None:
        """Read the scans; when all of them are there, they are handed over."""
        pictures = [self._shelf.picture(scan.path, scan.frame, self._spec) for scan in self._scans]
        if self.panel is None or not pictures or None in pictures:
            return
        crops = [one.after for one in pictures if one is not None and one.after is not None]
        read = zip(self._scans, pictures, strict=True)
        self._preview.show_crops(np.stack(crops) if crops else None)
        self.panel.show_scans([scan for scan, one in read if one is not None and one.after is not None])

    def _picture_came(self, scan: tuple[str, int]) -> None:
        if self.is_open and self._preview.before is None and scan in [(one.path, one.frame) for one in self._scans]:
            self._collect()
