"""File descriptor 2 is borrowed by one at a time, given back, and nobody's words are lost."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tumorviewer.native_output import native_output

CHATTER = re.compile(rb"libfoo: [^\n]*\n")


def open_descriptors() -> int:
    """Return how many there are, where the system tells."""
    folder = Path("/dev/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_chatter_is_told_and_not_shown_and_all_else_passes(capfd: pytest.CaptureFixture[str]) -> None:
    with native_output(CHATTER) as caught:
        os.write(2, b"a line of another thread\nlibfoo: hm\n 50% of a bar")
        os.write(2, b"libfoo: after the bar\n")
    assert caught.text.count(b"libfoo") == 2
    assert capfd.readouterr().err == "a line of another thread\n 50% of a bar"


def test_one_inside_another(capfd: pytest.CaptureFixture[str]) -> None:
    with native_output(CHATTER) as outer:
        with native_output(CHATTER) as inner:
            os.write(2, b"libfoo: inside\n")
        os.write(2, b"libfoo: outside\nsaid\n")
    os.write(2, b"after\n")
    assert (inner.text, outer.text) == (b"libfoo: inside\n", b"libfoo: outside\nsaid\n")
    assert capfd.readouterr().err == "said\nafter\n"


def test_an_exception_gives_it_back(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with native_output(CHATTER):
            os.write(2, b"libfoo: hm\nlast words\n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "last words\nafter\n"


def test_many_threads_lose_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    before, descriptors = os.fstat(2), open_descriptors()

    def work(name: int) -> None:
        for turn in range(50):
            with native_output(CHATTER):
                os.write(2, b"libfoo: hm\n")
            os.write(2, f"{name} {turn}\n".encode())

    threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert os.path.samestat(os.fstat(2), before)
    assert sorted(capfd.readouterr().err.splitlines()) == sorted(f"{n} {t}" for n in range(6) for t in range(50))
    assert open_descriptors() == descriptors


@pytest.mark.skipif(os.name != "posix", reason="closes a descriptor as a shell does")
def test_without_standard_error() -> None:
    code = (
        "import os, re; from tumorviewer.native_output import native_output\n"
        "with native_output(re.compile(b'x')) as caught: pass\n"
        "print(caught.text)"
    )
    done = subprocess.run(
        ["sh", "-c", '"$0" -c "$1" 2>&-', sys.executable, code],
        cwd=Path(__file__).resolve().parent.parent, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "b''\n"
