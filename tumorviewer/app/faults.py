"""Faults of the program: the log gets the whole story, the person one calm line."""

import logging
import sys
import threading
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, Signal

log = logging.getLogger(__name__)

MOST_LINES: Final = 5
"""So often one fault is written into the log; one that happens with every repaint would fill it."""


class Faults(QObject):
    """Takes the exceptions that nobody caught, in any thread, until it is closed."""

    happened = Signal(str)
    """What kind of fault; once for each place in the code."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: dict[tuple[str, str, int], int] = {}
        self._before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread
        sys.unraisablehook = self._caught_unraisable

    def close(self) -> None:
        """Leave the hooks as they were."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def _caught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._caught(args.exc_type, args.exc_value, args.exc_traceback)

    def _caught_unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            self._caught(args.exc_type, args.exc_value, args.exc_traceback)

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, Exception):  # Ctrl-C, and the end of the program
            self._before[0](kind, error, trace)
            return
        last = trace
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = (kind.__name__, last.tb_frame.f_code.co_filename, last.tb_lineno) if last else (kind.__name__, "", 0)
        count = self._seen[place] = self._seen.get(place, 0) + 1
        if count <= MOST_LINES:
            log.error("A fault of the program", exc_info=(kind, error, trace))
        if count == 1:
            self.happened.emit(kind.__name__)
