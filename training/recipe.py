"""Settings as a TOML file, written and read back; and what is wrong with single values, as they are typed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.config import TrainConfig
from training.errors import ConfigError
from tumorviewer.files import atomic_write


def save_recipe(config: TrainConfig, path: Path) -> None:
    """Write all settings; what is None is left out, as TOML has no such value.

    Raises
    ------
    OSError
        If the file cannot be written.
    ConfigError
        If a text cannot be written as UTF-8.
    """
    with atomic_write(path) as stream:
        stream.write(recipe_text(config))


def load_recipe(path: Path) -> TrainConfig:
    """Read settings; missing ones keep their defaults.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a setting is unknown or makes no sense.
    """
    return TrainConfig.from_toml(path)


def recipe_text(config: TrainConfig) -> str:
    """Return the settings as TOML: those of the run, then the table ``[augment]``."""
    values = config.to_dict()
    augment = values.pop("augment")
    text = "\n".join([*_lines(values), "", "[augment]", *_lines(augment), ""])
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ConfigError(
            "A setting holds a file's name that cannot be written as text; rename that file or folder."
        ) from error
    return text


def problems(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with settings: by name a sentence for each that makes no sense ("augment.zoom").

    Under "" stands what only several settings together get wrong.

    Parameters
    ----------
    values : mapping
        As for `TrainConfig.from_dict`; those that are left out have their defaults.
    """
    together = _problem(values)
    if not together:  # almost always, and with every letter that is typed
        return {}
    wrong: dict[str, str] = {}
    for name, value in values.items():
        single = {f"augment.{key}": {"augment": {key: part}} for key, part in value.items()} if _is_table(value) else {}
        for full_name, alone in (single or {name: {name: value}}).items():
            if sentence := _problem(alone):
                wrong[full_name] = sentence
    return wrong or {"": together}


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value)


def _problem(values: Mapping[str, Any]) -> str:
    try:
        TrainConfig.from_dict(values)
    except ConfigError as error:
        return str(error)
    return ""


def _lines(values: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in values.items() if value is not None]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # JSON's strings and numbers are TOML's too, but for one character that only TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
