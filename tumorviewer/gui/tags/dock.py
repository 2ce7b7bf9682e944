"""The dock with the DICOM tags of the current file."""

from PySide6.QtCore import QEvent, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QDockWidget, QHeaderView, QLabel, QLineEdit, QTableView, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.tags.model import Column, TagModel
from tumorviewer.state.header import HeaderState
from tumorviewer.state.overlays import OverlayState


class TagsDock(QDockWidget):
    """Lists the header of the current file, with a search; the file is read only while the dock is shown.

    Parameters
    ----------
    header : HeaderState
    overlays : OverlayState
        Says whether data of the patient may be shown.
    """

    closed = Signal()
    """The person closed it with its own button."""

    def __init__(self, header: HeaderState, overlays: OverlayState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header, self._overlays = header, overlays
        self.setObjectName("tags")
        self.setWindowTitle(self.tr("DICOM tags"))
        self.setAllowedAreas(Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Search tags, names and values"))
        self.search.setAccessibleName(self.tr("Search tags"))
        self.model = TagModel(self)
        self.found = QSortFilterProxyModel(self)
        self.found.setSourceModel(self.model)
        self.found.setFilterKeyColumn(-1)
        self.found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search.textChanged.connect(self.found.setFilterFixedString)
        self.table = self._make_table()
        self.note = QLabel(wordWrap=True)
        self.note.setProperty("role", "quiet")
        self._lay_out()
        header.changed.connect(self._show)
        overlays.changed.connect(self._show)
        self._show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the window put it away: it remembers what is shown."""
        event.ignore()
        self.closed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Have the header read."""
        super().showEvent(event)
        self._header.want_list(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Read no more headers."""
        super().hideEvent(event)
        if not self.isVisible():
            self._header.want_list(False)

    def changeEvent(self, event: QEvent) -> None:
        """Take another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.table.setFont(figures(self.font()))

    # ------------------------------------------------------------ inside

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.found)
        table.setAccessibleName(self.tr("DICOM tags"))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + UNIT)
        letters = table.fontMetrics().averageCharWidth()
        for column, width in ((Column.PLACE, 18), (Column.NAME, 36), (Column.KIND, 8)):
            table.setColumnWidth(column, letters * width)
        table.horizontalHeader().setSectionResizeMode(Column.VALUE, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        copy = QAction(self.tr("Copy"), table)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy)
        table.addAction(copy)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return table

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        column.setSpacing(UNIT)
        for part in (self.search, self.note, self.table):
            column.addWidget(part)
        self.setWidget(inside)

    def _show(self) -> None:
        header, patient = self._header.header, self._overlays.overlays.patient
        rows = header.rows if header is not None else ()
        self.model.show_rows(rows, patient=patient)
        self.note.setText(self._note(bool(rows), patient))
        self.note.setVisible(bool(self.note.text()))
        self.table.setVisible(bool(rows))
        self.search.setEnabled(bool(rows))

    def _note(self, rows: bool, patient: bool) -> str:
        header = self._header.header
        if header is None:
            return self.tr("The DICOM tags of the scan on the screen stand here.")
        if header.problem:
            return self.tr("The header cannot be read: {reason}.").format(reason=header.problem)
        if not rows:
            return self.tr("This file is a picture without a DICOM header.")
        return "" if patient else self.tr("Values that may tell who was scanned are hidden (P shows them).")

    def _copy(self) -> None:
        """Copy the chosen rows as they are shown, a line each."""
        chosen = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        lines = ["\t".join(str(self.found.index(row, column).data() or "") for column in Column) for row in chosen]
        QGuiApplication.clipboard().setText("\n".join(lines))
