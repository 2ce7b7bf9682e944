"""What comes by itself, at the lower edge of the window: that it is on, how it goes, and the way to stop it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import IconName, icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.receiving_words import problem_line, receiver_line, refused_line, watch_line
from tumorviewer.state.receiving import ReceiverStatus, Receiving, Watching


class ArrivalsRow(QWidget):
    """Two buttons with menus: the watched folder and the receiver. Nothing where both are off.

    Parameters
    ----------
    watching : Watching
    receiving : Receiving
    stop_watching, settings : QAction
        What the menus offer.
    """

    resized = Signal()
    """It needs more or less room than before."""

    def __init__(
        self,
        watching: Watching,
        receiving: Receiving,
        stop_watching: QAction,
        settings: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._watching, self._receiving = watching, receiving
        self._short = False
        self._widths = {False: 0, True: 0}
        self.stop_receiving = QAction(self.tr("Stop receiving"), self)
        self.stop_receiving.triggered.connect(receiving.switch_off)
        self.watch = self._button([stop_watching])
        self.receive = self._button([self.stop_receiving, settings])
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.watch)
        row.addWidget(self.receive)
        watching.changed.connect(self._show)
        receiving.changed.connect(self._show)
        self._show()

    def width_for(self, *, short: bool) -> int:
        """Return how much room it needs, with words or with icons only."""
        return self._widths[short]

    def set_short(self, *, short: bool) -> None:
        """Show icons only, or words as well."""
        if short is not self._short:
            self._short = short
            self._set_styles(short=short)

    def _button(self, actions: list[QAction]) -> QToolButton:
        button = QToolButton()
        menu = QMenu(button)
        menu.addActions(actions)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setIconSize(QSize(16, 16))
        button.setFont(figures(self.font()))
        button.setProperty("role", "plain-menu")
        return button

    def _show(self) -> None:
        watching, receiving = self._watching, self._receiving
        line = watch_line(watching)
        tip = self.tr("New files in {folder} and below it are opened by themselves.").format(folder=watching.folder)
        self._fill(self.watch, "watch" if watching.there else "warning", line, tip)
        line = receiver_line(receiving)
        failed = receiving.status is ReceiverStatus.FAILED
        lines = (problem_line(receiving), refused_line(receiving.refused))
        tip = "\n".join(text for text in lines if text) or self.tr("Other machines can send scans to this computer.")
        self._fill(self.receive, "warning" if failed else "receive", line, tip)
        self.setVisible(not (self.watch.isHidden() and self.receive.isHidden()))
        self._measure()
        self.resized.emit()

    def _fill(self, button: QToolButton, name: IconName, line: str, tip: str) -> None:
        button.setVisible(bool(line))
        if line != button.text():
            button.setIcon(icon(name))
            button.setText(line.replace("&", "&&"))
            button.setAccessibleName(line)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)

    def _measure(self) -> None:
        for short in (not self._short, self._short):
            self._set_styles(short=short)
            shown = [button for button in (self.watch, self.receive) if not button.isHidden()]
            self._widths[short] = sum(button.sizeHint().width() + UNIT for button in shown)

    def _set_styles(self, *, short: bool) -> None:
        style = Qt.ToolButtonStyle
        for button in (self.watch, self.receive):
            button.setToolButtonStyle(style.ToolButtonIconOnly if short else style.ToolButtonTextBesideIcon)
