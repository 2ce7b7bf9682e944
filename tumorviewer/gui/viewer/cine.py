"""Playing a stack like a film."""

from PySide6.QtCore import QObject, QTimer, Signal

from tumorviewer.state.session import Session
from tumorviewer.state.settings import CINE_RATE, Settings


class Cine(QObject):
    """Shows the next slice some times a second, and after the last one the first again.

    A slice that is still being read is waited for: none is left out.
    """

    running_changed = Signal(bool)

    def __init__(self, session: Session, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self.timer = QTimer(self)
        self.timer.timeout.connect(self._step)
        session.worklist.cleared.connect(self.stop)

    @property
    def running(self) -> bool:
        """Whether it plays."""
        return self.timer.isActive()

    @property
    def rate(self) -> int:
        """Slices a second."""
        return self._settings.get(CINE_RATE)

    def set_rate(self, rate: int) -> None:
        """Play at another rate, and remember it."""
        rate = min(max(rate, CINE_RATE.lowest or 1), CINE_RATE.highest or rate)
        self._settings.set(CINE_RATE, rate)
        self.timer.setInterval(round(1000 / rate))

    def toggle(self) -> None:
        """Play or stop."""
        if self.running:
            self.stop()
        elif self._count() > 1:
            self.timer.start(round(1000 / self.rate))
            self.running_changed.emit(True)

    def stop(self) -> None:
        """Stop at the slice that is shown."""
        if self.running:
            self.timer.stop()
            self.running_changed.emit(False)

    def _count(self) -> int:
        entry = self._session.entry
        return 0 if entry is None else self._session.worklist.place_in_stack(entry.id)[1]

    def _step(self) -> None:
        entry, pane = self._session.entry, self._session.pane
        if entry is None or self._count() < 2:
            self.stop()
            return
        if not pane.up_to_date and pane.error is None:
            return
        place, count = self._session.worklist.place_in_stack(entry.id)
        self._session.scroll(1 if place + 1 < count else -place)
