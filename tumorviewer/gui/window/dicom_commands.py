"""DICOM out and de-identification: the person is asked what and where, a thread does it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from tumorviewer.gui.window.dialogs.deidentify import DeidentifyDialog
from tumorviewer.gui.window.dialogs.dicom import DicomDialog
from tumorviewer.gui.window.dialogs.report import Scope
from tumorviewer.gui.window.review_page import ReviewPage
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.workers import Workers


class DicomCommands(QObject):
    """What the two entries of the menu do.

    Parameters
    ----------
    workspace : Workspace
    workers : Workers
    page : ReviewPage
        Knows which rows are selected.
    scopes : callable
        Returns which rows may be meant, and which of that is proposed.
    window : QWidget
        Dialogs belong to it.
    """

    def __init__(
        self,
        workspace: Workspace,
        workers: Workers,
        page: ReviewPage,
        scopes: Callable[[], tuple[list[Scope], int]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._workers = workspace, workers
        self._page, self._scopes, self._window = page, scopes, window

    def export(self) -> None:
        """Ask which scans, then where they go."""
        scopes, chosen = self._scopes()
        if not scopes:
            return
        dialog = DicomDialog(scopes, chosen, self._window)

        def ask() -> None:
            ids, dicomdir = dialog.ids, dialog.dicomdir.isChecked()
            files = self._folder(self.tr("Folder for the DICOM objects: new or empty"), new=True)
            files.fileSelected.connect(lambda name: self._workers.export_dicom(ids, Path(name), dicomdir=dicomdir))
            files.open()

        dialog.folder_wanted.connect(ask)
        dialog.open()

    def deidentify(self) -> None:
        """Ask which files and what may stay, then where they go."""
        dialog = DeidentifyDialog(self._open_files(), self._window)

        def ask() -> None:
            paths, options = dialog.paths, dialog.options
            files = self._folder(self.tr("Folder for the files without patient data: new or empty"), new=True)
            files.fileSelected.connect(lambda name: self._workers.deidentify(paths, Path(name), options))
            files.open()

        dialog.files_wanted.connect(lambda: self._choose_files(dialog))
        dialog.source_wanted.connect(lambda: self._choose_folder(dialog))
        dialog.folder_wanted.connect(ask)
        dialog.open()

    # ------------------------------------------------------------ inside

    def _open_files(self) -> list[Path]:
        """Return the DICOM files among the selected rows, or among all if one or none is selected; each once."""
        worklist, selected = self._workspace.worklist, self._page.worklist.selected_ids()
        ids = selected if len(selected) > 1 else list(worklist.entries)
        entries = (worklist.entries[entry_id] for entry_id in ids)
        return list(dict.fromkeys(entry.path for entry in entries if entry.format == "DICOM"))

    def _choose_files(self, dialog: DeidentifyDialog) -> None:
        files = self._folder(self.tr("DICOM files"))
        files.setFileMode(QFileDialog.FileMode.ExistingFiles)
        files.setOption(QFileDialog.Option.ShowDirsOnly, False)
        files.filesSelected.connect(lambda names: _hand(dialog, [Path(name) for name in names]))
        files.open()

    def _choose_folder(self, dialog: DeidentifyDialog) -> None:
        files = self._folder(self.tr("Folder of DICOM files"))
        files.fileSelected.connect(lambda name: _hand(dialog, [Path(name)]))
        files.open()

    def _folder(self, title: str, *, new: bool = False) -> QFileDialog:
        """Return a question for a folder that does not stop the window."""
        recent = self._workspace.settings.recent()
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        dialog = QFileDialog(self._window, title, recent[0] if recent else home)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if new:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog


def _hand(dialog: DeidentifyDialog, paths: list[Path]) -> None:
    if isValid(dialog):
        dialog.take(paths)
