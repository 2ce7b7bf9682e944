"""Who may be one patient, told by file names: blocks that a split must not tear apart."""

import re
from pathlib import Path

from tumorviewer.imaging.patients import hashed_block


def block_from_name(path: Path, root: Path, pattern: re.Pattern[str] | None) -> str:
    """Return the block that a pattern finds in a file's name, else in its path below the root, else ""."""
    if pattern is None:
        return ""
    match = pattern.search(path.name) or pattern.search(path.relative_to(root).as_posix())
    if match is None:
        return ""
    found = next((group for group in match.groups() if group), match.group())
    return hashed_block(found) if found else ""
