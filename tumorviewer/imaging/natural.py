"""The order in which a person counts names."""

import re

_NUMBERS = re.compile(r"([0-9]+)")


def natural_key(name: str) -> tuple[list[str | int], str]:
    """Sort key in which "scan 2" comes before "scan 10", whatever the case; names that differ never compare equal."""
    parts: list[str | int] = list(_NUMBERS.split(name.casefold()))
    parts[1::2] = [int(number) for number in parts[1::2]]
    return parts, name
