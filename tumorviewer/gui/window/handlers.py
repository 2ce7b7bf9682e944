"""Which action does what: the other half of the table."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QApplication

from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.dicom_commands import DicomCommands
from tumorviewer.gui.window.file_commands import FileCommands
from tumorviewer.gui.window.help_commands import HelpCommands
from tumorviewer.gui.window.report_commands import ReportCommands
from tumorviewer.gui.window.review_page import ReviewPage
from tumorviewer.inference.labels import GLIOMA, MENINGIOMA, NO_TUMOR, PITUITARY
from tumorviewer.state.settings import THEME
from tumorviewer.state.view import ViewState
from tumorviewer.state.workspace import Workspace

Handlers = dict[Act, Callable[[], object]]


def file_handlers(files: FileCommands, reports: ReportCommands, dicom: DicomCommands) -> Handlers:
    """Return what the file actions do."""
    return {
        Act.OPEN_FILES: files.open_files,
        Act.OPEN_FOLDER: files.open_folder,
        Act.PASTE: files.paste,
        Act.PHANTOM: files.open_phantoms,
        Act.WATCH: files.watch,
        Act.STOP_WATCHING: files.stop_watching,
        Act.RECEIVED: files.open_received,
        Act.REPORT: reports.ask,
        Act.EXPORT_CSV: files.export_csv,
        Act.EXPORT_DATASET: files.export_dataset,
        Act.EXPORT_DICOM: dicom.export,
        Act.DEIDENTIFY: dicom.deidentify,
        Act.SAVE_PICTURE: files.save_picture,
        Act.CLOSE_ALL: files.close_all,
    }


def help_handlers(helps: HelpCommands) -> Handlers:
    """Return what the actions that show dialogs do."""
    return {
        Act.SETTINGS: helps.settings,
        Act.SHORTCUTS: helps.shortcuts,
        Act.CARD: helps.card,
        Act.MESSAGES: helps.messages,
        Act.LOG: helps.log,
        Act.AUDIT_LOG: helps.audit_log,
        Act.SELF_TEST: helps.self_test,
        Act.ABOUT: helps.about,
    }


def view_handlers(workspace: Workspace, page: ReviewPage) -> Handlers:
    """Return what the actions on the look of window and scan do."""
    settings, overlays = workspace.settings, workspace.overlays
    return {
        Act.WORKLIST: lambda: page.show_part(page.worklist, page.worklist.isHidden()),
        Act.PANEL: lambda: page.show_part(page.panel, page.panel.isHidden()),
        Act.NEXT_PART: lambda: page.next_part(QApplication.focusWidget()),
        Act.OVERLAYS: overlays.next_level,
        Act.HEAT_MAP: lambda: overlays.set(heat=not overlays.overlays.heat),
        Act.PATIENT: lambda: overlays.set(patient=not overlays.overlays.patient),
        Act.THEME_SYSTEM: lambda: settings.set(THEME, "system"),
        Act.THEME_LIGHT: lambda: settings.set(THEME, "light"),
        Act.THEME_DARK: lambda: settings.set(THEME, "dark"),
    }


def scan_handlers(workspace: Workspace, page: ReviewPage) -> Handlers:
    """Return what the actions on the current scan do."""
    viewer, session = page.viewer, workspace.session
    presets = [act for act in Act if act.name.startswith("PRESET_")]

    def on_view(change: Callable[[ViewState], None]) -> Callable[[], None]:
        """Change the view that has the keyboard at that moment."""
        return lambda: change(viewer.active.state)

    return {
        Act.NAVIGATE: partial(viewer.set_tool, Tool.NAVIGATE),
        Act.WINDOW: partial(viewer.set_tool, Tool.WINDOW),
        Act.PAN: partial(viewer.set_tool, Tool.PAN),
        Act.MEASURE: partial(viewer.set_tool, Tool.MEASURE),
        Act.CROP: partial(viewer.set_tool, Tool.CROP),
        Act.CLEAR_MEASURES: viewer.clear_measures,
        Act.ZOOM_IN: viewer.zoom_in,
        Act.ZOOM_OUT: viewer.zoom_out,
        Act.FIT: viewer.fit,
        Act.ACTUAL_SIZE: viewer.actual_size,
        Act.INVERT: on_view(ViewState.invert),
        Act.FLIP_ACROSS: on_view(partial(ViewState.flip, across=True)),
        Act.FLIP_DOWN: on_view(partial(ViewState.flip, across=False)),
        Act.ROTATE_LEFT: on_view(lambda state: state.turn(-1)),
        Act.ROTATE_RIGHT: on_view(lambda state: state.turn(1)),
        Act.RESET_VIEW: on_view(ViewState.reset),
        Act.CINE: viewer.toggle_cine,
        Act.PEAK: workspace.series.show_peak,
        Act.COMPARE: lambda: compare(workspace, page),
        Act.LINK: lambda: session.link(not session.linked),
        **{act: partial(viewer.apply_preset, number) for number, act in enumerate(presets)},
        Act.AUTOMATIC_CROP: session.reset_crop,
        Act.WHOLE_IMAGE: session.use_whole_image,
        Act.UNDO: session.undo.undo,
        Act.REDO: session.undo.redo,
    }


def label_handlers(page: ReviewPage) -> Handlers:
    """Return what the actions on the person's own labels do."""
    labels = {
        Act.GLIOMA: GLIOMA, Act.MENINGIOMA: MENINGIOMA, Act.PITUITARY: PITUITARY, Act.NO_TUMOR: NO_TUMOR,
        Act.NO_LABEL: "",
    }  # fmt: skip
    return {act: partial(page.worklist.label_selected, label) for act, label in labels.items()}


def compare(workspace: Workspace, page: ReviewPage) -> None:
    """Compare with the other row that is selected, else with the next slice; or end the comparison."""
    session, worklist = workspace.session, workspace.worklist
    current = session.pane.entry_id
    if session.comparing or current is None:
        session.compare_with(None)
        return
    others = [row for row in page.worklist.selected_ids() if row != current]
    nearby = (worklist.step(current, 1), worklist.step(current, -1), worklist.next_stack(current, 1))
    candidates = [*others[:1], *nearby, worklist.next_stack(current, -1)]
    other = next((row for row in candidates if row != current), None)
    if other is not None:
        session.compare_with(other)
