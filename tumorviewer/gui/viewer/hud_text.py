"""What stands in the corners of a scan."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from tumorviewer.imaging.person import Patient
from tumorviewer.imaging.scan import Scan, WindowLevel
from tumorviewer.state.entries import Entry, Stack

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Probe:
    """The pixel under the cursor.

    Attributes
    ----------
    x, y : int
    value : tuple
        The modality value as one number, or red, green and blue.
    """

    x: int
    y: int
    value: tuple[float, ...]


def probe(scan: Scan, x: float, y: float) -> Probe | None:
    """Return the pixel at a point of the image, or None outside."""
    column, row = int(np.floor(x)), int(np.floor(y))
    if not (0 <= column < scan.width and 0 <= row < scan.height):
        return None
    value = np.atleast_1d(scan.pixels[row, column])
    return Probe(column, row, tuple(one.item() for one in value))


def where_lines(entry: Entry, stack: Stack, place: tuple[int, int], *, patient: bool) -> list[str]:
    """Return file, stack and slice; the folder only where data of the patient may be shown, for it may hold a name."""
    number, count = place
    slice_line = translate("Hud", "{stack} · {number} / {count}").format(
        stack=stack.name, number=number + 1, count=count
    )
    lines = [entry.name, slice_line if stack.name else f"{number + 1} / {count}"]
    return [*lines, str(entry.path.parent)] if patient else lines


def patient_lines(patient: Patient | None) -> list[str]:
    """Return whom the scan shows."""
    if patient is None:
        return []
    born = translate("Hud", "born {date}").format(date=patient.birth_date) if patient.birth_date else ""
    return [line for line in (patient.name, " · ".join(filter(None, (patient.identifier, born)))) if line]


def look_lines(window: WindowLevel, zoom: float, *, inverted: bool, turned: bool) -> list[str]:
    """Return window, zoom, and whether it is shown in another way than it was stored."""
    lines = [
        translate("Hud", "W {width}  L {level}").format(width=number(window.width), level=number(window.centre)),
        translate("Hud", "Zoom {percent} %").format(percent=round(zoom * 100)),
    ]
    if window.name:
        lines.insert(1, window.name)
    if inverted:
        lines.append(translate("Hud", "Inverted"))
    if turned:
        lines.append(translate("Hud", "Turned or mirrored"))
    return lines


def pixel_lines(scan: Scan, under: Probe | None) -> list[str]:
    """Return the value under the cursor, and the size of the image."""
    size = translate("Hud", "{width} × {height} px").format(width=scan.width, height=scan.height)
    if scan.spacing is not None:
        down, across = scan.spacing
        size = translate("Hud", "{size} · {across} × {down} mm").format(
            size=size, across=number(across), down=number(down)
        )
    return [probe_line(under), size] if under is not None else [size]


def probe_line(under: Probe) -> str:
    """Return a pixel in words."""
    if len(under.value) == 1:
        return translate("Hud", "x {x}  y {y}  value {value}").format(
            x=under.x, y=under.y, value=number(under.value[0])
        )
    red, green, blue = (number(value) for value in under.value[:3])
    return translate("Hud", "x {x}  y {y}  R {red}  G {green}  B {blue}").format(
        x=under.x, y=under.y, red=red, green=green, blue=blue
    )


def number(value: float) -> str:
    """Return a number without figures that say nothing."""
    if not np.isfinite(value):
        return "–"
    if float(value).is_integer():
        return str(int(value))
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.4g}"
