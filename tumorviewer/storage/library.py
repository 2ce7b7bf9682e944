"""What is remembered of scans between two starts, by their content."""

from collections.abc import Callable
from pathlib import Path

from tumorviewer.storage.cache import Cache
from tumorviewer.storage.database import Problem
from tumorviewer.storage.review_store import ReviewStore


class Library:
    """Two files in a folder of the user. Nothing is opened before it is first used; safe to use from several threads.

    Parameters
    ----------
    folder : Path
    on_problem : callable
        Told once, in whichever thread met it, what is wrong with a file.

    Attributes
    ----------
    reviews : ReviewStore
        ``library.sqlite``: precious.
    cache : Cache
        ``cache.sqlite``: can be made again.
    """

    def __init__(self, folder: Path, on_problem: Callable[[Problem], None] = lambda _: None) -> None:
        self.reviews = ReviewStore(folder / "library.sqlite", on_problem)
        self.cache = Cache(folder / "cache.sqlite", on_problem)

    def close(self) -> None:
        """Let go of both files; the next use opens them again."""
        self.reviews.close()
        self.cache.close()
