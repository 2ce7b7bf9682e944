"""Pictures of the data set for the cards of the page: read once, and kept while they are likely to be shown again."""

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import QObject, Signal

from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.state.training.data import DataState
from tumorviewer.workers.training.pictures import Picture, PictureReader

KEPT: Final = 240
"""Pictures; about 100 kB each."""

Scan = tuple[str, int]
"""Path below the data set's root, and frame."""
Key = tuple[str, int, str, str, int, InputSpec]


class Shelf(QObject):
    """Asks for pictures, and says when one is there.

    Parameters
    ----------
    data : DataState
    reader : PictureReader
        Others ask it, too: keys tell the answers apart.
    """

    filled = Signal(object)
    """The `Scan` whose picture is there now."""

    def __init__(self, data: DataState, reader: PictureReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data, self._reader = data, reader
        self._kept: OrderedDict[Key, Picture] = OrderedDict()
        self._asked: set[Key] = set()
        self._round = 0
        reader.read.connect(self._take)

    def picture(self, path: str, frame: int, spec: InputSpec) -> Picture | None:
        """Return a picture; None while it is being read."""
        key = ("data", self._round, str(self._data.folder), path, frame, spec)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._asked and self._data.folder is not None:
            self._asked.add(key)
            self._reader.ask(key, self._data.path_of(path), frame, spec)
        return None

    def clear(self) -> None:
        """Forget all pictures, also those being read: files may have changed. Who waits for one gets it read anew."""
        self._kept.clear()
        waiting, self._asked = self._asked, set()
        self._round += 1
        for _, _, folder, path, frame, spec in waiting:
            if folder == str(self._data.folder):
                self.picture(path, frame, spec)

    def _take(self, key: object, picture: Picture) -> None:
        if not isinstance(key, tuple) or key not in self._asked:
            return
        self._asked.discard(key)
        self._kept[key] = picture
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.filled.emit((key[3], key[4]))
