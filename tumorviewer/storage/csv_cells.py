"""Texts in cells of a CSV file: nothing of them is lost, and nothing of them acts."""

import csv
import io
from collections.abc import Iterable
from typing import Final

_ACTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def csv_text(text: str) -> str:
    """Return a text as it stands in a cell: of bytes that UTF-8 has, and no formula (OWASP, "CSV Injection")."""
    safe = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")
    return "'" + safe if safe.startswith(_ACTS) else safe


def csv_line(cells: Iterable[str]) -> str:
    """Return cells as a line of CSV (RFC 4180), which may hold line ends inside quotes."""
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()
