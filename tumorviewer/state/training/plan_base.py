"""Where the weights of the next run start, and which variant that decides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final

from training.config import SCRATCH, SHIPPED
from tumorviewer.inference.card import VARIANTS
from tumorviewer.inference.catalogue import Entry

_VARIANT_IN_NAME: Final = re.compile(r"(?:^|[^a-z0-9])(?:efficientnet)?[-_]?(b[0-3])(?![0-9])|efficientnet(b[0-3])")


class BaseKind(Enum):
    """What a run may start from."""

    SHIPPED = auto()
    OWN = auto()
    """A bundle in the user's folder."""
    FILE = auto()
    """ImageNet weights, or a model of one's own as a file."""
    SCRATCH = auto()


@dataclass(frozen=True, slots=True)
class BaseChoice:
    """A base that was chosen.

    Attributes
    ----------
    kind : BaseKind
    path : Path or None
        Of the bundle or file; None where none was chosen yet, and for the other kinds.
    known : str or None
        The variant of a file, where more than its name tells it.
    """

    kind: BaseKind
    path: Path | None = None
    known: str | None = None

    @property
    def setting(self) -> str:
        """The setting ``base``; "" while nothing is chosen."""
        if self.kind in (BaseKind.SHIPPED, BaseKind.SCRATCH):
            return SHIPPED if self.kind is BaseKind.SHIPPED else SCRATCH
        return str(self.path) if self.path is not None else ""

    def variant(self, models: Sequence[Entry]) -> str | None:
        """Return the variant that the base decides, or None where a person chooses."""
        match self.kind:
            case BaseKind.SHIPPED:
                cards = [entry.card for entry in models if entry.shipped and entry.card]
                return max(cards, key=lambda card: card.created).variant if cards else VARIANTS[0]
            case BaseKind.OWN:
                return next((e.card.variant for e in models if e.folder == self.path and e.card), None)
            case BaseKind.FILE:
                return self.known or (_variant_of_file(self.path) if self.path is not None else None)
        return None


def base_of(setting: str, models: Sequence[Entry]) -> BaseChoice:
    """Return the choice that a setting ``base`` stands for."""
    if setting in (SHIPPED, SCRATCH):
        return BaseChoice(BaseKind.SHIPPED if setting == SHIPPED else BaseKind.SCRATCH)
    path = Path(setting)
    known = any(entry.folder == path and not entry.shipped for entry in models)
    return BaseChoice(BaseKind.OWN if known else BaseKind.FILE, path)


def _variant_of_file(path: Path) -> str | None:
    """Return what the name of a file of weights says; ImageNet arrays are only read for Lite0."""
    if path.suffix.lower() == ".npz":
        return VARIANTS[0]
    found = _VARIANT_IN_NAME.search(path.stem.lower())
    return (found[1] or found[2]) if found else None
