"""Standard streams where the system gave the program none, as Windows does after a double click."""

import os
import sys
from typing import Final

_STREAMS: Final = (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_WRONLY, "w"), ("stderr", os.O_WRONLY, "w"))


def open_missing_streams() -> None:
    """Let nothing be read from, and nothing come of what is written to, a standard stream that is not there.

    The descriptor is filled too: else the next file that is opened would take its number, and native code that writes
    to "stderr" would write into that file.
    """
    for number, (name, flags, mode) in enumerate(_STREAMS):
        if getattr(sys, name) is None:
            _fill(number, flags)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8", errors="backslashreplace"))  # noqa: SIM115


def _fill(number: int, flags: int) -> None:
    opened = os.open(os.devnull, flags)
    if opened == number:
        os.set_inheritable(number, True)  # as standard streams are
    else:
        os.dup2(opened, number)
        os.close(opened)
