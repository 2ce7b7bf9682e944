"""Machines that send: dcmtk's programs, and bare sockets, well behaved and not."""

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from dicom_writer import dataset_of
from pydicom.dataset import FileDataset
from pydicom.uid import ImplicitVRLittleEndian, generate_uid

from tumorviewer.imaging.phantom import draw_head

MR = "1.2.840.10008.5.1.4.1.1.4"
ABORT, REJECT, ACCEPT = 7, 3, 2
_PIECE = 60_000
_ATTEMPTS = 10


def instances(count: int, size: int = 64, **elements: object) -> list[FileDataset]:
    """Return slices of one series that name a patient."""
    head = draw_head(1, size=size)
    made = []
    for number in range(count):
        dataset = dataset_of(head, SeriesInstanceUID="1.2.3", InstanceNumber=number + 1, **elements)
        dataset.PatientName = "Secret^Person"
        made.append(dataset)
    return made


def files(folder: Path, datasets: Iterable[FileDataset]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, dataset in enumerate(datasets):
        dataset.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return folder


def dcmtk(name: str) -> str:
    """Return where a program of dcmtk lies: pynetdicom brings other ones of the same names along."""
    own = Path(sys.executable).parent
    places = os.pathsep.join(place for place in os.get_exec_path() if Path(place) != own)
    return shutil.which(name, path=places) or name


def storescu(port: int, *arguments: str | Path, called: str = "TUMORVIEWER", calling: str = "SCANNER") -> int:
    """Send with dcmtk; return its exit code."""
    command = [
        dcmtk("storescu"),
        "-aec",
        called,
        "-aet",
        calling,
        "-to",
        "10",
        "127.0.0.1",
        str(port),
        *map(str, arguments),
    ]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def echoscu(port: int, called: str = "TUMORVIEWER", calling: str = "SCANNER") -> int:
    command = [dcmtk("echoscu"), "-aec", called, "-aet", calling, "-to", "10", "127.0.0.1", str(port)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


class Sender:
    """One association of a sender that waits for each answer.

    On bare sockets: pynetdicom's own sender loses an answer now and then on a busy machine (two of its threads ask for
    it, and it waits for the one that has none).
    """

    def __init__(self, port: int, dataset: FileDataset) -> None:
        self._sock = agreed(port, str(dataset.file_meta.TransferSyntaxUID))

    def send(self, dataset: FileDataset) -> int | None:
        """Return the status that was answered; None if the other side is gone."""
        try:
            self._sock.sendall(pieces(3, command(str(dataset.SOPInstanceUID))))
            data = _encoded(dataset)
            for start in range(0, len(data), _PIECE):
                last = start + _PIECE >= len(data)
                self._sock.sendall(pieces(2 if last else 0, data[start : start + _PIECE]))
            return status_in(self._sock)
        except OSError:
            return None

    def release(self) -> None:
        """End well, and wait until the other side has closed."""
        self._sock.sendall(unit(5, bytes(4)))
        closed_by_peer(self._sock)
        self.close()

    def close(self) -> None:
        self._sock.close()


def statuses(port: int, datasets: Iterable[FileDataset]) -> list[int | None]:
    """Send in one association and return what was answered to each."""
    datasets = list(datasets)
    sender = Sender(port, datasets[0])
    answered = [sender.send(dataset) for dataset in datasets]
    sender.release()
    return answered


def status_in(sock: socket.socket) -> int:
    """Return the status (0000,0900) of the next response; raise OSError if there is none any more."""
    received = b""
    while (place := received.find(struct.pack("<HHL", 0, 0x0900, 2))) < 0 or len(received) < place + 10:
        piece = sock.recv(4096)
        if not piece:
            raise ConnectionError("closed without an answer")
        received += piece
    return int.from_bytes(received[place + 8 : place + 10], "little")


def _encoded(dataset: FileDataset) -> bytes:
    """Return a data set as it lies in a file, without what stands before it (PS3.10 7.1)."""
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    whole = stream.getvalue()
    return whole[144 + struct.unpack_from("<L", whole, 140)[0] :]


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def agreed(port: int, syntax: str = ImplicitVRLittleEndian) -> socket.socket:
    """Connect, and wait until the association is accepted.

    On a busy machine a receiver that waits half a second only may itself need longer to read what came; it is asked
    again then, as a scanner does.
    """
    for _ in range(_ATTEMPTS):
        sock = connected(port)
        with contextlib.suppress(ConnectionError):
            sock.sendall(request(syntax))
            head = sock.recv(6, socket.MSG_WAITALL)
            if head[:1] == bytes([ACCEPT]):
                sock.recv(struct.unpack(">L", head[2:])[0], socket.MSG_WAITALL)
                return sock
        sock.close()
    raise AssertionError(f"not accepted in {_ATTEMPTS} attempts")


def closed_by_peer(sock: socket.socket) -> bytes:
    """Read until the other side closes; return the first byte of each unit that came."""
    received = b""
    try:
        while piece := sock.recv(4096):
            received += piece
    except ConnectionResetError:
        pass
    kinds = b""
    while len(received) >= 6:
        kinds += received[:1]
        received = received[6 + struct.unpack(">L", received[2:6])[0] :]
    return kinds


def request(syntax: str = ImplicitVRLittleEndian) -> bytes:
    """Return a request for an association that offers MR images in one transfer syntax (PS3.8 9.3.2)."""
    context = _item(0x20, b"\1\0\0\0" + _item(0x30, MR.encode()) + _item(0x40, syntax.encode()))
    user = _item(0x50, _item(0x51, struct.pack(">L", 16384)) + _item(0x52, b"1.2.3"))
    variable = _item(0x10, b"1.2.840.10008.3.1.1.1") + context + user
    body = struct.pack(">HH", 1, 0) + b"TUMORVIEWER".ljust(16) + b"SCANNER".ljust(16) + b"\0" * 32 + variable
    return unit(1, body)


def unit(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBL", kind, 0, len(body)) + body


def pieces(header: int, data: bytes) -> bytes:
    """Return a unit with a piece of a message (PS3.8 9.3.5.1); `header` says of what, and whether it is the last."""
    return unit(4, struct.pack(">LBB", len(data) + 2, 1, header) + data)


def command(uid: str) -> bytes:
    """Return the command set of a C-STORE request (PS3.7 9.3.1)."""
    even = uid.encode() + b"\0" * (len(uid) % 2)
    elements = [
        (0x0002, MR.encode() + b"\0" * (len(MR) % 2)), (0x0100, struct.pack("<H", 1)), (0x0110, struct.pack("<H", 7)),
        (0x0700, struct.pack("<H", 0)), (0x0800, struct.pack("<H", 1)), (0x1000, even),
    ]  # fmt: skip
    body = b"".join(struct.pack("<HHL", 0, number, len(value)) + value for number, value in elements)
    return struct.pack("<HHLL", 0, 0, 4, len(body)) + body


def new_uid() -> str:
    return str(generate_uid())


def _item(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(body)) + body
