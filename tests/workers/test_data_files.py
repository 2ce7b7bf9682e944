"""What the page of the data asks of the disk: what was dropped, which parts it brings, where crops may go."""

from pathlib import Path

import pytest

from training.crops import MARK
from training.decisions import Decision, save_decisions
from tumorviewer.state.training.data_opened import DataTrouble, Opened, Trouble
from tumorviewer.workers.training.data_files import brings_split, examine, place_for_crops


def test_a_folder_has_a_home_of_its_own_with_its_decisions(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = examine(tmp_path / "a", tmp_path / "homes"), examine(tmp_path / "b", tmp_path / "homes")
    assert isinstance(first, Opened)
    assert isinstance(second, Opened)
    assert first.home != second.home
    made = Decision("x.png", 0, "glioma", "pituitary")
    save_decisions([made], first.home / "decisions.csv")
    again = examine(tmp_path / "b" / ".." / "a", tmp_path / "homes")
    assert isinstance(again, Opened)
    assert again.home == first.home, "however it is named"
    assert again.decisions == (made,)


def test_what_is_gone_or_no_data_set_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    gone, letter = examine(tmp_path / "gone", tmp_path), examine(tmp_path / "letter.txt", tmp_path)
    assert gone == DataTrouble(Trouble.GONE, str(tmp_path / "gone"))
    assert letter == DataTrouble(Trouble.NO_DATA_SET, str(tmp_path / "letter.txt"))


@pytest.mark.parametrize(
    ("folders", "brought"),
    [
        (["Training/glioma", "Testing/glioma"], True),
        (["source/train/a", "source/test/a"], True),
        (["glioma", "no_tumor"], False),
        (["Training/glioma"], False),
        (["a/b/c/d/e/Training", "a/b/c/d/e/Testing"], False),
    ],
)
def test_folders_bring_a_split(tmp_path: Path, folders: list[str], brought: bool) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    assert brings_split(tmp_path) is brought


@pytest.mark.parametrize(
    ("text", "brought"),
    [
        ("path,label,split\na,glioma,Training\nb,glioma,Testing\n", True),
        ("path;label;split\na;glioma;train\nb;glioma;test\n", True),
        ("path,label,split\na,glioma,\nb,glioma,Training\n", False),
        ("path,label\na,Training\nb,Testing\n", False),
        ("", False),
    ],
)
def test_an_index_brings_a_split(tmp_path: Path, text: str, brought: bool) -> None:
    index = tmp_path / "index.csv"
    index.write_text(text)
    assert brings_split(index) is brought
    assert brings_split(tmp_path) is brought


def test_crops_go_into_an_empty_folder_or_a_new_one_and_never_among_the_scans(tmp_path: Path) -> None:
    data = tmp_path / "clinic"
    (data / "glioma").mkdir(parents=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert place_for_crops(empty, data) == empty
    assert place_for_crops(tmp_path / "new", data) == tmp_path / "new"
    assert place_for_crops(tmp_path, data) == tmp_path / "clinic cropped"
    (tmp_path / "clinic cropped").mkdir()
    (tmp_path / "clinic cropped" / "x.png").write_bytes(b"")
    assert place_for_crops(tmp_path, data) == tmp_path / "clinic cropped 2"
    (tmp_path / MARK).write_text("{}")
    assert place_for_crops(tmp_path, data) == tmp_path, "crops of before go on"
    for inside in (data, data / "glioma", data / "new"):
        assert place_for_crops(inside, data) == DataTrouble(Trouble.CROPS_INSIDE, str(inside))
    (data / "index.csv").write_text("path,label\n")
    assert place_for_crops(data / "new", data) == data / "new", "an index names the scans: others are none"
