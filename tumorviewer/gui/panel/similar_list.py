"""Scans with a label of the person's own that look most like this one; a click shows one that is open."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.presentation.words import class_name
from tumorviewer.state.session import Session
from tumorviewer.state.similar import SimilarScan, SimilarState

PICTURE = 40


class SimilarList(QWidget):
    """Hidden until there are some.

    Parameters
    ----------
    session : Session
    state : SimilarState
    """

    def __init__(self, session: Session, state: SimilarState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._state = session, state
        self.rows: list[QToolButton] = []
        self._title = QLabel(self.tr("Your labelled scans that look most alike"))
        self._title.setProperty("role", "quiet")
        self._title.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(UNIT // 2)
        self._column.addWidget(self._title)
        state.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [self._row(scan) for scan in self._state.scans]
        for row in self.rows:
            self._column.addWidget(row)
        self.setVisible(bool(self.rows))

    def _row(self, scan: SimilarScan) -> QToolButton:
        row = QToolButton(self)
        row.setAutoRaise(True)
        row.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        row.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.setIconSize(QSize(PICTURE, PICTURE))
        if not scan.image.isNull():
            row.setIcon(QIcon(QPixmap.fromImage(scan.image)))
        row.setText(self.tr("{label} · {similarity}").format(
            label=class_name(scan.label), similarity=f"{scan.similarity:.2f}"
        ))  # fmt: skip
        entry_id = self._open_row(scan)
        hint = self.tr("Your label: {label}. Similarity {similarity}; 1 is the same picture.").format(
            label=class_name(scan.label), similarity=f"{scan.similarity:.3f}"
        )
        if entry_id is None:
            closed = self.tr("Not open at the moment.")
            hint = f"{hint}\n{closed}"
        else:
            row.clicked.connect(lambda: self._session.show(entry_id))
        row.setToolTip(hint)
        row.setEnabled(entry_id is not None)
        return row

    def _open_row(self, scan: SimilarScan) -> int | None:
        entries = self._session.worklist.entries.values()
        return next((e.id for e in entries if e.sha256 == scan.sha256 and e.frame == scan.frame), None)
