"""What the actions and menus are called. "&" marks the key that chooses it in its menu."""

from PySide6.QtCore import QCoreApplication

from tumorviewer.gui.window.actions import Act, Menu

translate = QCoreApplication.translate


def menu_names() -> dict[Menu, str]:
    """Return the titles of the menus."""
    return {
        Menu.FILE: translate("Menus", "&File"),
        Menu.VIEW: translate("Menus", "&View"),
        Menu.THEME: translate("Menus", "&Theme"),
        Menu.SCAN: translate("Menus", "&Scan"),
        Menu.WINDOW: translate("Menus", "&Grey-value windows"),
        Menu.CROP: translate("Menus", "&Crop"),
        Menu.LABELS: translate("Menus", "&Labels"),
        Menu.HELP: translate("Menus", "&Help"),
    }


def action_names() -> dict[Act, str]:
    """Return what stands in the menus."""
    return {**_file(), **_view(), **_scan(), **_crop_and_labels(), **_help()}


def short_names() -> dict[Act, str]:
    """Return what stands on buttons that show words."""
    return {
        Act.OPEN_FILES: translate("Buttons", "Open files"),
        Act.OPEN_FOLDER: translate("Buttons", "Open folder"),
    }


def _file() -> dict[Act, str]:
    return {
        Act.OPEN_FILES: translate("Actions", "&Open files…"),
        Act.OPEN_FOLDER: translate("Actions", "Open &folder…"),
        Act.PASTE: translate("Actions", "&Paste files"),
        Act.PHANTOM: translate("Actions", "Open the p&hantom series"),
        Act.WATCH: translate("Actions", "&Watch a folder…"),
        Act.STOP_WATCHING: translate("Actions", "Stop watch&ing the folder"),
        Act.RECEIVED: translate("Actions", "Open &received scans"),
        Act.REPORT: translate("Actions", "Print or s&ave a report…"),
        Act.EXPORT_CSV: translate("Actions", "&Export table (CSV)…"),
        Act.EXPORT_DATASET: translate("Actions", "Export labelled scans as &data set…"),
        Act.EXPORT_DICOM: translate("Actions", "Export as DICO&M…"),
        Act.DEIDENTIFY: translate("Actions", "De-identif&y DICOM files…"),
        Act.SAVE_PICTURE: translate("Actions", "&Save picture…"),
        Act.STOP: translate("Actions", "S&top what is going on"),
        Act.CLOSE_ALL: translate("Actions", "&Close all scans"),
        Act.SETTINGS: translate("Actions", "Setti&ngs…"),
        Act.QUIT: translate("Actions", "&Quit"),
    }


def _view() -> dict[Act, str]:
    return {
        Act.REVIEW: translate("Actions", "&Review"),
        Act.TRAINING: translate("Actions", "&Training"),
        Act.WORKLIST: translate("Actions", "&Worklist"),
        Act.PANEL: translate("Actions", "&Prediction"),
        Act.TAGS: translate("Actions", "D&ICOM tags"),
        Act.NEXT_PART: translate("Actions", "&Next part of the window"),
        Act.FULL_SCREEN: translate("Actions", "&Full screen"),
        Act.OVERLAYS: translate("Actions", "&Overlays: all, without the model's, none"),
        Act.HEAT_MAP: translate("Actions", "&Heat map"),
        Act.PATIENT: translate("Actions", "Show names of folder&s"),
        Act.THEME_SYSTEM: translate("Actions", "As the &system"),
        Act.THEME_LIGHT: translate("Actions", "&Light"),
        Act.THEME_DARK: translate("Actions", "&Dark"),
    }


def _scan() -> dict[Act, str]:
    return {
        Act.NAVIGATE: translate("Actions", "&Navigate"),
        Act.WINDOW: translate("Actions", "Set the &window"),
        Act.PAN: translate("Actions", "&Pan"),
        Act.MEASURE: translate("Actions", "&Measure a length"),
        Act.CLEAR_MEASURES: translate("Actions", "Remove m&easures"),
        Act.FIT: translate("Actions", "&Fit"),
        Act.ACTUAL_SIZE: translate("Actions", "&Actual pixels"),
        Act.ZOOM_IN: translate("Actions", "&Zoom in"),
        Act.ZOOM_OUT: translate("Actions", "Zoom &out"),
        Act.INVERT: translate("Actions", "&Invert"),
        Act.FLIP_ACROSS: translate("Actions", "Mirror left and rig&ht"),
        Act.FLIP_DOWN: translate("Actions", "Mirror top and &bottom"),
        Act.ROTATE_LEFT: translate("Actions", "Turn &left"),
        Act.ROTATE_RIGHT: translate("Actions", "Turn &right"),
        Act.RESET_VIEW: translate("Actions", "Reset the &view"),
        Act.CINE: translate("Actions", "Pla&y the stack"),
        Act.PEAK: translate("Actions", "Go to the most suspicious slice (&jump)"),
        Act.COMPARE: translate("Actions", "&Compare two scans"),
        Act.LINK: translate("Actions", "Lin&k both scans"),
        Act.JUDGE_REST: translate("Actions", "Ask the model about all scans"),
        Act.PRESET_0: translate("Actions", "&Default"),
        Act.PRESET_1: translate("Actions", "&Automatic, from the head"),
        Act.PRESET_2: translate("Actions", "&Wide"),
        Act.PRESET_3: translate("Actions", "&Narrow"),
        Act.PRESET_4: translate("Actions", "&1 to 99 % of the values"),
        Act.PRESET_5: translate("Actions", "&Full range"),
    }


def _crop_and_labels() -> dict[Act, str]:
    return {
        Act.CROP: translate("Actions", "&Edit the crop"),
        Act.AUTOMATIC_CROP: translate("Actions", "&Automatic crop"),
        Act.WHOLE_IMAGE: translate("Actions", "&Whole image"),
        Act.UNDO: translate("Actions", "&Undo"),
        Act.REDO: translate("Actions", "&Redo"),
        Act.GLIOMA: translate("Actions", "&Glioma"),
        Act.MENINGIOMA: translate("Actions", "&Meningioma"),
        Act.PITUITARY: translate("Actions", "&Pituitary tumour"),
        Act.NO_TUMOR: translate("Actions", "&No tumour"),
        Act.NO_LABEL: translate("Actions", "No la&bel"),
        Act.NOTE: translate("Actions", "&Write a note"),
    }


def _help() -> dict[Act, str]:
    return {
        Act.SHORTCUTS: translate("Actions", "&Keys and mouse"),
        Act.CARD: translate("Actions", "Card of the &model"),
        Act.MESSAGES: translate("Actions", "M&essages"),
        Act.LOG: translate("Actions", "&Log"),
        Act.AUDIT_LOG: translate("Actions", "A&udit log"),
        Act.SELF_TEST: translate("Actions", "&Self-test"),
        Act.ABOUT: translate("Actions", "&About Tumor Viewer"),
    }
