"""Zip archives are unpacked whole where they are good, and harmlessly where they are not."""

import io
import os
import stat
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from tumorviewer.imaging.archive import ArchiveLimits, Unpacked, is_archive, unpack
from tumorviewer.imaging.errors import DamagedArchiveError, MissingFileError, TooLargeError
from tumorviewer.imaging.load import load_scan

PNG = cv2.imencode(".png", np.arange(64, dtype=np.uint8).reshape(8, 8))[1].tobytes()


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries:
            if isinstance(name, zipfile.ZipInfo):
                archive.writestr(name, content)
            else:
                archive.writestr(zipfile.ZipInfo(name), content, method)
    return path


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder).as_posix()): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def reasons(result: Unpacked) -> dict[str, str]:
    return {one.name: one.reason for one in result.refused}


def test_an_archive_is_known_by_its_content(tmp_path: Path) -> None:
    assert is_archive(zipped(tmp_path / "scans.xyz", ("1.png", PNG)))
    assert is_archive(zipped(tmp_path / "nothing.zip"))
    (tmp_path / "named.zip").write_bytes(PNG)
    assert not is_archive(tmp_path / "named.zip")
    assert not is_archive(tmp_path)
    assert not is_archive(tmp_path / "gone.zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_files_come_out_as_they_went_in(tmp_path: Path, method: int) -> None:
    large = np.random.default_rng(0).bytes(3_000_000)
    archive = zipped(
        tmp_path / "a.zip",
        ("study/", b""),
        ("study/1.png", PNG),
        ("study/deep/2", large),
        ("empty", b""),
        method=method,
    )
    result = unpack(archive, tmp_path / "out")
    assert written(tmp_path / "out") == {"study/1.png": PNG, "study/deep/2": large, "empty": b""}
    assert result.files == tuple(tmp_path / "out" / name for name in ("study/1.png", "study/deep/2", "empty"))
    assert (result.refused, result.stopped) == ((), False)
    assert load_scan(result.files[0]).width == 8


def test_nothing_leaves_the_folder(tmp_path: Path) -> None:
    names = [
        "../up.png",
        "a/../../up.png",
        "..\\up.png",
        "/abs.png",
        "\\abs.png",
        "C:/drive.png",
        "c:drive.png",
        "a/.. /x.png",
    ]
    archive = zipped(tmp_path / "a.zip", *((name, PNG) for name in names), ("./fine/./1.png", PNG))
    before = set(tmp_path.iterdir())
    result = unpack(archive, tmp_path / "in" / "out")
    assert written(tmp_path) == {"a.zip": archive.read_bytes(), "in/out/fine/1.png": PNG}
    assert set(tmp_path.iterdir()) - before == {tmp_path / "in"}
    assert set(reasons(result)) == set(names)
    assert all("absolute" in reason or "out of the folder" in reason for reason in reasons(result).values())


def test_links_and_devices_are_not_made(tmp_path: Path) -> None:
    kinds = {"link": stat.S_IFLNK, "device": stat.S_IFCHR, "pipe": stat.S_IFIFO, "file": stat.S_IFREG}
    entries = []
    for name, kind in kinds.items():
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, (kind | 0o777) << 16
        entries.append((info, b"/etc/passwd"))
    result = unpack(zipped(tmp_path / "a.zip", *entries), tmp_path / "out")
    assert written(tmp_path / "out") == {"file": b"/etc/passwd"}
    assert reasons(result).keys() == {"link", "device", "pipe"}
    assert "link" in reasons(result)["link"]


def test_what_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/1.png").write_bytes(b"mine")
    result = unpack(zipped(tmp_path / "a.zip", ("1.png", PNG), ("2.png", PNG)), tmp_path / "out")
    assert written(tmp_path / "out") == {"1.png": b"mine", "2.png": PNG}
    assert "cannot be written" in reasons(result)["1.png"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_meet_on_some_disks_stay_apart(tmp_path: Path) -> None:
    names = ["a.png", "a.png", "A.PNG", "a (2).png", "a?.png", "a*.png", "con.png", "end. ", "x" * 300 + ".png"]
    result = unpack(zipped(tmp_path / "a.zip", *((name, PNG) for name in names)), tmp_path / "out")
    made = [path.name for path in result.files]
    assert made[:4] == ["a.png", "a (2).png", "A (3).PNG", "a (2) (2).png"]
    assert made[4:8] == ["a_.png", "a_ (2).png", "_con.png", "end"]
    assert len(made[8]) == 120
    assert made[8].endswith(".png")
    assert len(written(tmp_path / "out")) == len(names)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_many_files_of_one_name_take_no_longer(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", *[("1.png", b"")] * 4000)
    started = time.perf_counter()
    assert len(unpack(archive, tmp_path / "out").files) == 4000
    assert time.perf_counter() - started < 5  # 0.5 s on a quiet machine; 8 million tries would take longer


@pytest.mark.parametrize(
    ("stored", "flag", "shown"),
    [
        ("Schädel 1.png".encode(), 0x800, "Schädel 1.png"),
        ("Schädel 1.png".encode(), 0, "Schädel 1.png"),  # UTF-8 without its flag: macOS, some PACS exports
        ("脑 扫描.png".encode(), 0, "脑 扫描.png"),
        ("Schädel.png".encode("cp437"), 0, "Schädel.png"),
    ],
)
def test_names_stay_readable(tmp_path: Path, stored: bytes, flag: int, shown: str) -> None:
    archive = zipped(tmp_path / "a.zip", ("n" * len(stored), PNG))
    data = bytearray(archive.read_bytes().replace(b"n" * len(stored), stored))
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        struct.pack_into("<H", data, data.index(signature) + place, flag)
    archive.write_bytes(data)
    assert [path.name for path in unpack(archive, tmp_path / "out").files] == [shown]


def test_encrypted_entries_are_told(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", ("secret.png", PNG), ("open.png", PNG))
    data = bytearray(archive.read_bytes())
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + place] |= 1
    archive.write_bytes(data)
    result = unpack(archive, tmp_path / "out")
    assert [path.name for path in result.files] == ["open.png"]
    assert "password" in reasons(result)["secret.png"]


def test_archives_inside_are_told_and_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", ("1.png", PNG)).read_bytes()
    result = unpack(zipped(tmp_path / "a.zip", ("more/inner.dat", inner), ("2.png", PNG)), tmp_path / "out")
    assert written(tmp_path / "out") == {"2.png": PNG}
    assert "archive within the archive" in reasons(result)["more/inner.dat"]


def test_a_damaged_entry_does_not_cost_the_others(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).bytes(5000)
    archive = zipped(tmp_path / "a.zip", ("1.bin", noise), ("2.png", PNG))
    data = bytearray(archive.read_bytes())
    data[1000] ^= 255
    archive.write_bytes(data)
    result = unpack(archive, tmp_path / "out")
    assert written(tmp_path / "out") == {"2.png": PNG}
    assert reasons(result) == {"1.bin": "it is damaged"}


def test_a_damaged_archive_has_its_own_error(tmp_path: Path) -> None:
    data = zipped(tmp_path / "a.zip", ("1.png", PNG), ("2.png", PNG)).read_bytes()
    (tmp_path / "cut.zip").write_bytes(data[:-40])
    with pytest.raises(DamagedArchiveError, match="damaged or not complete"):
        unpack(tmp_path / "cut.zip", tmp_path / "out")
    with pytest.raises(MissingFileError):
        unpack(tmp_path / "gone.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_any_broken_byte_ends_in_a_typed_answer(tmp_path: Path) -> None:
    good = zipped(tmp_path / "a.zip", ("1.png", PNG), ("b/2.png", PNG)).read_bytes()
    random = np.random.default_rng(3)
    for attempt in range(150):
        data = bytearray(good)
        for place in random.integers(0, len(data), 3):
            data[place] = random.integers(0, 256)
        (tmp_path / "broken.zip").write_bytes(data)
        try:
            result = unpack(tmp_path / "broken.zip", tmp_path / f"out{attempt}")
        except (DamagedArchiveError, TooLargeError):
            continue
        assert all(path.is_file() for path in result.files)


def bomb(path: Path, size: int, copies: int = 1) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(copies):
            archive.writestr(f"{number}.raw", bytes(size))
    return path


def test_a_bomb_is_stopped_while_it_inflates(tmp_path: Path) -> None:
    archive = bomb(tmp_path / "a.zip", 2**25)
    data = bytearray(archive.read_bytes())
    limits = ArchiveLimits(small_bytes=2**21)
    assert "many times" in reasons(unpack(archive, tmp_path / "out", limits))["0.raw"]
    # Headers that claim a compressed size as large as the content gain nothing.
    for signature, place in ((b"PK\3\4", 18), (b"PK\1\2", 20)):
        struct.pack_into("<I", data, data.rindex(signature) + place, 2**25)
    archive.write_bytes(data)
    assert reasons(unpack(archive, tmp_path / "out", limits)).keys() == {"0.raw"}
    assert written(tmp_path / "out") == {}


def test_bounds_on_one_file_on_all_and_on_their_number(tmp_path: Path) -> None:
    archive = bomb(tmp_path / "a.zip", 2**20, copies=6)
    assert (
        "larger than the limit of 1,000 bytes"
        in reasons(unpack(archive, tmp_path / "one", ArchiveLimits(max_file_bytes=1000)))["0.raw"]
    )
    result = unpack(archive, tmp_path / "all", ArchiveLimits(max_total_bytes=3 * 2**20))
    assert [path.name for path in result.files] == ["0.raw", "1.raw", "2.raw"]
    assert all("the archive is larger" in reason for reason in reasons(result).values())
    assert sum(len(content) for content in written(tmp_path / "all").values()) == 3 * 2**20
    with pytest.raises(TooLargeError, match="6 entries, more than the limit of 5"):
        unpack(archive, tmp_path / "number", ArchiveLimits(max_entries=5))
    assert not (tmp_path / "number").exists()


def test_a_huge_table_of_contents_is_not_read(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("1.png", PNG)
    data = bytearray(packed.getvalue())
    at, size = data.rindex(b"PK\5\6"), 60_000_000
    struct.pack_into("<II", data, at + 12, size, 0)
    path = tmp_path / "a.zip"
    path.write_bytes(bytes(data[:4]) + bytes(size) + bytes(data[at:]))
    tracemalloc.start()
    with pytest.raises(TooLargeError, match="table of contents"):
        unpack(path, tmp_path / "out")
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_unpacking_stops_between_blocks_and_leaves_no_half_file(tmp_path: Path) -> None:
    noise = os.urandom(5 * 2**20)
    archive = zipped(tmp_path / "a.zip", ("1.png", PNG), ("2.bin", noise), ("3.png", PNG), method=zipfile.ZIP_STORED)
    asked = iter([False] * 6 + [True] * 100)
    result = unpack(archive, tmp_path / "out", stopped=lambda: next(asked))
    assert result.stopped
    assert written(tmp_path / "out") == {"1.png": PNG}
    assert result.files == (tmp_path / "out/1.png",)


def test_memory_stays_flat(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", ("1.bin", os.urandom(2**25)))
    tracemalloc.start()
    unpack(archive, tmp_path / "out")
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tumorviewer.imaging import archive as module
    from tumorviewer.imaging.errors import UnreadableError

    real = open
    monkeypatch.setattr(
        module, "open", lambda path, mode: real("/dev/full", "wb") if mode == "xb" else real(path, mode), raising=False
    )
    archive = zipped(tmp_path / "a.zip", ("1.bin", os.urandom(2**20)))
    with pytest.raises(UnreadableError, match="disk is full"):
        unpack(archive, tmp_path / "out")
