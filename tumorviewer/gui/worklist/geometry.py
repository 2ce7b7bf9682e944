"""Where rows and headings lie, without laying out ten thousand of them."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowGeometry:
    """Rows of one height, some with a heading above them; everything in pixels from the top of the list.

    Attributes
    ----------
    count, row_height, heading_height : int
    starts : sequence of int
        The rows that have a heading above them, from the top down.
    """

    count: int
    row_height: int
    heading_height: int
    starts: Sequence[int] = ()

    @property
    def height(self) -> int:
        """Height of the whole list."""
        return self.count * self.row_height + len(self.starts) * self.heading_height

    def top(self, row: int) -> int:
        """Return where a row begins, below its heading."""
        return row * self.row_height + bisect_right(self.starts, row) * self.heading_height

    def heading_top(self, section: int) -> int:
        """Return where a heading begins."""
        return self.starts[section] * self.row_height + section * self.heading_height

    def section_at(self, y: int) -> int | None:
        """Return which section a place belongs to, its heading included; None above the first."""
        return self._last(y, len(self.starts), self.heading_top)

    def row_at(self, y: int) -> int | None:
        """Return the row at a place; None on a heading and outside of the list."""
        row = self._last(y, self.count, self.top)
        return row if row is not None and y < self.top(row) + self.row_height else None

    def rows_between(self, top: int, bottom: int) -> range:
        """Return the rows that lie, if only in part, within `top` <= y < `bottom`; `bottom` is larger."""
        first = bisect_right(range(self.count), top, key=lambda row: self.top(row) + self.row_height)
        end = bisect_right(range(self.count), bottom - 1, key=self.top)
        return range(first, max(first, end))

    def headings_between(self, top: int, bottom: int) -> range:
        """Return the headings that lie, if only in part, within `top` <= y < `bottom`; `bottom` is larger."""
        sections = range(len(self.starts))
        first = bisect_right(sections, top, key=lambda section: self.heading_top(section) + self.heading_height)
        end = bisect_right(sections, bottom - 1, key=self.heading_top)
        return range(first, max(first, end))

    @staticmethod
    def _last(y: int, count: int, top_of: Callable[[int], int]) -> int | None:
        """Return the last of `count` things that begins at or above `y`."""
        place = bisect_right(range(count), y, key=top_of) - 1
        return place if place >= 0 else None
