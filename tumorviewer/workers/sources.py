"""Opening files so that one of many frames is read once and not once a frame."""

from pathlib import Path

from tumorviewer.imaging.load import Source, open_source


class OpenFile:
    """Keeps the file of several frames that was used last. For one thread."""

    def __init__(self) -> None:
        self._kept: tuple[Path, Source] | None = None

    def open(self, path: Path) -> Source:
        """Return the file, its header read.

        Raises
        ------
        ScanError
            If it cannot be opened.
        """
        if self._kept is not None and self._kept[0] == path:
            return self._kept[1]
        self._kept = None  # before the next one takes its room
        source = open_source(path)
        if source.frames > 1:
            self._kept = (path, source)
        return source

    def close(self) -> None:
        """Let go of it."""
        self._kept = None
