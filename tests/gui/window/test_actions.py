"""The table of actions: whole, without clashes, and true to the facts."""

from collections import Counter
from pathlib import Path

import pytest
from gui.window.scenes import Scene, write_heads
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolButton

from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.gui.window.action_table import ACTIONS
from tumorviewer.gui.window.action_words import action_names, menu_names
from tumorviewer.gui.window.actions import Act, Menu, enabled
from tumorviewer.gui.window.dialogs.shortcuts import scan_keys, worklist_keys
from tumorviewer.gui.window.facts import Facts
from tumorviewer.inference.labels import PITUITARY
from tumorviewer.state.entries import CropKind

SPECS = {spec.act: spec for spec in ACTIONS}


def test_every_action_stands_in_the_table_once_and_has_a_name() -> None:
    assert Counter(spec.act for spec in ACTIONS) == Counter(Act)
    assert set(action_names()) == set(Act)
    assert set(menu_names()) == set(Menu)


def test_no_key_means_two_things() -> None:
    keys = Counter(QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys)
    assert "" not in keys
    assert not [key for key, count in keys.items() if count > 1]


def test_the_scan_and_the_worklist_keep_their_own_keys() -> None:
    taken = {QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys}
    own = {key for _, keys in (*scan_keys(), *worklist_keys()) for key in keys.split(", ")}
    assert not taken & own


@pytest.mark.parametrize("menu", Menu)
def test_no_letter_chooses_two_entries_of_a_menu(menu: Menu) -> None:
    names = [action_names()[spec.act] for spec in ACTIONS if spec.menu is menu]
    letters = Counter(name[name.index("&") + 1].lower() for name in names if "&" in name)
    assert not [letter for letter, count in letters.items() if count > 1]


def test_no_letter_chooses_two_menus() -> None:
    tops = [name for menu, name in menu_names().items() if menu not in (Menu.THEME, Menu.WINDOW)]
    assert len({name[name.index("&") + 1].lower() for name in tops}) == len(tops)


SCAN = {"rows": 2, "row": True, "scan": True, "slices": 2, "model": True}


@pytest.mark.parametrize(
    ("act", "facts", "possible"),
    [
        (Act.OPEN_FILES, {}, True),
        (Act.EXPORT_CSV, {}, False),
        (Act.EXPORT_CSV, SCAN, True),
        (Act.EXPORT_DATASET, SCAN, False),
        (Act.EXPORT_DATASET, SCAN | {"labelled": True}, True),
        (Act.INVERT, SCAN, True),
        (Act.INVERT, SCAN | {"scan": False}, False),
        (Act.INVERT, SCAN | {"review": False}, False),
        (Act.AUTOMATIC_CROP, SCAN, False),
        (Act.AUTOMATIC_CROP, SCAN | {"crop": CropKind.EDITED}, True),
        (Act.WHOLE_IMAGE, SCAN | {"crop": CropKind.WHOLE}, False),
        (Act.CINE, SCAN | {"slices": 1}, False),
        (Act.COMPARE, SCAN | {"rows": 1}, False),
        (Act.COMPARE, SCAN, True),
        (Act.LINK, SCAN, False),
        (Act.LINK, SCAN | {"comparing": True}, True),
        (Act.UNDO, SCAN, False),
        (Act.UNDO, SCAN | {"can_undo": True}, True),
        (Act.STOP, SCAN, False),
        (Act.STOP, SCAN | {"busy": True}, True),
        (Act.JUDGE_REST, SCAN | {"waiting": True}, True),
        (Act.JUDGE_REST, SCAN | {"waiting": True, "busy": True}, False),
        (Act.CARD, SCAN | {"model": False}, False),
        (Act.WORKLIST, {}, False),
    ],
)
def test_what_can_be_used_follows_from_the_facts(act: Act, facts: dict[str, object], possible: bool) -> None:
    assert enabled(SPECS[act], Facts(**facts)) is possible


def test_what_is_switched_on_follows_from_the_facts() -> None:
    facts = Facts(tool=Tool.PAN, label=PITUITARY, theme="dark", review=False)
    on = {spec.act for spec in ACTIONS if spec.checked is not None and spec.checked(facts)}
    assert {Act.PAN, Act.PITUITARY, Act.THEME_DARK, Act.TRAINING} <= on
    assert not {Act.NAVIGATE, Act.NO_LABEL, Act.THEME_SYSTEM, Act.REVIEW} & on


def test_every_entry_of_the_menus_is_in_step_with_the_facts(scene: Scene, tmp_path: Path) -> None:
    actions = scene.window.actions_
    scene.open(*write_heads(tmp_path, 2))
    scene.wait_for_answer()
    scene.wait_until_quiet()

    def in_step() -> bool:
        facts = scene.window.facts()
        return all(actions[spec.act].isEnabled() is enabled(spec, facts) for spec in ACTIONS)

    scene.wait(in_step)
    scene.workspace.session.pane.view.invert()
    scene.wait(actions[Act.INVERT].isChecked)
    scene.workspace.worklist.clear()
    scene.wait(in_step)
    assert not actions[Act.INVERT].isEnabled()


def test_the_buttons_of_the_parts_neither_work_nor_look_switched_on_beside_the_training(
    scene: Scene, tmp_path: Path
) -> None:
    scene.open(*write_heads(tmp_path, 1))
    assert scene.is_on(Act.WORKLIST)
    assert scene.is_on(Act.PANEL)
    scene.act(Act.TRAINING)
    for act in (Act.WORKLIST, Act.PANEL):
        assert not scene.can(act)
        assert not scene.is_on(act)
    scene.act(Act.REVIEW)
    assert scene.is_on(Act.WORKLIST)
    assert scene.is_on(Act.PANEL)


def test_buttons_have_names_keys_and_the_keyboard(scene: Scene) -> None:
    bars = (scene.window.header, scene.window.viewer_bar)
    made = [bar.widgetForAction(action) for bar in bars for action in bar.actions()]
    buttons = [button for button in made if isinstance(button, QToolButton)]
    assert len(buttons) > 20
    assert all(button.accessibleName() and button.toolTip() for button in buttons)
    assert all(button.focusPolicy() for button in buttons)
    assert "Ctrl+O" in scene.window.actions_[Act.OPEN_FILES].toolTip()
