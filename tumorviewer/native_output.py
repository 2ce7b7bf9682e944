"""What C libraries print on standard error, caught while they run: the one place that borrows file descriptor 2.

The descriptor belongs to the whole process, so there is one lock for it, and whoever holds it keeps all other threads
that need it waiting. What a library can say in another way (an error code, a log level) is asked for there instead.
"""

import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# Re-entrant: a library may be called while another one is.
_STANDARD_ERROR = threading.RLock()


@dataclass(slots=True)
class Caught:
    """What was printed while a block ran; filled when the block ends."""

    text: bytes = b""


@contextmanager
def native_output(chatter: re.Pattern[bytes]) -> Iterator[Caught]:
    """Catch what is printed on standard error, by C code or anybody else.

    Parameters
    ----------
    chatter : pattern
        What is kept off the screen. All other text is passed on when the block ends: other threads, which met our
        borrowed descriptor, wrote it.

    Yields
    ------
    Caught
        Stays empty where the process has no standard error (a windowed program).
    """
    caught = Caught()
    with _STANDARD_ERROR:
        try:
            original = os.dup(2)
        except OSError:
            yield caught
            return
        try:
            with tempfile.TemporaryFile() as file:
                try:
                    os.dup2(file.fileno(), 2)
                    yield caught
                finally:
                    os.dup2(original, 2)
                    file.seek(0)
                    caught.text = file.read()
                    _pass_on(chatter.sub(b"", caught.text), original)
        finally:
            os.close(original)


def _pass_on(text: bytes, descriptor: int) -> None:
    while text:
        text = text[os.write(descriptor, text) :]
