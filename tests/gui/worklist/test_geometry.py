"""Places in a list of rows and headings, against the same list laid out by hand."""

from hypothesis import given
from hypothesis import strategies as st

from tumorviewer.gui.worklist.geometry import RowGeometry

ROW, HEADING = 7, 4


def laid_out(geometry: RowGeometry) -> list[tuple[str, int]]:
    """Return what lies at each pixel."""
    pixels: list[tuple[str, int]] = []
    for row in range(geometry.count):
        if row in geometry.starts:
            pixels += [("heading", list(geometry.starts).index(row))] * HEADING
        pixels += [("row", row)] * ROW
    return pixels


@st.composite
def geometries(draw) -> RowGeometry:
    count = draw(st.integers(0, 12))
    starts = sorted(draw(st.sets(st.integers(1, count - 1)))) if count > 1 else []
    headed = count > 0 and draw(st.booleans())
    return RowGeometry(count, ROW, HEADING, [0, *starts] if headed else [])


@given(geometries())
def test_every_pixel_belongs_to_its_row_or_heading(geometry: RowGeometry) -> None:
    pixels = laid_out(geometry)
    assert geometry.height == len(pixels)
    for y, (kind, number) in enumerate(pixels):
        assert geometry.row_at(y) == (number if kind == "row" else None)
        section = max((s for s, start in enumerate(geometry.starts) if geometry.heading_top(s) <= y), default=None)
        assert geometry.section_at(y) == section
    assert geometry.row_at(-1) is None
    assert geometry.row_at(len(pixels)) is None
    for row in range(geometry.count):
        assert geometry.top(row) == pixels.index(("row", row))
    for section in range(len(geometry.starts)):
        assert geometry.heading_top(section) == pixels.index(("heading", section))


@given(geometries(), st.integers(-5, 120), st.integers(1, 60))
def test_a_part_of_the_list_shows_what_lies_in_it(geometry: RowGeometry, top: int, height: int) -> None:
    seen = laid_out(geometry)[max(top, 0) : max(top + height, 0)]
    rows, headings = geometry.rows_between(top, top + height), geometry.headings_between(top, top + height)
    assert list(rows) == sorted({number for kind, number in seen if kind == "row"})
    assert list(headings) == sorted({number for kind, number in seen if kind == "heading"})
