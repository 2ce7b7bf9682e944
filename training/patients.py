"""Who may be one patient, told by file names: blocks that a split must not tear apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tumorviewer.imaging.patients import hashed_block


@dataclass(frozen=True, slots=True)
class PatternTrial:
    """What a pattern finds in file names.

    Attributes
    ----------
    matched, unmatched : int
        Names.
    patients : int
        Different finds among them.
    examples : tuple of (str, str)
        A name and what was found in it; "" where nothing was.
    """

    matched: int
    unmatched: int
    patients: int
    examples: tuple[tuple[str, str], ...]


def try_pattern(names: Sequence[str], pattern: re.Pattern[str], examples: int = 6) -> PatternTrial:
    """Try a pattern on paths below the data set's root, while it is typed; what it finds is for the screen only."""
    found = [(name, _search(pattern, name.rsplit("/", 1)[-1], name)) for name in names]
    hits = [match for _, match in found if match]
    return PatternTrial(len(hits), len(found) - len(hits), len(set(hits)), tuple(found[:examples]))


def block_from_name(path: Path, root: Path, pattern: re.Pattern[str] | None) -> str:
    """Return the block that a pattern finds in a file's name, else in its path below the root, else ""."""
    if pattern is None:
        return ""
    found = _search(pattern, path.name, path.relative_to(root).as_posix())
    return hashed_block(found) if found else ""


def _search(pattern: re.Pattern[str], *texts: str) -> str:
    """Return what the pattern finds in the first text that it matches: its first group that is not empty, else all."""
    match = next(filter(None, map(pattern.search, texts)), None)
    return "" if match is None else next((group for group in match.groups() if group), match.group())
