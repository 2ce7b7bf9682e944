"""The heat map on or off, and how much of the scan it covers."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.words import percent
from tumorviewer.state.overlays import OverlayState
from tumorviewer.state.settings import HEAT_MAP, HEAT_OPACITY, Settings


class HeatControls(QWidget):
    """Bound both ways to the overlays, and remembered."""

    def __init__(self, overlays: OverlayState, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overlays, self._settings = overlays, settings
        self.box = QCheckBox(self.tr("Heat map"))
        self.box.setToolTip(self.tr("Colour what spoke for the chosen class, inside the crop"))
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setMinimumWidth(6 * UNIT)
        self.slider.setToolTip(self.tr("Opacity of the heat map"))
        self.slider.setAccessibleName(self.tr("Opacity of the heat map"))
        self.value = QLabel()
        self.value.setProperty("role", "quiet")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.box)
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)
        overlays.set(heat=settings.get(HEAT_MAP), opacity=settings.get(HEAT_OPACITY))
        overlays.changed.connect(self._show)
        self.box.toggled.connect(lambda on: overlays.set(heat=on))
        self.slider.valueChanged.connect(lambda value: overlays.set(opacity=value / 100))
        self._show()

    def _show(self) -> None:
        shown = self._overlays.overlays
        with QSignalBlocker(self.box), QSignalBlocker(self.slider):
            self.box.setChecked(shown.heat)
            self.slider.setValue(round(shown.opacity * 100))
        self.value.setFont(figures(self.font()))
        self.value.setText(percent(shown.opacity))
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance(percent(1.0)))
        self._settings.set(HEAT_MAP, shown.heat)
        self._settings.set(HEAT_OPACITY, shown.opacity)


class _Slider(QSlider):
    """Leaves the wheel to the panel that scrolls, unless it has the keyboard."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
