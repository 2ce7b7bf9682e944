"""Which models there are: those that came with the program, and the user's own."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tumorviewer import paths
from tumorviewer.inference.bundle import CARD, read_card
from tumorviewer.inference.card import BundleError, Card

ACTIVE_VARIABLE: Final = "TUMORVIEWER_MODEL"
"""Environment variable with the name of the model to use where none is asked for."""


class NoModelError(BundleError):
    """No model of that name, or none at all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One bundle folder.

    Attributes
    ----------
    folder : Path
    shipped : bool
        It came with the program; else it is the user's own.
    card : Card or None
        None if the card cannot be used.
    problem : str
        Why not.
    """

    folder: Path
    shipped: bool
    card: Card | None
    problem: str = ""

    @property
    def name(self) -> str:
        """``name-version``, or the folder's name if the card is no good."""
        return self.card.full_name if self.card else self.folder.name


def shipped() -> list[Entry]:
    """Return the models that came with the program, by name."""
    return list(_entries(paths.shipped_models(), shipped=True))


def own() -> list[Entry]:
    """Return the user's models, by name."""
    return list(_entries(paths.user_models(), shipped=False))


def active() -> Path:
    """Return the folder of the model that is used where none is named.

    ``TUMORVIEWER_MODEL`` names it; else it is the newest model that came with the program, and only without one the
    user's newest: a script gives the same answers on every account of a machine.

    Raises
    ------
    NoModelError
        If there is none.
    """
    wanted = os.environ.get(ACTIVE_VARIABLE)
    if wanted:
        return find(wanted)
    for entries in (shipped, own):  # the user's folder is looked up only if need be
        found = newest(entries())
        if found is not None:
            return found.folder
    raise NoModelError(
        "There is no model yet. Put a bundle into the user's models with `tumorviewer models import`, or make one "
        "with `tumorviewer train`."
    )


def newest(entries: Iterable[Entry]) -> Entry | None:
    """Return the newest usable one of some models."""
    return max((entry for entry in entries if entry.card), key=_age, default=None)


def find(name: str | None) -> Path:
    """Return the folder of the model called `name`.

    Parameters
    ----------
    name : str or None
        ``name-version``, or a name alone for its highest version, or the path of a bundle's folder; None is the
        active one. A model that came with the program goes before a user's of the same name.

    Raises
    ------
    NoModelError
        If there is none; the message lists those that there are.
    """
    if name is None:
        return active()
    as_path = Path(name)
    if (os.sep in name or "/" in name or name in (".", "..")) and (as_path / CARD).is_file():
        return as_path
    known: list[Entry] = []
    for entries in (shipped, own):
        here = entries()
        known += here
        exact = [entry for entry in here if name in (entry.name, entry.folder.name)]
        versions = [entry for entry in here if entry.card and entry.card.name == name]
        if exact or versions:
            return (exact or [max(versions, key=_version)])[0].folder
    names = ", ".join(entry.name for entry in known) or "there is none"
    raise NoModelError(f"No model is called {name!r}. Known: {names}.")


def _entries(root: Path, *, shipped: bool) -> Iterator[Entry]:
    try:
        folders = sorted(
            folder for folder in root.iterdir() if (folder / CARD).is_file() and not folder.name.startswith(".")
        )
    except OSError:
        return  # no such folder yet, or not ours to read: no models there
    for folder in folders:
        try:
            yield Entry(folder, shipped, read_card(folder))
        except BundleError as error:
            yield Entry(folder, shipped, None, str(error))


def _version(entry: Entry) -> tuple[tuple[int, str], ...]:
    """Order 1.10 after 1.9, and 1.10-rc before 1.10."""
    text = entry.card.version if entry.card else ""
    parts = re.split(r"[.\-+_]", text)
    return (*((int(part), "") if part.isdecimal() else (-1, part) for part in parts), (0, ""))


def _age(entry: Entry) -> tuple[str, tuple[tuple[int, str], ...]]:
    return (entry.card.created if entry.card else "", _version(entry))
