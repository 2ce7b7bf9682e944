"""What the person is told besides the scans: short lines that nobody has to click away."""

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal


class NoticeKind(Enum):
    """What happened; the window has the words."""

    NOTHING_FOUND = auto()
    OPENED = auto()
    """`count` scans, `failed` of them unreadable, `detail`: files skipped."""
    OPENING_STOPPED = auto()
    ARCHIVE_REFUSED = auto()
    LIBRARY_DAMAGED = auto()
    """The file `subject` was kept aside as `detail`; a fresh one is in use."""
    LIBRARY_NEWER = auto()
    """A newer version of the program made the file `subject`: untouched, nothing is saved."""
    LIBRARY_UNWRITABLE = auto()
    """The file `subject` cannot be written: nothing is saved."""
    SETTINGS = auto()
    MODEL = auto()
    MODEL_GONE = auto()
    """The model `subject` is no longer there: that which came with the program is used."""
    EXPORTED = auto()
    DEIDENTIFIED = auto()
    """`count` files were written without patient data; `detail` of them may show text in their pictures."""
    EXPORT_FAILED = auto()
    EXPORT_STOPPED = auto()
    PRINTED = auto()
    PRINT_FAILED = auto()
    PRINT_STOPPED = auto()
    LOGO_MISSING = auto()
    """A report was made without the logo `subject`."""
    NOT_SAVED = auto()
    """A label could not be saved."""
    NOT_LOGGED = auto()
    """The audit log could not be written."""
    AUDIT_LOG_DAMAGED = auto()
    """It was kept aside as `detail`; a new one begins."""
    WATCH_AWAY = auto()
    """The watched folder `subject` cannot be looked into."""
    WATCH_BACK = auto()
    NOT_RECEIVING = auto()
    """The receiver does not listen; `detail` is the name of a `FailedWhy` or of a `Wrong`."""
    FAULT = auto()
    """A fault of the program: the log has it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One line.

    Attributes
    ----------
    kind : NoticeKind
    subject : str
        The file, folder or model that it is about.
    detail : str
        The cause, in words.
    count, failed : int
    """

    kind: NoticeKind
    subject: str = ""
    detail: str = ""
    count: int = 0
    failed: int = 0


class Notices(QObject):
    """Where everybody leaves them."""

    told = Signal(object)
    """A `Notice`."""

    def tell(self, notice: Notice) -> None:
        """Tell the person."""
        self.told.emit(notice)
