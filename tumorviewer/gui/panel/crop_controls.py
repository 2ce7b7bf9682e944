"""What is judged of the scan, and the way back."""

from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.panel.stacking_row import StackingRow
from tumorviewer.gui.words import box_text, crop_name
from tumorviewer.imaging.scan import CropBox
from tumorviewer.state.entries import CropKind
from tumorviewer.state.session import Session


class CropControls(QWidget):
    """The kind of crop, its place and size, and two buttons that can be undone."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.kind, self.place = QLabel(), QLabel()
        for label in (self.kind, self.place):
            label.setWordWrap(True)
        self.place.setProperty("role", "quiet")
        self.reset = _button(self.tr("Automatic"), self.tr("Go back to the automatic crop"))
        self.whole = _button(self.tr("Whole image"), self.tr("Let the model judge the whole image"))
        self.reset.clicked.connect(session.reset_crop)
        self.whole.clicked.connect(session.use_whole_image)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.kind)
        column.addWidget(self.place)
        column.addSpacing(UNIT)
        column.addWidget(StackingRow(self.reset, self.whole, equal=True))
        session.crop_changed.connect(self._show)
        session.pane.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        session = self._session
        kind, there = session.crop.kind, session.entry is not None and session.pane.error is None
        self.kind.setText(crop_name(kind))
        self.place.setFont(figures(self.font()))
        self.place.setText(self._place_text() if there else "–")
        self.reset.setEnabled(there and kind is not CropKind.AUTOMATIC)
        self.whole.setEnabled(there and kind is not CropKind.WHOLE)

    def _place_text(self) -> str:
        session = self._session
        loaded = session.pane.loaded if session.pane.up_to_date else None
        if loaded is None:
            return "–"
        if session.box is not None:
            return box_text(session.box)
        if session.crop.kind is CropKind.AUTOMATIC:
            return self.tr("No head was found: the whole image is judged")
        return box_text(CropBox(0, 0, loaded.scan.width, loaded.scan.height))


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    return button
