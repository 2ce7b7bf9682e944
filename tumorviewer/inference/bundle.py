"""Reading a model bundle: whole, unchanged, of a sane size; otherwise refused before anything of it runs.

No code is ever loaded from a bundle. The bytes that are hashed are the bytes that are used, so a file cannot be
exchanged in between.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.inference.card import BundleError, Card, card_from_json, is_plain_name
from tumorviewer.inference.domain import DomainModel
from tumorviewer.inference.seen import SEEN, SeenScans

CARD: Final = "card.json"
MODEL: Final = "model.tflite"
WEIGHTS: Final = "weights.weights.h5"
DOMAIN: Final = "domain.npz"
READABLE_CARD: Final = "card.md"

REQUIRED: Final = (MODEL, WEIGHTS, DOMAIN)
LARGEST: Final = {
    CARD: 4 * 2**20,
    READABLE_CARD: 4 * 2**20,
    DOMAIN: 128 * 2**20,
    MODEL: 512 * 2**20,
    WEIGHTS: 1024 * 2**20,
}
LARGEST_OTHER: Final = 16 * 2**20
MOST_FILES: Final = 32

__all__ = ["Bundle", "BundleError", "load_bundle", "read_card", "verify_bundle"]


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """A bundle that has been read and found to be what its card says.

    Attributes
    ----------
    folder : Path
    card : Card
    model : bytes
        The LiteRT graph, as hashed.
    domain : DomainModel
    seen : SeenScans
        The files that it was trained and tuned on; empty where it does not tell.
    """

    folder: Path
    card: Card
    model: bytes
    domain: DomainModel
    seen: SeenScans

    @property
    def spec(self) -> InputSpec:
        """How a scan becomes the model's input."""
        return self.card.input

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the outputs."""
        return self.card.classes

    @property
    def name(self) -> str:
        """``name-version``."""
        return self.card.full_name

    @property
    def model_sha256(self) -> str:
        """SHA-256 of the LiteRT graph."""
        return self.card.files[MODEL]

    @property
    def weights(self) -> Path:
        """The weights to fine-tune from; `verify_bundle` says whether they are unchanged."""
        return self.folder / WEIGHTS


def load_bundle(folder: Path) -> Bundle:
    """Read what prediction needs from a bundle's folder.

    The weights for fine-tuning are not read here; `verify_bundle` checks them.

    Raises
    ------
    BundleError
        If a file is missing, too large, or not the one of the card, or the card is wrong; the message names the
        folder and the cause.
    """
    try:
        card = read_card(folder)
        domain = DomainModel.from_bytes(_read_checked(folder, DOMAIN, card))
        if domain.means.shape[0] != len(card.classes):
            raise BundleError(f"{DOMAIN} is for {domain.means.shape[0]} classes, the card names {len(card.classes)}.")
        told = SEEN in card.files
        seen = SeenScans.from_bytes(_read_checked(folder, SEEN, card)) if told else SeenScans.of(())
        return Bundle(folder, card, _read_checked(folder, MODEL, card), domain, seen)
    except BundleError as error:
        raise _refused(folder, error) from error


def verify_bundle(folder: Path) -> Bundle:
    """Check every file of a bundle against its card, run the golden picture through the model, and return the bundle.

    Raises
    ------
    BundleError
        As `load_bundle`, and if any other file is missing, changed or not in the card, or the model answers the
        golden picture differently.
    """
    # Imported here: reading a card must not load the model's runtime.
    from tumorviewer.inference.predictor import Predictor

    bundle = load_bundle(folder)
    try:
        for name in bundle.card.files:
            if name not in (DOMAIN, MODEL, SEEN):
                check_digest(folder, name, bundle.card)
        strangers = sorted(entry.name for entry in folder.iterdir() if entry.name not in {CARD, *bundle.card.files})
        if strangers:
            raise BundleError(f"{', '.join(map(repr, strangers[:3]))} is in the folder but not in the card.")
    except BundleError as error:
        raise _refused(folder, error) from error
    Predictor(bundle, threads=1)  # checks the golden picture
    return bundle


def read_card(folder: Path) -> Card:
    """Read and check ``card.json`` alone, without the folder's name in the message."""
    card = card_from_json(_read_capped(folder, CARD))
    missing = [name for name in REQUIRED if name not in card.files]
    if missing:
        raise BundleError(f"card.json: the key 'files.{missing[0]}' is missing.")
    if len(card.files) > MOST_FILES:
        raise BundleError(f"card.json: 'files' names {len(card.files)} files; a bundle has at most {MOST_FILES}.")
    if CARD in card.files:
        raise BundleError("card.json: 'files' cannot hold the card's own hash.")
    return card


def size_limit(name: str) -> int:
    """Return how many bytes the file `name` of a bundle may have."""
    return LARGEST.get(name, LARGEST_OTHER)


def check_digest(folder: Path, name: str, card: Card) -> None:
    """Compare one file with its hash in the card, a piece at a time.

    Raises
    ------
    BundleError
        If it is missing, too large or changed.
    """
    path = _plain_file(folder, name)
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise BundleError(f"{name} cannot be read ({error.strerror}).") from error
    if digest != card.files[name]:
        raise _changed(name)


def _read_checked(folder: Path, name: str, card: Card) -> bytes:
    data = _read_capped(folder, name)
    if hashlib.sha256(data).hexdigest() != card.files[name]:
        raise _changed(name)
    return data


def _read_capped(folder: Path, name: str) -> bytes:
    path = _plain_file(folder, name)
    try:
        with path.open("rb") as stream:
            # One byte more than allowed: the file may grow between the look at its size and here.
            data = stream.read(size_limit(name) + 1)
    except OSError as error:
        raise BundleError(f"{name} cannot be read ({error.strerror}).") from error
    if len(data) > size_limit(name):
        raise _too_large(name)
    return data


def _plain_file(folder: Path, name: str) -> Path:
    """Return the path of a file in the bundle's own folder, after a look at its kind and size."""
    path = folder / name
    if not is_plain_name(name):
        raise BundleError(f"{name!r} is not a plain file name.")
    try:
        if path.is_symlink() or not path.is_file():
            raise BundleError(f"{name} is missing, or no ordinary file.")
        if path.stat().st_size > size_limit(name):
            raise _too_large(name)
    except OSError as error:
        raise BundleError(f"{name} cannot be read ({error.strerror}).") from error
    return path


def _changed(name: str) -> BundleError:
    return BundleError(
        f"{name} is not the file that the card describes (its SHA-256 differs): it was damaged or changed after it "
        f"was made."
    )


def _too_large(name: str) -> BundleError:
    return BundleError(f"{name} is larger than the {size_limit(name) // 2**20} MiB that such a file may have.")


def _refused(folder: Path, cause: BundleError) -> BundleError:
    return type(cause)(f"The model in {str(folder)!r} was refused: {cause}")
