"""Machines that send: dcmtk's programs, pynetdicom as a sender, and bare sockets."""

import socket
import struct
import subprocess
from collections.abc import Iterable
from pathlib import Path

from dicom_writer import dataset_of
from pydicom.dataset import FileDataset
from pydicom.uid import generate_uid
from pynetdicom import AE
from pynetdicom.association import Association

from tumorviewer.imaging.phantom import draw_head

MR = "1.2.840.10008.5.1.4.1.1.4"
ABORT, REJECT, ACCEPT = 7, 3, 2


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


def storescu(port: int, *arguments: str | Path, called: str = "TUMORVIEWER", calling: str = "SCANNER") -> int:
    """Send with dcmtk; return its exit code."""
    command = ["storescu", "-aec", called, "-aet", calling, "-to", "10", "127.0.0.1", str(port), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def echoscu(port: int, called: str = "TUMORVIEWER", calling: str = "SCANNER") -> int:
    command = ["echoscu", "-aec", called, "-aet", calling, "-to", "10", "127.0.0.1", str(port)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def associated(port: int, dataset: FileDataset, calling: str = "SCANNER") -> Association:
    """Connect with pynetdicom, which tells the status of each instance."""
    entity = AE(calling)
    entity.add_requested_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
    return entity.associate("127.0.0.1", port, ae_title="TUMORVIEWER")


def statuses(port: int, datasets: Iterable[FileDataset]) -> list[int]:
    """Send in one association and return what was answered to each."""
    datasets = list(datasets)
    association = associated(port, datasets[0])
    assert association.is_established
    answered = [int(association.send_c_store(dataset).Status) for dataset in datasets]
    association.release()
    return answered


def hang_up(association: Association) -> None:
    """Leave nothing of an association whose other side is gone."""
    association.abort()
    mine = association.dul.socket
    if mine is not None and mine.socket is not None:
        mine.socket.close()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def agreed(port: int) -> socket.socket:
    """Connect, and wait until the association is accepted."""
    sock = connected(port)
    sock.sendall(request())
    kind, _, length = struct.unpack(">BBL", sock.recv(6, socket.MSG_WAITALL))
    assert kind == ACCEPT
    sock.recv(length, socket.MSG_WAITALL)
    return sock


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


def request(calling: bytes = b"SCANNER", called: bytes = b"TUMORVIEWER") -> bytes:
    """Return a request for an association that offers MR images in implicit VR (PS3.8 9.3.2)."""
    context = _item(0x20, b"\1\0\0\0" + _item(0x30, MR.encode()) + _item(0x40, b"1.2.840.10008.1.2"))
    user = _item(0x50, _item(0x51, struct.pack(">L", 16384)) + _item(0x52, b"1.2.3"))
    variable = _item(0x10, b"1.2.840.10008.3.1.1.1") + context + user
    body = struct.pack(">HH", 1, 0) + called.ljust(16) + calling.ljust(16) + b"\0" * 32 + variable
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
