"""What stands above the list: search, verdicts, order."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QToolButton, QWidget

from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.verdicts import verdict_icon
from tumorviewer.gui.words import verdict_name
from tumorviewer.gui.worklist.counts import Counts
from tumorviewer.gui.worklist.staying_menu import StayingMenu
from tumorviewer.state.ordering import VERDICTS, Filter, Sort

TYPING_MS = 120
"""The list is searched when nothing was typed for so long."""


class SearchField(QLineEdit):
    """Escape empties it, and then leaves it; Down leaves it for what was found."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, or leave."""
        if event.key() == Qt.Key.Key_Down or (event.key() == Qt.Key.Key_Escape and not self.text()):
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """A search field, a menu of verdicts and a choice of orders."""

    filter_changed = Signal(object)
    """A `Filter`."""
    sort_changed = Signal(object)
    """A `Sort`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = Filter()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._tell)
        self.search = self._make_search()
        self.verdicts: dict[str, QAction] = {}
        self.verdict_button = self._make_verdicts()
        self.order = self._make_order()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        grid.addWidget(self.search, 0, 0, 1, 2)
        grid.addWidget(self.verdict_button, 1, 0)
        grid.addWidget(self.order, 1, 1)
        grid.setColumnStretch(1, 1)

    @property
    def filter(self) -> Filter:
        """What is chosen."""
        ticked = frozenset(verdict for verdict, action in self.verdicts.items() if action.isChecked())
        return Filter(ticked, self.search.text())

    def clear(self) -> None:
        """Let every row through."""
        self.search.clear()
        for action in self.verdicts.values():
            action.setChecked(False)
        self._tell()

    def set_sort(self, sort: Sort) -> None:
        """Show which order is chosen."""
        self.order.setCurrentIndex(self.order.findData(sort))

    def set_counts(self, counts: Counts) -> None:
        """Write how many rows of each verdict there are."""
        for verdict, action in self.verdicts.items():
            text = self.tr("{verdict} ({count})")
            action.setText(text.format(verdict=verdict_name(verdict), count=counts.verdicts[verdict]))

    # ------------------------------------------------------------ inside

    def _make_search(self) -> SearchField:
        field = SearchField()
        field.setPlaceholderText(self.tr("Search name, folder, label, note"))
        field.setAccessibleName(self.tr("Search the worklist"))
        field.setClearButtonEnabled(True)
        field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        field.textChanged.connect(lambda _text: self._typing.start())
        field.returnPressed.connect(self._tell)
        return field

    def _make_verdicts(self) -> QToolButton:
        menu = StayingMenu(self)
        for verdict in VERDICTS:
            action = menu.addAction(verdict_icon(verdict), verdict_name(verdict))
            action.setCheckable(True)
            action.toggled.connect(self._tell)
            self.verdicts[verdict] = action
        menu.addSeparator()
        menu.addAction(self.tr("Show all")).triggered.connect(self.clear)
        button = QToolButton()
        button.setIcon(icon("filter"))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip(self.tr("Show only some verdicts"))
        button.setAccessibleName(self.tr("Filter by verdict"))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _make_order(self) -> QComboBox:
        names = {
            Sort.OPENED: self.tr("As opened"),
            Sort.SUSPICIOUS: self.tr("Most suspicious first"),
            Sort.NAME: self.tr("By name"),
            Sort.CONFIDENCE: self.tr("Most confident first"),
            Sort.LABEL: self.tr("By own label"),
        }
        box = QComboBox()
        for sort, name in names.items():
            box.addItem(name, sort)
        box.setAccessibleName(self.tr("Order of the worklist"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.currentIndexChanged.connect(lambda: self.sort_changed.emit(box.currentData()))
        return box

    def _show_ticked(self) -> None:
        """Show on the button how many verdicts are chosen."""
        ticked = len(self.filter.verdicts)
        self.verdict_button.setText(str(ticked) if ticked else "")
        Style = Qt.ToolButtonStyle
        self.verdict_button.setToolButtonStyle(Style.ToolButtonTextBesideIcon if ticked else Style.ToolButtonIconOnly)
        self.verdict_button.setAccessibleDescription(self.tr("%n verdict(s) chosen", "", ticked))

    def _tell(self) -> None:
        self._typing.stop()
        self._show_ticked()
        if self.filter != self._told:
            self._told = self.filter
            self.filter_changed.emit(self._told)
