"""Receivers that have stopped when a test is over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tumorviewer.receiving.events import Event, Listening
from tumorviewer.receiving.options import ReceiverLimits, ReceiverOptions
from tumorviewer.receiving.receiver import Receiver


class Running:
    """A receiver that listens, what it told, and where it listens."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.events: list[Event] = []
        self.folder = folder
        self._receiver = Receiver(ReceiverOptions(folder, port=0, **options), self.events.append)  # type: ignore[arg-type]
        self._receiver.start()
        (listening,) = self.told(Listening)
        self.port = listening.port

    def told(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir())

    def stop(self) -> None:
        self._receiver.stop()


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a receiver that waits half a second for whatever it waits for, met by one bad peer after the other."""
    limits = ReceiverLimits(ask_seconds=0.5, idle_seconds=0.5, unit_seconds=0.5)
    running = Running(tmp_path_factory.mktemp("received") / "inbox", limits=limits)
    yield running
    running.stop()


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def start(**options: object) -> Running:
        running.append(Running(tmp_path / "inbox", **options))
        return running[-1]

    yield start
    for one in running:
        one.stop()
