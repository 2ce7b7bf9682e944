"""Weights that were taken over from a model from elsewhere: the file, and beside it what is known of it."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tumorviewer.files import atomic_write

SUFFIX: Final = ".weights.h5"
_ABOUT: Final = ".json"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class ImportedWeights:
    """Weights to start a training from; no model: how sure it may be was never measured.

    Attributes
    ----------
    file : Path
    source : str
        Name of the file that they came from; "" where that is not known.
    sha256 : str
        Of that file.
    variant : str
        A key of `training.network.VARIANTS`; "" where it is not known.
    head_complete : bool
        Whether they know the classes already.
    notes : tuple of str
    created : str
        ISO 8601.
    """

    file: Path
    source: str
    sha256: str
    variant: str
    head_complete: bool
    notes: tuple[str, ...]
    created: str

    @property
    def name(self) -> str:
        """What they are called here."""
        return self.file.name.removesuffix(SUFFIX)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**asdict(self), "file": str(self.file), "notes": list(self.notes)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ImportedWeights":
        """Read what `to_dict` wrote.

        Raises
        ------
        KeyError, TypeError
            If it is something else.
        """
        return cls(
            file=Path(values["file"]),
            source=str(values["source"]),
            sha256=str(values["sha256"]),
            variant=str(values["variant"]),
            head_complete=bool(values["head_complete"]),
            notes=tuple(map(str, values["notes"])),
            created=str(values["created"]),
        )


def is_weights_name(name: str) -> bool:
    """Tell whether weights can have a name: it is one plain part of a path, and not too long."""
    return bool(_NAME.fullmatch(name))


def note_imported(
    file: Path, *, source: str, sha256: str, variant: str, head_complete: bool, notes: tuple[str, ...]
) -> None:
    """Write beside the weights where they came from.

    Raises
    ------
    OSError
    """
    created = datetime.now(UTC).isoformat(timespec="seconds")
    about = ImportedWeights(file, source, sha256, variant, head_complete, notes, created)
    with atomic_write(_about(file)) as stream:
        # A folder may be moved: the file is that beside this one.
        json.dump(about.to_dict() | {"file": file.name}, stream, indent=1)


def list_imported(folder: Path) -> tuple[ImportedWeights, ...]:
    """Return the weights in a folder, by name; of those without a word beside them little is known."""
    try:
        files = sorted(file for file in folder.iterdir() if file.name.endswith(SUFFIX) and file.is_file())
    except OSError:
        return ()
    return tuple(read_imported(file) for file in files if not file.name.startswith("."))


def read_imported(file: Path) -> ImportedWeights:
    """Return what is known of a file of weights."""
    try:
        values = json.loads(_about(file).read_text("utf-8"))
        return ImportedWeights.from_dict({**values, "file": file})
    except (OSError, ValueError, KeyError, TypeError):
        return ImportedWeights(file, "", "", "", True, (), "")


def remove_imported(file: Path, folder: Path) -> None:
    """Remove weights of a folder.

    Raises
    ------
    OSError
    """
    if file.parent == folder and file.name.endswith(SUFFIX):
        file.unlink(missing_ok=True)
        _about(file).unlink(missing_ok=True)


def _about(file: Path) -> Path:
    return file.with_name(file.name.removesuffix(SUFFIX) + _ABOUT)
