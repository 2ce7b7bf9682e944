"""What is built, and where it lies."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tumorviewer import __version__

ROOT: Final = Path(__file__).resolve().parent.parent
DIST: Final = ROOT / "dist"
NAME: Final = "TumorViewer"
EDITIONS: Final = ("full", "viewer")


@dataclass(frozen=True, slots=True)
class Build:
    """One edition on this system: ``full``, or ``viewer`` without what training needs."""

    edition: str

    @property
    def work(self) -> Path:
        """Folder of what is made on the way."""
        return ROOT / "build" / self.edition

    @property
    def output(self) -> Path:
        """Folder that holds the folder of the program, on macOS the application."""
        return DIST / self.edition

    @property
    def folder(self) -> Path:
        """The program with all that belongs to it: what is copied, packed and installed."""
        return self.output / ("Tumor Viewer.app" if sys.platform == "darwin" else NAME)

    @property
    def program(self) -> Path:
        """The file to start in a terminal."""
        if sys.platform == "darwin":
            return self.folder / "Contents" / "MacOS" / NAME
        # A .com is a program with a console: `TumorViewer predict` finds it before the .exe, which has a window only.
        return self.folder / (f"{NAME}.com" if sys.platform == "win32" else NAME)

    @property
    def stamp(self) -> Path:
        """Fingerprint of the sources that the program was built from."""
        return self.output / "built.txt"

    def release(self, ending: str) -> Path:
        """Return where a file to hand out lies."""
        systems = {"win32": "windows", "darwin": "macos"}
        edition = "" if self.edition == "full" else f"-{self.edition}"
        return DIST / f"tumorviewer{edition}-{__version__}-{systems.get(sys.platform, sys.platform)}{ending}"
