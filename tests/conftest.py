"""Fixtures that every test may use, and the rule that keeps TensorFlow on one worker."""

import gc
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # windows are drawn, and need no screen
# Before NumPy is loaded: its small products are done sooner than a second thread is woken, and each of the tests'
# processes would start as many threads as there are cores, which wait for one another by spinning.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from phantom_classes import write_phantom_classes

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what the tests may be asked for."""
    parser.addoption("--renew-pictures", action="store_true", help="keep the pictures of the window as they are now")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector away from what lives as long as the run: half a million objects of modules and tests.

    It would look at them again and again while they are made, and then after every test that collects.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give every TensorFlow test to the same worker: the import takes seconds and 600 MB, so it is paid once.

    The training tab has a worker too (tests/gui/window/training/conftest.py): its tests share what a run has left. And
    what is made once for a module is made by one worker.

    Tests of the frozen program, which is built for them, run only where they are asked for.
    """
    asked_for = "frozen" in (config.getoption("markexpr") or "")
    frozen = pytest.mark.skip(reason="builds the program first, which takes minutes: python run.py test -m frozen")
    for item in items:
        if not asked_for and item.get_closest_marker("frozen"):
            item.add_marker(frozen)
        if item.get_closest_marker("tensorflow") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("tensorflow"))
        if not item.get_closest_marker("xdist_group") and shares_with_its_module(item):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def shares_with_its_module(item: pytest.Item) -> bool:
    """Tell whether a test uses something that is made once for all tests of its module."""
    found = item._fixtureinfo.name2fixturedefs.values() if isinstance(item, pytest.Function) else ()
    return any(definitions[-1].scope == "module" for definitions in found)


@pytest.fixture(autouse=True)
def own_user_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a user folder of its own: no test sees or touches what the user has."""
    folder = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("TUMORVIEWER_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 24 drawn heads a class, in class folders; they are only read."""
    return write_phantom_classes(tmp_path_factory.mktemp("heads"), 24)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real scans, or skip: a user's clone has none."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "index.csv").is_file():
        pytest.skip("the real scans (../shared/data) are not on this machine")
    return folder


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
