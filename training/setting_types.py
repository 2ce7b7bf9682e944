"""The types of settings that come from a file, checked against the data class that declares them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from training.errors import ConfigError


def checked_settings(cls: type, values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return settings with whole numbers as floats where floats are meant.

    Parameters
    ----------
    cls : type
        The data class that declares them.
    values : mapping
        As read from TOML or JSON.
    prefix : str
        Of the names, in what is said of them.

    Raises
    ------
    ConfigError
        Naming the first that is unknown or of the wrong type.
    """
    if not isinstance(values, Mapping):
        raise ConfigError(f"{prefix.rstrip('.')} must be a table of settings.")
    kinds = {item.name: item.type for item in fields(cls)}
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name not in kinds:
            raise ConfigError(f"{prefix}{name} is no setting. Known are: {', '.join(kinds)}.")
        wanted = _kinds_of(str(kinds[name]))
        exact = float(value) if float in wanted and type(value) is int else value
        if type(exact) not in wanted:
            raise ConfigError(f"{prefix}{name} is {value!r}; it must be {_words(wanted)}.")
        checked[name] = exact
    return checked


def _kinds_of(annotation: str) -> tuple[type, ...]:
    names = {"int": int, "float": float, "str": str, "bool": bool, "None": type(None), "Literal": str}
    # Annotations are text or types here; both print the names of the plain types that they allow.
    return tuple(kind for name, kind in names.items() if name in annotation)


def _words(kinds: tuple[type, ...]) -> str:
    words = {int: "a whole number", float: "a number", str: "text", bool: "true or false", type(None): "left out"}
    return " or ".join(words[kind] for kind in kinds)
