"""Values that stand in for others, and dates that move."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

REMOVED: Final = "REMOVED"

_DUMMIES: Final[dict[str, Any]] = {
    "AS": "000Y",
    "AT": 0,
    "DA": "19000101",
    "DS": "0",
    "DT": "19000101000000",
    "IS": "0",
    "PN": f"{REMOVED}^",
    "TM": "000000",
    "UR": "urn:removed",
    **dict.fromkeys(("FD", "FL"), 0.0),
    **dict.fromkeys(("SL", "SS", "SV", "UL", "US", "UV"), 0),
    **dict.fromkeys(("OB", "OD", "OF", "OL", "OV", "OW", "UN"), b"\0" * 8),
}


def dummy(vr: str) -> Any:
    """Return a value that fits a value representation (PS3.5 6.2) and says nothing."""
    return _DUMMIES.get(vr, REMOVED)


def shifted(vr: str, text: str, days: int) -> str | None:
    """Return a date, or date and time, some days earlier; None if it is none that can be moved.

    Parameters
    ----------
    vr : str
        DA or DT; the time of day is kept, and so is that of a TM.
    text : str
        A date of the standard before 1993 has dots (``1990.12.31``).
    days : int
    """
    if vr == "TM":
        return text
    plain = text.strip().replace(".", "") if vr == "DA" else text.strip()
    if len(plain) < 8 or not plain[:8].isdecimal() or (vr == "DA" and len(plain) != 8):
        return None
    try:
        moved = datetime.strptime(plain[:8], "%Y%m%d").replace(tzinfo=UTC) - timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return f"{moved:%Y%m%d}".rjust(8, "0") + plain[8:]
