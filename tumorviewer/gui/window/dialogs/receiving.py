"""The part of the settings about what other machines send."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QSizePolicy, QSpinBox, QWidget

from tumorviewer.gui.receiving_words import problem_line, receiver_line, refused_line, why_words
from tumorviewer.state.receiving import Receiving, wrong_text
from tumorviewer.state.settings import (
    RECEIVE,
    RECEIVE_ADDRESSES,
    RECEIVE_BIND,
    RECEIVE_LARGEST,
    RECEIVE_PORT,
    RECEIVE_TITLE,
    RECEIVE_TITLES,
    Setting,
    Settings,
)

AddRow = Callable[[QFormLayout, str, QWidget], None]


class ReceivingFields(QObject):
    """Bound both ways to the settings; a text that cannot be is not taken, and what is wrong stands below.

    Parameters
    ----------
    settings : Settings
    receiving : Receiving
        How the receiver is.
    """

    def __init__(self, settings: Settings, receiving: Receiving, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._receiving = settings, receiving
        self.on = QCheckBox(self.tr("Receive scans that other machines send (DICOM C-STORE)"))
        self.bind = QComboBox()
        self.port, self.largest = _number(RECEIVE_PORT), _number(RECEIVE_LARGEST)
        self.largest.setSuffix(self.tr(" MB"))
        self.title, self.titles, self.addresses = QLineEdit(), QLineEdit(), QLineEdit()
        self.titles.setPlaceholderText(self.tr("anybody"))
        self.addresses.setPlaceholderText(self.tr("any"))
        self.title.setMaxLength(16)
        self.state = QLabel()
        self.state.setWordWrap(True)
        for text, address in (
            (self.tr("This computer only"), "127.0.0.1"),
            (self.tr("The network, all addresses of this computer"), "0.0.0.0"),  # noqa: S104  # the person's choice
        ):
            self.bind.addItem(text, address)
        widest = max(box.sizeHint().width() for box in (self.port, self.largest))
        for box in (self.port, self.largest):
            box.setMinimumWidth(widest)
        self._lines = ((self.title, RECEIVE_TITLE), (self.titles, RECEIVE_TITLES), (self.addresses, RECEIVE_ADDRESSES))
        self._connect()
        self.show_now()

    def add_to(self, form: QFormLayout, add_row: AddRow) -> None:
        """Put all fields into a form."""
        form.addRow(self.on)
        add_row(form, self.tr("&Listen to"), self.bind)
        add_row(form, self.tr("P&ort"), self.port)
        add_row(form, self.tr("Our &AE title"), self.title)
        add_row(form, self.tr("Allowed &senders (AE titles)"), self.titles)
        add_row(form, self.tr("Allowed a&ddresses"), self.addresses)
        add_row(form, self.tr("La&rgest scan"), self.largest)
        form.addRow(self.state)

    def show_now(self) -> None:
        """Show the settings as they are, and how the receiver is."""
        settings = self._settings
        with QSignalBlocker(self.on), QSignalBlocker(self.port), QSignalBlocker(self.largest):
            self.on.setChecked(settings.get(RECEIVE))
            self.port.setValue(settings.get(RECEIVE_PORT))
            self.largest.setValue(settings.get(RECEIVE_LARGEST))
        address = settings.get(RECEIVE_BIND)
        if self.bind.findData(address) < 0:
            self.bind.addItem(address, address)
        self.bind.setCurrentIndex(self.bind.findData(address))
        for line, setting in self._lines:
            if not line.hasFocus() and not line.isModified():
                line.setText(settings.get(setting))
        self._show_state()

    # ------------------------------------------------------------ inside

    def _connect(self) -> None:
        settings = self._settings
        self.on.toggled.connect(lambda on: settings.set(RECEIVE, on))
        self.bind.activated.connect(lambda: settings.set(RECEIVE_BIND, str(self.bind.currentData())))
        self.port.valueChanged.connect(lambda port: settings.set(RECEIVE_PORT, port))
        self.largest.valueChanged.connect(lambda size: settings.set(RECEIVE_LARGEST, size))
        for line, setting in self._lines:
            line.editingFinished.connect(lambda line=line, setting=setting: self._take(line, setting))
            line.textEdited.connect(self._show_state)
        settings.changed.connect(self.show_now)
        self._receiving.changed.connect(self._show_state)

    def _take(self, line: QLineEdit, setting: Setting[str]) -> None:
        if wrong_text(setting, line.text()) is None:
            line.setModified(False)
            self._settings.set(setting, line.text().strip())
        self._show_state()

    def _show_state(self) -> None:
        """Write what is wrong with what is typed, else with what was chosen, else how it goes."""
        typed = next((wrong for line, setting in self._lines if (wrong := wrong_text(setting, line.text()))), None)
        problem = why_words(typed.name) if typed else problem_line(self._receiving)
        lines = [problem or receiver_line(self._receiving), refused_line(self._receiving.refused)]
        text = "\n".join(line for line in lines if line)
        self.state.setText(text or self.tr("Off. Nothing on this computer can be reached from outside."))
        self.state.setProperty("role", "danger" if problem else "quiet")
        self.state.style().polish(self.state)  # a role that changes is looked at only then


def _number(setting: Setting[int]) -> QSpinBox:
    box = QSpinBox()
    box.setRange(setting.lowest or 1, setting.highest or 1)
    box.setKeyboardTracking(False)  # else the receiver would be started again with every digit
    box.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return box
