"""Every text goes through the translation, and a longer language has room."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from gui.window.conftest import MakeScene
from gui.window.pseudo import PseudoTranslator, cut_texts, is_translated, menu_texts, pseudo, speak, texts_of
from gui.window.scenes import Scene, write_heads
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QMenu
from pytestqt.exceptions import TimeoutError

from tumorviewer.gui.window.actions import Act
from tumorviewer.inference.catalogue import shipped
from tumorviewer.state.notices import Notice, NoticeKind


@pytest.fixture
def foreign(make_scene: MakeScene, tmp_path: Path) -> Iterator[Scene]:
    """Return a window in the pseudo-language, with two heads and a file that cannot be read."""
    scene = make_scene()
    language = PseudoTranslator()
    speak(language)
    scene.stage._speak()
    heads = write_heads(tmp_path / "heads", 2)
    (tmp_path / "heads" / "words.jpg").write_text("no picture")
    yield scene
    QCoreApplication.removeTranslator(language)
    assert len(heads) == 2


def data_of(scene: Scene) -> set[str]:
    """Return what is no text of the program: names of files and models."""
    names = {entry.name for entry in scene.rows} | {entry.path.parent.name for entry in scene.rows}
    return names | {entry.name for entry in shipped()} | {"English", "tumorviewer train DATA --output RUN"}


def check(scene: Scene, widget: object, *, where: str) -> None:
    wrong = [f"{place}: {text!r}" for place, text in texts_of(widget) if not is_translated(text, data_of(scene))]
    assert not wrong, f"{where}: not translated:\n" + "\n".join(wrong)
    with suppress(TimeoutError):  # parts that were just shown are laid out soon
        scene.qtbot.waitUntil(lambda: not list(cut_texts(widget)), timeout=2000)
    cut = list(cut_texts(widget))
    assert not cut, f"{where}: cut:\n" + "\n".join(cut)


def test_the_language_itself() -> None:
    assert pseudo("Open {name} (*.png)") == "Ópéñ {name} (*.png) éñd éñd"
    assert is_translated(pseudo("%n scan(s)"), set())
    assert not is_translated("Open", set())
    assert is_translated("12 / 14", set())


def test_the_window_in_all_its_states(foreign: Scene, tmp_path: Path) -> None:
    window = foreign.window
    check(foreign, window, where="nothing open")
    foreign.open(tmp_path / "heads")
    foreign.wait_for_answer()
    foreign.wait_until_quiet()
    foreign.wait(lambda: bool(window.status.counts.text()))
    check(foreign, window, where="a scan")
    foreign.act(Act.WHOLE_IMAGE)
    foreign.act(Act.HEAT_MAP)
    foreign.act(Act.COMPARE)
    foreign.wait_for_answer()
    check(foreign, window, where="comparing")
    foreign.act(Act.COMPARE)
    foreign.workspace.session.show(foreign.row("words.jpg").id)
    foreign.wait(lambda: foreign.workspace.session.pane.error is not None)
    check(foreign, window, where="unreadable")
    foreign.workspace.model.missing(pseudo("the model is damaged"))
    check(foreign, window, where="no model")
    foreign.act(Act.TRAINING)
    check(foreign, window, where="training")


def test_menus(foreign: Scene, tmp_path: Path) -> None:
    foreign.open(tmp_path / "heads")
    menus = [action.menu() for action in foreign.window.menuBar().actions()]
    for menu in foreign.window.menuBar().findChildren(QMenu):
        menu.aboutToShow.emit()
    wrong = [text for menu in menus for _, text in menu_texts(menu) if not is_translated(text, data_of(foreign))]
    paths = {text for text in wrong if text.startswith(str(tmp_path))}  # the tips of the recent folders
    assert set(wrong) - paths == set()


@pytest.mark.parametrize("act", [Act.SETTINGS, Act.SHORTCUTS, Act.ABOUT, Act.CARD, Act.LOG, Act.MESSAGES])
def test_dialogs(foreign: Scene, act: Act) -> None:
    foreign.wait_for_model()
    foreign.act(act)
    dialog = foreign.dialog(QDialog)
    if act is Act.SETTINGS:
        foreign.wait(lambda: dialog.model.count() > 1)
    wrong = [
        f"{place}: {text!r}"
        for place, text in texts_of(dialog)
        if not is_translated(text, data_of(foreign)) and not (act is Act.ABOUT and place == "row")
    ]
    assert not wrong
    assert not list(cut_texts(dialog))


def test_every_message(foreign: Scene) -> None:
    toast = foreign.window.toast
    for kind in NoticeKind:
        toast.close_message()
        foreign.workspace.notices.tell(Notice(kind, "library.sqlite", "détail", 3, 2))
        assert is_translated(toast.text.text(), set()), kind
        assert not list(cut_texts(toast)), kind
        assert toast.x() >= 0
        assert toast.geometry().right() < foreign.window.pages.width()
