"""What is to be done with which element: the Basic Application Level Confidentiality Profile and three options.

The table is DICOM PS3.15 table E.1-1, in ``resources/dicom/confidentiality-profile.csv``. Where it leaves a choice to
the kind of object ("X/Z": remove, unless an empty value is required), the one is taken that keeps every object valid.
"""

import csv
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Final

from tumorviewer.paths import resources

TABLE: Final = Path("dicom", "confidentiality-profile.csv")


class Action(Enum):
    """The codes of PS3.15 E.3.1 table E.1-1a."""

    DUMMY = "D"
    ZERO = "Z"
    REMOVE = "X"
    KEEP = "K"
    CLEAN = "C"
    NEW_UID = "U"


class Dates(Enum):
    """What becomes of dates and times."""

    REMOVE = "remove"
    KEEP = "keep"
    """Retain Longitudinal Temporal Information with Full Dates Option (E.3.6)."""
    SHIFT = "shift"
    """The same with Modified Dates: all dates of one patient go back by the same days."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may stay.

    Attributes
    ----------
    dates : Dates
    keep_device : bool
        Retain Device Identity Option (E.3.8).
    clean_graphics : bool
        Clean Graphics Option (E.3.3): drawn shapes stay, their texts do not.
    """

    dates: Dates = Dates.REMOVE
    keep_device: bool = False
    clean_graphics: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table; of the options those that are offered, None where an option says nothing.

    Attributes
    ----------
    basic : Action
    for_sequence : Action
        The same for a sequence: where it may go, or be empty, it does, because no dummy of its items stays valid.
    device, full_dates, modified_dates, graphics : Action or None
    """

    basic: Action
    for_sequence: Action
    device: Action | None
    full_dates: Action | None
    modified_dates: Action | None
    graphics: Action | None

    def action(self, options: Options) -> Action:
        """Return what is to be done; an option wins over the basic profile."""
        chosen = (
            self.device if options.keep_device else None,
            self.full_dates if options.dates is Dates.KEEP else None,
            self.modified_dates if options.dates is Dates.SHIFT else None,
            self.graphics if options.clean_graphics else None,
        )
        return next((action for action in chosen if action is not None), self.basic)


# X/Z, X/D and so on: the least that keeps an object valid whose standard requires the element (type 2: Z, type 1: D).
_COMBINED: Final = {
    "X/Z": Action.ZERO,
    "X/D": Action.DUMMY,
    "Z/D": Action.DUMMY,
    "X/Z/D": Action.DUMMY,
    "X/Z/U*": Action.NEW_UID,
}
_SEQUENCES: Final = {"X/D": Action.REMOVE, "Z/D": Action.ZERO, "X/Z/D": Action.ZERO}


@cache
def rules() -> dict[str, Rule]:
    """Return the table by tag: eight hexadecimal digits in capitals, with ``xx`` in repeating groups."""
    with (resources() / TABLE).open(encoding="utf-8", newline="") as stream:
        return {
            row["tag"]: Rule(
                _action(row["basic"]) or Action.REMOVE,
                _SEQUENCES.get(row["basic"]) or _action(row["basic"]) or Action.REMOVE,
                *(_action(row[name]) for name in ("device", "full_dates", "modified_dates", "graphics")),
            )
            for row in csv.DictReader(stream)
        }


def rule_of(tag: int) -> Rule | None:
    """Return the row of a tag, or None if the table does not name it."""
    name = f"{tag:08X}"
    group = f"{name[:2]}xx"
    table = rules()
    return table.get(name) or table.get(group + name[4:]) or table.get(group + "xxxx")


def tells_of_person(tag: int, kind: str) -> bool:
    """Tell whether the value of an element may say who was scanned, where, when or by whom.

    These are the elements that the basic profile does not leave as they are, without UIDs, which name no one; all
    names of persons; and what manufacturers keep to themselves.

    Parameters
    ----------
    tag : int
        Group and element.
    kind : str
        Value representation.
    """
    if kind == "SQ":
        return False  # its items are asked about one by one
    if kind == "PN" or tag >> 16 & 1:
        return True
    rule = rule_of(tag)
    return rule is not None and rule.basic not in (Action.KEEP, Action.NEW_UID)


def _action(code: str) -> Action | None:
    return _COMBINED.get(code) or (Action(code) if code else None)
