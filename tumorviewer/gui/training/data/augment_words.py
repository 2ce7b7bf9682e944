"""The changes of augmentation in words, and how their strength is written."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from tumorviewer.gui.words import percent

translate = QCoreApplication.translate

GROUPS: Final = (
    ("flip", "quarter_turn", "rotate", "shift", "zoom"),
    ("curve", "contrast", "brightness", "bias_field", "invert"),
    ("noise", "blur", "reencode"),
)
"""What happens to where the head lies, to its greys, and to the picture file."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change: its name, and what it does."""

    name: str
    help: str


def group_names() -> tuple[str, str, str]:
    """Return the headings of `GROUPS`."""
    return translate("Augment", "Place"), translate("Augment", "Greys"), translate("Augment", "Picture quality")


def changes() -> dict[str, Change]:
    """Return all changes by the name of their setting."""
    return {
        "flip": Change(
            translate("Augment", "Mirrored"), translate("Augment", "How often left and right are exchanged.")
        ),
        "quarter_turn": Change(
            translate("Augment", "Quarter turns"), translate("Augment", "How often a scan is turned by 90° or more.")
        ),
        "rotate": Change(translate("Augment", "Turned"), translate("Augment", "Up to this angle, either way.")),
        "shift": Change(translate("Augment", "Moved"), translate("Augment", "Up to this share of its side.")),
        "zoom": Change(translate("Augment", "Zoomed"), translate("Augment", "Larger or smaller by up to this share.")),
        "curve": Change(
            translate("Augment", "Grey curve"), translate("Augment", "Mid greys become lighter or darker than others.")
        ),
        "contrast": Change(translate("Augment", "Contrast"), translate("Augment", "More or less by up to this share.")),
        "brightness": Change(
            translate("Augment", "Brightness"), translate("Augment", "Brighter by up to this share; darker by a third.")
        ),
        "bias_field": Change(
            translate("Augment", "Uneven field"), translate("Augment", "One side brighter, as near a coil.")
        ),
        "invert": Change(
            translate("Augment", "Inverted"), translate("Augment", "How often light and dark change places.")
        ),
        "noise": Change(translate("Augment", "Noise"), translate("Augment", "Grain of up to this share of the range.")),
        "blur": Change(
            translate("Augment", "Blur"), translate("Augment", "1 is a clear blur; half of it is used to sharpen, too.")
        ),
        "reencode": Change(
            translate("Augment", "JPEG"), translate("Augment", "How often a scan is saved as JPEG and read again.")
        ),
    }


def strength_text(name: str, value: float) -> str:
    """Return how strong a change is."""
    if value == 0.0:
        return translate("Augment", "off")
    if name == "rotate":
        return translate("Augment", "{angle}°").format(angle=QLocale().toString(round(value)))
    if name == "blur":
        return QLocale().toString(value, "f", 2)
    return percent(value, exact=name == "noise")
