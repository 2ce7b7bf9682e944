"""``tumorviewer models``: which models there are and whether they are unchanged; taking them in, giving them away."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_DONE, EXIT_FAILED, EXIT_USAGE, CommandError, say
from tumorviewer.cli.events import add_events_option, tell_window

if TYPE_CHECKING:
    from training.child import Child
    from training.events import Found

FOREIGN_SUFFIXES = (".h5", ".hdf5", ".keras")
FOREIGN_CLASSES = "glioma,meningioma,no_tumor,pituitary"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command and its own sub-commands."""
    parser = subparsers.add_parser(
        "models", help="list, show, verify, import, export or rename models", description=__doc__
    )
    actions = parser.add_subparsers(metavar="ACTION", title="actions", required=True)

    action = actions.add_parser("list", help="list the models that are here; * marks the one that is used by default")
    action.set_defaults(func=_list)

    action = actions.add_parser("show", help="print what a model's card says")
    action.add_argument("name", nargs="?", help="name-version, or a bundle's folder; default: the active model")
    action.add_argument("--json", action="store_true", help="print card.json instead of the card for readers")
    action.set_defaults(func=_show)

    action = actions.add_parser("verify", help="check hashes and the golden picture")
    action.add_argument("names", nargs="*", metavar="name", help="default: all models")
    action.set_defaults(func=_verify)

    action = actions.add_parser(
        "import", help="take in a bundle (folder or zip), or weights of a notebook's .h5 or .keras file"
    )
    action.add_argument("path", type=Path)
    action.add_argument("--name", help="what to call the model (only for .h5 and .keras files; a bundle has its name)")
    action.add_argument(
        "--classes",
        default=FOREIGN_CLASSES,
        help="order of the outputs of an .h5 or .keras file; default, as Keras sorts class folders: %(default)s; '' "
        "where it is not known: the last layer is left out then",
    )
    add_events_option(action)
    action.set_defaults(func=_import)

    action = actions.add_parser("export", help="write a model into one zip file that can be imported elsewhere")
    action.add_argument("name", help="name-version, or a bundle's folder")
    action.add_argument("path", type=Path, metavar="FILE", help="the zip file to make")
    action.add_argument("--force", action="store_true", help="replace FILE if it is there")
    action.set_defaults(func=_export)

    action = actions.add_parser("rename", help="give one of your own models another name; its version stays")
    action.add_argument("name", help="name-version")
    action.add_argument("new_name", metavar="NEW")
    action.set_defaults(func=_rename)

    action = actions.add_parser("remove", help="remove one of your own models")
    action.add_argument("name", help="name-version")
    action.set_defaults(func=_remove)


def _list(_options: argparse.Namespace) -> int:
    from tumorviewer.inference import catalogue

    try:
        active = catalogue.active()
    except catalogue.NoModelError as error:
        say(str(error))
        active = None
    entries = catalogue.shipped() + catalogue.own()
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        mark = "*" if entry.folder == active else " "
        origin = "shipped" if entry.shipped else "own"
        if entry.card:
            about = f"{entry.card.variant:5}  {entry.card.input.size} px  made {entry.card.created[:10]}"
        else:
            about = f"refused: {entry.problem}"
        _put(f"{mark} {entry.name:{width}}  {origin:7}  {about}")
    return EXIT_DONE


def _show(options: argparse.Namespace) -> int:
    from tumorviewer.inference.bundle import READABLE_CARD, check_digest, read_card
    from tumorviewer.inference.card import BundleError, card_to_json

    folder = _folder(options.name)
    try:
        card = read_card(folder)
        if options.json or READABLE_CARD not in card.files:
            _put(card_to_json(card).rstrip())
        else:
            check_digest(folder, READABLE_CARD, card)
            _put((folder / READABLE_CARD).read_text("utf-8", "replace").rstrip())
    except BundleError as error:
        raise CommandError(f"The model in {str(folder)!r} was refused: {error}") from error
    return EXIT_DONE


def _verify(options: argparse.Namespace) -> int:
    from tumorviewer.inference import catalogue
    from tumorviewer.inference.bundle import verify_bundle
    from tumorviewer.inference.card import BundleError

    folders = [_folder(name) for name in options.names]
    folders = folders or [entry.folder for entry in catalogue.shipped() + catalogue.own()]
    if not folders:
        raise CommandError("There is no model to verify.")
    code = EXIT_DONE
    for folder in folders:
        try:
            bundle = verify_bundle(folder)
            _put(
                f"{bundle.name}: good. All {len(bundle.card.files)} files are as hashed, "
                "the golden picture is answered as its card says."
            )
        except BundleError as error:
            code = EXIT_FAILED
            _put(str(error))
    return code


def _import(options: argparse.Namespace) -> int:
    from tumorviewer import paths
    from tumorviewer.inference.card import BundleError, is_plain_name
    from tumorviewer.inference.install import import_bundle

    source: Path = options.path
    if not source.exists():
        raise CommandError(f"{str(source)!r} is not there.", EXIT_USAGE)
    if source.is_file() and source.suffix.lower() in FOREIGN_SUFFIXES:
        name = options.name or source.stem
        if not is_plain_name(name):
            raise CommandError(
                f"{name!r} is no name for a model: use letters, digits, dots, dashes; give one with --name.", EXIT_USAGE
            )
        if options.events:
            log = paths.user_data() / "logs" / "import.log"
            return tell_window(log, lambda child: _import_for_window(source, name, options.classes, child))
        return _import_foreign(source, name, options.classes)
    if options.events:
        raise CommandError("--events is for .h5 and .keras files.", EXIT_USAGE)
    if options.name:
        raise CommandError("--name is for .h5 and .keras files; a bundle has the name that its card says.", EXIT_USAGE)
    try:
        folder = import_bundle(source, paths.user_models())
    except BundleError as error:
        raise CommandError(f"{str(source)!r} was not imported: {error}") from error
    except OSError as error:
        raise CommandError(f"{str(source)!r} was not imported: {error.strerror} ({str(error.filename)!r}).") from error
    _put(f"{folder.name} is imported and can be used with --model {folder.name}.")
    return EXIT_DONE


def _import_foreign(source: Path, name: str, classes: str) -> int:
    """Take in the weights of a notebook's model. Uncalibrated as it is, it is a base for training, not yet a model."""
    from training.errors import TrainingError  # the training parts may be missing: main() says how to get them

    try:
        result = _take_weights(source, name, classes)
    except TrainingError as error:
        raise CommandError(f"{str(source)!r} was not imported: {error}") from error
    except OSError as error:
        raise CommandError(f"{str(source)!r} was not imported: {error.strerror} ({str(error.filename)!r}).") from error
    _put(f"The weights are in {str(result)!r}, a base to fine-tune from.")
    return EXIT_DONE


def _import_for_window(source: Path, name: str, classes: str, _child: "Child") -> "Found":
    from training.events import Found
    from training.imported import read_imported

    return Found("imported", read_imported(_take_weights(source, name, classes)).to_dict())


def _take_weights(source: Path, name: str, classes: str) -> Path:
    from training.foreign import import_weights  # as above
    from tumorviewer import paths

    folder = paths.user_data() / "weights"
    order = [part.strip() for part in classes.split(",") if part.strip()]
    folder.mkdir(parents=True, exist_ok=True)
    return import_weights(source, name=name, classes=order or None, output_folder=folder, report=say)


def _export(options: argparse.Namespace) -> int:
    from tumorviewer.inference.upkeep import export_zip

    with _refusals():
        try:
            target = export_zip(_folder(options.name), options.path, overwrite=options.force)
        except FileExistsError as error:
            raise CommandError(f"{str(options.path)!r} is there already; --force replaces it.", EXIT_USAGE) from error
    _put(f"{options.name} is in {str(target)!r}.")
    return EXIT_DONE


def _rename(options: argparse.Namespace) -> int:
    from tumorviewer import paths
    from tumorviewer.inference.upkeep import rename_bundle

    with _refusals():
        folder = rename_bundle(_folder(options.name), paths.user_models(), options.new_name)
    _put(f"{options.name} is now called {folder.name}.")
    return EXIT_DONE


def _remove(options: argparse.Namespace) -> int:
    from tumorviewer import paths
    from tumorviewer.inference.upkeep import remove_bundle

    with _refusals():
        remove_bundle(_folder(options.name), paths.user_models())
    _put(f"{options.name} is removed.")
    return EXIT_DONE


@contextmanager
def _refusals() -> Iterator[None]:
    from tumorviewer.inference.card import BundleError

    try:
        yield
    except BundleError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.strerror} ({str(error.filename)!r}). Nothing was changed.") from error


def _folder(name: str | None) -> Path:
    from tumorviewer.inference.catalogue import NoModelError, find

    try:
        return find(name)
    except NoModelError as error:
        raise CommandError(str(error), EXIT_USAGE) from error


def _put(text: str) -> None:
    """Write text to stdout; control characters of a foreign card do not reach the terminal."""
    clean = "".join(
        character if character.isprintable() or character in "\n\t" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(clean.encode(encoding, "backslashreplace").decode(encoding) + "\n")
