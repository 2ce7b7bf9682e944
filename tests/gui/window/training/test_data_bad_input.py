"""Data that cannot be used: each with a sentence, a way out, and nothing that could be started."""

import shutil
from collections.abc import Callable
from pathlib import Path

from gui.window.scenes import drop
from gui.window.training.conftest import Studio
from gui.window.training.data_sets import BROKEN, give_overview, open_data, wait_for_overview
from gui.window.training.runs_at_hand import answer_file

from training.overview import DataOverview, Verdict
from tumorviewer.state.training.data_opened import Opened
from tumorviewer.workers.training.data_files import examine


def one_class(folder: Path) -> None:
    for label in ("meningioma", "pituitary", "no_tumor"):
        shutil.rmtree(folder / label)


def empty_class(folder: Path) -> None:
    for file in (folder / "pituitary").iterdir():
        file.unlink()


def three_images(folder: Path) -> None:
    for file in folder.rglob("*.png"):
        if file.name not in ("glioma_1.png", "glioma_2.png", "no_tumor_1.png"):
            file.unlink()
    for label in ("meningioma", "pituitary"):
        (folder / label).rmdir()


def mostly_unreadable(folder: Path) -> None:
    for file in folder.rglob("*.png"):
        if not file.stem.endswith("_1"):
            file.write_bytes(BROKEN)


def same_pictures(folder: Path) -> None:
    shutil.rmtree(folder / "pituitary")
    shutil.copytree(folder / "glioma", folder / "pituitary")


CASES: dict[Callable[[Path], None], tuple[str, str]] = {
    one_class: ("holds only glioma", "Add a folder"),
    empty_class: ("pituitary", "Fill"),
    three_images: ("glioma", "Add"),
    mostly_unreadable: ("cannot be read", "Check that the folder was copied whole"),
    same_pictures: ("same pictures", "remove or replace"),
}


def test_data_that_nothing_can_be_learned_from_say_why_and_what_to_do(
    studio: Studio, heads: Path, tmp_path: Path
) -> None:
    page, desk = studio.page.data, studio.desk
    for spoil, (what, way_out) in CASES.items():
        folder = tmp_path / spoil.__name__
        for source in heads.rglob("*_[0-7].png"):
            target = folder / source.relative_to(heads)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        spoil(folder)
        open_data(studio, folder)
        banners = page.banners
        assert desk.data.overview is None or desk.data.overview.verdict is Verdict.BLOCKED, spoil.__name__
        shown = [one for one in (banners.failure, banners.verdict) if one.isVisible()]
        assert len(shown) == 1, spoil.__name__
        assert what in shown[0].text.text(), (spoil.__name__, shown[0].text.text())
        assert way_out in shown[0].text.text(), (spoil.__name__, shown[0].text.text())
        assert not desk.data.shows_test_accuracy
        assert not desk.plan.can_start
        assert not banners.go_on.isVisible()
        assert page.head.again.isEnabled(), "after mending the folder it can be looked at again"
    restored = shutil.copytree(heads / "pituitary", tmp_path / "same_pictures" / "pituitary", dirs_exist_ok=True)
    for copy in restored.glob("glioma_*"):
        copy.unlink()
    page.head.again.click()
    wait_for_overview(studio)
    assert desk.data.ready, "the way out is one"


def test_what_is_no_data_set_is_refused_and_what_is_open_stays(
    studio: Studio, heads: Path, leaky: Path, known: DataOverview, tmp_path: Path
) -> None:
    trouble, data = studio.page.data.banners.trouble, studio.desk.data
    letter = tmp_path / "letter.txt"
    letter.write_text("no scan")
    drop(studio.scene.window, [letter])
    studio.wait(trouble.isVisible)
    assert "“letter.txt” is no data set" in trouble.text.text()
    assert studio.page.data.start.isVisible(), "and another can be dropped"
    drop(studio.scene.window, [heads, tmp_path])
    assert "Several things" in trouble.text.text()
    give_overview(studio, leaky, known)
    drop(studio.scene.window, [tmp_path / "never was"])
    studio.wait(trouble.isVisible)
    assert "not there any more" in trouble.text.text()
    assert data.folder == leaky
    assert data.ready


def test_without_permission_to_keep_notes_nothing_is_opened_and_the_reason_is_said(studio: Studio, heads: Path) -> None:
    places = studio.desk.places.data
    places.parent.mkdir(parents=True, exist_ok=True)
    if places.is_dir():
        shutil.rmtree(places)
    places.write_text("a file in the way")  # not even the superuser can make a folder below it
    page = studio.page.data
    open_data(studio, heads)
    assert page.banners.trouble.isVisible()
    assert "check the drive and your rights" in page.banners.trouble.text.text()
    assert page.start.isVisible()
    places.unlink()
    page.start.choose.click()
    answer_file(studio, heads)
    studio.wait(lambda: studio.desk.data.folder == heads)
    assert not page.banners.trouble.isVisible(), "it goes as soon as it may"


def test_damaged_decisions_are_kept_and_said(studio: Studio, heads: Path) -> None:
    found = examine(heads, studio.desk.places.data)
    assert isinstance(found, Opened)
    home = found.home
    (home / "decisions.csv").write_text("nonsense")
    studio.page.data._crew.data.open(heads)
    studio.wait(lambda: studio.desk.data.folder == heads)
    banner = studio.page.data.banners.trouble
    assert "decisions about labels are damaged" in banner.text.text()
    assert (home / "decisions-damaged.csv").read_text() == "nonsense"
    assert studio.desk.data.is_looking, "that stops nothing"
