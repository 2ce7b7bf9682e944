"""Which folder is watched, and whether what is in it already is opened, too."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialogButtonBox, QLabel, QRadioButton, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.window.dialogs.base import Dialog


class WatchDialog(Dialog):
    """Asked after the folder was chosen.

    Parameters
    ----------
    folder : Path
    """

    SIZE = QSize(64 * UNIT, 10 * UNIT)

    begin_wanted = Signal(bool)
    """Watch it; True: with the files that are there already."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Watch a folder"))
        name = QLabel(self.tr("Scans that come into “{folder}” are opened and read by themselves.").format(
            folder=folder.name or folder
        ))  # fmt: skip
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setToolTip(str(folder))
        hint = QLabel(
            self.tr(
                "Folders inside it count as well. It is looked into every two seconds, also after the next start, "
                "until you stop it. Nothing in it is changed."
            )
        )
        hint.setProperty("role", "quiet")
        for label in (name, hint):
            label.setWordWrap(True)
        self.only_new = QRadioButton(self.tr("Only files that come &from now on"))
        self.existing = QRadioButton(self.tr("Files that are there &already, too"))
        self.only_new.setChecked(True)
        self._choice = QButtonGroup(self)
        for button in (self.only_new, self.existing):
            self._choice.addButton(button)
        self.confirm = self.buttons.addButton(self.tr("&Watch"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.close_button.setText(self.tr("Cancel"))
        self.close_button.setAutoDefault(False)
        self.confirm.setDefault(True)
        self.body.setSpacing(UNIT)
        for part in (name, self.only_new, self.existing, hint):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.buttons.accepted.connect(self.accept)
        self.accepted.connect(lambda: self.begin_wanted.emit(self.existing.isChecked()))
        self.only_new.setFocus()
