"""All that the person was told, kept for the life of the window's state."""

from dataclasses import dataclass

from PySide6.QtCore import QDateTime, QObject, Signal

from tumorviewer.gui.look.icons import IconName
from tumorviewer.state.notices import Notice, NoticeKind, Notices

MOST = 200

_TROUBLE = {
    NoticeKind.ARCHIVE_REFUSED, NoticeKind.LIBRARY_DAMAGED, NoticeKind.LIBRARY_NEWER, NoticeKind.LIBRARY_UNWRITABLE,
    NoticeKind.SETTINGS, NoticeKind.MODEL, NoticeKind.MODEL_GONE, NoticeKind.EXPORT_FAILED, NoticeKind.NOT_SAVED,
    NoticeKind.NOT_LOGGED, NoticeKind.AUDIT_LOG_DAMAGED,
    NoticeKind.WATCH_AWAY, NoticeKind.NOT_RECEIVING, NoticeKind.FAULT,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A notice and when it was told."""

    notice: Notice
    when: QDateTime

    @property
    def is_trouble(self) -> bool:
        """Whether it is about something that went wrong."""
        return self.notice.kind in _TROUBLE

    @property
    def icon(self) -> IconName:
        """What stands before it, so that trouble is not told by colour alone."""
        return "warning" if self.is_trouble else "info"


class Messages(QObject):
    """The history of the notices, the newest last."""

    added = Signal(object)
    """A `Message`."""
    changed = Signal()

    def __init__(self, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: list[Message] = []
        self.unseen = 0
        notices.told.connect(self._add)

    def see(self) -> None:
        """Take note that the person has looked at them."""
        self.unseen = 0
        self.changed.emit()

    def _add(self, notice: Notice) -> None:
        message = Message(notice, QDateTime.currentDateTime())
        self.all = [*self.all[-MOST + 1 :], message]
        self.unseen += 1
        self.added.emit(message)
        self.changed.emit()
