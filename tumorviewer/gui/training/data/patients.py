"""Who tells which scans are of one patient, and a pattern that finds it in file names."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget
from shiboken6 import isValid

from training.overview import DataOverview
from training.patients import Flaw, PatternFlaw, PatternTrial
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.words import patients_text
from tumorviewer.gui.training.parts import Card, quiet
from tumorviewer.gui.training.plan.fields import ChoiceBox
from tumorviewer.gui.words import number
from tumorviewer.state.training.data import DataState
from tumorviewer.workers.training.data_crew import DataCrew

SETTLE_MS: Final = 120
LONGEST: Final = 56
"""Letters of a file name that are shown."""


class PatientCard(Card):
    """Numbers, and a line for the pattern that is tried on the names while it is typed.

    Parameters
    ----------
    data : DataState
    crew : DataCrew
    """

    def __init__(self, data: DataState, crew: DataCrew, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._data, self._crew = data, crew
        self._names: tuple[str, ...] = ()
        self._valid = True
        self.title.setText(self.tr("Patients"))
        self.values = [QLabel() for _ in range(4)]
        self.add(self._figures())
        self.ready = ChoiceBox()
        self.ready.setAccessibleName(self.tr("The patient in file names"))
        for name, pattern in self._ready_patterns():
            self.ready.addItem(name, pattern)
        self.pattern = QLineEdit()
        self.pattern.setAccessibleName(self.tr("Pattern that finds the patient in file names"))
        self.pattern.setPlaceholderText(self.tr("A regular expression; for P0012_05.png: ^(P\\d+)_"))
        self.apply = QPushButton(self.tr("Apply"))
        self.apply.setAutoDefault(False)
        self.below = quiet()
        self.below.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        for part, stretch in ((self.ready, 0), (self.pattern, 1), (self.apply, 0)):
            row.addWidget(part, stretch)
        self.column.addSpacing(UNIT // 2)
        self.add(QLabel(self.tr("What in a file's name tells the patient?")))
        self.add(row)
        self.add(self.below)
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(self._try)
        self.pattern.textEdited.connect(self._edited)
        self.ready.activated.connect(self._take_ready)
        self.pattern.returnPressed.connect(self._apply)
        self.apply.clicked.connect(self._apply)
        data.changed.connect(self._show_apply)

    def show_overview(self, overview: DataOverview) -> None:
        """Show who tells the patients of a data set."""
        patients = overview.patients
        counts = (patients.by_index, patients.by_dicom, patients.by_name, patients.unknown)
        for label, count in zip(self.values, counts, strict=True):
            label.setText(number(count))
        self.say(patients_text(patients))
        self._names = tuple(dict.fromkeys(scan.path for scan in overview.pool))
        if not self.pattern.hasFocus() or not self._settled.isActive():
            self.pattern.setText(self._data.pattern)
            place = self.ready.findData(self._data.pattern)
            self.ready.setCurrentIndex(place if place >= 0 else self.ready.count() - 1)
        self._try()

    def _figures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * UNIT)
        grid.setVerticalSpacing(0)
        names = (self.tr("Told by the index"), self.tr("By DICOM"), self.tr("By file names"), self.tr("By nothing"))
        for place, (name, value) in enumerate(zip(names, self.values, strict=True)):
            caption = quiet(name)
            caption.setWordWrap(False)
            value.setFont(figures(self.font(), scale=1.3, bold=True))
            grid.addWidget(caption, 0, place)
            grid.addWidget(value, 1, place)
        grid.setColumnStretch(len(names), 1)
        return grid

    # ------------------------------------------------------------ the pattern

    def _ready_patterns(self) -> list[tuple[str, str | None]]:
        """Return patterns for those who do not write any; None stands for one's own."""
        return [
            (self.tr("Nothing"), ""),
            (self.tr("What stands before the first _ or -"), r"^([^_-]+)[_-]"),
            (self.tr("All before the last number"), r"^(.+?)[ _-]+\(?\d+\)?\.\w+$"),
            (self.tr("The first number"), r"(\d+)"),
            (self.tr("The folder that it lies in"), r"([^/]+)/[^/]+$"),
            (self.tr("A pattern of my own"), None),
        ]

    def _take_ready(self) -> None:
        pattern = self.ready.currentData()
        if pattern is None:
            self.pattern.setFocus()
            self.pattern.selectAll()
        else:
            self.pattern.setText(pattern)
            self._try()

    def _edited(self) -> None:
        self.ready.setCurrentIndex(self.ready.count() - 1)
        self._settled.start()

    def _try(self) -> None:
        text = self.pattern.text()
        if not text:
            self._tried(text, None)
            return
        self._crew.try_pattern(self._names, text, self._shown_if_alive(text))

    def _shown_if_alive(self, text: str) -> Callable[[PatternTrial | PatternFlaw], None]:
        def show(found: PatternTrial | PatternFlaw) -> None:
            if isValid(self) and self.pattern.text() == text:  # typed on meanwhile
                self._tried(text, found)

        return show

    def _tried(self, text: str, found: PatternTrial | PatternFlaw | None) -> None:
        self._valid = not isinstance(found, PatternFlaw)
        role = "quiet" if self._valid else "danger"
        if role != self.below.property("role"):
            self.below.setProperty("role", role)
            self.below.style().polish(self.below)
        self.below.setText(self._trial_text(text, found))
        self._show_apply()

    def _trial_text(self, text: str, found: PatternTrial | PatternFlaw | None) -> str:
        if not text or found is None:
            examples = "\n".join(_short(name.rpartition("/")[2]) for name in self._names[:3])
            return self.tr("Names in this data set:\n{examples}").format(examples=examples) if examples else ""
        if isinstance(found, PatternFlaw):
            return self._flaw_text(found)
        told = self.tr("Found in {matched} of {all} names: %n patient(s).", "", found.patients)
        told = told.format(matched=number(found.matched), all=number(found.matched + found.unmatched))
        return "\n".join([told, *(self._example(name, hit) for name, hit in found.examples)])

    def _flaw_text(self, flaw: PatternFlaw) -> str:
        if flaw.kind is Flaw.SLOW:
            return self.tr(
                "This pattern takes too long to search the file names. Use one without a repeat inside another repeat, "
                "for instance a+$ instead of (a+)+$."
            )
        if flaw.kind is Flaw.FAILED:
            return self.tr("The file names could not be searched: {reason}").format(reason=flaw.reason)
        return self.tr("This is no regular expression yet: {reason}").format(reason=flaw.reason)

    def _example(self, name: str, hit: str) -> str:
        short = _short(name.rpartition("/")[2])
        if not hit:
            return self.tr("{name} → nothing").format(name=short)
        return self.tr("{name} → patient {patient}").format(name=short, patient=_short(hit))

    def _apply(self) -> None:
        if self.apply.isEnabled():
            self._data.use_pattern(self.pattern.text())

    def _show_apply(self) -> None:
        changed = self.pattern.text() != self._data.pattern
        self.apply.setEnabled(changed and self._valid and not self._data.is_looking)


def _short(name: str) -> str:
    half = LONGEST // 2
    return name if len(name) <= LONGEST else f"{name[:half]}…{name[-half:]}"
