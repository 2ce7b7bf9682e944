"""The C-STORE receiver (PS3.4 B): what it acknowledges is on the disk.

Off unless somebody starts it. It knows two services, verification (C-ECHO) and storage of images, and never connects to
anybody by itself.
"""

import errno
import logging
import threading
from typing import TYPE_CHECKING, Any, Final, cast

from tumorviewer import __version__
from tumorviewer.receiving.events import Failed, FailedWhy, Listening, Refused, RefusedWhy, Stored, Tell
from tumorviewer.receiving.identity import Identity, NotReadableError, identify
from tumorviewer.receiving.inbox import Inbox, Kept, Received
from tumorviewer.receiving.options import ReceiverOptions

if TYPE_CHECKING:
    from pydicom.dataset import FileMetaDataset
    from pynetdicom.ae import ApplicationEntity
    from pynetdicom.dimse_primitives import C_STORE
    from pynetdicom.events import Event as PeerEvent

    from tumorviewer.receiving.peers import Server

log = logging.getLogger(__name__)

SUCCESS: Final = 0x0000
OUT_OF_RESOURCES: Final = 0xA700
OTHER_INSTANCE: Final = 0xA900
NOT_UNDERSTOOD: Final = 0xC000
"""Statuses of a C-STORE response (PS3.4 B.2.3, table B.2-1)."""

_UNIT_BYTES: Final = 256 << 10
"""The longest protocol data unit that is announced; long ones cost less time for each byte."""
_TAKEN: Final = (errno.EADDRINUSE,)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM)
_POLL_SECONDS: Final = 0.1


class ListenError(Exception):
    """It cannot listen.

    Attributes
    ----------
    failed : Failed
    """

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.detail)
        self.failed = failed


class Receiver:
    """Listens from `start` to `stop`, in threads of its own.

    Parameters
    ----------
    options : ReceiverOptions
    tell : callable
        Called with events, in any thread, one at a time.
    """

    def __init__(self, options: ReceiverOptions, tell: Tell) -> None:
        self._options, self._tell_plain = options, tell
        self._telling = threading.Lock()
        self._inbox = Inbox(options.folder, options.limits.free_bytes)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen; `Listening` is told, with the port that it became.

        Raises
        ------
        ListenError
            If the folder cannot be written, or the address cannot be had.
        """
        try:
            self._inbox.prepare()
        except OSError as error:
            raise ListenError(Failed(FailedWhy.FOLDER, error.strerror or str(error))) from error
        try:
            self._server = self._make_server()
        except OSError as error:
            raise ListenError(_explained(error)) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="receiver", daemon=True
        )
        self._thread.start()
        host, port = self._server.server_address[:2]
        self._tell(Listening(str(host), int(port)))

    def stop(self) -> None:
        """Listen no longer, and cut off who is connected; what was acknowledged is on the disk."""
        if self._server is None or self._thread is None:
            return
        self._server.end()
        self._thread.join()
        self._server = self._thread = None

    # ------------------------------------------------------------ inside

    def _tell(self, event: Any) -> None:
        with self._telling:
            self._tell_plain(event)

    def _make_server(self) -> "Server":
        # Only whoever receives waits for these: they take half a second.
        from pynetdicom import AE, evt

        from tumorviewer.receiving.peers import Server

        _silence()
        options, limits = self._options, self._options.limits
        entity = AE(options.title)
        entity.require_called_aet = True
        entity.require_calling_aet = list(options.titles)
        entity.maximum_associations = limits.associations
        entity.maximum_pdu_size = _UNIT_BYTES
        entity.acse_timeout = limits.ask_seconds
        entity.dimse_timeout = entity.network_timeout = limits.idle_seconds
        entity.implementation_version_name = f"TUMORVIEW {__version__}"[:16]
        _support(entity)
        server = entity.make_server(
            (options.bind, options.port),
            server_class=Server,
            evt_handlers=[(evt.EVT_C_STORE, self._store), (evt.EVT_REJECTED, self._rejected)],
            options=options,
            tell=self._tell,
        )
        assert isinstance(server, Server)  # as asked; the types do not say so
        return server

    def _rejected(self, event: "PeerEvent") -> None:
        peer = event.assoc.requestor
        known = not self._options.titles or peer.ae_title in self._options.titles
        asked = peer.primitive
        called = asked is not None and asked.called_ae_title == self._options.title
        why = RefusedWhy.TOO_MANY if known and called else RefusedWhy.TITLE
        self._tell(Refused(why, *_who(event)))

    def _store(self, event: "PeerEvent") -> int:
        """Keep one instance, and return the status that its sender gets."""
        request = cast("C_STORE", event.request)
        dataset = request.DataSet
        if dataset is None or getattr(dataset, "overflowed", False):
            return self._refuse(event, RefusedWhy.TOO_LARGE, OUT_OF_RESOURCES)
        try:
            identity = identify(dataset, event.context.transfer_syntax)
        except NotReadableError:
            return self._refuse(event, RefusedWhy.DAMAGED, NOT_UNDERSTOOD)
        if not _is_announced(identity, request):
            return self._refuse(event, RefusedWhy.DAMAGED, OTHER_INSTANCE)
        try:
            path, kept = self._inbox.keep(Received(identity, self._meta(event), dataset))
        except OSError as error:
            log.warning("An instance could not be kept: %s", error.strerror or type(error).__name__)
            return self._refuse(event, RefusedWhy.DISK, OUT_OF_RESOURCES)
        self._tell(Stored(str(path), kept is Kept.STORED))
        return SUCCESS

    def _refuse(self, event: "PeerEvent", why: RefusedWhy, status: int) -> int:
        self._tell(Refused(why, *_who(event)))
        return status

    def _meta(self, event: "PeerEvent") -> "FileMetaDataset":
        """Return the file meta information, with who sent it to whom (PS3.10 7.1)."""
        meta = event.file_meta
        meta.SourceApplicationEntityTitle = event.assoc.requestor.ae_title
        meta.SendingApplicationEntityTitle = event.assoc.requestor.ae_title
        meta.ReceivingApplicationEntityTitle = self._options.title
        return meta


def _support(entity: "ApplicationEntity") -> None:
    """Accept verification, and images in every transfer syntax that can be read."""
    from pynetdicom.presentation import AllStoragePresentationContexts, VerificationPresentationContexts

    from tumorviewer.imaging.dicom import SYNTAXES

    for context in VerificationPresentationContexts:
        entity.add_supported_context(str(context.abstract_syntax))
    syntaxes = sorted(SYNTAXES)
    for context in AllStoragePresentationContexts:
        name = context.abstract_syntax
        if name is not None and "Image Storage" in name.name:
            entity.add_supported_context(name, syntaxes)


def _is_announced(identity: Identity, request: "C_STORE") -> bool:
    announced = (str(request.AffectedSOPClassUID), str(request.AffectedSOPInstanceUID))
    return announced == (identity.sop_class, identity.sop_instance)


def _who(event: "PeerEvent") -> tuple[str, str]:
    peer = event.assoc.requestor
    return str(peer.ae_title).strip(), str(peer.address_info.address if peer.address_info else "")


def _explained(error: OSError) -> Failed:
    said = error.strerror or str(error)
    if error.errno in _TAKEN or getattr(error, "winerror", None) == _WINDOWS_TAKEN:
        return Failed(FailedWhy.PORT_TAKEN, said)
    if error.errno in _FORBIDDEN:
        return Failed(FailedWhy.NOT_ALLOWED, said)
    return Failed(FailedWhy.ADDRESS, said)


_WINDOWS_TAKEN: Final = 10048


def _silence() -> None:
    """Let the library log nothing: what it writes holds what peers send."""
    from pynetdicom import _config

    _config.LOG_HANDLER_LEVEL = "none"
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL + 1)
