"""What the commands that ask a model about files share: which model, which files, and the bar that moves."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_USAGE, CommandError, Progress

if TYPE_CHECKING:
    from tumorviewer.imaging.discover import Found
    from tumorviewer.inference.bundle import Bundle


def bundle_of(name: str | None) -> "Bundle":
    """Return the model of a name, or the active one.

    Raises
    ------
    CommandError
    """
    from tumorviewer.inference.bundle import load_bundle
    from tumorviewer.inference.card import BundleError
    from tumorviewer.inference.catalogue import NoModelError, find

    try:
        return load_bundle(find(name))
    except NoModelError as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    except BundleError as error:
        raise CommandError(str(error)) from error


def found_in(paths: Sequence[Path]) -> "tuple[list[Found], int]":
    """Return the candidates and how many files were skipped; all at once, so that the time left can be told."""
    from tumorviewer.imaging.discover import discover

    search = discover(paths)
    return list(search), search.skipped


def counted(found: "Sequence[Found]", bar: Progress) -> "Iterator[Found]":
    """Pass the files on and move the bar as they are taken."""
    for item in found:
        yield item
        bar.update()
