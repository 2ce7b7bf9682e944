"""What stands in the window while nothing is open: three ways to begin."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icon_engine import PaintedIcon
from tumorviewer.gui.look.icons import paint_icon
from tumorviewer.gui.look.tokens import UNIT, tokens
from tumorviewer.state.jobs import JobKind, Jobs


class EmptyPage(QWidget):
    """Drop scans, open a folder or files, or look at the phantom series.

    Parameters
    ----------
    open_folder, open_files, phantom : QAction
    jobs : Jobs
        While something is being opened, it says so.
    """

    def __init__(
        self, open_folder: QAction, open_files: QAction, phantom: QAction, jobs: Jobs, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.title = _line(self, scale=1.6, bold=True)
        self.hint = _line(self)
        self.hint.setProperty("role", "quiet")
        self.open_folder = _button(open_folder)
        self.open_folder.setDefault(True)
        self.open_folder.setIcon(QIcon(PaintedIcon(_paint_folder)))
        self.open_files = _button(open_files)
        self.phantom = _button(phantom)
        self.phantom.setText(self.tr("Try the phantom series"))
        self.phantom.setFlat(True)
        self.about_phantom = _line(self)
        self.about_phantom.setProperty("role", "quiet")
        self._zone = self._make_zone()
        self._lay_out()
        self.setFocusProxy(self.open_folder)
        self._write()
        jobs.changed.connect(self._write)

    def _make_zone(self) -> QWidget:
        zone = DropZone()
        column = QVBoxLayout(zone)
        column.setContentsMargins(4 * UNIT, 4 * UNIT, 4 * UNIT, 4 * UNIT)
        column.setSpacing(UNIT)
        column.addSpacing(zone.SIGN + UNIT)
        column.addWidget(self.title)
        column.addWidget(self.hint)
        column.addSpacing(2 * UNIT)
        buttons = QHBoxLayout()
        buttons.setSpacing(UNIT)
        buttons.addStretch(1)
        buttons.addWidget(self.open_folder)
        buttons.addWidget(self.open_files)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return zone

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * UNIT, 4 * UNIT, 4 * UNIT, 4 * UNIT)
        column.setSpacing(2 * UNIT)
        column.addStretch(2)
        column.addWidget(self._zone, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(UNIT)
        column.addWidget(self.phantom, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.about_phantom)
        column.addStretch(3)

    def _write(self) -> None:
        kinds = {job.kind for job in self._jobs.running}
        if JobKind.DRAWING in kinds:
            title, hint = self.tr("Drawing the phantom series …"), self.tr("It appears in a few seconds.")
        elif JobKind.OPENING in kinds:
            title, hint = self.tr("Looking for scans …"), self.tr("The first ones appear in a moment.")
        else:
            title = self.tr("Drop scans here")
            hint = self.tr("Files, folders or zip archives: DICOM, JPEG, PNG, BMP, TIFF, WebP")
        self.title.setText(title)
        self.hint.setText(hint)
        self.phantom.setEnabled(JobKind.DRAWING not in kinds)
        self.about_phantom.setText(self.tr("Heads that the program draws itself: no patient, nothing to download."))


class DropZone(QFrame):
    """A dashed frame with a sign."""

    SIGN = 7 * UNIT

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        """Return a calm size, with room around the words."""
        return super().sizeHint().expandedTo(QSize(76 * UNIT, 34 * UNIT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame and sign."""
        look = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(look.raised)
        painter.setPen(QPen(look.edge, 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 2 * UNIT, 2 * UNIT)
        sign = QRectF((self.width() - self.SIGN) / 2, 4.0 * UNIT, self.SIGN, self.SIGN)
        paint_icon(painter, sign, "drop", look.accent)


def _paint_folder(painter: QPainter, rect: QRectF, _mode: QIcon.Mode, _state: QIcon.State) -> None:
    """Draw on the accent's ground."""
    paint_icon(painter, rect, "open-folder", tokens().on_accent)


def _line(parent: QWidget, *, scale: float = 1.0, bold: bool = False) -> QLabel:
    label = QLabel(parent)
    label.setFont(figures(parent.font(), scale=scale, bold=bold))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label


def _button(action: QAction) -> QPushButton:
    button = QPushButton(action.icon(), action.iconText())
    button.setToolTip(action.toolTip())
    button.setIconSize(QSize(18, 18))
    button.clicked.connect(action.trigger)
    return button
