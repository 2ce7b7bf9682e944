"""The window."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from tumorviewer.gui.tags.dock import TagsDock
from tumorviewer.gui.window.action_set import ActionSet
from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.arrivals_row import ArrivalsRow
from tumorviewer.gui.window.dialogs.leaving import ask_to_stop
from tumorviewer.gui.window.dicom_commands import DicomCommands
from tumorviewer.gui.window.drops import DropGuard
from tumorviewer.gui.window.empty_page import EmptyPage
from tumorviewer.gui.window.facts import Facts, Shown, facts_of
from tumorviewer.gui.window.file_commands import FileCommands
from tumorviewer.gui.window.handlers import (
    file_handlers,
    help_handlers,
    label_handlers,
    scan_handlers,
    view_handlers,
)
from tumorviewer.gui.window.header import Header
from tumorviewer.gui.window.help_commands import HelpCommands
from tumorviewer.gui.window.layout_memory import flag, restore_place, restore_splitter, save_place, set_flag
from tumorviewer.gui.window.menus import Menus
from tumorviewer.gui.window.messages import Messages
from tumorviewer.gui.window.report_commands import ReportCommands
from tumorviewer.gui.window.review_page import ReviewPage
from tumorviewer.gui.window.services import Services
from tumorviewer.gui.window.status_strip import StatusStrip
from tumorviewer.gui.window.toast import Toast
from tumorviewer.gui.window.training_mark import TrainingMark
from tumorviewer.gui.window.training_page import TrainingTab
from tumorviewer.gui.window.viewer_bar import ViewerBar
from tumorviewer.state.settings import JUDGE_ALL, THEME
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.workers import Workers


class MainWindow(QMainWindow):
    """Everything that a person sees.

    All that it shows is kept in `workspace`, so that another window can be made of it at any time.

    Parameters
    ----------
    workspace : Workspace
    workers : Workers
    services : Services
    messages : Messages
    """

    close_wanted = Signal()
    """The person wants to leave. The window stays until the threads have ended and `leave` is called."""

    def __init__(self, workspace: Workspace, workers: Workers, services: Services, messages: Messages) -> None:
        super().__init__()
        self._workspace, self._settings = workspace, workspace.settings
        self._may_leave = self._tags_wanted = False
        self._hidden_for_full_screen: list[QWidget] = []
        self.setWindowTitle(self.tr("Tumor Viewer"))
        self.review = ReviewPage(workspace, workers.thumbnails)
        self.training = TrainingTab(workers)
        self.actions_ = ActionSet(self, self.review.viewer, self.facts)
        self.files = FileCommands(workspace, workers, services, self.review, self)
        self.reports = ReportCommands(workspace, workers, self.review, self)
        self.dicom = DicomCommands(workspace, workers, self.review, self.reports.scopes, self)
        self.helps = HelpCommands(workspace, workers, services, messages, self.actions_, self)
        self.menus = Menus(self.menuBar(), self.actions_, self.review.viewer, self.files.fill_recent)
        self.header = Header(self.actions_)
        self.training_mark = TrainingMark(workspace, self.training, self.header)
        self.viewer_bar = ViewerBar(self.actions_, self.menus.windows, self._settings)
        self.status = StatusStrip(workspace.jobs, messages, self.actions_[Act.MESSAGES], self._arrivals_row())
        self.tags = TagsDock(workspace.header, workspace.overlays, self)
        self.pages = QStackedWidget()
        self._lay_out()
        self.toast = Toast(self.pages)
        self.drops = DropGuard(self)
        self._connect(workers, messages)
        self._restore()
        self.actions_.refresh()

    # ------------------------------------------------------------ what others ask

    def facts(self) -> Facts:
        """Return what is true of the window now."""
        review, viewer = self.review, self.review.viewer
        shown = Shown(
            viewer.tool,
            viewer.cine.running,
            self.pages.currentWidget() is review,
            not review.worklist.isHidden(),
            not review.panel.isHidden(),
            not self.tags.isHidden(),
            self.isFullScreen(),
        )
        return facts_of(self._workspace, self._settings.get(THEME), shown)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what another start handed over, and come to the front."""
        self.files.open_paths(paths)
        self.show_tab(review=True)

    def take_drop(self, paths: Sequence[Path]) -> None:
        """Open what was dropped: scans, or a data set while training is shown."""
        if self.pages.currentWidget() is self.training:
            self.training.open_paths(paths)
        else:
            self.open_paths(paths)

    def come_to_front(self) -> None:
        """Show the window above all others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_tab(self, *, review: bool) -> None:
        """Show the scans, or the training."""
        self.pages.setCurrentWidget(self.review if review else self.training)
        self.tags.setVisible(review and self._tags_wanted)
        self.header.show_tab(review=review)
        self.actions_.refresh_soon()

    def say_stopping(self) -> None:
        """Say that the window closes as soon as the threads have ended."""
        self.drops.set_allowed(False)
        self.status.jobs.say_stopping()
        self.pages.setEnabled(False)
        self.menuBar().setEnabled(False)
        self.header.setEnabled(False)

    def leave(self) -> None:
        """Close, now that nothing holds it any more."""
        self._may_leave = True
        self.close()

    # ------------------------------------------------------------ Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go only when the threads have ended."""
        if self._may_leave:
            super().closeEvent(event)
            return
        event.ignore()
        if self._workspace.training_runs:
            ask_to_stop(self, self.close_wanted.emit)
        else:
            self.close_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave full screen with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self._full_screen()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------ inside

    def _arrivals_row(self) -> ArrivalsRow:
        workspace, actions = self._workspace, self.actions_
        return ArrivalsRow(workspace.watching, workspace.receiving, actions[Act.STOP_WATCHING], actions[Act.SETTINGS])

    def _lay_out(self) -> None:
        review, actions = self.review, self.actions_
        review.column.insertWidget(0, self.viewer_bar)
        review.begin_with(
            EmptyPage(actions[Act.OPEN_FOLDER], actions[Act.OPEN_FILES], actions[Act.PHANTOM], self._workspace.jobs)
        )
        self.pages.addWidget(review)
        self.pages.addWidget(self.training)
        self.addToolBar(self.header)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.tags)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (_rule(), self.pages, _rule(), self.status):
            column.addWidget(part, 1 if part is self.pages else 0)
        self.setCentralWidget(centre)
        review.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self, workers: Workers, messages: Messages) -> None:
        workspace, review, viewer = self._workspace, self.review, self.review.viewer
        session, worklist = workspace.session, workspace.worklist
        self.actions_.connect_to(
            {
                **file_handlers(self.files, self.reports, self.dicom),
                **help_handlers(self.helps),
                **view_handlers(workspace, review),
                **scan_handlers(workspace, review),
                **label_handlers(review),
                Act.STOP: workspace.jobs.cancel_all,
                Act.JUDGE_REST: lambda: self._judge_all(workers),
                Act.QUIT: self.close,
                Act.REVIEW: lambda: self.show_tab(review=True),
                Act.TRAINING: lambda: self.show_tab(review=False),
                Act.FULL_SCREEN: self._full_screen,
                Act.TAGS: self._toggle_tags,
                Act.NOTE: self._write_note,
            }
        )
        self.actions_.refresh_on(
            session.current_changed, session.crop_changed, session.comparing_changed, session.pane.changed,
            session.pane.view.changed, session.undo.indexChanged, workspace.overlays.changed, workspace.jobs.changed,
            workspace.model.changed, workspace.settings.changed, worklist.added, worklist.changed, worklist.cleared,
            workspace.series.changed, viewer.tool_changed, viewer.cine_changed, review.parts_changed,
        )  # fmt: skip
        self.drops.dropped.connect(self.take_drop)
        self.training.scans_wanted.connect(self.open_paths)
        self.pages.currentChanged.connect(self.training_mark.show_now)
        viewer.probed.connect(self.status.show_probe)
        review.worklist.counted.connect(lambda: self.status.show_counts(review.worklist.counts))
        review.worklist.visible_changed.connect(workers.set_visible)
        review.worklist.export_csv_wanted.connect(self.files.export_csv)
        review.worklist.export_dataset_wanted.connect(self.files.export_dataset)
        review.worklist.compare_wanted.connect(session.compare_with)
        review.worklist.clear_wanted.connect(self.files.close_all)
        review.panel.card_wanted.connect(self.helps.card)
        messages.added.connect(self.toast.tell)
        self.toast.log_wanted.connect(self.helps.log)
        self.tags.closed.connect(self._toggle_tags)

    def _restore(self) -> None:
        settings, review = self._settings, self.review
        restore_place(self, settings)
        restore_splitter(review.splitter, "parts", settings)
        review.worklist.setVisible(flag(settings, "worklist", default=True))
        review.panel.setVisible(flag(settings, "panel", default=True))
        self._tags_wanted = flag(settings, "tags", default=False)
        self.show_tab(review=flag(settings, "review", default=True))

    def save_layout(self) -> None:
        """Remember how the window is now."""
        settings, review = self._settings, self.review
        if self.isFullScreen():
            self._full_screen()
        save_place(self, settings)
        settings.set_state("parts", review.splitter.saveState())
        set_flag(settings, "worklist", not review.worklist.isHidden())
        set_flag(settings, "panel", not review.panel.isHidden())
        set_flag(settings, "tags", self._tags_wanted)
        set_flag(settings, "review", self.pages.currentWidget() is review)

    def _toggle_tags(self) -> None:
        self._tags_wanted = self.tags.isHidden()
        self.tags.setVisible(self._tags_wanted)
        self.actions_.refresh_soon()

    def _full_screen(self) -> None:
        """Show the scan on the whole screen, or go back. What the answers are for stays on the screen."""
        if self.isFullScreen():
            for part in self._hidden_for_full_screen:
                part.show()
            self._hidden_for_full_screen = []
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
        else:
            parts = (
                self.menuBar(), self.header, self.viewer_bar, self.review.worklist, self.review.panel, self.tags,
            )  # fmt: skip
            self._hidden_for_full_screen = [part for part in parts if not part.isHidden()]
            for part in self._hidden_for_full_screen:
                part.hide()
            self.setWindowState(self.windowState() | Qt.WindowState.WindowFullScreen)
        self.actions_.refresh_soon()

    def _judge_all(self, workers: Workers) -> None:
        if self._settings.get(JUDGE_ALL):
            workers.judge_rest()
        else:
            self._settings.set(JUDGE_ALL, True)  # the threads listen to that

    def _write_note(self) -> None:
        self.review.show_part(self.review.panel, True)
        self.review.panel.review.note.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _rule() -> QFrame:
    line = QFrame()
    line.setProperty("role", "rule")
    return line
