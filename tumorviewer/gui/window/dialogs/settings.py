"""The person's choices. Each holds from the moment it is made: there is nothing to confirm."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.window.dialogs.base import Dialog
from tumorviewer.gui.window.dialogs.letterhead import LetterheadFields
from tumorviewer.gui.window.dialogs.receiving import ReceivingFields
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.overlays import OverlayState
from tumorviewer.state.receiving import Receiving
from tumorviewer.state.settings import (
    CINE_RATE,
    EXPORT_PATHS,
    JUDGE_ALL,
    LANGUAGE,
    LESS_MOTION,
    MODEL,
    THEME,
    Setting,
    Settings,
)

ENGLISH = "en"


class SettingsDialog(Dialog):
    """Bound both ways to the settings.

    Parameters
    ----------
    settings : Settings
    overlays : OverlayState
        The heat map is one of both: what is chosen is remembered.
    receiving : Receiving
        How the receiver is.
    languages : sequence of str
        Those that there are translations for.
    """

    SIZE = QSize(72 * UNIT, 60 * UNIT)

    def __init__(
        self,
        settings: Settings,
        overlays: OverlayState,
        receiving: Receiving,
        languages: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._settings, self._overlays = settings, overlays
        self.theme, self.language, self.model = QComboBox(), QComboBox(), QComboBox()
        self.rate = QSpinBox()
        self._names: list[QLabel] = []
        self.heat = QCheckBox(self.tr("Show the heat map when a scan is opened"))
        self.judge_all = self._box(JUDGE_ALL, self.tr("Ask the model about all open scans, in the background"))
        self.less_motion = self._box(LESS_MOTION, self.tr("Nothing moves by itself"))
        self.full_paths = self._box(EXPORT_PATHS, self.tr("Write full paths into exported tables and reports"))
        self.receiving = ReceivingFields(settings, receiving, self)
        self.letterhead = LetterheadFields(settings, self)
        self._fill(languages)
        self._lay_out()
        self._connect()
        self._show()

    def show_models(self, models: Sequence[Entry]) -> None:
        """List the models that there are; one that cannot be used says why."""
        with QSignalBlocker(self.model):
            self.model.clear()
            self.model.addItem(self.tr("The newest that came with the program"), "")
            for entry in models:
                text = self.tr("{name} (came with the program)") if entry.shipped else self.tr("{name} (your own)")
                self.model.addItem(text.format(name=entry.name), entry.name)
                item = self.model.model().item(self.model.count() - 1)  # type: ignore[attr-defined]  # a standard model
                item.setEnabled(entry.card is not None)
                item.setToolTip(entry.problem)
        self._show()

    # ------------------------------------------------------------ inside

    def _fill(self, languages: Sequence[str]) -> None:
        for text, name in (
            (self.tr("As the system"), "system"), (self.tr("Light"), "light"), (self.tr("Dark"), "dark"),
        ):  # fmt: skip
            self.theme.addItem(text, name)
        self.language.addItem(self.tr("As the system"), "")
        for code in sorted({ENGLISH, *languages}):
            name = "English" if code == ENGLISH else QLocale(code).nativeLanguageName()
            self.language.addItem(name[:1].upper() + name[1:], code)
        self.model.addItem(self.tr("Looking for models …"), None)
        self.rate.setRange(CINE_RATE.lowest or 1, CINE_RATE.highest or 60)
        self.rate.setSuffix(self.tr("/s", "slices a second, after a number"))
        for box in (self.theme, self.language, self.model):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rate.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.rate.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, UNIT, 0)
        column.setSpacing(UNIT)
        form = self._section(column, self.tr("Look"))
        self._row(form, self.tr("&Theme"), self.theme)
        self._row(form, self.tr("&Language"), self.language)
        form.addRow(self.less_motion)
        form = self._section(column, self.tr("Model"))
        self._row(form, self.tr("&Model"), self.model)
        form.addRow(self.judge_all)
        form = self._section(column, self.tr("Scan"))
        form.addRow(self.heat)
        self._row(form, self.tr("&Playing a stack"), self.rate)
        form = self._section(column, self.tr("Receiving"))
        self.receiving.add_to(form, self._row)
        form = self._section(column, self.tr("Export"))
        self.letterhead.add_to(form, self._row)
        form.addRow(self.full_paths)
        form.addRow(_hint(self.tr("Names of folders and files may hold names of patients.")))
        column.addStretch(1)
        widest = max(label.sizeHint().width() for label in self._names)
        for label in self._names:
            label.setMinimumWidth(widest)  # so that the fields of all sections stand in one line
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        self.body.addWidget(area, 1)

    def _section(self, column: QVBoxLayout, title: str) -> QFormLayout:
        heading = QLabel(title)
        heading.setFont(figures(self.font(), bold=True))
        if column.count():
            column.addSpacing(UNIT)
        column.addWidget(heading)
        form = QFormLayout()
        form.setContentsMargins(2 * UNIT, 0, 0, 0)
        form.setHorizontalSpacing(2 * UNIT)
        form.setVerticalSpacing(UNIT)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        column.addLayout(form)
        return form

    def _row(self, form: QFormLayout, text: str, field: QWidget) -> None:
        label = QLabel(text)
        label.setBuddy(field)
        field.setAccessibleName(text.replace("&", ""))
        form.addRow(label, field)
        self._names.append(label)

    def _connect(self) -> None:
        settings = self._settings
        self.theme.activated.connect(lambda: settings.set(THEME, str(self.theme.currentData())))
        self.language.activated.connect(lambda: settings.set(LANGUAGE, str(self.language.currentData())))
        self.model.activated.connect(lambda: settings.set(MODEL, str(self.model.currentData() or "")))
        self.rate.valueChanged.connect(lambda rate: settings.set(CINE_RATE, rate))
        self.heat.toggled.connect(lambda on: self._overlays.set(heat=on))
        settings.changed.connect(self._show)
        self._overlays.changed.connect(self._show)

    def _box(self, setting: Setting[bool], text: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setProperty("setting", setting.name)
        box.toggled.connect(lambda on: self._settings.set(setting, on))
        return box

    def _show(self) -> None:
        settings = self._settings
        for box, setting in ((self.theme, THEME), (self.language, LANGUAGE), (self.model, MODEL)):
            place = box.findData(settings.get(setting))
            box.setCurrentIndex(max(place, 0))
        for check, flag in (
            (self.judge_all, JUDGE_ALL),
            (self.less_motion, LESS_MOTION),
            (self.full_paths, EXPORT_PATHS),
        ):
            with QSignalBlocker(check):
                check.setChecked(settings.get(flag))
        with QSignalBlocker(self.heat), QSignalBlocker(self.rate):
            self.heat.setChecked(self._overlays.overlays.heat)
            self.rate.setValue(settings.get(CINE_RATE))


def _hint(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "quiet")
    label.setWordWrap(True)
    return label
