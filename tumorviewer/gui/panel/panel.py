"""The prediction panel: the answer, the bars, the heat map, the crop, the person's own label, the model."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from tumorviewer import NOTICE
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.panel.bars import ConfidenceBars
from tumorviewer.gui.panel.crop_controls import CropControls
from tumorviewer.gui.panel.heat_controls import HeatControls
from tumorviewer.gui.panel.model_line import ModelLine
from tumorviewer.gui.panel.reading import Reading, read
from tumorviewer.gui.panel.review_controls import ReviewControls
from tumorviewer.gui.panel.similar_list import SimilarList
from tumorviewer.gui.panel.stability_line import StabilityLine
from tumorviewer.gui.panel.verdict_box import VerdictBox
from tumorviewer.state.session import PanelStatus
from tumorviewer.state.workspace import Workspace

PATIENCE_MS = 120
"""An answer that comes sooner is shown without "working" in between, which would only flicker."""
NARROWEST, USUAL = 260, 320
HALF = UNIT // 2


class PredictionPanel(QWidget):
    """What is known of the current scan.

    Parameters
    ----------
    workspace : Workspace
        Read and, for heat map, crop, label and note, changed.
    """

    card_wanted = Signal()
    """The person wants to see the card of the model."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._overlays = workspace.session, workspace.overlays
        self.verdict = VerdictBox()
        self.bars = ConfidenceBars(workspace.settings)
        self.stability = StabilityLine(workspace.session, workspace.stability)
        self.similar = SimilarList(workspace.session, workspace.similar)
        self.heat = HeatControls(workspace.overlays, workspace.settings)
        self.crop = CropControls(workspace.session)
        self.review = ReviewControls(workspace.session, workspace.worklist)
        self.model = ModelLine(workspace.model)
        self.notice = QLabel(NOTICE)
        self._reading = read(self._session)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._show_reading)
        self._inside = _Inside()
        self._lay_out()
        self.setAccessibleName(self.tr("Prediction"))
        self.model.clicked.connect(self.card_wanted)
        self.bars.chosen.connect(self._choose)
        self._session.answer_changed.connect(self._refresh)
        self._session.crop_changed.connect(self._refresh)
        self._session.pane.changed.connect(self._refresh)
        self._overlays.changed.connect(self._show_chosen)
        self._show_reading()

    @property
    def reading(self) -> Reading:
        """What is known now."""
        return self._reading

    def sizeHint(self) -> QSize:
        """Return the usual size."""
        return QSize(max(USUAL, self.fontMetrics().averageCharWidth() * 40), 560)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest width in which nothing is cut; what is too high can be scrolled."""
        letters = self.fontMetrics().averageCharWidth() * 32
        return QSize(max(NARROWEST, letters, self._inside.minimumSizeHint().width()), 240)

    # ------------------------------------------------------------ inside

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        column.setSpacing(UNIT + HALF)
        column.addWidget(self._answer_card())
        column.addWidget(_inset(self.heat))
        for part in (self.crop, self.review):
            column.addWidget(_rule())
            column.addWidget(_inset(part))
        column.addWidget(_inset(self.similar))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.notice.setWordWrap(True)
        self.notice.setProperty("role", "quiet")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, UNIT)
        whole.setSpacing(HALF)
        whole.addWidget(area, 1)
        whole.addWidget(_inset(self.model, UNIT + HALF))
        whole.addWidget(_inset(self.notice, 2 * UNIT))

    def _answer_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(HALF, UNIT + HALF, HALF, UNIT)
        column.setSpacing(UNIT)
        column.addWidget(_inset(self.verdict))
        column.addWidget(self.bars)
        column.addWidget(_inset(self.stability))
        return card

    def _refresh(self) -> None:
        """Show what is known now; while the next scan is being judged, be patient before saying so."""
        before, self._reading = self._reading, read(self._session)
        if self._reading.status is PanelStatus.WORKING and before.status in (
            PanelStatus.ANSWERED,
            PanelStatus.WORKING,
        ):
            if before.status is PanelStatus.ANSWERED:
                self.verdict.wait()
                self.bars.fade()
                self._patience.start()
            elif not self._patience.isActive():
                self._show_reading()
            return
        self._patience.stop()
        self._show_reading()

    def _show_reading(self) -> None:
        reading = self._reading
        self.verdict.show_reading(reading)
        named = reading.verdict if reading.verdict in reading.classes else None
        self.bars.show_answer(reading.classes, reading.probabilities, reading.threshold, named)
        self._show_chosen()

    def _show_chosen(self) -> None:
        overlays, reading = self._overlays.overlays, self._reading
        if overlays.label is not None and overlays.label not in reading.classes:
            self._overlays.set(label=None)  # another model, with other classes
            return
        self.bars.show_chosen(overlays.label or reading.label, heat=overlays.heat)

    def _choose(self, label: str) -> None:
        """Show the heat map of a class; that of the class that the model named follows the model."""
        self._overlays.set(label=None if label == self._reading.label else label)
        self._show_chosen()


class _Inside(QWidget):
    """What is scrolled: as high as its words need at its width, which a layout's own smallest size does not know."""

    def minimumSizeHint(self) -> QSize:
        """Return the smallest width; the height follows from the width."""
        return QSize(super().minimumSizeHint().width(), 0)


def _inset(widget: QWidget, space: int = UNIT) -> QWidget:
    holder = QWidget()
    row = QVBoxLayout(holder)
    row.setContentsMargins(space, 0, space, 0)
    row.addWidget(widget)
    return holder


def _rule() -> QFrame:
    line = QFrame()
    line.setProperty("role", "rule")
    return line
