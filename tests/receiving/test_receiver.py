"""The receiver against dcmtk, and against peers that mean harm or are broken."""

import contextlib
import hashlib
import logging
import os
import shutil
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from dicom_writer import encapsulated
from pydicom import dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless
from receiving.conftest import Running
from receiving.peers import (
    ABORT,
    MR,
    REJECT,
    Sender,
    agreed,
    closed_by_peer,
    command,
    connected,
    echoscu,
    files,
    instances,
    new_uid,
    pieces,
    request,
    status_in,
    statuses,
    storescu,
    unit,
)

from tumorviewer.imaging.load import load_scan
from tumorviewer.receiving.events import Failed, FailedWhy, Refused, RefusedWhy, Stored, from_json, to_json
from tumorviewer.receiving.options import OptionsError, ReceiverLimits, ReceiverOptions, Wrong, networks_in
from tumorviewer.receiving.receiver import ListenError, Receiver

Listen = Callable[..., Running]
dcmtk = pytest.mark.skipif(shutil.which("storescu") is None, reason="dcmtk is not installed")


def why(running: Running) -> list[RefusedWhy]:
    return [event.why for event in running.told(Refused)]


@dcmtk
def test_dcmtk_is_answered_and_what_it_sends_lies_there_as_it_was(listen: Listen, tmp_path: Path) -> None:
    receiver = listen()
    sent = instances(3)
    assert echoscu(receiver.port) == 0
    assert storescu(receiver.port, "+sd", files(tmp_path / "sent", sent)) == 0
    assert len(receiver.files) == len(receiver.told(Stored)) == 3
    for path, dataset in zip(receiver.files, sent, strict=True):
        assert path.name == f"MR-{dataset.InstanceNumber:04}-{_hash(dataset.SOPInstanceUID)}.dcm"
        kept = dcmread(path)
        assert kept.PixelData == dataset.PixelData
        meta = kept.file_meta
        assert (meta.SourceApplicationEntityTitle, meta.SendingApplicationEntityTitle) == ("SCANNER", "SCANNER")
        assert meta.ReceivingApplicationEntityTitle == "TUMORVIEWER"
        assert meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
        assert load_scan(path).pixels.shape == (64, 64)


def test_the_same_twice_is_one_file_and_other_content_under_the_same_number_is_kept_too(listen: Listen) -> None:
    receiver = listen()
    (dataset,) = instances(1)
    assert statuses(receiver.port, [dataset, dataset]) == [0, 0]
    assert [event.new for event in receiver.told(Stored)] == [True, False]
    dataset.PixelData = bytes(len(dataset.PixelData))
    assert statuses(receiver.port, [dataset, dataset]) == [0, 0]
    assert len(receiver.files) == 2
    assert sorted(int(load_scan(path).pixels.max() > 0) for path in receiver.files) == [0, 1]


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, RLELossless])
def test_every_syntax_that_can_be_read_is_taken_as_it_is(listen: Listen, syntax: str) -> None:
    receiver = listen()
    (dataset,) = instances(1, syntax=syntax)
    if syntax == RLELossless:
        rle = struct.pack("<16L", 1, 64, *[0] * 14) + b"\x81\0" * 32  # 128 times the same, 32 times
        dataset = encapsulated(dataset, [rle], RLELossless)
    assert statuses(receiver.port, [dataset]) == [0]
    (path,) = receiver.files
    assert dcmread(path).file_meta.TransferSyntaxUID == syntax
    assert load_scan(path).pixels.shape == (64, 64)


@dcmtk
def test_only_named_senders_who_know_our_name_are_heard(listen: Listen, tmp_path: Path) -> None:
    receiver = listen(titles=("SCANNER", "PACS"))
    folder = files(tmp_path / "sent", instances(1))
    assert storescu(receiver.port, "+sd", folder, calling="STRANGER") != 0
    assert echoscu(receiver.port, called="OTHER") != 0
    assert why(receiver) == [RefusedWhy.TITLE] * 2
    assert receiver.told(Refused)[0].title == "STRANGER"
    assert not receiver.files
    assert storescu(receiver.port, "+sd", folder, calling="PACS") == 0


def test_an_address_that_is_not_allowed_is_cut_off_before_a_word(listen: Listen) -> None:
    receiver = listen(networks=networks_in("192.168.1.0/24, 10.0.0.7"))
    with connected(receiver.port) as sock:
        sock.sendall(request())
        assert closed_by_peer(sock) == b""
    assert receiver.told(Refused) == [Refused(RefusedWhy.ADDRESS, address="127.0.0.1")]


def test_what_is_too_large_is_refused_and_the_next_one_is_kept(listen: Listen) -> None:
    receiver = listen(limits=ReceiverLimits(instance_bytes=20_000))
    large, small = instances(1, size=256)[0], instances(1)[0]
    assert statuses(receiver.port, [large, small]) == [0xA700, 0]
    assert why(receiver) == [RefusedWhy.TOO_LARGE]
    assert len(receiver.files) == 1


def test_a_disk_without_room_is_said_and_nothing_half_is_left(listen: Listen) -> None:
    receiver = listen(limits=ReceiverLimits(free_bytes=1 << 60))
    assert statuses(receiver.port, instances(2)) == [0xA700, 0xA700]
    assert why(receiver) == [RefusedWhy.DISK] * 2
    assert not receiver.files


def test_a_folder_that_went_away_is_said_and_the_receiver_goes_on(listen: Listen) -> None:
    receiver = listen()
    receiver.folder.rename(receiver.folder.with_name("elsewhere"))
    receiver.folder.write_bytes(b"in the way")
    assert statuses(receiver.port, instances(1)) == [0xA700]
    receiver.folder.unlink()
    receiver.folder.mkdir()
    assert statuses(receiver.port, instances(1)) == [0]


def test_an_instance_that_is_not_the_announced_one_or_no_data_set_is_refused(listen: Listen) -> None:
    receiver = listen()
    announced = new_uid()
    other = struct.pack("<HHL26s", 8, 0x16, 26, MR.encode()) + struct.pack("<HHL6s", 8, 0x18, 6, b"1.2.3")
    for dataset, status in ((other, 0xA900), (b"\xff\x13 this is no data set" * 9, 0xC000)):
        with agreed(receiver.port) as sock:
            sock.sendall(pieces(3, command(announced)) + pieces(2, dataset))
            assert status_in(sock) == status
    assert why(receiver) == [RefusedWhy.DAMAGED] * 2
    assert not receiver.files


GARBAGE = {
    "noise": os.urandom(4096),
    "web": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a length of four gigabytes": struct.pack(">BBL", 4, 0, 0xFFFFFFFF) + b"x" * 5000,
    "noise as a request": unit(1, os.urandom(300)),
    "a message before a request": pieces(3, b"x" * 100),
    "no waiting for the association": request() + pieces(3, command("1.2.3")),
}
LATER_GARBAGE = {
    "noise": os.urandom(4096),
    "a second request": request(),
    "a unit longer than was agreed on": unit(4, bytes(2 << 20)),
    "a command of noise": pieces(3, os.urandom(300)),
    "a command without an end": pieces(1, b"x" * 8000) * 20 + pieces(3, b""),
    "a data set before its command": pieces(2, b"x" * 100) + pieces(3, b""),
    "no waiting for answers": (pieces(3, command("1.2.3")) + pieces(2, b"x" * 9000)) * 50,
}


@pytest.mark.parametrize(("meet", "sent"), [
    *(pytest.param(connected, sent, id=name) for name, sent in GARBAGE.items()),
    *(pytest.param(agreed, sent, id=f"then {name}") for name, sent in LATER_GARBAGE.items()),
])  # fmt: skip
def test_garbage_ends_one_connection_and_nothing_else(
    impatient: Running, meet: Callable[[int], socket.socket], sent: bytes
) -> None:
    with meet(impatient.port) as sock:
        with contextlib.suppress(OSError):  # it may be quick to close
            sock.sendall(sent)
        closed_by_peer(sock)
    agreed(impatient.port).close()
    assert not impatient.files


def test_silence_is_cut_off(impatient: Running) -> None:
    begun = [(connected, b""), (connected, request()[:40]), (agreed, b""), (agreed, pieces(3, command("1.2.3"))[:-9])]
    for meet, first in begun:
        with meet(impatient.port) as sock:
            sock.sendall(first)
            closed_by_peer(sock)
    assert statuses(impatient.port, instances(1)) == [0]
    impatient.files[0].unlink()


def test_a_peer_that_trickles_is_cut_off(impatient: Running) -> None:
    over = threading.Event()
    with connected(impatient.port) as sock:

        def trickle() -> None:
            try:
                for byte in request():
                    sock.sendall(bytes([byte]))
                    if over.wait(0.05):
                        return
            except OSError:
                return

        thread = threading.Thread(target=trickle)
        thread.start()
        assert closed_by_peer(sock) in (b"", bytes([ABORT]))
        over.set()
        thread.join()


def test_too_many_at_once_are_rejected_and_come_in_later(listen: Listen) -> None:
    receiver = listen(limits=ReceiverLimits(associations=1))
    (dataset,) = instances(1)
    first = Sender(receiver.port, dataset)
    with connected(receiver.port) as sock:
        sock.sendall(request())
        assert closed_by_peer(sock) == bytes([REJECT])
    assert why(receiver) == [RefusedWhy.TOO_MANY]
    first.release()
    assert statuses(receiver.port, [dataset]) == [0]


def test_an_address_that_connects_too_often_has_to_wait(listen: Listen) -> None:
    receiver = listen(limits=ReceiverLimits(connections=3, window_seconds=3600.0))
    for _ in range(3):
        with connected(receiver.port) as sock:
            sock.sendall(unit(7, bytes(4)))
            closed_by_peer(sock)
    with connected(receiver.port) as sock:
        assert closed_by_peer(sock) == b""
    assert why(receiver) == [RefusedWhy.TOO_OFTEN]


def test_a_taken_port_and_a_folder_that_cannot_be_made_are_said(listen: Listen, tmp_path: Path) -> None:
    receiver = listen()
    with pytest.raises(ListenError) as caught:
        Receiver(ReceiverOptions(tmp_path / "other", port=receiver.port), receiver.events.append).start()
    assert caught.value.failed.why is FailedWhy.PORT_TAKEN
    (tmp_path / "file").touch()
    with pytest.raises(ListenError) as caught:
        Receiver(ReceiverOptions(tmp_path / "file", port=0), receiver.events.append).start()
    assert caught.value.failed.why is FailedWhy.FOLDER
    with pytest.raises(ListenError) as caught:
        Receiver(ReceiverOptions(tmp_path / "a", "192.0.2.1", 0, titles=("A",)), receiver.events.append).start()
    assert caught.value.failed.why is FailedWhy.ADDRESS


def test_who_listens_to_a_network_has_to_name_the_senders(tmp_path: Path) -> None:
    with pytest.raises(OptionsError) as caught:
        ReceiverOptions(tmp_path, "0.0.0.0")
    assert caught.value.wrong is Wrong.NOBODY_NAMED
    assert ReceiverOptions(tmp_path, "0.0.0.0", titles=("CT",)).port == 11112
    named = ReceiverOptions(tmp_path, "::", networks=networks_in("10.1.0.0/16"))
    assert named.allows("::ffff:10.1.2.3")
    assert not named.allows("10.2.0.1")
    for wrong in ("A" * 17, "a\\b", "", "ü"):
        with pytest.raises(OptionsError):
            ReceiverOptions(tmp_path, title=wrong)


def test_nothing_of_the_patient_or_the_peer_is_logged(listen: Listen, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    receiver = listen()
    assert statuses(receiver.port, instances(2)) == [0, 0]
    with agreed(receiver.port) as sock:
        sock.sendall(pieces(3, os.urandom(64)))
        closed_by_peer(sock)
    assert "Secret" not in caplog.text
    assert "SCANNER" not in caplog.text


def test_events_survive_the_way_between_processes() -> None:
    for event in (
        Stored("/a/b.dcm", new=True),
        Refused(RefusedWhy.DISK, "CT", "10.0.0.1"),
        Failed(FailedWhy.DIED, "x"),
    ):
        assert from_json(to_json(event)) == event
    for nonsense in ({}, {"event": "Other"}, {"event": "Failed", "why": "?"}, {"event": "Stored"}, []):
        with pytest.raises(ValueError, match=r"."):
            from_json(nonsense)


def _hash(uid: str) -> str:
    return hashlib.sha256(str(uid).encode()).hexdigest()[:16]
