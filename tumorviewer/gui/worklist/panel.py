"""The left side of the window: everything that is open."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from tumorviewer.gui.worklist.counts import Counts, count
from tumorviewer.gui.worklist.delegate import RowDelegate
from tumorviewer.gui.worklist.empty import EmptyList
from tumorviewer.gui.worklist.filter_bar import FilterBar
from tumorviewer.gui.worklist.menu import MenuFacts, RowMenu
from tumorviewer.gui.worklist.model import WorklistModel
from tumorviewer.gui.worklist.note_dialog import NoteDialog
from tumorviewer.gui.worklist.selection import SelectionLink
from tumorviewer.gui.worklist.throttle import Throttle
from tumorviewer.gui.worklist.view import WorklistView
from tumorviewer.state.jobs import JobKind
from tumorviewer.state.ordering import Filter, Sort
from tumorviewer.state.settings import SORT
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.thumbnails import Thumbnails

COUNT_MS = 250
"""Between two countings while rows arrive or are answered."""


class WorklistPanel(QWidget):
    """Search, verdicts, order; the rows; and how many there are.

    Parameters
    ----------
    workspace : Workspace
    thumbnails : Thumbnails
    """

    visible_changed = Signal(list)
    """Ids of the rows on the screen, then of those a page further on."""
    scan_activated = Signal(int)
    """A row was double-clicked, or Enter was pressed on it."""
    export_csv_wanted = Signal(list)
    export_dataset_wanted = Signal(list)
    compare_wanted = Signal(int)
    clear_wanted = Signal()
    """Everything is to be closed."""
    counted = Signal()
    """`counts` is new."""

    def __init__(self, workspace: Workspace, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._thumbnails = workspace, thumbnails
        self.counts = Counts()
        self.model = WorklistModel(workspace.worklist, self)
        self.bar = FilterBar()
        self.view = WorklistView(self.model, RowDelegate(thumbnails))
        self.empty = EmptyList()
        self.summary = QLabel()
        self.clear_button = QPushButton(self.tr("Clear filter"))
        self._pages = QStackedWidget()
        self._link = SelectionLink(self.view, self.model, workspace.session)
        self._counting = Throttle(self._count, COUNT_MS, self)
        self._lay_out()
        self._connect()
        self._take_sort()
        self._count()

    # ------------------------------------------------------------ what others ask

    def selected_ids(self) -> list[int]:
        """Return the selected rows, from the top down."""
        return self.model.ids(self.view.selected_rows())

    def labelled_ids(self) -> list[int]:
        """Return all rows, shown or not, that have a label of the person's own."""
        return [entry.id for entry in self._workspace.worklist.in_order() if entry.label]

    def label_selected(self, label: str) -> None:
        """Give the selected rows, or the current scan where none is selected, an own label; "" takes it away."""
        current = self._workspace.session.entry
        ids = self.selected_ids() or ([current.id] if current is not None else [])
        self._workspace.worklist.review(ids, label=label)

    def focus_search(self) -> None:
        """Begin to search."""
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def copy_names(self, ids: list[int]) -> None:
        """Put file names on the clipboard, one a line."""
        entries = self._workspace.worklist.entries
        names = [entries[entry_id].name for entry_id in ids if entry_id in entries]
        if names:
            QGuiApplication.clipboard().setText("\n".join(names))

    def edit_note(self, entry_id: int) -> None:
        """Ask for the note of a scan."""
        entry = self._workspace.worklist.get(entry_id)
        if entry is None:
            return
        dialog = NoteDialog(entry.name, entry.note, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._workspace.worklist.review([entry_id], note=dialog.note))
        dialog.open()

    def menu_for(self, rows: list[int]) -> RowMenu:
        """Return the context menu of some rows."""
        entries = tuple(self.model.entry(row) for row in rows)
        ids = [entry.id for entry in entries]
        session = self._workspace.session
        menu = RowMenu(MenuFacts(entries, session.pane.entry_id, self.counts.labelled, self.counts.total), self)
        other = menu.facts.to_compare
        menu.show_scan.triggered.connect(lambda: self._activate(ids[0]))
        menu.compare.triggered.connect(lambda: self.compare_wanted.emit(other))
        menu.label_chosen.connect(lambda label: self._workspace.worklist.review(ids, label=label))
        menu.note.triggered.connect(lambda: self.edit_note(ids[0]))
        menu.copy.triggered.connect(lambda: self.copy_names(ids))
        menu.export_csv.triggered.connect(lambda: self.export_csv_wanted.emit(ids))
        menu.export_dataset.triggered.connect(lambda: self.export_dataset_wanted.emit(self.labelled_ids()))
        menu.select_all.triggered.connect(self.view.selectAll)
        menu.close_all.triggered.connect(self.clear_wanted)
        return menu

    def minimumSizeHint(self) -> QSize:
        """Return the least that rows can be read in."""
        return super().minimumSizeHint().expandedTo(QSize(self.fontMetrics().averageCharWidth() * 32, 0))

    # ------------------------------------------------------------ inside

    def _lay_out(self) -> None:
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.empty)
        self.summary.setWordWrap(True)
        self.summary.setProperty("role", "quiet")
        self.clear_button.setProperty("role", "link")
        policy = self.clear_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that the list does not jump when a filter is set
        self.clear_button.setSizePolicy(policy)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.summary, 1)
        line.addWidget(self.clear_button)
        top = QVBoxLayout()
        top.setContentsMargins(8, 8, 8, 8)
        top.setSpacing(8)
        top.addWidget(self.bar)
        top.addLayout(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        self.view.setAccessibleName(self.tr("Worklist"))
        self.view.setAccessibleDescription(self.tr("All scans that are open"))
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        workspace, view, model = self._workspace, self.view, self.model
        self.bar.filter_changed.connect(self._set_filter)
        self.bar.sort_changed.connect(self._set_sort)
        self.bar.search.left.connect(view.setFocus)
        self.clear_button.clicked.connect(self.bar.clear)
        self.empty.clear_wanted.connect(self.bar.clear)
        view.visible_changed.connect(self.visible_changed)
        self._thumbnails.ready.connect(view.update_scans)
        view.menu_wanted.connect(self._open_menu)
        view.copy_wanted.connect(lambda: self.copy_names(self.selected_ids()))
        view.activated.connect(lambda index: self._activate(model.entry(index.row()).id))
        for changed in (model.rowsInserted, model.modelReset, workspace.worklist.added, workspace.worklist.changed):
            changed.connect(self._counting.request)
        workspace.worklist.cleared.connect(self.bar.clear)  # what is opened next is not to be hidden by it
        workspace.worklist.cleared.connect(self._counting.request)
        workspace.jobs.changed.connect(self._counting.request)
        workspace.settings.changed.connect(self._setting_changed)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.focus_search)

    def _set_filter(self, chosen: Filter) -> None:
        self.model.set_filter(chosen)
        self._link.show_current()
        self._count()

    def _set_sort(self, sort: Sort) -> None:
        self._workspace.settings.set(SORT, sort.name)
        self.model.set_order(sort)
        self._link.show_current()

    def _setting_changed(self, name: str) -> None:
        if name == SORT.name:
            self._take_sort()

    def _take_sort(self) -> None:
        name = self._workspace.settings.get(SORT)
        sort = Sort[name] if name in Sort.__members__ else Sort.OPENED
        self.bar.set_sort(sort)
        self.model.set_order(sort)

    def _activate(self, entry_id: int) -> None:
        self._workspace.session.show(entry_id)
        self.scan_activated.emit(entry_id)

    def _open_menu(self, rows: list[int], place: QPoint) -> None:
        menu = self.menu_for(rows)
        self.view.mark_menu(rows)
        menu.aboutToHide.connect(lambda: self.view.mark_menu([]))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    # ------------------------------------------------------------ how many

    def _count(self) -> None:
        self.counts = count(self._workspace.worklist.entries.values())
        self.bar.set_counts(self.counts)
        self.bar.setEnabled(self.counts.total > 0)
        self._say_counts()
        self._choose_page()
        self.counted.emit()

    def _say_counts(self) -> None:
        shown, counts = self.model.rowCount(), self.counts
        parts = [self.tr("%n scan(s)", "", counts.total)]
        if not self.model.filter.passes_all:
            parts.append(self.tr("%n shown", "", shown))
        if counts.unreadable:
            parts.append(self.tr("%n unreadable", "", counts.unreadable))
        whole = [part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts]  # a line breaks between them
        self.summary.setText(" · ".join(whole) if counts.total else "")
        self.clear_button.setVisible(not self.model.filter.passes_all)

    def _choose_page(self) -> None:
        if self.model.rowCount():
            self._pages.setCurrentWidget(self.view)
            return
        if self.counts.total:
            self.empty.say_nothing_passes()
        else:
            self.empty.say_nothing_open(
                opening=any(job.kind is JobKind.OPENING for job in self._workspace.jobs.running)
            )
        self._pages.setCurrentWidget(self.empty)
