"""What a person chooses about receiving, checked before anything listens."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

MB: Final = 1 << 20

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LONGEST_TITLE: Final = 16
# PS3.5 6.2, AE: the default character repertoire without backslash and control characters, 16 characters at most.
_TITLE: Final = re.compile(rf"[\x20-\x5b\x5d-\x7e]{{1,{_LONGEST_TITLE}}}")


class Wrong(Enum):
    """What is wrong with a choice; the window has its own words for it."""

    TITLE = "an AE title is 1 to 16 letters, digits and signs, without a backslash"
    SENDERS = "each AE title is 1 to 16 letters, digits and signs, without a backslash"
    ADDRESSES = "an address looks like 192.168.1.20, a network like 192.168.1.0/24"
    BIND = "the address to listen on looks like 127.0.0.1, 192.168.1.20 or 0.0.0.0"
    PORT = "a port is a number from 1 to 65535"
    NOBODY_NAMED = "whoever listens beyond this computer has to name the senders: AE titles, addresses, or both"


class OptionsError(ValueError):
    """A choice that cannot be.

    Attributes
    ----------
    wrong : Wrong
    text : str
        What was given.
    """

    def __init__(self, wrong: Wrong, text: str = "") -> None:
        super().__init__(f"{text!r}: {wrong.value}" if text else wrong.value)
        self.wrong, self.text = wrong, text


@dataclass(frozen=True, slots=True)
class ReceiverLimits:
    """How much a peer may do before it is refused or cut off.

    Attributes
    ----------
    instance_bytes : int
        Size of one data set. A larger one is refused, and the next may come.
    free_bytes : int
        So much of the disk stays free.
    associations : int
        At once.
    connections : int
        Begun by one address within `window_seconds`; further ones are closed until the time has passed.
    window_seconds : float
    ask_seconds : float
        So long a peer may be connected before it says who it is.
    idle_seconds : float
        A peer that says nothing for so long is cut off.
    unit_seconds : float
        So long one protocol data unit (PS3.8 9.3) may take, from its first byte to its last.
    unit_bytes : int
        The longest unit that is taken. What we announce is less; a request for an association may be longer.
    """

    instance_bytes: int = 256 * MB
    free_bytes: int = 512 * MB
    associations: int = 4
    connections: int = 600
    window_seconds: float = 10.0
    ask_seconds: float = 10.0
    idle_seconds: float = 60.0
    unit_seconds: float = 60.0
    unit_bytes: int = 1 * MB


@dataclass(frozen=True, slots=True)
class ReceiverOptions:
    """All that the receiver needs to know.

    Attributes
    ----------
    folder : Path
        The inbox.
    bind : str
        Address to listen on.
    port : int
        0 lets the system choose.
    title : str
        Our own AE title. It has to be the one that is called.
    titles : tuple of str
        Calling AE titles that may send; none: all.
    networks : tuple of Network
        Addresses that may send; none: all that can reach `bind`.
    limits : ReceiverLimits

    Raises
    ------
    OptionsError
        If a choice cannot be, or if everybody on a network could send.
    """

    folder: Path
    bind: str = "127.0.0.1"
    port: int = 11112
    title: str = "TUMORVIEWER"
    titles: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    limits: ReceiverLimits = field(default_factory=ReceiverLimits)

    def __post_init__(self) -> None:
        for title in (self.title, *self.titles):
            check_title(title)
        if not 0 <= self.port <= 65535:
            raise OptionsError(Wrong.PORT, str(self.port))
        if not listens_here_only(self.bind) and not self.titles and not self.networks:
            raise OptionsError(Wrong.NOBODY_NAMED)

    def allows(self, address: str) -> bool:
        """Tell whether an address may connect."""
        if not self.networks:
            return True
        plain = plain_address(address)
        return plain is not None and any(plain in network for network in self.networks)


def check_title(text: str) -> str:
    """Return an AE title without the blanks around it, which do not count (PS3.5 6.2).

    Raises
    ------
    OptionsError
    """
    title = text.strip(" ")
    if not _TITLE.fullmatch(title):
        raise OptionsError(Wrong.TITLE, text)
    return title


def check_network(text: str) -> Network:
    """Return the network that a text names; an address is a network of one.

    Raises
    ------
    OptionsError
    """
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise OptionsError(Wrong.ADDRESSES, text) from error


def listens_here_only(bind: str) -> bool:
    """Tell whether nobody outside of this computer can reach an address.

    Raises
    ------
    OptionsError
        If it is no address.
    """
    try:
        return ipaddress.ip_address(bind).is_loopback
    except ValueError as error:
        raise OptionsError(Wrong.BIND, bind) from error


def titles_in(text: str) -> tuple[str, ...]:
    """Return the AE titles of a list with commas.

    Raises
    ------
    OptionsError
    """
    try:
        return tuple(check_title(part) for part in _parts(text))
    except OptionsError as error:
        raise OptionsError(Wrong.SENDERS, error.text) from error


def networks_in(text: str) -> tuple[Network, ...]:
    """Return the addresses and networks of a list with commas.

    Raises
    ------
    OptionsError
    """
    return tuple(check_network(part) for part in _parts(text))


def plain_address(text: str) -> Address | None:
    """Return an address, as IPv4 where it is one that came through IPv6; None for nonsense."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if mapped is not None else address


def _parts(text: str) -> Iterable[str]:
    return (part for part in re.split(r"[,;\n]", text) if part.strip())
