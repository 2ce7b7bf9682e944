"""Reports: the person is asked what goes in and where it goes, a thread makes them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QObject, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QPageSize
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from tumorviewer.gui.plurals import tr
from tumorviewer.gui.window.dialogs.report import ReportDialog, Scope
from tumorviewer.gui.window.review_page import ReviewPage
from tumorviewer.reports.document import ReportChoice
from tumorviewer.reports.pdf import usual_page
from tumorviewer.state.settings import REPORT_OPEN
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.reporter import Printing
from tumorviewer.workers.workers import Workers

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


class ReportCommands(QObject):
    """What the entry for reports does.

    Parameters
    ----------
    workspace : Workspace
    workers : Workers
    page : ReviewPage
        Knows which rows are selected and shown.
    window : QWidget
        Dialogs belong to it.
    show_file : callable
        Shows a file as the system does.
    """

    def __init__(
        self,
        workspace: Workspace,
        workers: Workers,
        page: ReviewPage,
        window: QWidget,
        show_file: Callable[[Path], object] = lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))),
    ) -> None:
        super().__init__(window)
        self._workspace, self._workers = workspace, workers
        self._page, self._window, self._show_file = page, window, show_file

    def ask(self) -> None:
        """Ask what goes into a report, then where it goes."""
        scopes, chosen = self.scopes()
        if not scopes:
            return
        dialog = ReportDialog(scopes, self._workspace.settings, chosen, self._window)
        dialog.save_wanted.connect(lambda: self._ask_for_file(dialog.ids, dialog.choice))
        dialog.print_wanted.connect(lambda: self._ask_for_printer(dialog.ids, dialog.choice))
        dialog.open()

    def print_on(self, printer: "QPrinter", ids: Sequence[int], choice: ReportChoice) -> None:
        """Print a report on rows."""
        name = printer.printerName() or Path(printer.outputFileName()).name
        self._workers.make_report(ids, choice, Printing(printer, name, printer.abort), lambda _: None)

    def scopes(self) -> tuple[list[Scope], int]:
        """Return which rows may be meant, the fewest first, and what of it is proposed."""
        session, worklist = self._workspace.session, self._workspace.worklist
        current, selected = session.entry, self._page.worklist.selected_ids()
        shown, every = self._page.worklist.model.ids(), list(worklist.entries)
        scopes = []
        if current is not None:
            scopes.append(self._scope(self.tr("This scan: {name}").format(name=current.name), [current.id]))
        chosen = len(scopes) if len(selected) > 1 else 0
        if len(selected) > 1:
            count = len(selected)
            scopes.append(self._scope(tr("The selection: %n scan(s)", "", count), selected))
        stack = worklist.stack_of(current.id).ids if current is not None else []
        if 1 < len(stack) < len(every):
            count = len(stack)
            scopes.append(self._scope(tr("The stack that is looked at: %n scan(s)", "", count), list(stack)))
        count = len(shown)
        if len(shown) > 1 or (shown and current is None):
            scopes.append(self._scope(tr("The list as it is shown: %n scan(s)", "", count), shown))
        return scopes, chosen

    # ------------------------------------------------------------ inside

    def _scope(self, text: str, ids: Sequence[int]) -> Scope:
        entries = self._workspace.worklist.entries
        waiting = sum(1 for i in ids if entries[i].answer is None and entries[i].error is None)
        return Scope(text, tuple(ids), waiting)

    def _ask_for_file(self, ids: Sequence[int], choice: ReportChoice) -> None:
        recent = self._workspace.settings.recent()
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        dialog = QFileDialog(self._window, self.tr("Save report"), recent[0] if recent else home)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {self.tr("Report to read (*.pdf)"): "pdf", self.tr("Report for programs (*.json)"): "json"}
        dialog.setNameFilters(list(filters))
        dialog.setDefaultSuffix("pdf")
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(filters[name]))
        dialog.selectFile(f"tumor-viewer-{QDate.currentDate().toString(Qt.DateFormat.ISODate)}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._save(ids, choice, Path(name)))
        dialog.open()

    def _save(self, ids: Sequence[int], choice: ReportChoice, path: Path) -> None:
        if path.suffix.lower() not in (".pdf", ".json"):
            path = path.with_name(f"{path.name}.pdf")

        def done(there: bool) -> None:
            if there and self._workspace.settings.get(REPORT_OPEN):
                self._show_file(path)

        self._workers.make_report(ids, choice, path, done)

    def _ask_for_printer(self, ids: Sequence[int], choice: ReportChoice) -> None:
        # Only who prints pays for this import.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self.tr("Report"))
        printer.setPageSize(QPageSize(usual_page()))
        dialog = QPrintDialog(printer, self._window)
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, False)  # the pages are only known later
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_on(printer, ids, choice))
        QDialog.open(dialog)  # its own `open` wants to know whom to tell
