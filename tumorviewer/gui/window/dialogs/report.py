"""What goes into a report, and where it goes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialogButtonBox, QLabel, QRadioButton, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.window.dialogs.base import Dialog
from tumorviewer.reports.document import MOST_DETAILED, ReportChoice
from tumorviewer.state.settings import REPORT_OPEN, Settings


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows that a report may be on; `waiting` of them have no answer yet."""

    text: str
    ids: Sequence[int]
    waiting: int = 0


class ReportDialog(Dialog):
    """Asked before each report: what was chosen about patients is not remembered.

    Parameters
    ----------
    scopes : sequence of Scope
        At least one.
    settings : Settings
    chosen : int
        Which of the scopes is proposed.
    """

    SIZE = QSize(64 * UNIT, 10 * UNIT)

    save_wanted = Signal()
    print_wanted = Signal()

    def __init__(
        self, scopes: Sequence[Scope], settings: Settings, chosen: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Report"))
        self._scopes, self._settings = scopes, settings
        self.scopes = QButtonGroup(self)
        for number, scope in enumerate(scopes):
            button = QRadioButton(scope.text.replace("&", "&&"))
            self.scopes.addButton(button, number)
            button.setChecked(number == chosen)
        self.pages = QCheckBox(self.tr("A &page for each scan, with picture and heat map"))
        self.patient = QCheckBox(self.tr("With the patient's &name, number and birth date"))
        self.open_file = QCheckBox(self.tr("&Open the file when it is there"))
        self.open_file.setChecked(settings.get(REPORT_OPEN))
        self.hint = _quiet()
        self._lay_out()
        self._connect()
        self._show()
        ticked = self.scopes.checkedButton()
        if ticked is not None:
            ticked.setFocus()

    @property
    def ids(self) -> Sequence[int]:
        """The rows that the report is on."""
        return self._scope.ids

    @property
    def choice(self) -> ReportChoice:
        """What goes into it."""
        return ReportChoice(self.pages.isChecked(), self.patient.isChecked())

    # ------------------------------------------------------------ inside

    @property
    def _scope(self) -> Scope:
        return self._scopes[self.scopes.checkedId()]

    def _lay_out(self) -> None:
        self.save = self.buttons.addButton(self.tr("&Save as PDF or JSON…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.printed = self.buttons.addButton(self.tr("Pr&int…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.printed.setAutoDefault(False)
        self.close_button.setText(self.tr("Cancel"))
        self.close_button.setAutoDefault(False)
        self.save.setDefault(True)
        self.body.setSpacing(UNIT)
        for button in self.scopes.buttons():
            self.body.addWidget(button)
        self.body.addSpacing(UNIT)
        names = _quiet()
        names.setText(
            self.tr("Names of files and your notes are always in a report. They may hold names of patients, too.")
        )
        for part in (self.pages, self.patient, names, self.open_file, self.hint):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def _connect(self) -> None:
        self.scopes.idClicked.connect(self._show)
        self.open_file.toggled.connect(lambda on: self._settings.set(REPORT_OPEN, on))
        for button, wanted in ((self.save, self.save_wanted), (self.printed, self.print_wanted)):
            button.clicked.connect(wanted)
            button.clicked.connect(self.accept)

    def _show(self) -> None:
        """Offer pages to a few scans: one alone has its page in any case, and many are a list."""
        scope = self._scope
        count = len(scope.ids)
        self.pages.setEnabled(1 < count <= MOST_DETAILED)
        if not self.pages.isEnabled():
            self.pages.setChecked(count == 1)
        lines = []
        if count > MOST_DETAILED:
            lines.append(self.tr("Up to %n scan(s) can have pages of their own; more are a list.", "", MOST_DETAILED))
        if scope.waiting:
            lines.append(self.tr("%n scan(s) without an answer yet: the report will say so.", "", scope.waiting))
        self.hint.setText("\n".join(lines))
        self.hint.setVisible(bool(lines))


def _quiet() -> QLabel:
    label = QLabel()
    label.setProperty("role", "quiet")
    label.setWordWrap(True)
    return label
