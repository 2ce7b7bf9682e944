"""Log lines without data of patients: names of files and folders often hold them, and so may quoted values."""

import logging
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

HIDDEN: Final = "‹hidden›"
# A mark inside a word, as in "can't", begins and ends nothing.
_QUOTED: Final = re.compile(r"(?<!\w)'(.*?)'(?!\w)|\"(.*?)\"|‘(.*?)’|“(.*?)”")
# A quoted word that could stand in the code, like 'NoneType', says nothing of a patient; anything else in quotes may.
_OF_THE_CODE: Final = re.compile(r"[A-Za-z_][\w.]*")
# A path may hold blanks, so that nobody can tell where it ends: all after its beginning goes.
_PATH: Final = re.compile(r"(?<![\w.:/\\])(?:file:|[A-Za-z]:[\\/]|\\\\|~?/(?=\S)).*")
# DICOM parts names by carets.
_PERSON: Final = re.compile(r"[^\s^]*\^\S*")


def scrub(text: str) -> str:
    """Return a text without what may name a patient."""
    return "\n".join(_scrub_line(line) for line in text.split("\n"))


class ScrubbingFormatter(logging.Formatter):
    """Writes what happened and where in the program, but neither paths nor values."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line, with the message scrubbed."""
        record.message = scrub(record.message)
        return super().formatMessage(record)

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the chain of exceptions, each with the places in the code that it came through."""
        error = ei[1]
        return "" if error is None else "\n".join(_chain(error))

    def formatStack(self, stack_info: str) -> str:
        """Return a stack scrubbed."""
        return scrub(stack_info)


def _scrub_line(line: str) -> str:
    line = _QUOTED.sub(_scrub_quoted, line)
    if "^" in line:  # else every place of a long line would be tried in vain
        line = _PERSON.sub(HIDDEN, line)
    return _PATH.sub(HIDDEN, line)


def _scrub_quoted(found: re.Match[str]) -> str:
    return found[0] if _OF_THE_CODE.fullmatch(found[found.lastindex or 0]) else HIDDEN


def _chain(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _chain(before)
        yield "which led to"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}: {frame.line}"
    # An OSError says its path; what went wrong is enough.
    said = error.strerror if isinstance(error, OSError) else str(error)
    yield f"{type(error).__name__}: {scrub(said or '')}"


def _place(filename: str) -> str:
    """Return where code lies within the program or a package: the folders above hold the user's name."""
    path = Path(filename)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return path.relative_to(ROOT).as_posix()
    return "/".join(path.parts[-2:])
