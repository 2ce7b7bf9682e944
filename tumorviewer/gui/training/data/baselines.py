"""What can be guessed without looking at the brain: two classifiers that know no anatomy, as numbers."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from training.audit_verdict import SUSPICIOUS
from training.overview import DataOverview
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.words import baseline_text
from tumorviewer.gui.training.parts import Card, quiet
from tumorviewer.gui.words import percent


class BaselineCard(Card):
    """A number a classifier, and what they mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.title.setText(self.tr("Guessed without looking at the brain"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * UNIT)
        self._grid.setVerticalSpacing(UNIT // 2)
        self._grid.setColumnStretch(1, 1)
        self.add(self._grid)
        self.meaning = quiet()
        self.add(self.meaning)
        self.values: dict[str, QLabel] = {}

    def show_overview(self, overview: DataOverview) -> None:
        """Show what the classifiers reach; nothing on a split that leaks, as their test scans are no test."""
        while (item := self._grid.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                part.hide()
                part.deleteLater()
        self.values = {}
        reached = {name: share for name, share in overview.baselines.items() if share is not None}
        shown = overview.shows_test_accuracy and bool(reached)
        if shown:
            self._fill(reached)
        self.meaning.setText(self._meaning(overview, reached))

    def _fill(self, reached: dict[str, float]) -> None:
        for row, (name, share) in enumerate(reached.items()):
            value, text = QLabel(percent(share)), QLabel(baseline_text(name))
            value.setFont(figures(self.font(), scale=1.3, bold=True))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setAccessibleName(f"{baseline_text(name)}: {value.text()}")
            text.setWordWrap(True)
            self._grid.addWidget(value, row, 0)
            self._grid.addWidget(text, row, 1)
            self.values[name] = value

    def _meaning(self, overview: DataOverview, reached: dict[str, float]) -> str:
        if not reached:
            return self.tr("This cannot be measured on these data: there is no test part with several classes.")
        if not overview.shows_test_accuracy:
            return self.tr("No figure is shown while the split leaks: what was seen in training would be asked again.")
        chance = percent(1.0 / max(len(overview.counts), 1))
        if any(share >= SUSPICIOUS[name] for name, share in reached.items()):
            text = self.tr(
                "Of each class so many test scans are named right, on average; blind guessing reaches {chance}. That "
                "is a lot for classifiers that know no anatomy: the labels follow from where a scan came from, and a "
                "model may learn just that. Scans of all classes from one and the same source help."
            )
        else:
            text = self.tr(
                "Of each class so many test scans are named right, on average; blind guessing reaches {chance}. A "
                "model has learned something about brains only where it is clearly better than both."
            )
        return text.format(chance=chance)
