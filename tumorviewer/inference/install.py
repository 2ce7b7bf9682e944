"""Taking in a bundle, a folder or a zip file: checked first, then there whole or not at all."""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from tumorviewer.files import sync_folder
from tumorviewer.inference.bundle import CARD, READABLE_CARD, REQUIRED, check_digest, size_limit, verify_bundle
from tumorviewer.inference.card import BundleError, Card, card_from_json, card_to_json, is_plain_name
from tumorviewer.inference.catalogue import shipped

_PIECE: Final = 2**20
_MOST_ENTRIES: Final = 200

_Opener = Callable[[str], AbstractContextManager[IO[bytes]]]
_Naming = Callable[[Card], tuple[str, str]]
"""Gives name and version to a bundle."""


def import_bundle(source: Path, models: Path, *, called: _Naming | None = None) -> Path:
    """Copy a bundle into `models`, verified.

    Only the card and the files that it names are taken, under plain names and up to fixed sizes, into a temporary
    folder beside the others; that is verified with its golden picture and then takes its name.

    Parameters
    ----------
    source : Path
        A bundle's folder, or a zip file with one bundle, at its top or in one folder.
    models : Path
        The folder of the user's models; made if it is missing.
    called : callable, optional
        Takes the card and returns the name and version that the copy is to have; default: those of the card.

    Returns
    -------
    Path
        The new bundle's folder.

    Raises
    ------
    BundleError
        If the bundle is refused, or one of its name and version is there already, also among those that came with the
        program. Nothing is left behind.
    OSError
        If `models` cannot be written.
    """
    if source.is_dir():
        return _take(lambda name: _open_plain(source, name), models, called)
    try:
        with zipfile.ZipFile(source) as archive:
            inside = _names_in(archive)

            def open_entry(name: str) -> IO[bytes]:
                if name not in inside:
                    raise BundleError(f"{name} is missing in it.")
                return archive.open(inside[name])

            return _take(open_entry, models, called)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BundleError(f"{str(source)!r} is no readable zip file of a bundle ({error}).") from error
    except FileNotFoundError as error:
        raise BundleError(f"{str(source)!r} is not there.") from error


def _take(open_file: _Opener, models: Path, called: _Naming | None) -> Path:
    card = _read_card(open_file)
    name, version = called(card) if called is not None else (card.name, card.version)
    full_name = f"{name}-{version}"
    if not is_plain_name(name) or not is_plain_name(version) or not is_plain_name(full_name):
        raise BundleError(f"{full_name!r} is no name for a model: use letters, digits, dots and dashes.")
    target = models / full_name
    if target.exists():
        raise BundleError(f"a model called {full_name} is there already, in {str(target)!r}; remove it first.")
    if full_name in [entry.name for entry in shipped()]:
        raise BundleError(f"a model called {full_name} came with the program.")
    models.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".incoming-", dir=models))
    try:
        for file in (CARD, *card.files):
            _copy(open_file, file, temporary / file)
        if full_name != card.full_name:
            _write_name(temporary, card, name, version)
        verify_bundle(temporary)
        temporary.chmod(0o755)  # mkdtemp makes it for the owner alone
        temporary.rename(target)
        sync_folder(models)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _read_card(open_file: _Opener) -> Card:
    with open_file(CARD) as stream:
        data = stream.read(size_limit(CARD) + 1)
    if len(data) > size_limit(CARD):
        raise BundleError(f"its {CARD} is too large.")
    card = card_from_json(data)
    missing = [name for name in REQUIRED if name not in card.files]
    if missing:
        raise BundleError(f"card.json: the key 'files.{missing[0]}' is missing.")
    return card


def _write_name(folder: Path, card: Card, name: str, version: str) -> None:
    """Write another name into the card, and into the heading of the card for readers."""
    files = dict(card.files)
    if READABLE_CARD in files:
        check_digest(folder, READABLE_CARD, card)  # what was damaged must not get a fresh hash
        heading = f"# {card.name} {card.version}".encode()
        text = (folder / READABLE_CARD).read_bytes()
        if text.startswith(heading + b"\n"):
            text = f"# {name} {version}".encode() + text[len(heading) :]
            (folder / READABLE_CARD).write_bytes(text)
            files[READABLE_CARD] = hashlib.sha256(text).hexdigest()
    renamed = card_to_json(replace(card, name=name, version=version, files=files))
    (folder / CARD).write_text(renamed, encoding="utf-8", newline="")


def _copy(open_file: _Opener, name: str, target: Path) -> None:
    """Copy one file, counting its bytes: what a zip file says about a size need not be true."""
    room = size_limit(name)
    with open_file(name) as source, target.open("xb") as copy:
        while piece := source.read(_PIECE):
            room -= len(piece)
            if room < 0:
                raise BundleError(
                    f"{name} is larger than the {size_limit(name) // 2**20} MiB that such a file may have."
                )
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())


def _open_plain(folder: Path, name: str) -> IO[bytes]:
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise BundleError(f"{name} is missing in {str(folder)!r}, or no ordinary file.")
    return path.open("rb")


def _names_in(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries that lie beside the card; others, such as paths that lead elsewhere, are not touched."""
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise BundleError(f"the zip file has {len(entries)} entries; a bundle has a handful.")
    cards = [entry.filename for entry in entries if entry.filename.rsplit("/", 1)[-1] == CARD]
    if len(cards) != 1 or cards[0].count("/") > 1:
        raise BundleError(f"the zip file does not hold exactly one {CARD}, at its top or in one folder.")
    folder = cards[0][: -len(CARD)]
    return {
        entry.filename[len(folder) :]: entry
        for entry in entries
        if entry.filename.startswith(folder) and "/" not in entry.filename[len(folder) :] and not entry.is_dir()
    }
