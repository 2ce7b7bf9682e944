"""Dialogs: each is there once, and comes to the front when it is asked for again."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QDate, QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from tumorviewer.gui.window.action_set import ActionSet
from tumorviewer.gui.window.dialogs.about import AboutDialog
from tumorviewer.gui.window.dialogs.base import Dialog
from tumorviewer.gui.window.dialogs.settings import SettingsDialog
from tumorviewer.gui.window.dialogs.shortcuts import ShortcutsDialog
from tumorviewer.gui.window.dialogs.texts import CardDialog, LogDialog, MessagesDialog
from tumorviewer.gui.window.messages import Messages
from tumorviewer.gui.window.services import AboutFacts, Services
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.workers import Workers

D = TypeVar("D", bound=Dialog)


class HelpCommands(QObject):
    """What the menu Help does, and the settings.

    Parameters
    ----------
    workspace : Workspace
    workers : Workers
        Texts are read in another thread, and the self-test is a process.
    services : Services
    messages : Messages
    actions : ActionSet
    window : QWidget
    """

    def __init__(
        self,
        workspace: Workspace,
        workers: Workers,
        services: Services,
        messages: Messages,
        actions: ActionSet,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._workers, self._services = workspace, workers, services
        self._errands = workers.errands
        self._messages, self._actions, self._window = messages, actions, window
        self._open: dict[type[Dialog], Dialog] = {}

    @property
    def settings_are_open(self) -> bool:
        """Whether the settings are on the screen."""
        dialog = self._open.get(SettingsDialog)
        return dialog is not None and isValid(dialog) and dialog.isVisible()

    def settings(self) -> None:
        """Show the settings."""

        def make() -> SettingsDialog:
            languages = self._services.languages
            workspace = self._workspace
            return SettingsDialog(workspace.settings, workspace.overlays, workspace.receiving, languages, self._window)

        def show_models(models: list[Entry]) -> None:
            if isValid(dialog):
                dialog.show_models(models)

        dialog = self._dialog(SettingsDialog, make)
        dialog.open()
        self._errands.run(self._services.models, show_models, lambda _: show_models([]))

    def shortcuts(self) -> None:
        """Show keys and mouse."""
        self._dialog(ShortcutsDialog, lambda: ShortcutsDialog(self._actions, self._window)).open()

    def messages(self) -> None:
        """Show what was said so far."""
        self._dialog(MessagesDialog, lambda: MessagesDialog(self._messages, self._window)).open()

    def card(self) -> None:
        """Show the card of the model in use."""
        model = self._workspace.model
        if model.card is None or model.folder is None:
            return
        name, path, read = model.name, model.folder / "card.md", self._services.read_text
        self._close(CardDialog)  # it may be another model's

        def dialog() -> CardDialog:
            return self._dialog(CardDialog, lambda: CardDialog(name, self._window))

        self._errands.run(
            lambda: read(path),
            lambda text: dialog().show_card(text),
            lambda error: dialog().show_problem(error.strerror or str(error)),
        )

    def log(self) -> None:
        """Show the log."""

        def make() -> LogDialog:
            about = self.tr("What the program noted for those who look for faults. It holds no data of patients.")
            made = LogDialog(about, str(self._services.log_folder), self.tr("Log"), self._window)
            made.reload_wanted.connect(self.log)
            return made

        def show(text: str) -> None:
            dialog = self._dialog(LogDialog, make)
            dialog.show_log(text)
            dialog.open()

        self._errands.run(self._services.read_log, show, lambda error: show(error.strerror or str(error)))

    def audit_log(self) -> None:
        """Show the audit log, after a look through all of it."""
        # Only who asks for it pays for it.
        from tumorviewer.gui.window.dialogs.audit_log import AuditLogDialog

        def make() -> AuditLogDialog:
            made = AuditLogDialog(self._window)
            made.check_wanted.connect(self.audit_log)
            made.save_wanted.connect(self._save_audit_log)
            return made

        dialog = self._dialog(AuditLogDialog, make)
        dialog.open()
        self._errands.run(
            self._services.audit_log,
            lambda found: dialog.show_log(*found) if isValid(dialog) else None,
            lambda error: dialog.show_problem(error.strerror or str(error)) if isValid(dialog) else None,
        )

    def self_test(self) -> None:
        """Check this installation, and show what comes of it."""
        # Only who asks for it pays for it.
        from tumorviewer.gui.window.dialogs.self_test import SelfTestDialog

        test = self._workers.self_test()

        def begin() -> None:
            test.start(quick=self._workspace.training_runs)

        def make() -> SelfTestDialog:
            made = SelfTestDialog(test, begin, self._window)
            made.save_wanted.connect(self._save_self_test)
            begin()
            return made

        self._dialog(SelfTestDialog, make).open()

    def about(self) -> None:
        """Show versions and licences."""

        def show(facts: AboutFacts) -> None:
            self._dialog(AboutDialog, lambda: AboutDialog(facts, self._window)).open()

        # An installation without its licence files still says what it is made of.
        self._errands.run(self._services.about, show, lambda error: show(_without_texts(error)))

    def _save_self_test(self, page: str) -> None:
        write = self._services.write_bytes
        kind = self.tr("Page for a browser (*.html)")
        self._save("tumor-viewer-self-test", "html", kind, lambda path: write(path, page.encode()))

    def _save_audit_log(self) -> None:
        self._save("tumor-viewer-audit-log", "jsonl", self.tr("Lines of JSON (*.jsonl)"), self._services.save_audit_log)

    def _save(self, stem: str, ending: str, kind: str, write: Callable[[Path], object]) -> None:
        """Ask where a file goes, and write it in another thread."""
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._window, self.tr("Save"), home, kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(f"{stem}-{QDate.currentDate().toString(Qt.DateFormat.ISODate)}.{ending}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._write(Path(name), write))
        dialog.open()

    def _write(self, path: Path, write: Callable[[Path], object]) -> None:
        tell = self._workspace.notices.tell
        self._errands.run(
            lambda: write(path),
            lambda _: tell(Notice(NoticeKind.EXPORTED, path.name, count=1)),
            lambda error: tell(Notice(NoticeKind.EXPORT_FAILED, path.name, error.strerror or str(error))),
        )

    def _dialog(self, kind: type[D], make: Callable[[], D]) -> D:
        known = self._open.get(kind)
        if not isinstance(known, kind) or not isValid(known):
            known = make()
            known.finished.connect(lambda _: self._open.pop(kind, None))  # it is deleted soon after
            self._open[kind] = known
        return known

    def _close(self, kind: type[Dialog]) -> None:
        known = self._open.pop(kind, None)
        if known is not None and isValid(known):
            known.close()


def _without_texts(error: OSError) -> AboutFacts:
    from tumorviewer import __version__  # only for this rare case

    return AboutFacts(__version__, [("Tumor Viewer", __version__)], [], error.strerror or str(error), "")
