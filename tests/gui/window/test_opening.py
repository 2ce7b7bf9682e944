"""Files, folders and archives on the window, good and bad."""

from pathlib import Path

from dicom_writer import as_bytes, dataset_of
from gui.window.conftest import MakeScene
from gui.window.scenes import (
    Scene,
    drag_away,
    drag_over,
    drop,
    head_png,
    let_go,
    mime,
    write_bad,
    write_heads,
    write_zip,
)
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu

from tumorviewer import __version__
from tumorviewer.gui.window.actions import Act
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.state.entries import RowStatus
from tumorviewer.state.notices import NoticeKind
from tumorviewer.state.ordering import VERDICTS, verdict_of


def test_the_first_minute_offers_three_ways_to_begin(scene: Scene) -> None:
    page = scene.window.review.currentWidget()
    assert [button.isVisible() for button in (page.open_folder, page.open_files, page.phantom)] == [True] * 3
    assert page.title.text() == "Drop scans here"
    assert scene.window.review.splitter.isHidden() or not scene.window.review.splitter.isVisible()
    assert not scene.can(Act.EXPORT_CSV)
    assert not scene.can(Act.INVERT)


def test_files_folders_and_archives_in_one_drop(scene: Scene, tmp_path: Path) -> None:
    write_heads(tmp_path / "many", 3)
    write_heads(tmp_path / "deep" / "deeper", 1, first=10)
    single = write_heads(tmp_path / "single", 1, first=11)[0]
    archive = write_zip(tmp_path / "more.zip", {"inside/slice 12.png": head_png(12)})
    scene.open(tmp_path / "many", tmp_path / "deep", single, archive)
    assert [entry.name for entry in scene.rows] == [
        "slice 1.png", "slice 2.png", "slice 3.png", "slice 10.png", "slice 11.png", "slice 12.png",
    ]  # fmt: skip
    assert scene.window.review.currentWidget() is scene.window.review.splitter
    assert scene.window.review.viewer.main.hasFocus()
    scene.wait_for_answer()
    scene.wait_until_quiet()
    assert all(verdict_of(entry) in VERDICTS[:6] for entry in scene.rows)
    assert scene.window.status.counts.text() == "6 scans"


def test_a_field_for_text_does_not_take_files(scene: Scene, tmp_path: Path) -> None:
    scene.open(write_heads(tmp_path / "a", 1)[0])
    search = scene.window.review.worklist.bar.search
    drop(search, write_heads(tmp_path / "b", 1, first=2))
    scene.wait(lambda: len(scene.rows) == 2)
    assert search.text() == ""


def test_the_window_lights_up_while_files_are_held_over_it(scene: Scene, tmp_path: Path) -> None:
    overlay = scene.window.drops._overlay
    files = mime(write_heads(tmp_path, 1))
    assert not overlay.isVisible()
    assert drag_over(scene.window, files)
    assert overlay.isVisible()
    assert overlay.geometry() == scene.window.rect()
    drag_away(scene.window)
    assert not overlay.isVisible()
    assert drag_over(scene.window, files)
    assert let_go(scene.window, files)
    assert not overlay.isVisible()


def test_words_and_addresses_of_the_web_are_not_taken(scene: Scene) -> None:
    words, address = QMimeData(), QMimeData()
    words.setText("/etc/passwd")
    address.setUrls([QUrl("https://example.org/scan.png")])
    for data in (words, address):
        assert not drag_over(scene.window, data)
        assert not scene.window.drops._overlay.isVisible()


def test_files_are_pasted(scene: Scene, tmp_path: Path) -> None:
    QGuiApplication.clipboard().setMimeData(mime(write_heads(tmp_path, 2)))
    scene.act(Act.PASTE)
    scene.wait_told(NoticeKind.OPENED)
    assert len(scene.rows) == 2
    QGuiApplication.clipboard().setText("no file")
    scene.act(Act.PASTE)
    assert "clipboard" in scene.wait_told(NoticeKind.NOTHING_FOUND).subject


def test_bad_files_become_rows_with_reasons_and_the_window_stays_alive(scene: Scene, tmp_path: Path) -> None:
    bad = write_bad(tmp_path / "bad")
    good = write_heads(tmp_path / "good", 1)[0]
    scene.open(tmp_path / "bad", good)
    scene.wait_until_quiet()
    unreadable = {entry.name: entry.error.reason for entry in scene.rows if entry.error is not None}
    assert set(unreadable) - {"loop"} == set(bad) - {"loop"}
    assert all(unreadable.values())
    assert not [one for one in scene.window.findChildren(QDialog) if one.isVisible()], "no dialog storm"
    assert len(scene.notices) == 1
    assert scene.notices[0].failed >= 3
    scene.workspace.session.show(scene.row("words.jpg").id)
    assert "no image" in scene.window.review.viewer.main.layers.message.words[1]
    scene.workspace.session.show(scene.row(good.name).id)
    scene.wait_for_answer()


def test_a_broken_archive_is_told_in_one_line(scene: Scene, tmp_path: Path) -> None:
    broken = write_zip(tmp_path / "scans.zip", {"slice.png": head_png(1)})
    broken.write_bytes(broken.read_bytes()[:100])
    scene.open(broken)
    lines = [*scene.told(NoticeKind.ARCHIVE_REFUSED), *scene.told(NoticeKind.NOTHING_FOUND)]
    rows = [entry for entry in scene.rows if entry.status is RowStatus.UNREADABLE]
    assert lines or rows
    assert scene.window.isEnabled()


def test_slices_of_dicom_are_sorted_by_position_not_by_name(scene: Scene, tmp_path: Path) -> None:
    for name, place in (("a.dcm", 30.0), ("b.dcm", 10.0), ("c.dcm", 20.0)):
        written = dataset_of(
            draw_head(1), SeriesInstanceUID="1.2.3", ImagePositionPatient=[0, 0, place],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        )  # fmt: skip
        (tmp_path / name).write_bytes(as_bytes(written))
    scene.open(tmp_path)
    assert [entry.name for entry in scene.rows] == ["b.dcm", "c.dcm", "a.dcm"]


def test_the_person_is_asked_for_files_and_for_a_folder(scene: Scene, tmp_path: Path) -> None:
    first = write_heads(tmp_path / "first", 2)
    write_heads(tmp_path / "second", 1, first=3)
    scene.act(Act.OPEN_FILES)
    dialog = scene.dialog(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
    scene.choose(first[1])
    scene.wait(lambda: len(scene.rows) == 1)
    scene.wait(lambda: not [one for one in scene.window.findChildren(QFileDialog) if one.isVisible()])
    scene.act(Act.OPEN_FOLDER)
    scene.choose(tmp_path / "second")
    scene.wait(lambda: len(scene.rows) == 2)


def test_folders_that_were_opened_can_be_opened_again(make_scene: MakeScene, tmp_path: Path) -> None:
    write_heads(tmp_path / "mine", 1)
    first = make_scene()
    first.open(tmp_path / "mine")
    first.close()
    scene = make_scene()
    menu = scene.window.menus.recent
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()][:1] == ["mine"]
    menu.actions()[0].trigger()
    scene.wait(lambda: len(scene.rows) == 1)
    menu.actions()[-1].trigger()
    menu.aboutToShow.emit()
    assert not menu.actions()[-1].isEnabled()
    assert scene.workspace.settings.recent() == []


def test_all_is_closed_and_the_beginning_is_back(scene: Scene, tmp_path: Path) -> None:
    scene.open(*write_heads(tmp_path, 2))
    scene.act(Act.CLOSE_ALL)
    assert scene.rows == []
    assert scene.window.review.currentWidget().title.text() == "Drop scans here"
    scene.wait(lambda: scene.window.status.counts.text() == "")
    assert not scene.can(Act.CLOSE_ALL)


def test_the_phantom_series_is_opened_and_drawn_once_only(scene: Scene, own_user_folder: Path) -> None:
    # As the first click of this version leaves it: drawing all takes five seconds.
    folder = own_user_folder / "cache" / "phantoms"
    heads = write_heads(folder / "T1", 3)
    (folder / f"drawn by {__version__}.txt").write_text("".join(f"T1/{path.name}\n" for path in heads))
    page = scene.window.review.currentWidget()
    page.phantom.click()
    assert page.title.text() == "Drawing the phantom series …"
    assert not page.phantom.isEnabled()
    scene.wait_told(NoticeKind.OPENED)
    assert [entry.path for entry in scene.rows] == heads


def test_drawing_the_phantom_series_can_be_cancelled(scene: Scene, own_user_folder: Path) -> None:
    folder = own_user_folder / "cache" / "phantoms"
    heads = write_heads(folder, 1)
    (folder / f"drawn by {__version__}.txt").write_text(f"{heads[0].name}\n")
    scene.act(Act.PHANTOM)
    scene.act(Act.STOP)
    scene.wait_until_quiet()
    assert scene.rows == []


def test_opening_can_be_stopped(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    content = head_png(1)
    for number in range(600):
        (folder / f"{number}.png").write_bytes(content)
    drop(scene.window, [folder])
    scene.wait(lambda: bool(scene.workspace.jobs.running))
    assert scene.window.status.jobs.isVisible()
    assert scene.window.status.jobs.cancel.isVisible()
    assert scene.window.status.jobs.text.text()
    scene.window.status.jobs.cancel.click()
    scene.wait_told(NoticeKind.OPENING_STOPPED)
    scene.wait_until_quiet()
    assert len(scene.rows) < 600
    assert not scene.window.status.jobs.isVisible()


def test_menus_say_what_they_hold(scene: Scene) -> None:
    titles = [action.text().replace("&", "") for action in scene.window.menuBar().actions()]
    assert titles == ["File", "View", "Scan", "Crop", "Labels", "Help"]
    assert all(menu.actions() for menu in scene.window.menuBar().findChildren(QMenu))
