"""States of the tab Review, and of what lies over the window."""

import os

from docs.screenshots.studio import Studio, state


@state("empty")
def _empty(studio: Studio) -> None:
    studio.settle()


@state("files held over the window")
def _held(studio: Studio) -> None:
    studio.window.drops._overlay.show_over_all()


@state("certain")
def _certain(studio: Studio) -> None:
    studio.window.drops._overlay.hide()
    studio.open(studio.study)
    studio.show_file("glioma.jpg")


@state("heat map")
def _heat(studio: Studio) -> None:
    studio.act("HEAT_MAP")


@state("crop edited")
def _cropped(studio: Studio) -> None:
    from dataclasses import replace

    from tumorviewer.state.entries import CropChoice, CropKind

    session = studio.workspace.session
    assert session.box is not None
    box = session.box
    smaller = replace(box, x=box.x + 12, y=box.y + 18, width=box.width - 30, height=box.height - 40)
    session.edit_crop(CropChoice(CropKind.EDITED, smaller))
    studio.settle()


@state("whole image")
def _whole(studio: Studio) -> None:
    studio.workspace.session.use_whole_image()
    studio.settle()


@state("a series, turned and inverted")
def _turned(studio: Studio) -> None:
    studio.workspace.session.reset_crop()
    entries = studio.workspace.worklist.entries.values()
    series = [entry for entry in entries if entry.format == "DICOM"]
    studio.workspace.session.show(series[len(series) // 3].id)
    studio.settle()
    view = studio.workspace.session.pane.view
    view.turn(1)
    view.invert()
    studio.settle()


@state("uncertain")
def _uncertain(studio: Studio) -> None:
    studio.workspace.session.pane.view.reset()
    studio.show_file("sella from the side.png")


@state("not a brain slice")
def _refused(studio: Studio) -> None:
    studio.show_file("page of text.png")


@state("no tumour, with label and note")
def _labelled(studio: Studio) -> None:
    studio.show_file("head, T1.png")
    entry = studio.workspace.session.entry
    assert entry is not None
    studio.workspace.worklist.review([entry.id], label="no_tumor", note="Drawn head: nothing to see")
    studio.settle()


@state("two scans compared")
def _compared(studio: Studio) -> None:
    other = next(e for e in studio.workspace.worklist.entries.values() if e.path.name == "glioma.jpg")
    studio.workspace.session.compare_with(other.id)
    studio.settle()


@state("most suspicious first")
def _sorted(studio: Studio) -> None:
    from tumorviewer.state.ordering import Sort
    from tumorviewer.state.settings import SORT

    studio.workspace.session.compare_with(None)
    studio.workspace.settings.set(SORT, Sort.SUSPICIOUS.name)
    studio.settle()


@state("nothing passes the filter")
def _filtered(studio: Studio) -> None:
    studio.window.review.worklist.bar.search.setText("no such scan")
    studio.settle()


@state("unreadable files")
def _unreadable(studio: Studio) -> None:
    studio.window.review.worklist.bar.search.clear()
    folder = studio.folder / "damaged"
    folder.mkdir()
    (folder / "notes.jpg").write_text("This is a text.")
    whole = (studio.study / "glioma.jpg").read_bytes()
    (folder / "cut off.jpg").write_bytes(whole[: len(whole) // 3])
    (folder / "空.png").write_bytes(b"")
    studio.open(folder)
    studio.show_file("cut off.jpg")
    studio.keep_toast = True


@state("many files are being opened")
def _opening(studio: Studio) -> None:
    folder = studio.folder / "many"
    folder.mkdir()
    source = studio.study / "glioma.jpg"
    for number in range(3000):
        os.link(source, folder / f"{number}.jpg")
    before = len(studio.workspace.worklist)
    studio.window.open_paths([folder])
    studio.wait(lambda: len(studio.workspace.worklist) > before + 500, "the rows")


@state("settings")
def _settings(studio: Studio) -> None:
    studio.workspace.jobs.cancel_all()
    studio.wait(lambda: not studio.workspace.jobs.running, "the end of the work")
    studio.act_for_dialog("SETTINGS")


@state("keys and mouse")
def _shortcuts(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act_for_dialog("SHORTCUTS")


@state("card of the model")
def _card(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act_for_dialog("CARD")


@state("about")
def _about(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act_for_dialog("ABOUT")


@state("log")
def _log(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act_for_dialog("LOG")
