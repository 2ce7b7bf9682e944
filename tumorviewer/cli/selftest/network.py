"""That nothing reaches for a network. Seen here: all of Python in this process; what native code does, strace shows."""

import socket
import sys
from collections.abc import Iterator
from typing import Any, Final

from tumorviewer.cli.selftest.page import Check, CheckFailedError

_LOOKS_UP: Final = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_REACHES: Final = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})


def watch() -> list[str]:
    """Note every attempt of this process to reach a network from now on (PEP 578); local sockets are none."""
    contacts: list[str] = []

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _LOOKS_UP or (event in _REACHES and not _is_local(arguments[0])):
            contacts.append(event)

    sys.addaudithook(note)
    return contacts


def _is_local(opened: Any) -> bool:
    """Tell whether a socket leads to other programs of this machine only."""
    return getattr(opened, "family", None) == getattr(socket, "AF_UNIX", object())


def checks(contacts: list[str]) -> Iterator[Check]:
    """Yield the check that ends the page."""
    yield Check("no network", lambda: _no_contacts(contacts))


def _no_contacts(contacts: list[str]) -> str:
    refuse(contacts)
    return "nothing that ran here opened a connection; the program needs none"


def refuse(contacts: list[str]) -> None:
    """Complain about every contact.

    Raises
    ------
    CheckFailedError
    """
    if contacts:
        raise CheckFailedError(f"the network was used: {', '.join(sorted(set(contacts)))}")
