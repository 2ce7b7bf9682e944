"""Started programs that have ended when a test is over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from app.starting import Start

BeginStart = Callable[..., Start]


@pytest.fixture
def start() -> Iterator[BeginStart]:
    started: list[Start] = []

    def begin(*arguments: str | Path, folder: Path | None = None, **extra: str) -> Start:
        started.append(Start(*arguments, folder=folder, **extra))
        return started[-1]

    yield begin
    for one in started:
        one.process.kill()
        one.process.communicate()
