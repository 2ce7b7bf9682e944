"""Scans that come by themselves: the folder that is watched, and the receiver. What is chosen, and how it goes."""

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tumorviewer.receiving.events import Event, Failed, FailedWhy, Listening, Refused, Stored
from tumorviewer.receiving.options import (
    MB,
    OptionsError,
    ReceiverLimits,
    ReceiverOptions,
    Wrong,
    check_title,
    networks_in,
    titles_in,
)
from tumorviewer.receiving.watching import EVERYTHING, FROM_NOW
from tumorviewer.state.settings import (
    RECEIVE,
    RECEIVE_ADDRESSES,
    RECEIVE_BIND,
    RECEIVE_LARGEST,
    RECEIVE_PORT,
    RECEIVE_TITLE,
    RECEIVE_TITLES,
    WATCH_FOLDER,
    WATCH_SINCE,
    Setting,
    Settings,
)


def wrong_text(setting: Setting[str], text: str) -> Wrong | None:
    """Return what is wrong with a text that a person typed for one of the receiver's settings."""
    checks: dict[Setting[str], Callable[[str], object]] = {
        RECEIVE_TITLE: check_title,
        RECEIVE_TITLES: titles_in,
        RECEIVE_ADDRESSES: networks_in,
    }
    try:
        checks[setting](text)
    except OptionsError as error:
        return error.wrong
    return None


class Watching(QObject):
    """The watched folder.

    Attributes
    ----------
    there : bool
        Whether the folder could be looked into the last time.
    come, waiting : int
        Files that were opened since the watch began, and those that are still being written.
    """

    changed = Signal()
    """Anything that is shown."""
    folder_changed = Signal()
    """Another folder is to be watched, or none."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.there, self.come, self.waiting = True, 0, 0

    @property
    def folder(self) -> Path | None:
        """What is watched."""
        name = self._settings.get(WATCH_FOLDER)
        return Path(name) if name else None

    @property
    def since(self) -> float:
        """When the newest file came that is not new."""
        return self._settings.get(WATCH_SINCE)

    def begin(self, folder: Path, *, existing: bool) -> None:
        """Watch a folder, with or without what is in it already; remembered for the next start."""
        self._settings.set(WATCH_SINCE, EVERYTHING if existing else FROM_NOW)
        self._settings.set(WATCH_FOLDER, str(folder))
        self._restart()

    def stop(self) -> None:
        """Watch nothing."""
        self._settings.set(WATCH_FOLDER, "")
        self._restart()

    def looked(self, *, there: bool, come: int, waiting: int, since: float) -> bool:
        """Take what a look found; return whether the folder has just gone or come back."""
        turned = there is not self.there
        news = turned or bool(come) or waiting != self.waiting
        self.there, self.come, self.waiting = there, self.come + come, waiting
        self._settings.set(WATCH_SINCE, since)
        if news:
            self.changed.emit()
        return turned

    def _restart(self) -> None:
        self.there, self.come, self.waiting = True, 0, 0
        self.folder_changed.emit()
        self.changed.emit()


class ReceiverStatus(Enum):
    """How far it is."""

    OFF = auto()
    STARTING = auto()
    LISTENING = auto()
    FAILED = auto()


class Receiving(QObject):
    """The receiver.

    Parameters
    ----------
    settings : Settings
    folder : Path
        The inbox.

    Attributes
    ----------
    status : ReceiverStatus
    listening : Listening or None
        Where.
    failed : Failed or Wrong or None
        Why it does not listen: what the system says, or which choice is wrong.
    stored : int
        New instances since it was switched on.
    refused : Refused or None
        The last refusal.
    """

    changed = Signal()

    def __init__(self, settings: Settings, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self.folder = settings, folder
        self.status = ReceiverStatus.OFF
        self.listening: Listening | None = None
        self.failed: Failed | Wrong | None = None
        self.stored = 0
        self.refused: Refused | None = None

    @property
    def wanted(self) -> bool:
        """Whether the person switched it on."""
        return self._settings.get(RECEIVE)

    def switch_off(self) -> None:
        """Receive nothing from now on, also after the next start."""
        self._settings.set(RECEIVE, False)

    def options(self) -> ReceiverOptions:
        """Return what the person chose.

        Raises
        ------
        OptionsError
            If that cannot be.
        """
        settings = self._settings
        return ReceiverOptions(
            self.folder,
            settings.get(RECEIVE_BIND),
            settings.get(RECEIVE_PORT),
            check_title(settings.get(RECEIVE_TITLE)),
            titles_in(settings.get(RECEIVE_TITLES)),
            networks_in(settings.get(RECEIVE_ADDRESSES)),
            ReceiverLimits(instance_bytes=settings.get(RECEIVE_LARGEST) * MB),
        )

    def begin(self) -> ReceiverOptions | None:
        """Get ready to listen; None where it is off or cannot be as it was chosen."""
        self.listening = self.failed = self.refused = None
        self.stored = 0
        options = None
        try:
            options = self.options() if self.wanted else None
        except OptionsError as error:
            self._set(ReceiverStatus.FAILED, error.wrong)
            return None
        self._set(ReceiverStatus.OFF if options is None else ReceiverStatus.STARTING)
        return options

    def take(self, event: Event) -> None:
        """Take what the receiver tells."""
        match event:
            case Listening():
                self.listening = event
                self._set(ReceiverStatus.LISTENING)
            case Stored():
                self.stored += event.new
                self.changed.emit()
            case Refused():
                self.refused = event
                self.changed.emit()
            case Failed():
                self._set(ReceiverStatus.FAILED, event)

    def ended(self) -> None:
        """Take note that the receiver is gone although nobody asked it to go; mostly it has said why."""
        if self.status in (ReceiverStatus.STARTING, ReceiverStatus.LISTENING):
            self.take(Failed(FailedWhy.DIED))

    def _set(self, status: ReceiverStatus, failed: Failed | Wrong | None = None) -> None:
        self.status, self.failed = status, failed
        if status is not ReceiverStatus.LISTENING:
            self.listening = None
        self.changed.emit()
