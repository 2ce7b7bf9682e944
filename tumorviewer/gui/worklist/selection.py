"""Selected rows and the current scan: one follows the other, whatever moves the rows."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject

from tumorviewer.gui.worklist.model import WorklistModel
from tumorviewer.gui.worklist.view import WorklistView
from tumorviewer.state.session import Session

_Select = QItemSelectionModel.SelectionFlag


class SelectionLink(QObject):
    """Makes a single selected row the current scan, and the current scan the selected row.

    When the rows are arranged anew, what was selected is selected again; rows that the filter hides meanwhile come back
    selected, unless the person has selected others since.
    """

    def __init__(self, view: WorklistView, model: WorklistModel, session: Session) -> None:
        super().__init__(view)
        self._view, self._model, self._session = view, model, session
        self._following = False
        self._kept: list[int] = []
        """Rows that are not shown now and will be selected when they are."""
        self._current: int | None = None
        self._anchor: tuple[int, int] | None = None
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        model.rowsInserted.connect(self._follow_new)
        view.selectionModel().selectionChanged.connect(self._selected)
        session.current_changed.connect(self._follow)
        self._follow()

    def show_current(self) -> None:
        """Scroll to the current scan."""
        row = self._model.row(self._session.pane.entry_id)
        if row is not None:
            self._view.scrollTo(self._model.index(row), self._view.ScrollHint.PositionAtCenter)

    # ------------------------------------------------------------ the person selects

    def _selected(self) -> None:
        if self._following:
            return
        self._kept = []
        row = self._view.only_selected_row()
        if row is not None:
            self._session.show(self._model.entry(row).id)

    # ------------------------------------------------------------ the current scan changes

    def _follow(self) -> None:
        """Select the current scan; a selection that holds it stays as it is."""
        entry_id, chooser = self._session.pane.entry_id, self._view.selectionModel()
        row = self._model.row(entry_id)
        self._following = True
        if row is None:
            chooser.clear()
        else:
            index = self._model.index(row)
            if self._view.currentIndex() != index:  # else it was chosen in the list, and stays under the mouse
                self._view.reveal(index)
            held = chooser.isSelected(index)
            chooser.setCurrentIndex(index, _Select.NoUpdate if held else _Select.ClearAndSelect)
            self._view.scrollTo(index)
        self._following = False
        self._kept = [entry_id] if row is None and entry_id is not None else []

    def _follow_new(self) -> None:
        """Select the current scan, if it is one of the rows that just came."""
        if self._session.pane.entry_id in self._kept:
            self._follow()

    # ------------------------------------------------------------ the rows are arranged anew

    def _remember(self) -> None:
        model, view = self._model, self._view
        self._kept = [*self._kept, *model.ids(view.selected_rows())]
        index = view.currentIndex()
        self._current = model.entry(index.row()).id if index.isValid() else None
        seen = view.rows_on_screen()
        anchor = index.row() if index.row() in seen else seen.start
        moved = view.verticalOffset() > 0 and bool(seen)
        self._anchor = (model.entry(anchor).id, view.visualRect(model.index(anchor)).top()) if moved else None

    def _restore(self) -> None:
        model, chooser = self._model, self._view.selectionModel()
        rows = {model.row(entry_id) for entry_id in self._kept} - {None}
        chosen = QItemSelection()
        for first, last in _runs(sorted(row for row in rows if row is not None)):
            chosen.select(model.index(first), model.index(last))
        self._following = True
        chooser.select(chosen, _Select.ClearAndSelect)
        current = model.row(self._current)
        chooser.setCurrentIndex(QModelIndex() if current is None else model.index(current), _Select.NoUpdate)
        self._following = False
        self._kept = [entry_id for entry_id in self._kept if model.row(entry_id) is None]
        self._scroll_back()

    def _scroll_back(self) -> None:
        """Leave the row that was looked at where it was on the screen; at the top of the list, stay there."""
        if self._anchor is None:
            return
        entry_id, top = self._anchor
        row = self._model.row(entry_id)
        if row is not None:
            self._view.verticalScrollBar().setValue(self._view.places.top(row) - top)


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Return first and last of each run of neighbours."""
    firsts = [row for place, row in enumerate(rows) if place == 0 or rows[place - 1] != row - 1]
    lasts = [row for place, row in enumerate(rows) if place == len(rows) - 1 or rows[place + 1] != row + 1]
    return list(zip(firsts, lasts, strict=True))
