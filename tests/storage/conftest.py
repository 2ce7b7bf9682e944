"""A disk that takes small files only."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest


@pytest.fixture
def small_files_only() -> Callable[[int], AbstractContextManager[None]]:
    """Return a context in which no file grows beyond some bytes, which looks like a full disk to who writes it."""
    resource = pytest.importorskip("resource")  # not on Windows

    @contextmanager
    def limited(most_bytes: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited
