"""The order in which a person counts names."""

import re

_NUMBER = re.compile(r"[0-9]+")


def natural_key(name: str) -> str:
    """Sort key in which "scan 2" comes before "scan 10", whatever the case; names that differ never compare equal.

    It is a text, because thousands of texts sort ten times faster than lists of texts and numbers: each number stands
    behind its length, and zeros, which no name can hold, end what comes before it.
    """
    return f"{_NUMBER.sub(_counted, name.casefold())}\0\0{name}"


def _counted(number: re.Match[str]) -> str:
    digits = number.group().lstrip("0") or "0"
    return f"\0{chr(len(digits))}{digits}"
