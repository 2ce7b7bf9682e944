"""Which scans leave as DICOM, and as what."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialogButtonBox, QLabel, QRadioButton, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.window.dialogs.base import Dialog
from tumorviewer.gui.window.dialogs.report import Scope


class DicomDialog(Dialog):
    """Asked before each export.

    Parameters
    ----------
    scopes : sequence of Scope
        At least one.
    chosen : int
        Which of the scopes is proposed.
    """

    SIZE = QSize(66 * UNIT, 10 * UNIT)

    folder_wanted = Signal()

    def __init__(self, scopes: Sequence[Scope], chosen: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export as DICOM"))
        self._scopes = scopes
        self.scopes = QButtonGroup(self)
        for number, scope in enumerate(scopes):
            button = QRadioButton(scope.text.replace("&", "&&"))
            self.scopes.addButton(button, number)
            button.setChecked(number == chosen)
        self.dicomdir = QCheckBox(self.tr("With a table of contents (&DICOMDIR), for a disk or stick"))
        self._lay_out()
        self.scopes.button(chosen).setFocus()

    @property
    def ids(self) -> Sequence[int]:
        """The rows that are to be written."""
        return self._scopes[self.scopes.checkedId()].ids

    def _lay_out(self) -> None:
        self.choose = self.buttons.addButton(self.tr("&Choose folder…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.choose.clicked.connect(self.folder_wanted)
        self.choose.clicked.connect(self.accept)
        self.close_button.setText(self.tr("Cancel"))
        self.close_button.setAutoDefault(False)
        self.choose.setDefault(True)
        self.body.setSpacing(UNIT)
        for button in self.scopes.buttons():
            self.body.addWidget(button)
        self.body.addSpacing(UNIT)
        self.body.addWidget(self.dicomdir)
        what = self.tr(
            "Each scan becomes a picture with crop, heat map and verdict, and a report with the numbers (TID 1500), "
            "which an archive puts beside it."
        )
        patient = self.tr(
            "Name, number and birth date of the patient stay in them. A scan that is no DICOM gets a code instead."
        )
        for text in (what, patient):
            self.body.addWidget(quiet(text))
        self.body.addStretch(1)


def quiet(text: str) -> QLabel:
    """Return a line of explanation."""
    label = QLabel(text)
    label.setProperty("role", "quiet")
    label.setWordWrap(True)
    return label
