"""The self-test, line by line while it runs, with a page to keep."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QLabel, QProgressBar, QTreeWidgetItem, QWidget

from training.events import Checked
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import IconName, icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.plurals import tr
from tumorviewer.gui.window.dialogs.base import Dialog, two_columns
from tumorviewer.state.self_test import SelfTest
from tumorviewer.state.training.task import TaskStatus

_ICONS: dict[str, IconName] = {"ok": "check", "FAIL": "warning", "-": "more"}


class SelfTestDialog(Dialog):
    """Shows what came of each check; the names of the checks are those of the page, which is for whoever helps.

    Parameters
    ----------
    test : SelfTest
    begin : callable
        Starts it.

    Attributes
    ----------
    verdict : QLabel
    bar : QProgressBar
    lines : QTreeWidget
    save, again : QPushButton
    """

    SIZE = QSize(100 * UNIT, 80 * UNIT)

    save_wanted = Signal(str)
    """The page, as HTML."""

    def __init__(self, test: SelfTest, begin: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Self-test"))
        self._test = test
        hint = QLabel(
            self.tr(
                "Does everything on this computer work as it should? This is found out on heads that the program draws "
                "itself: none of your scans is read, and nothing is sent."
            )
        )
        hint.setProperty("role", "quiet")
        hint.setWordWrap(True)
        self.verdict = QLabel()
        self.verdict.setFont(figures(self.font(), scale=1.25, bold=True))
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.lines = two_columns([self.tr("Check"), self.tr("What was found")], self.tr("Self-test"))
        self.lines.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.lines.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for widget in (hint, self.verdict, self.bar):
            self.body.addWidget(widget)
        self.body.addWidget(self.lines, 1)
        self.save = self.add_button(self.tr("Save page …"))
        self.save.clicked.connect(lambda: self.save_wanted.emit(self._test.page))
        self.again = self.add_button(self.tr("Check again"))
        self.again.clicked.connect(begin)
        self.finished.connect(lambda _: test.task.stop())
        test.changed.connect(self._show_now)
        self._show_now()

    def _show_now(self) -> None:
        test = self._test
        if self.lines.topLevelItemCount() > len(test.lines):
            self.lines.clear()  # it has begun anew
        for line in test.lines[self.lines.topLevelItemCount() :]:
            item = self._item(line)
            self.lines.addTopLevelItem(item)
            self.lines.scrollToItem(item)
        self.verdict.setText(self._verdict())
        self.bar.setRange(0, test.total)
        self.bar.setValue(len(test.lines))
        self.bar.setVisible(test.task.busy)
        if test.page:
            self._show_first_that_failed()
        self.save.setEnabled(bool(test.page))
        self.again.setEnabled(not test.task.busy)

    def _show_first_that_failed(self) -> None:
        places = (place for place, line in enumerate(self._test.lines) if line.mark == "FAIL")
        first = self.lines.topLevelItem(next(places, -1))
        if first is not None:
            self.lines.scrollToItem(first)

    def _item(self, line: Checked) -> QTreeWidgetItem:
        found = {
            "FAIL": self.tr("Failed: {what}").format(what=line.found),
            "-": self.tr("Left out: {what}").format(what=line.found),
        }.get(line.mark, line.found)
        item = QTreeWidgetItem([line.what, found])
        item.setIcon(0, icon(_ICONS[line.mark]))
        item.setToolTip(1, found)
        return item

    def _verdict(self) -> str:
        test, count = self._test, self._test.failed
        if test.task.busy:
            return self.tr("Checking: {what}").format(what=test.now) if test.now else self.tr("One moment …")
        if test.problem:
            return test.problem
        if test.task.status is TaskStatus.STOPPED:
            return self.tr("Stopped.")
        if count:
            return tr("%n check(s) failed. Save the page, and give it to whoever looks after the program.", "", count)
        return self.tr("All is well.")
