"""What the program is, what it is made of, and under which licences."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tumorviewer import NOTICE
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT, tokens
from tumorviewer.gui.window.dialogs.base import Dialog, text_field, two_columns
from tumorviewer.gui.window.services import AboutFacts

LOGO = 7 * UNIT


class AboutDialog(Dialog):
    """Versions, licences of others, our licence, our notice.

    Parameters
    ----------
    facts : AboutFacts
    """

    def __init__(self, facts: AboutFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Tumor Viewer"))
        self._facts = facts
        self.tabs = QTabWidget()
        self.versions = _table([self.tr("Part"), self.tr("Version")], self.tr("Versions"), facts.parts)
        licences = self.tr("Licences of others")
        self.licences = _table([self.tr("Part"), self.tr("Licence")], licences, facts.licences)
        notice, licence = text_field(self.tr("Notice"), wrap=True), text_field(self.tr("Our licence"), fixed=True)
        notice.setPlainText(facts.notice)
        licence.setPlainText(facts.licence)
        self.tabs.addTab(self.versions, self.tr("Versions"))
        self.tabs.addTab(self.licences, licences)
        self.tabs.addTab(notice, self.tr("Notice"))
        self.tabs.addTab(licence, self.tr("Our licence"))
        self.body.addLayout(self._head())
        self.body.addWidget(self.tabs, 1)
        self.copy = self.add_button(self.tr("Copy versions"))
        self.copy.clicked.connect(self._copy)

    def _head(self) -> QHBoxLayout:
        logo = QLabel()
        logo.setPixmap(icon("head", tokens().accent).pixmap(QSize(LOGO, LOGO), self.devicePixelRatioF()))
        title = QLabel(self.tr("Tumor Viewer {version}").format(version=self._facts.version))
        title.setFont(figures(self.font(), scale=1.6, bold=True))
        what = QLabel(self.tr("Crops brain MR slices and says what a calibrated model sees in them."))
        what.setWordWrap(True)
        notice = QLabel(NOTICE)
        notice.setFont(figures(self.font(), bold=True))
        words = QVBoxLayout()
        words.setSpacing(UNIT // 2)
        for label in (title, what, notice):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(2 * UNIT)
        row.addWidget(logo, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _copy(self) -> None:
        lines = [f"{name} {version}" for name, version in self._facts.parts]
        QGuiApplication.clipboard().setText("\n".join(lines))


def _table(headings: list[str], name: str, rows: list[tuple[str, str]]) -> QTreeWidget:
    table = two_columns(headings, name)
    table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    for name, value in rows:
        item = QTreeWidgetItem(table, [name, value])
        item.setToolTip(1, value)
    return table
