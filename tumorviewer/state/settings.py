"""What the program remembers of the person's choices: declared once, with type and default."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

T = TypeVar("T", bool, int, float, str)

RECENT_FOLDERS = 10


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One choice: its name in the file, what it is at first, and between which values it may lie."""

    name: str
    default: T
    allowed: tuple[T, ...] = ()
    lowest: T | None = None
    highest: T | None = None

    def read(self, text: object) -> T:
        """Return the value that a text of the file stands for; the default for nonsense."""
        try:
            value = _parsed(str(text), type(self.default))
        except ValueError:
            return self.default
        too_low = self.lowest is not None and value < self.lowest
        too_high = self.highest is not None and value > self.highest
        wrong = bool(self.allowed) and value not in self.allowed
        return self.default if too_low or too_high or wrong else value


def _parsed(text: str, kind: type[T]) -> T:
    if kind is bool:
        if text not in ("true", "false"):
            raise ValueError(text)
        return kind(text == "true")
    return kind(text)


THEME = Setting("look/theme", "system", allowed=("system", "light", "dark"))
LANGUAGE = Setting("look/language", "")
"""As "de"; "" follows the system."""
LESS_MOTION = Setting("look/less_motion", False)
"""Nothing moves by itself, whatever the system says."""
HEAT_MAP = Setting("viewer/heat_map", False)
HEAT_OPACITY = Setting("viewer/heat_opacity", 0.5, lowest=0.0, highest=1.0)
CINE_RATE = Setting("viewer/cine_rate", 12, lowest=1, highest=60)
JUDGE_ALL = Setting("model/judge_all", True)
"""Ask the model about all that is open, in the background."""
MODEL = Setting("model/name", "")
"""``name-version``; "" is the newest that came with the program."""
MODEL_BEFORE = Setting("model/before", "")
"""``name-version`` of the model that was used before, to go back to; "" where there is none."""
SORT = Setting("worklist/sort", "OPENED")
EXPORT_PATHS = Setting("export/full_paths", False)
"""Full paths may hold names of patients: off unless the person says so."""
WATCH_FOLDER = Setting("watch/folder", "")
"""Files that come into it are opened by themselves; "" watches nothing."""
WATCH_SINCE = Setting("watch/since", -1.0)
"""As `tumorviewer.receiving.watching.FolderWatch.since`."""
RECEIVE = Setting("receive/on", False)
"""Listen for what other machines send."""
RECEIVE_BIND = Setting("receive/bind", "127.0.0.1")
RECEIVE_PORT = Setting("receive/port", 11112, lowest=1, highest=65535)
RECEIVE_TITLE = Setting("receive/title", "TUMORVIEWER")
RECEIVE_TITLES = Setting("receive/allowed_titles", "")
RECEIVE_ADDRESSES = Setting("receive/allowed_addresses", "")
"""Who may send, with commas; "" is everybody who can reach the address."""
RECEIVE_LARGEST = Setting("receive/largest_mb", 256, lowest=1, highest=2048)
REPORT_LETTERHEAD = Setting("report/letterhead", "")
"""Lines of text; the first is the name of the house."""
REPORT_LOGO = Setting("report/logo", "")
"""Path of a picture; "" is none."""
REPORT_OPEN = Setting("report/open_when_done", True)
FOLDERS, DATA_SETS = "recent/folders", "recent/data_sets"
"""Lists of what was opened last: of the viewer and of training."""


class Settings(QObject):
    """The choices, in an INI file.

    Parameters
    ----------
    path : Path
        Made when the first choice is saved. A file that cannot be read or written costs the choices and nothing else.
    """

    changed = Signal(str)
    """The name of a setting."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._file = QSettings(str(path), QSettings.Format.IniFormat, self)

    def get(self, setting: Setting[T]) -> T:
        """Return a choice."""
        return setting.read(self._file.value(setting.name, _text(setting.default)))

    def set(self, setting: Setting[T], value: T) -> None:
        """Remember a choice."""
        if value != self.get(setting):
            self._file.setValue(setting.name, _text(value))
            self.changed.emit(setting.name)

    def state(self, name: str) -> QByteArray:
        """Return how a part of the window was left; empty if nothing is known."""
        value = self._file.value(f"window/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_state(self, name: str, state: QByteArray) -> None:
        """Remember how a part of the window was left."""
        self._file.setValue(f"window/{name}", state)

    def recent(self, kind: str = FOLDERS) -> list[str]:
        """Return the folders, or the `DATA_SETS`, that were opened last, the newest first."""
        value = self._file.value(kind, [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [str(name) for name in names][:RECENT_FOLDERS]

    def add_recent(self, folders: Iterable[str], kind: str = FOLDERS) -> None:
        """Put folders first in a list of recent ones."""
        new = list(dict.fromkeys([*folders, *self.recent(kind)]))[:RECENT_FOLDERS]
        self._file.setValue(kind, new)
        self.changed.emit(kind)

    def clear_recent(self) -> None:
        """Forget which folders and data sets were opened."""
        for kind in (FOLDERS, DATA_SETS):
            self._file.remove(kind)
            self.changed.emit(kind)

    def save(self) -> bool:
        """Write to disk, and tell whether that worked."""
        self._file.sync()
        return self._file.status() is QSettings.Status.NoError


def _text(value: float | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
