"""Opening, pasting, exporting, saving, closing: the person is asked where, the threads do it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QDate, QIODevice, QObject, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from tumorviewer.gui.window.dialogs.watch import WatchDialog
from tumorviewer.gui.window.drops import local_paths
from tumorviewer.gui.window.review_page import ReviewPage
from tumorviewer.gui.window.services import Services
from tumorviewer.state.jobs import JobEnd, JobKind
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.workers import Workers


class FileCommands(QObject):
    """What the menu File does.

    Parameters
    ----------
    workspace : Workspace
    workers : Workers
    services : Services
    page : ReviewPage
        Knows which rows are selected, and what the scan looks like.
    window : QWidget
        Dialogs belong to it.
    """

    def __init__(
        self, workspace: Workspace, workers: Workers, services: Services, page: ReviewPage, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace, self._workers, self._services = workspace, workers, services
        self._page, self._window = page, window

    # ------------------------------------------------------------ opening

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what was dropped, pasted or named."""
        if paths:
            self._workers.open_paths(paths)

    def open_files(self) -> None:
        """Ask for files."""
        dialog = self._dialog(self.tr("Open files"), QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [
                self.tr(
                    "Scans and zip archives (*.dcm *.dicom *.ima *.jpg *.jpeg *.png *.bmp *.tif *.tiff *.webp *.nii "
                    "*.nii.gz *.zip)"
                ),
                self.tr("All files (*)"),
            ]
        )
        dialog.filesSelected.connect(lambda names: self.open_paths([Path(name) for name in names]))
        dialog.open()

    def open_folder(self) -> None:
        """Ask for a folder."""
        dialog = self._dialog(self.tr("Open folder"), QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.open_paths([Path(name)]))
        dialog.open()

    def paste(self) -> None:
        """Open the files on the clipboard."""
        paths = local_paths(QGuiApplication.clipboard().mimeData())
        if paths:
            self.open_paths(paths)
        else:
            where = self.tr("the clipboard")
            self._workspace.notices.tell(Notice(NoticeKind.NOTHING_FOUND, where))

    def open_phantoms(self) -> None:
        """Draw the phantom series, and open it unless that was cancelled meanwhile."""
        job = self._workspace.jobs.begin(JobKind.DRAWING)

        def drawn(paths: list[Path]) -> None:
            stopped = job.stop.is_set()
            job.finish(JobEnd.CANCELLED if stopped else JobEnd.DONE)
            if not stopped:
                self.open_paths(paths)

        def failed(error: OSError) -> None:
            job.finish(JobEnd.FAILED)
            self._no_phantoms(error)

        self._workers.errands.run(self._services.write_phantoms, drawn, failed)

    def watch(self) -> None:
        """Ask for the folder that is to be watched, and whether with what is in it already."""
        dialog = self._dialog(self.tr("Folder to watch"), QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self._ask_how_to_watch(Path(name)))
        dialog.open()

    def stop_watching(self) -> None:
        """Watch nothing any more; what was opened stays open."""
        self._workspace.watching.stop()

    def open_received(self) -> None:
        """Open what other machines have sent, now or before."""
        self.open_paths([self._workspace.receiving.folder])

    def fill_recent(self, menu: QMenu) -> None:
        """List the folders that were opened last, by name; names that are the same get their parent's."""
        menu.clear()
        folders = [Path(name) for name in self._workspace.settings.recent()]
        names = [folder.name or str(folder) for folder in folders]
        for folder, name in zip(folders, names, strict=True):
            text = f"{folder.parent.name}/{name}" if names.count(name) > 1 else name
            action = menu.addAction(text.replace("&", "&&"))
            action.setToolTip(str(folder))
            action.setData(str(folder))
            action.triggered.connect(lambda _checked=False, folder=folder: self.open_paths([folder]))
        menu.addSeparator()
        forget = menu.addAction(self.tr("&Clear list"))
        forget.setEnabled(bool(folders))
        forget.triggered.connect(self._workspace.settings.clear_recent)

    def close_all(self) -> None:
        """Close all scans."""
        self._workers.close_all()

    # ------------------------------------------------------------ exporting

    def export_csv(self, ids: Sequence[int] = ()) -> None:
        """Ask where the table goes. Without rows: those that are selected, or all if that is one."""
        rows = list(ids) or self._chosen()
        dialog = self._dialog(self.tr("Export table"), QFileDialog.FileMode.AnyFile, save=f"{_stem()}.csv")
        dialog.setNameFilter(self.tr("Table (*.csv)"))
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self._workers.export_csv(rows, Path(name)))
        dialog.open()

    def export_dataset(self, ids: Sequence[int] = ()) -> None:
        """Ask for the folder that the labelled scans go to."""
        rows = list(ids) or self._page.worklist.labelled_ids()
        title = self.tr("Folder for the labelled scans: new or empty")
        dialog = self._dialog(title, QFileDialog.FileMode.Directory)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self._workers.export_dataset(rows, Path(name)))
        dialog.open()

    def save_picture(self) -> None:
        """Ask where the picture of the scan goes: as it was when that was asked for."""
        picture = self._page.viewer.grab_picture()
        dialog = self._dialog(self.tr("Save picture"), QFileDialog.FileMode.AnyFile, save=f"{_stem()}.png")
        dialog.setNameFilter(self.tr("Picture (*.png)"))
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(lambda name: self._write_picture(picture, Path(name)))
        dialog.open()

    # ------------------------------------------------------------ inside

    def _ask_how_to_watch(self, folder: Path) -> None:
        dialog = WatchDialog(folder, self._window)
        dialog.begin_wanted.connect(lambda existing: self._workspace.watching.begin(folder, existing=existing))
        dialog.open()

    def _chosen(self) -> list[int]:
        selected = self._page.worklist.selected_ids()
        return selected if len(selected) > 1 else [entry.id for entry in self._workspace.worklist.in_order()]

    def _write_picture(self, picture: QImage, path: Path) -> None:
        tell, write = self._workspace.notices.tell, self._services.write_bytes

        def failed(error: OSError) -> None:
            tell(Notice(NoticeKind.EXPORT_FAILED, path.name, error.strerror or str(error)))

        self._workers.errands.run(
            lambda: write(path, png(picture)),
            lambda _: tell(Notice(NoticeKind.EXPORTED, path.name, count=1)),
            failed,
        )

    def _no_phantoms(self, error: OSError) -> None:
        name = self.tr("The phantom series")
        self._workspace.notices.tell(Notice(NoticeKind.EXPORT_FAILED, name, error.strerror or str(error)))

    def _dialog(self, title: str, mode: QFileDialog.FileMode, *, save: str = "") -> QFileDialog:
        """Return a dialog that does not stop the window: work goes on behind it."""
        recent = self._workspace.settings.recent()
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        dialog = QFileDialog(self._window, title, recent[0] if recent else home)
        dialog.setFileMode(mode)
        if save:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.selectFile(save)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog


def png(picture: QImage) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt wants text
    return bytes(buffer.data().data())


def _stem() -> str:
    return f"tumor-viewer-{QDate.currentDate().toString(Qt.DateFormat.ISODate)}"
