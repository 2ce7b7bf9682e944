"""The table of the actions: where each stands, its icon and keys, when it can be used and when it is on."""

from typing import Final

from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.gui.window.actions import Act, Menu, Spec, has_parts, has_row, has_rows, has_scan
from tumorviewer.inference.labels import GLIOMA, MENINGIOMA, NO_TUMOR, PITUITARY
from tumorviewer.state.entries import CropKind

_FILE: Final = (
    Spec(Act.OPEN_FILES, Menu.FILE, "open-file", ("Ctrl+O",)),
    Spec(Act.OPEN_FOLDER, Menu.FILE, "open-folder", ("Ctrl+Shift+O",)),
    Spec(Act.PASTE, Menu.FILE, None, ("Ctrl+V",)),
    Spec(Act.PHANTOM, Menu.FILE, "head"),
    Spec(Act.WATCH, Menu.FILE, "watch", starts_group=True),
    Spec(Act.STOP_WATCHING, Menu.FILE, None, (), lambda facts: facts.watching),
    Spec(Act.RECEIVED, Menu.FILE, "receive"),
    Spec(Act.REPORT, Menu.FILE, "log", ("Ctrl+P",), has_rows, starts_group=True),
    Spec(Act.EXPORT_CSV, Menu.FILE, "export", ("Ctrl+E",), has_rows),
    Spec(Act.EXPORT_DATASET, Menu.FILE, None, ("Ctrl+Shift+E",), lambda facts: facts.labelled),
    Spec(Act.EXPORT_DICOM, Menu.FILE, None, (), lambda facts: has_rows(facts) and facts.model),
    Spec(Act.DEIDENTIFY, Menu.FILE, "eye-off"),
    Spec(Act.SAVE_PICTURE, Menu.FILE, "save", ("Ctrl+S",), has_scan),
    Spec(Act.STOP, Menu.FILE, "stop", ("Ctrl+.",), lambda facts: facts.busy, starts_group=True),
    Spec(Act.CLOSE_ALL, Menu.FILE, "close-all", ("Ctrl+W",), has_rows),
    Spec(Act.SETTINGS, Menu.FILE, "settings", ("Ctrl+,",), starts_group=True),
    Spec(Act.QUIT, Menu.FILE, None, ("Ctrl+Q",)),
)

_VIEW: Final = (
    Spec(Act.REVIEW, Menu.VIEW, None, ("Ctrl+PgUp",), checked=lambda facts: facts.review),
    Spec(Act.TRAINING, Menu.VIEW, None, ("Ctrl+PgDown",), checked=lambda facts: not facts.review),
    Spec(Act.WORKLIST, Menu.VIEW, "panel-left", ("F7",), has_parts, lambda facts: facts.worklist, starts_group=True),
    Spec(Act.PANEL, Menu.VIEW, "panel-right", ("F8",), has_parts, lambda facts: facts.panel),
    Spec(Act.TAGS, Menu.VIEW, "tags", ("F9",), has_parts, lambda facts: facts.tags),
    Spec(Act.NEXT_PART, Menu.VIEW, None, ("F6",), has_row),
    Spec(Act.FULL_SCREEN, Menu.VIEW, "full-screen", ("F11",), checked=lambda facts: facts.full_screen),
    Spec(Act.OVERLAYS, Menu.VIEW, "eye", ("O",), has_scan, starts_group=True),
    Spec(Act.HEAT_MAP, Menu.VIEW, "heat-map", ("M",), has_row, lambda facts: facts.overlays.heat),
    Spec(Act.PATIENT, Menu.VIEW, "person", ("P",), has_row, lambda facts: facts.overlays.patient),
    Spec(Act.THEME_SYSTEM, Menu.THEME, checked=lambda facts: facts.theme == "system"),
    Spec(Act.THEME_LIGHT, Menu.THEME, checked=lambda facts: facts.theme == "light"),
    Spec(Act.THEME_DARK, Menu.THEME, checked=lambda facts: facts.theme == "dark"),
)  # fmt: skip

_SCAN: Final = (
    Spec(Act.NAVIGATE, Menu.SCAN, "pointer", ("N",), has_scan, lambda facts: facts.tool is Tool.NAVIGATE),
    Spec(Act.WINDOW, Menu.SCAN, "window", ("W",), has_scan, lambda facts: facts.tool is Tool.WINDOW),
    Spec(Act.PAN, Menu.SCAN, "pan", ("T",), has_scan, lambda facts: facts.tool is Tool.PAN),
    Spec(Act.MEASURE, Menu.SCAN, "measure", ("D",), has_scan, lambda facts: facts.tool is Tool.MEASURE),
    Spec(Act.CLEAR_MEASURES, Menu.SCAN, None, ("Shift+D",), has_scan),
    Spec(Act.FIT, Menu.SCAN, "fit", ("=",), has_scan, starts_group=True),
    Spec(Act.ACTUAL_SIZE, Menu.SCAN, "actual-size", ("Ctrl+0",), has_scan),
    Spec(Act.ZOOM_IN, Menu.SCAN, "zoom-in", ("+", "Ctrl++", "Ctrl+="), has_scan),
    Spec(Act.ZOOM_OUT, Menu.SCAN, "zoom-out", ("-", "Ctrl+-"), has_scan),
    Spec(Act.INVERT, Menu.SCAN, "invert", ("I",), has_scan, lambda facts: facts.view.inverted, starts_group=True),
    Spec(Act.FLIP_ACROSS, Menu.SCAN, "flip-horizontal", ("H",), has_scan, lambda facts: facts.view.flipped_h),
    Spec(Act.FLIP_DOWN, Menu.SCAN, "flip-vertical", ("V",), has_scan, lambda facts: facts.view.flipped_v),
    Spec(Act.ROTATE_LEFT, Menu.SCAN, "rotate-left", ("L",), has_scan),
    Spec(Act.ROTATE_RIGHT, Menu.SCAN, "rotate-right", ("R",), has_scan),
    Spec(Act.RESET_VIEW, Menu.SCAN, "reset", ("Space",), has_scan, on_scan=True),
    Spec(
        Act.CINE, Menu.SCAN, "play", ("C",), lambda facts: has_scan(facts) and facts.slices > 1,
        lambda facts: facts.playing, starts_group=True,
    ),
    Spec(Act.PEAK, Menu.SCAN, None, ("J",), lambda facts: has_row(facts) and facts.peak),
    Spec(
        Act.COMPARE, Menu.SCAN, "compare", ("S",), lambda facts: has_row(facts) and (facts.rows > 1 or facts.comparing),
        lambda facts: facts.comparing,
    ),
    Spec(
        Act.LINK, Menu.SCAN, "link", ("Shift+S",), lambda facts: facts.comparing and facts.review,
        lambda facts: facts.linked,
    ),
    Spec(
        Act.JUDGE_REST, Menu.SCAN, "model", ("Ctrl+J",),
        lambda facts: facts.model and facts.waiting and not facts.busy, starts_group=True,
    ),
    Spec(Act.PRESET_0, Menu.WINDOW, None, ("0",), has_scan, lambda facts: facts.view.window is None),
    Spec(Act.PRESET_1, Menu.WINDOW, None, ("1",), has_scan),
    Spec(Act.PRESET_2, Menu.WINDOW, None, ("2",), has_scan),
    Spec(Act.PRESET_3, Menu.WINDOW, None, ("3",), has_scan),
    Spec(Act.PRESET_4, Menu.WINDOW, None, ("4",), has_scan),
    Spec(Act.PRESET_5, Menu.WINDOW, None, ("5",), has_scan),
)  # fmt: skip

_CROP: Final = (
    Spec(Act.CROP, Menu.CROP, "crop", ("E",), has_scan, lambda facts: facts.tool is Tool.CROP),
    Spec(
        Act.AUTOMATIC_CROP, Menu.CROP, "crop-reset", ("A",),
        lambda facts: has_scan(facts) and facts.crop is not CropKind.AUTOMATIC,
    ),
    Spec(
        Act.WHOLE_IMAGE, Menu.CROP, "whole-image", ("F",),
        lambda facts: has_scan(facts) and facts.crop is not CropKind.WHOLE,
    ),
    Spec(
        Act.UNDO, Menu.CROP, "undo", ("Ctrl+Z",), lambda facts: facts.can_undo and facts.review, starts_group=True,
    ),
    Spec(Act.REDO, Menu.CROP, "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), lambda facts: facts.can_redo and facts.review),
)  # fmt: skip

_LABELS: Final = (
    Spec(Act.GLIOMA, Menu.LABELS, None, ("Alt+1",), has_row, lambda facts: facts.label == GLIOMA),
    Spec(Act.MENINGIOMA, Menu.LABELS, None, ("Alt+2",), has_row, lambda facts: facts.label == MENINGIOMA),
    Spec(Act.PITUITARY, Menu.LABELS, None, ("Alt+3",), has_row, lambda facts: facts.label == PITUITARY),
    Spec(Act.NO_TUMOR, Menu.LABELS, None, ("Alt+4",), has_row, lambda facts: facts.label == NO_TUMOR),
    Spec(Act.NO_LABEL, Menu.LABELS, None, ("Alt+0",), has_row, lambda facts: not facts.label),
    Spec(Act.NOTE, Menu.LABELS, "note", ("Ctrl+N",), has_row, starts_group=True),
)

_HELP: Final = (
    Spec(Act.SHORTCUTS, Menu.HELP, "shortcuts", ("F1", "?")),
    Spec(Act.CARD, Menu.HELP, "model", (), lambda facts: facts.model),
    Spec(Act.MESSAGES, Menu.HELP, "info", ("Ctrl+M",), starts_group=True),
    Spec(Act.LOG, Menu.HELP, "log", ("Ctrl+L",)),
    Spec(Act.AUDIT_LOG, Menu.HELP, "check"),
    Spec(Act.SELF_TEST, Menu.HELP, "check"),
    Spec(Act.ABOUT, Menu.HELP, None, starts_group=True),
)

ACTIONS: Final = (*_FILE, *_VIEW, *_SCAN, *_CROP, *_LABELS, *_HELP)
