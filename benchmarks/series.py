"""A series of 500 slices: how soon the strip shows something, and how soon the series has its answer."""

from pathlib import Path

import numpy as np

from benchmarks.measure import Row, Setting
from benchmarks.window import Desk, Gaps, say_screen, virtual_screen

SLICES = 500
FIRST, ALL = 1.0, 8.0


def run(setting: Setting) -> list[Row]:
    """Measure."""
    count = setting.count(SLICES, 8)
    folder = _series(setting.temporary, count)
    with virtual_screen() as screen:
        say_screen(screen)
        desk = Desk(setting.temporary / "home")
        state = desk.workspace.series
        gaps = Gaps()
        desk.drop([folder])
        first = desk.wait(lambda: state.answer is not None and state.answer.counted > 0, "the first slice of the strip")
        whole = first + desk.wait(
            lambda: state.answer is not None and state.answer.total == count and not state.answer.waiting, "all slices"
        )
        gaps.stop()
        answer = state.answer
        assert answer is not None, "waited for above"
        said = f"{answer.verdict}, {answer.counted} slices count"
        desk.end()
    note = f"{count} drawn slices of 384 x 384, 16 bit, DICOM, from the drop on; {said}"
    return [
        _row("first values of the strip", first, FIRST, note),
        _row("answer of the series", whole, ALL, f"{note}; {count / whole:.0f} slices/s"),
        Row("longest gap of the event loop", f"{gaps.longest * 1000:.0f} ms", "", "", 0.0, note=note),
    ]


def _row(what: str, seconds: float, most: float, note: str) -> Row:
    return Row(what, f"{seconds:.2f} s", "", "", most / seconds, f"< {most:.0f} s", seconds < most, note)


def _series(folder: Path, count: int) -> Path:
    """Write the axial phantom series with more slices: those between two drawn ones are mixed of both."""
    from pydicom import dcmread  # with the next: only this benchmark writes series
    from pydicom.uid import generate_uid

    from tumorviewer.imaging.phantom_series import write_phantom_series

    drawn = [dcmread(path) for path in write_phantom_series(folder / "phantoms") if path.parent.name == "T1 +C axial"]
    pixels = [data.pixel_array.astype(np.float32) for data in drawn]
    corners = [np.asarray(data.ImagePositionPatient, np.float64) for data in drawn]
    target = folder / "series"
    target.mkdir()
    for number, place in enumerate(np.linspace(0, len(drawn) - 1, count)):
        below = min(int(place), len(drawn) - 2)
        share = place - below
        data = drawn[below].copy()
        mixed = pixels[below] * (1 - share) + pixels[below + 1] * share
        data.ImagePositionPatient = [
            float(f"{v:.5f}") for v in corners[below] * (1 - share) + corners[below + 1] * share
        ]
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        data.InstanceNumber, data.PixelData = number + 1, np.rint(mixed).astype("<u2").tobytes()
        data.save_as(target / f"{number:03}.dcm", enforce_file_format=True)
    return target
