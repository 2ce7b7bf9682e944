"""What is drawn over the scan."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal


class Level(Enum):
    """How much is drawn; one key goes through the three."""

    ALL = auto()
    NO_MODEL = auto()
    """Corners and measures stay; crop and heat map are hidden."""
    CLEAN = auto()


@dataclass(frozen=True, slots=True)
class Overlays:
    """What is drawn.

    Attributes
    ----------
    level : Level
    heat : bool
    opacity : float
        Of the heat map, 0..1.
    label : str or None
        The class whose evidence is shown; None is the one that the model named.
    patient : bool
        Whether data of the patient may be shown.
    """

    level: Level = Level.ALL
    heat: bool = False
    opacity: float = 0.5
    label: str | None = None
    patient: bool = False


class OverlayState(QObject):
    """The current `Overlays`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._overlays = Overlays()

    @property
    def overlays(self) -> Overlays:
        """What is drawn now."""
        return self._overlays

    def set(self, **changes: object) -> None:
        """Change some of it, by the names of `Overlays`."""
        overlays = replace(self._overlays, **changes)  # type: ignore[arg-type]  # names and types are the caller's
        if overlays != self._overlays:
            self._overlays = overlays
            self.changed.emit()

    def next_level(self) -> None:
        """Go on to the next of the three levels."""
        levels = list(Level)
        self.set(level=levels[(levels.index(self._overlays.level) + 1) % len(levels)])
