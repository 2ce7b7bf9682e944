"""How the frozen program is started and waited for."""

import os
import signal
import subprocess
import time
from collections.abc import Callable

LONG = 900.0
NOBODY = 54321
"""A user that this machine does not know: without a home, and without a right to write anywhere but in /tmp."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**extra: str) -> dict[str, str]:
    """Return the variables of a person's desktop: nothing that helps Python, and the tests' own user folder."""
    kept = ("PATH", "HOME", "TUMORVIEWER_HOME", "XDG_RUNTIME_DIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | extra


def wait_until(met: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def end(process: "subprocess.Popen[bytes]") -> int:
    """Ask a program to end, as a shutdown of the system does, and return its exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(60)
