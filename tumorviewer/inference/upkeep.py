"""Looking after the user's models: another name, a copy to give away, and removing."""

import errno
import hashlib
import os
import re
import secrets
import shutil
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

from tumorviewer.files import atomic_write, sync_folder
from tumorviewer.inference.bundle import (
    CARD,
    MODEL,
    READABLE_CARD,
    check_digest,
    read_card,
    size_limit,
    verify_bundle,
)
from tumorviewer.inference.card import BundleError, Card
from tumorviewer.inference.catalogue import own, shipped
from tumorviewer.inference.install import import_bundle

_PIECE: Final = 2**20
_REMOVED: Final = ".removed-"


def install_beside(source: Path, models: Path) -> Path:
    """Copy a bundle into `models` under its own name, with the next version that is free.

    Raises
    ------
    BundleError
        If it is refused.
    OSError
        If `models` cannot be written.
    """
    return import_bundle(source, models, called=lambda card: (card.name, free_version(card, names_in_use(models))))


def install_once(source: Path, models: Path) -> Path:
    """Return the folder of a bundle among the user's models; it is copied there unless it is there already, whole.

    Raises
    ------
    BundleError
        If it is refused, or its copy is damaged.
    OSError
        If `models` cannot be written.
    """
    card = read_card(source)
    for entry in own():
        if entry.card is not None and entry.folder.parent == models and is_same_model(entry.card, card):
            verify_bundle(entry.folder)
            return entry.folder
    return install_beside(source, models)


def names_in_use(models: Path) -> set[str]:
    """Return all ``name-version`` that a new model cannot have."""
    folders = {folder.name for folder in models.iterdir()} if models.is_dir() else set()
    return {entry.name for entry in (*shipped(), *own())} | folders


def free_version(card: Card, taken: Collection[str]) -> str:
    """Return the version of a card, or the first one after it whose name is not taken."""
    version = card.version
    while f"{card.name}-{version}" in taken:
        last = re.search(r"\d+$", version)
        version = f"{version[: last.start()]}{int(last[0]) + 1}" if last else f"{version}.1"
    return version


def rename_bundle(folder: Path, models: Path, name: str) -> Path:
    """Give one of the user's models another name; its version stays.

    A copy of the new name is made and verified before the old folder goes: whatever happens, one of them is whole.

    Raises
    ------
    BundleError
        If it is not the user's own, is damaged, or the name is unfit or taken.
    OSError
        If `models` cannot be written; the model has its old name then.
    """
    _check_own(folder, models)
    renamed = import_bundle(folder, models, called=lambda card: (name, card.version))
    try:
        remove_bundle(folder, models)
    except OSError:
        shutil.rmtree(renamed, ignore_errors=True)
        raise
    return renamed


def remove_bundle(folder: Path, models: Path) -> None:
    """Remove one of the user's models, also a damaged one: it is gone at once or still there whole.

    Raises
    ------
    BundleError
        If it is not the user's own: what came with the program is never removed.
    OSError
        If it cannot be removed.
    """
    _check_own(folder, models)
    away = models / f"{_REMOVED}{secrets.token_hex(6)}"
    folder.rename(away)
    sync_folder(models)
    for leftover in models.glob(f"{_REMOVED}*"):  # also of a removal that was interrupted
        shutil.rmtree(leftover, ignore_errors=True)


def export_zip(folder: Path, target: Path, *, overwrite: bool = False) -> Path:
    """Write a bundle into one file that can be imported elsewhere; every file is hashed as it is written.

    Raises
    ------
    BundleError
        If a file is not what the card says; nothing is written then.
    FileExistsError
        If `target` is there and is not to be replaced.
    OSError
        If it cannot be written.
    """
    if target.exists() and not overwrite:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    try:
        card = read_card(folder)
        with atomic_write(target, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name in (CARD, *card.files):
                _add(archive, folder, name, card)
    except BundleError as error:
        raise BundleError(f"The model in {str(folder)!r} was not exported: {error}") from error
    return target


def readable_card(folder: Path) -> str:
    """Return the card for readers, as hashed.

    Raises
    ------
    BundleError
        If there is none, or it is not what ``card.json`` says.
    OSError
        If it cannot be read.
    """
    card = read_card(folder)
    if READABLE_CARD not in card.files:
        raise BundleError("the model has no card for readers.")
    check_digest(folder, READABLE_CARD, card)
    return (folder / READABLE_CARD).read_text("utf-8", "replace")


def is_same_model(card: Card, other: Card) -> bool:
    """Tell whether two bundles hold the same network, whatever they are called."""
    return card.files[MODEL] == other.files[MODEL]


def _check_own(folder: Path, models: Path) -> None:
    if folder.parent.resolve() != models.resolve() or folder.is_symlink() or not (folder / CARD).is_file():
        raise BundleError(f"{folder.name} is none of your own models; what came with the program stays as it is.")


def _add(archive: zipfile.ZipFile, folder: Path, name: str, card: Card) -> None:
    """Put one file into the archive, and refuse it afterwards if these bytes are not those of the card."""
    digest, room = hashlib.sha256(), size_limit(name)
    entry = zipfile.ZipInfo(f"{card.full_name}/{name}")
    entry.external_attr = 0o644 << 16
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise BundleError(f"{name} is missing, or no ordinary file.")
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as copy:
        while piece := source.read(_PIECE):
            room -= len(piece)
            if room < 0:
                raise BundleError(f"{name} is larger than such a file may be.")
            digest.update(piece)
            copy.write(piece)
    if name != CARD and digest.hexdigest() != card.files[name]:
        raise BundleError(f"{name} is not the file that the card describes (its SHA-256 differs).")
