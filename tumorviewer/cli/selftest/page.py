"""The page of results: printed line by line, and kept as HTML or text."""

import html
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TextIO

from tumorviewer import NOTICE, __version__
from tumorviewer.files import atomic_write

OK: Final = "ok"
FAILED: Final = "FAIL"
LEFT_OUT: Final = "-"


class CheckFailedError(Exception):
    """What was found instead."""


class LeftOutError(Exception):
    """Why a check does not apply here; that is no fault."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what is checked, and the work that returns what was found."""

    what: str
    work: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Line:
    """What came of a check."""

    mark: str
    what: str
    found: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.mark:4} {self.what:35} {self.found}  ({self.seconds * 1000:.0f} ms)"


class Page:
    """The report in the making.

    Parameters
    ----------
    out : text stream
        Takes each line as soon as it is known.
    told : callable, optional
        Is given the line of each check as well.
    """

    def __init__(self, out: TextIO, told: Callable[[Line], None] | None = None) -> None:
        self._out, self._told = out, told
        self._lines: list[Line] = []
        self._facts = _facts()
        self._print(f"Tumor Viewer {__version__}: self-test")
        for name, value in self._facts:
            self._print(f"     {name:35} {value}")

    @property
    def failed(self) -> int:
        """Number of checks that failed."""
        return sum(line.mark == FAILED for line in self._lines)

    @property
    def verdict(self) -> str:
        """The last line."""
        return f"{self.failed} of the checks failed; please report this page." if self.failed else "All is well."

    def do(self, check: Check) -> None:
        """Do one check; its result, or what went wrong, is a line."""
        started = time.perf_counter()
        try:
            mark, found = OK, check.work()
        except LeftOutError as reason:
            mark, found = LEFT_OUT, str(reason)
        except Exception as error:  # noqa: BLE001  # a self-test reports whatever goes wrong, and goes on
            mark, found = FAILED, str(error) or type(error).__name__
        line = Line(mark, check.what, found, time.perf_counter() - started)
        self._lines.append(line)
        self._print(str(line))
        if self._told is not None:
            self._told(line)

    def end(self) -> None:
        """Print the verdict."""
        self._print(self.verdict)

    def save(self, path: Path) -> None:
        """Keep the page in a file: HTML if its name ends so, else text.

        Raises
        ------
        OSError
        """
        with atomic_write(path) as stream:
            stream.write(self.as_html() if path.suffix.lower() in (".html", ".htm") else self._as_text())

    def _print(self, line: str) -> None:
        encoding = getattr(self._out, "encoding", None) or "utf-8"
        self._out.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        self._out.flush()

    def _as_text(self) -> str:
        facts = [f"     {name:35} {value}" for name, value in self._facts]
        title = f"Tumor Viewer {__version__}: self-test"
        return "\n".join([title, *facts, *map(str, self._lines), self.verdict, NOTICE, ""])

    def as_html(self) -> str:
        """Return the page for a browser."""
        facts = "".join(f"<dt>{_text(name)}<dd>{_text(value)}" for name, value in self._facts)
        rows = "".join(
            f'<tr class="{_CLASSES[line.mark]}"><td>{_text(_MARKS[line.mark])}<td>{_text(line.what)}'
            f"<td>{_text(line.found)}<td>{line.seconds * 1000:.0f} ms\n"
            for line in self._lines
        )
        return _PAGE.format(
            version=__version__, facts=facts, rows=rows, verdict=_text(self.verdict), notice=NOTICE,
            kind="bad" if self.failed else "good",
        )  # fmt: skip


def _facts() -> list[tuple[str, str]]:
    """Return when and where this is: nothing of the person or of the machine's name."""
    import ai_edge_litert
    import cv2
    import numpy as np
    import pydicom
    import PySide6

    training = "full (with training)" if find_spec("tensorflow") else "viewer (without training)"
    return [
        ("date", datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")),
        ("edition", f"{training}, {'program' if getattr(sys, 'frozen', False) else 'Python installation'}"),
        ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        (
            "versions",
            f"Python {platform.python_version()}, NumPy {np.__version__}, OpenCV {cv2.__version__}, "
            f"LiteRT {ai_edge_litert.__version__}, pydicom {pydicom.__version__}, Qt {PySide6.__version__}",
        ),
    ]


def _text(text: str) -> str:
    return html.escape(text, quote=False)


_MARKS: Final = {OK: "✓ ok", FAILED: "✗ failed", LEFT_OUT: "– left out"}
_CLASSES: Final = {OK: "ok", FAILED: "failed", LEFT_OUT: "out"}
_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Tumor Viewer {version}: self-test</title>
<style>
@page {{ size: A4; margin: 14mm }}
body {{ font: 13px/1.35 system-ui, sans-serif; color: #191e24; max-width: 900px; margin: 24px auto; padding: 0 16px }}
h1 {{ font-size: 20px; margin: 0 0 8px }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0 0 12px; color: #55606b }}
dd {{ margin: 0 }}
.verdict {{ font-weight: 600; padding: 8px 12px; border-left: 4px solid; margin: 0 0 12px }}
.verdict.good {{ color: #00704f }} .verdict.bad {{ color: #b3261e }}
table {{ border-collapse: collapse; width: 100% }}
td {{ padding: 3px 12px 3px 0; border-bottom: 1px solid #d7dce2; vertical-align: top }}
td:first-child, td:last-child {{ white-space: nowrap }}
td:last-child {{ text-align: right; padding-right: 0; color: #55606b; font-variant-numeric: tabular-nums }}
tr.ok td:first-child {{ color: #00704f }} tr.failed {{ color: #b3261e; font-weight: 600 }} tr.out {{ color: #55606b }}
footer {{ margin-top: 12px; color: #55606b }}
@media print {{ body {{ font-size: 10.5px; margin: 0; padding: 0; max-width: none }} }}
</style>
<h1>Tumor Viewer {version}: self-test</h1>
<dl>{facts}</dl>
<p class="verdict {kind}">{verdict}</p>
<table>
{rows}</table>
<footer>{notice}</footer>
</html>
"""
