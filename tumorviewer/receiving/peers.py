"""Whoever connects: counted, timed and measured before the library that speaks DICOM hears of it."""

import queue
import socket
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable
from io import BytesIO
from socketserver import BaseServer
from typing import Any, Final

from pynetdicom.association import Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.dimse_messages import DIMSEMessage
from pynetdicom.fsm import StateMachine
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.transport import AssociationServer, AssociationSocket, RequestHandler

from tumorviewer.receiving.events import Refused, RefusedWhy, Tell
from tumorviewer.receiving.options import ReceiverLimits, ReceiverOptions

_MOST_WAITING: Final = 4
"""Times the associations that there may be: so many may be connected and have not asked for one yet."""

_MOST_UNANSWERED: Final = 1
"""Messages that wait while one is being answered."""
_HEAD_BYTES: Final = 6
"""Type and length, which come before all else of a protocol data unit (PS3.8 9.3.1)."""
_COMMAND_BYTES: Final = 64 << 10
"""Of a command set, which has some hundred."""
_QUICK_ACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)
"""Only Linux has it."""
_BROKEN: Final = "Evt19"
"""What the library's state machine calls a unit that cannot be understood (PS3.8 9.2.1): the association ends."""


class CappedBytes(BytesIO):
    """Takes a data set up to a size, and forgets the rest; `overflowed` says so.

    The sender goes on to the end of the instance and hears then that it was too large: the next ones get through.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self.overflowed = False

    def write(self, data: Any) -> int:
        """Append."""
        if self.overflowed or self.tell() + len(data) > self._most:
            self.overflowed = True
            self.truncate(0)
            self.seek(0)
            return len(data)
        return super().write(data)


class _Messages(DIMSEServiceProvider):
    """Puts messages together as the library does, within a size, and one after the other.

    A peer that cannot be understood, or sends on without waiting for answers (PS3.7 D.3.3.3: that has to be agreed on,
    and never is), is cut off.
    """

    def __init__(self, assoc: Association, most: int) -> None:
        super().__init__(assoc)
        self._most = most

    def receive_primitive(self, primitive: P_DATA) -> None:
        """Take a piece of a message."""
        if self.message is None:
            self.message = DIMSEMessage()
            self.message.data_set = CappedBytes(self._most)
            self.message.encoded_command_set = CappedBytes(_COMMAND_BYTES)
        try:
            super().receive_primitive(primitive)
        except Exception:  # noqa: BLE001  # it breaks in many ways over what it does not understand
            self.dul.event_queue.put(_BROKEN)
        if self.msg_queue.qsize() > _MOST_UNANSWERED:
            self.dul.event_queue.put(_BROKEN)


class _Socket(AssociationSocket):
    """Reads units of bounded length, each within a bounded time: who trickles bytes holds up nobody for long."""

    def __init__(self, assoc: Association, client_socket: socket.socket, limits: ReceiverLimits) -> None:
        client_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(assoc, client_socket=client_socket)
        self._limits = limits
        self._until = 0.0

    def recv(self, nr_bytes: int) -> bytearray:
        """Read so many bytes, fewer only at the end of the connection.

        Raises
        ------
        OSError
            If it takes too long or would be too much: the connection is over.
        """
        if nr_bytes > self._limits.unit_bytes:
            raise OSError("longer than was agreed on")
        now = time.monotonic()
        if nr_bytes == _HEAD_BYTES:  # the first bytes of a unit
            limits = self._limits
            self._until = now + (limits.unit_seconds if self.assoc.is_established else limits.ask_seconds)
        assert self.socket is not None  # it is told of its end before it is taken away
        received = bytearray(nr_bytes)
        view, got = memoryview(received), 0
        while got < nr_bytes:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError("too slow")
            self.socket.settimeout(left)
            if _QUICK_ACK is not None:
                # Many senders write an instance in several pieces, and wait after each until it is acknowledged: for
                # 40 ms, unless this is said again and again.
                self.socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
            count = self.socket.recv_into(view[got:])
            if not count:
                break
            got += count
        view.release()
        del received[got:]
        return received


class _States(StateMachine):
    """Ends the connection where the peer does what its state does not allow, and the library knows no answer."""

    def do_action(self, event: str) -> None:
        """Go from one state to the next."""
        try:
            super().do_action(event)
        except Exception:  # noqa: BLE001  # the barrier: it would end the thread and leave the connection open
            if self.dul.socket is not None:
                self.dul.socket.close()
            self.dul.kill_dul()


class Handler(RequestHandler):
    """Makes the association of a peer that was let in."""

    server: "Server"

    def _create_association(self) -> Association:
        association = super()._create_association()
        limits = self.server.limits
        association.dimse = _Messages(association, limits.instance_bytes)
        # In place of the plain one, which had announced itself already.
        association.dul.state_machine = _States(association.dul)
        association.dul.event_queue = queue.Queue()
        association.dul.socket = _Socket(association, self.request, limits)
        return association


class Server(AssociationServer):
    """Listens, and lets in whom the options allow.

    Parameters
    ----------
    options : ReceiverOptions
    tell : callable
        Hears of whoever was refused.
    *args, **kwargs
        As the library's server takes them.
    """

    def __init__(self, *args: Any, options: ReceiverOptions, tell: Tell, **kwargs: Any) -> None:
        self._options, self.limits, self._tell = options, options.limits, tell
        self._begun: defaultdict[str, deque[float]] = defaultdict(deque)
        super().__init__(*args, **kwargs, request_handler=Handler)  # type: ignore[misc]  # nobody gives another one

    def server_bind(self) -> None:
        """Take the address, and nobody else's."""
        assert self.socket is not None
        if sys.platform == "win32":
            # There the option that others use to take an address again lets two programs have it at once.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Tell whether a connection is taken; the others are closed at once."""
        why = self._objection(str(client_address[0]))
        if why is not None:
            self._tell(Refused(why, address=str(client_address[0])))
        return why is None

    def service_actions(self) -> None:
        """Leave the collector of garbage alone: it has its own times."""

    def end(self) -> None:
        """Listen no longer; what is under way is cut off."""
        BaseServer.shutdown(self)
        self.server_close()
        for association in self.active_associations:
            association.abort()

    def _objection(self, address: str) -> RefusedWhy | None:
        if not self._options.allows(address):
            return RefusedWhy.ADDRESS
        if len(self.active_associations) >= self.limits.associations * _MOST_WAITING:
            return RefusedWhy.TOO_MANY
        return None if self._in_time(address, time.monotonic) else RefusedWhy.TOO_OFTEN

    def _in_time(self, address: str, clock: Callable[[], float]) -> bool:
        now, limits = clock(), self.limits
        begun = self._begun[address]
        while begun and now - begun[0] > limits.window_seconds:
            begun.popleft()
        if len(begun) >= limits.connections:
            return False
        begun.append(now)
        if len(self._begun) > limits.connections:  # addresses that have not been seen for long
            for other in [name for name, times in self._begun.items() if now - times[-1] > limits.window_seconds]:
                del self._begun[other]
        return True
