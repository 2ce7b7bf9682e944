"""Models that are imported, exported and renamed on their page: what is refused says why and changes nothing."""

import zipfile
from pathlib import Path

from gui.window.training.conftest import Studio
from gui.window.training.models_at_hand import (
    SHIPPED,
    answer_question,
    card_of,
    in_use,
    install,
    names_of,
    opened,
    when_done,
)
from gui.window.training.runs_at_hand import answer_file
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tiny_bundle import make_bundle

from tumorviewer.gui.training.models.dialogs import RenameDialog
from tumorviewer.inference.bundle import read_card, verify_bundle
from tumorviewer.inference.upkeep import export_zip
from tumorviewer.state.training.models import Check
from tumorviewer.state.training.plan_base import BaseKind

NO_MODELS = {
    "no zip": "no readable zip file",
    "other zip": "card.json",
    "changed": "SHA-256 differs",
    "there already": "is there already",
}
NO_NAMES = {
    "": "Type a name",
    "my model": "letters from a to z",
    "../up": "letters from a to z",
    "größer": "letters from a to z",
    "-x": "begin with a letter",
    "x" * 98: "too long",
    "Other": "already",
    SHIPPED.rsplit("-", 1)[0]: "already",
}


def test_exported_and_imported_again_all_hashes_are_the_same(studio: Studio, tmp_path: Path) -> None:
    folder = install(studio.desk.places.user)
    before = read_card(folder)
    page = opened(studio)
    file = tmp_path / "given away.zip"

    def export() -> None:
        card_of(page, "tiny-1.0").export.click()
        answer_file(studio, file)

    assert when_done(studio, export) == f"tiny-1.0 was written to {file}."
    when_done(studio, lambda: (card_of(page, "tiny-1.0").delete.click(), answer_question(studio, "Delete")))
    assert names_of(page) == [SHIPPED]

    def bring() -> None:
        page.bring.menu().actions()[0].trigger()
        answer_file(studio, file)

    assert "tiny-1.0 is installed" in when_done(studio, bring)
    assert read_card(folder) == before
    assert verify_bundle(folder).name == "tiny-1.0"
    assert studio.desk.models.checked(card_of(page, "tiny-1.0").entry).check is Check.GOOD
    assert folder in [entry.folder for entry in studio.desk.models.entries]


def test_a_folder_is_imported_and_can_be_trained_from(studio: Studio, tmp_path: Path) -> None:
    page = opened(studio)
    source = make_bundle(tmp_path, name="brought")

    def bring() -> None:
        page.bring.menu().actions()[1].trigger()
        answer_file(studio, source)

    assert "brought-1.0 is installed" in when_done(studio, bring)
    assert names_of(page) == [SHIPPED, "brought-1.0"]
    studio.wait(lambda: "brought-1.0" in [entry.name for entry in studio.desk.plan.models])


def test_what_cannot_be_imported_says_why_and_changes_nothing(studio: Studio, tmp_path: Path) -> None:
    folder = install(studio.desk.places.user)
    page = opened(studio)
    for kind, reason in NO_MODELS.items():
        file = broken_zip(tmp_path, kind)
        said = when_done(studio, lambda file=file: (page.ask_for_zip(), answer_file(studio, file)))
        assert file.name in said, kind
        assert reason in said, kind
        assert "Nothing was changed" in said, kind
        assert ".incoming" not in said, kind
        assert names_of(page) == [SHIPPED, "tiny-1.0"], kind
        assert [found.name for found in folder.parent.iterdir()] == ["tiny-1.0"], kind


def broken_zip(place: Path, kind: str) -> Path:
    folder = place / kind
    folder.mkdir()
    file = folder / f"{kind}.zip"
    if kind == "no zip":
        file.write_bytes(b"PK\3\4 and no more")
    elif kind == "other zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("scan.dcm", b"")
    elif kind == "there already":
        export_zip(make_bundle(folder), file)
    else:
        whole = export_zip(make_bundle(folder, name="sent"), folder / "whole.zip")
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(file, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                target.writestr(name, content[:-1] + b"?" if name.endswith("card.md") else content)
    return file


def test_a_place_that_cannot_be_written_is_said_and_the_model_stays(studio: Studio, tmp_path: Path) -> None:
    install(studio.desk.places.user)
    page = opened(studio)
    entry = card_of(page, "tiny-1.0").entry
    (tmp_path / "file").write_text("in the way")
    said = when_done(studio, lambda: page._crew.export(entry, tmp_path / "file" / "x.zip"))
    assert "was not exported" in said
    assert "The model itself is as it was" in said


def test_a_model_is_renamed_and_stays_the_one_in_use(studio: Studio) -> None:
    folder = install(studio.desk.places.user)
    page = opened(studio)
    card_of(page, "tiny-1.0").use.click()
    studio.wait(lambda: in_use(studio) == "tiny-1.0")
    hashes = read_card(folder).files["model.tflite"]

    def rename() -> None:
        card_of(page, "tiny-1.0").rename.click()
        dialog = name_dialog(studio)
        dialog.name.selectAll()
        QTest.keyClicks(dialog.name, "clinic")
        assert "clinic-1.0" in dialog.below.text()
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)

    assert when_done(studio, rename) == "tiny-1.0 is called clinic-1.0 now."
    assert names_of(page) == [SHIPPED, "clinic-1.0"]
    studio.wait(lambda: in_use(studio) == "clinic-1.0" and card_of(page, "clinic-1.0").badge.isVisible())
    assert verify_bundle(folder.with_name("clinic-1.0")).card.files["model.tflite"] == hashes
    assert not folder.exists()


def test_a_name_that_cannot_be_had_says_why_as_it_is_typed(studio: Studio) -> None:
    user = studio.desk.places.user
    version = SHIPPED.rsplit("-", 1)[1]
    install(user, version=version)
    install(user, "other", version)
    page = opened(studio)
    for typed, reason in NO_NAMES.items():
        card_of(page, f"tiny-{version}").rename.click()
        dialog = name_dialog(studio)
        assert not dialog.confirm.isEnabled(), "it has this name"
        assert dialog.below.property("role") == "quiet"
        dialog.name.setText(typed)
        assert reason in dialog.below.text(), typed
        assert dialog.below.property("role") == "danger", typed
        assert not dialog.confirm.isEnabled(), typed
        dialog.name.setText("fine")
        assert dialog.confirm.isEnabled()
        dialog.reject()
        assert (user / "models" / f"tiny-{version}").is_dir()


def test_one_thing_is_done_at_a_time(studio: Studio, tmp_path: Path) -> None:
    install(studio.desk.places.user)
    page = opened(studio)
    card = card_of(page, "tiny-1.0")
    page._crew.export(card.entry, tmp_path / "a.zip")
    assert page.work.isVisible()
    assert "tiny-1.0" in page.work.text.text()
    assert not page.work.stop.isVisible()
    assert not any(button.isEnabled() for button in (card.delete, card.rename, card.export, page.bring))
    page._crew.remove(card.entry)
    studio.wait(lambda: not studio.desk.models.busy)
    assert not page.work.isVisible()
    assert card.delete.isEnabled()
    assert card.entry.folder.is_dir(), "what was asked meanwhile is not done later"
    assert studio.desk.plan.base.kind is BaseKind.SHIPPED


def name_dialog(studio: Studio) -> RenameDialog:
    (dialog,) = [one for one in studio.page.models.findChildren(RenameDialog) if one.isVisible()]
    assert isinstance(dialog, RenameDialog)
    return dialog
