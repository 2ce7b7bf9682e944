"""What is written again without patient data, and what of it may stay."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QWidget,
)

from tumorviewer.dicom_out.profile import Dates, Options
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.plurals import tr
from tumorviewer.gui.window.dialogs.base import Dialog
from tumorviewer.gui.window.dialogs.dicom import quiet


class DeidentifyDialog(Dialog):
    """Asked before each time: what may stay is not remembered.

    Parameters
    ----------
    paths : sequence of Path
        Files that are proposed; may be none.
    """

    SIZE = QSize(72 * UNIT, 10 * UNIT)

    files_wanted = Signal()
    source_wanted = Signal()
    """Another folder to take files from."""
    folder_wanted = Signal()
    """The folder to write to."""

    def __init__(self, paths: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("De-identify DICOM files"))
        self.paths: tuple[Path, ...] = ()
        self.source = QLabel()
        self.source.setWordWrap(True)
        self.files, self.folder = QPushButton(self.tr("&Files…")), QPushButton(self.tr("F&older…"))
        self.dates = QButtonGroup(self)
        self.device = QCheckBox(self.tr("Keep names and numbers of &scanner and station"))
        self.shapes = QCheckBox(self.tr("Keep &drawn shapes of annotations; their texts always go"))
        self._lay_out()
        self.take(paths)
        self.files.clicked.connect(self.files_wanted)
        self.folder.clicked.connect(self.source_wanted)
        self.choose.clicked.connect(self.folder_wanted)
        self.choose.clicked.connect(self.accept)

    @property
    def options(self) -> Options:
        """What may stay."""
        dates = list(Dates)[self.dates.checkedId()]
        return Options(dates, keep_device=self.device.isChecked(), clean_graphics=self.shapes.isChecked())

    def take(self, paths: Sequence[Path]) -> None:
        """Show what is to be written."""
        self.paths = tuple(paths)
        count = len(self.paths)
        if count == 1:
            text = self.paths[0].name or str(self.paths[0])
        elif count:
            text = tr("%n file(s)", "", count)
        else:
            text = self.tr("Choose files, or a folder of them.")
        self.source.setText(text)
        self.choose.setEnabled(count > 0)

    # ------------------------------------------------------------ inside

    def _lay_out(self) -> None:
        self.choose = self.buttons.addButton(self.tr("&Write into folder…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.choose.setDefault(True)
        self.close_button.setText(self.tr("Cancel"))
        for push in (self.close_button, self.files, self.folder):
            push.setAutoDefault(False)
        self.body.setSpacing(UNIT)
        self._heading(self.tr("What"))
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(self.source, 1)
        row.addWidget(self.files)
        row.addWidget(self.folder)
        self.body.addLayout(row)
        self._heading(self.tr("Dates and times"))
        texts = {
            Dates.REMOVE: self.tr("&Remove them"),
            Dates.KEEP: self.tr("&Keep them"),
            Dates.SHIFT: self.tr("&Move them: all of one patient by the same days"),
        }
        for number, kind in enumerate(Dates):
            button = QRadioButton(texts[kind])
            button.setChecked(kind is Dates.REMOVE)
            self.dates.addButton(button, number)
            self.body.addWidget(button)
        self._heading(self.tr("What else may stay"))
        self.body.addWidget(self.device)
        self.body.addWidget(self.shapes)
        self.body.addSpacing(UNIT)
        codes = self.tr(
            "Patients get codes and files new names, the same ones each time on this computer. A log beside them says "
            "what was done (DICOM PS3.15, Basic Profile)."
        )
        pixels = self.tr(
            "The pictures themselves are not changed: text in them stays, and slices of a head can show a face."
        )
        for text in (codes, pixels):
            self.body.addWidget(quiet(text))
        self.body.addStretch(1)

    def _heading(self, text: str) -> None:
        heading = QLabel(text)
        heading.setFont(figures(self.font(), bold=True))
        if self.body.count():
            self.body.addSpacing(UNIT)
        self.body.addWidget(heading)
