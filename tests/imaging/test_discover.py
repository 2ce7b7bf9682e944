import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from dicom_writer import as_bytes, dataset_of

from tumorviewer.imaging.discover import discover
from tumorviewer.imaging.errors import MissingFileError, NoPermissionError, NotAnImageError

ROOT = Path(__file__).resolve().parents[2]
PNG = cv2.imencode(".png", np.zeros((4, 4), np.uint8))[1].tobytes()
needs_posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and such names are POSIX")


def names(found) -> list[str]:
    return [one.path.name for one in found]


def test_images_by_name_or_content_in_counting_order(tmp_path: Path) -> None:
    for name in ("scan 10.png", "scan 2.png", "Scan 1.PNG", "no ending", "IM 3"):
        (tmp_path / name).write_bytes(PNG)
    (tmp_path / "IM 3").write_bytes(as_bytes(dataset_of(np.zeros((4, 4), np.uint8))))
    (tmp_path / "text.jpg").write_text("no image")
    for name in ("notes.txt", "labels.csv", "Thumbs.db", "DICOMDIR", "._scan 2.png", "empty"):
        (tmp_path / name).write_bytes(b"" if name == "empty" else b"something else")
    found = discover([tmp_path])
    assert found.skipped == 0  # nothing is read before it is asked for
    assert names(found) == ["IM 3", "no ending", "Scan 1.PNG", "scan 2.png", "scan 10.png", "text.jpg"]
    assert found.skipped == 6


def test_hidden_folders_are_not_entered_unless_named(tmp_path: Path) -> None:
    for folder in (".ipynb_checkpoints", "__MACOSX", "glioma/deep"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "1.png").write_bytes(PNG)
    assert [one.path for one in discover([tmp_path])] == [tmp_path / "glioma/deep/1.png"]
    assert len(list(discover([tmp_path / ".ipynb_checkpoints"]))) == 1


def test_named_files_are_always_reported(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    found = list(discover([tmp_path / "notes.txt", tmp_path / "gone.png"]))
    assert found[0].path.name == "notes.txt"
    assert found[0].error is None
    assert isinstance(found[1].error, MissingFileError)


@needs_posix
def test_odd_names(tmp_path: Path) -> None:
    odd = ["脑 扫描.png", 'it\'s "quoted".png', "two\nlines.png", os.fsdecode(b"caf\xe9.png"), "-rf.png", "²3.png"]
    for name in odd:
        (tmp_path / name).write_bytes(PNG)
    assert sorted(names(discover([tmp_path]))) == sorted(odd)


@needs_posix
def test_loops_and_dead_links(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/1.png").write_bytes(PNG)
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "a")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "dead.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / "dead.txt").symlink_to(tmp_path / "nowhere")
    found = discover([tmp_path])
    rows = {one.path.name: one.error for one in found}
    assert set(rows) == {"1.png", "up", "self", "dead.png"}
    assert rows["1.png"] is None
    assert all(isinstance(rows[name], MissingFileError) for name in ("up", "self", "dead.png"))
    assert "back to a folder" in str(rows["up"])
    assert "itself" in str(rows["self"])
    assert found.skipped == 1


@needs_posix
def test_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    os.mkfifo(tmp_path / "pipe")
    found = list(discover([tmp_path]))
    assert names(found) == ["pipe.png"]
    assert isinstance(found[0].error, NotAnImageError)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="drops root's rights; see the next test without")
def test_closed_folders_and_files_as_root(tmp_path: Path) -> None:
    """Root may read everything, so an unprivileged child looks."""
    prepare_closed(tmp_path)
    for folder in [tmp_path, *itertools.takewhile(lambda one: one != Path("/tmp"), tmp_path.parents)]:
        folder.chmod(0o755)
    code = (
        f"import os, sys; sys.path[:0] = {sys.path!r};"
        "import tumorviewer.imaging.load, tumorviewer.imaging.discover as d;"
        "from pathlib import Path; os.setgroups([]); os.setgid(65534); os.setuid(65534);\n"
        f"rows = list(d.discover([Path({str(tmp_path)!r})]))\n"
        "for row in rows: print(row.path.name, type(row.error).__name__)\n"
        "try: tumorviewer.imaging.load.load_scan(rows[0].path)\n"
        "except Exception as error: print(type(error).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "1.png NoneType",
        "closed NoPermissionError",
        "no ending NoPermissionError",
        "open.png NoneType",
        "NoPermissionError",
    ]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_closed_folders_and_files(tmp_path: Path) -> None:
    prepare_closed(tmp_path)
    rows = {one.path.name: one.error for one in discover([tmp_path])}
    assert isinstance(rows["closed"], NoPermissionError)
    assert isinstance(rows["no ending"], NoPermissionError)
    assert rows["open.png"] is None


def prepare_closed(folder: Path) -> None:
    for name in ("1.png", "no ending", "open.png"):
        (folder / name).write_bytes(PNG)
        (folder / name).chmod(0o644 if name == "open.png" else 0)
    (folder / "closed").mkdir(mode=0)


def test_a_folder_of_very_many_files_is_walked_quickly(tmp_path: Path) -> None:
    first = tmp_path / "0.png"
    first.write_bytes(PNG)
    for number in range(1, 20_000):
        os.link(first, tmp_path / f"{number}.png")
    started = time.perf_counter()
    found = names(discover([tmp_path]))
    assert time.perf_counter() - started < 4  # 0.3 s on a quiet machine
    assert found == [f"{number}.png" for number in range(20_000)]
