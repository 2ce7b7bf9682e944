"""How scans are looked at: grey window, mirror, turn, zoom; shared by two views that are linked."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from tumorviewer.imaging.scan import WindowLevel


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking.

    Attributes
    ----------
    window : WindowLevel or None
        None is the scan's own default window.
    inverted, flipped_h, flipped_v : bool
        Mirrors act on the screen: left and right swap as they are seen, whatever the turn.
    turns : int
        Quarter turns to the right, 0..3, made before the mirrors.
    zoom : float or None
        Screen pixels (device independent) for each image pixel; None fits the scan into the view.
    centre : tuple of float or None
        Image point (x, y, in pixels) in the middle of the view; None is the middle of the image.
    """

    window: WindowLevel | None = None
    inverted: bool = False
    flipped_h: bool = False
    flipped_v: bool = False
    turns: int = 0
    zoom: float | None = None
    centre: tuple[float, float] | None = None


class ViewState(QObject):
    """The current `View`; linked views share one object."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = View()

    @property
    def view(self) -> View:
        """How it is looked at now."""
        return self._view

    def set(self, view: View) -> None:
        """Look at it in another way."""
        if view != self._view:
            self._view = view
            self.changed.emit()

    def reset(self) -> None:
        """Go back to how scans open."""
        self.set(View())

    def set_window(self, window: WindowLevel | None) -> None:
        """Set the grey window; None is the scan's own."""
        self.set(replace(self._view, window=window))

    def invert(self) -> None:
        """Swap black and white."""
        self.set(replace(self._view, inverted=not self._view.inverted))

    def flip(self, *, across: bool) -> None:
        """Mirror left and right (`across`), or top and bottom, as seen on the screen."""
        view = self._view
        self.set(replace(view, flipped_h=not view.flipped_h) if across else replace(view, flipped_v=not view.flipped_v))

    def turn(self, quarters: int) -> None:
        """Turn by quarters to the right, as seen on the screen."""
        mirrored = self._view.flipped_h != self._view.flipped_v
        self.set(replace(self._view, turns=(self._view.turns + (-quarters if mirrored else quarters)) % 4))

    def fit(self) -> None:
        """Show the whole scan."""
        self.set(replace(self._view, zoom=None, centre=None))

    def zoom_to(self, zoom: float, centre: tuple[float, float] | None) -> None:
        """Set zoom and the image point in the middle."""
        self.set(replace(self._view, zoom=min(max(zoom, 0.05), 64.0), centre=centre))
