"""Progress of work that goes through several stages, each with its own bar and time left."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tumorviewer.cli.common import Progress, progress_bar
from tumorviewer.paths import user_data


@contextmanager
def stage_bars(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that is told (stage, done, total) and shows a bar for the stage that runs."""
    with ExitStack() as stack:
        shown = _Shown(stack, quiet)
        yield shown.tell


class _Shown:
    def __init__(self, stack: ExitStack, quiet: bool) -> None:
        self._stack = stack
        self._quiet = quiet
        self._stage = ""
        self._done = 0
        self._bar: Progress | None = None

    def tell(self, stage: str, done: int, total: int) -> None:
        if self._bar is None or stage != self._stage:
            self._stack.close()
            self._bar = self._stack.enter_context(progress_bar(total, stage, quiet=self._quiet))
            self._stage, self._done = stage, 0
        self._bar.update(done - self._done)
        self._done = done


def cache_folder(chosen: Path | None) -> Path:
    """Return the folder for crops and fingerprints: the one that was asked for, else the user's own."""
    return chosen if chosen is not None else user_data() / "cache"
