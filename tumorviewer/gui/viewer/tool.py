"""What the left mouse button does on a scan."""

from enum import Enum, auto


class Tool(Enum):
    """The tools; middle drag always pans and right drag always sets the window."""

    NAVIGATE = auto()
    """Dragging up and down goes through the stack; the frame of the crop can be dragged."""
    WINDOW = auto()
    PAN = auto()
    MEASURE = auto()
    CROP = auto()
    """Moves and resizes the crop; outside of it, or with Ctrl, draws a new one."""
