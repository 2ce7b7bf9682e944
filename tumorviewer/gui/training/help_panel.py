"""Help beside each step, in short plain words, with figures from the person's own data and run."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.help_words import Topic, topics
from tumorviewer.state.training.desk import TrainingDesk

WIDTH = 34 * UNIT


class HelpPanel(QScrollArea):
    """Topics of the step that is shown; put away and fetched back by `button`.

    Parameters
    ----------
    desk : TrainingDesk
    """

    def __init__(self, desk: TrainingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.topics: list[Topic] = []
        self._figures: list[QLabel] = []
        self.button = QToolButton()
        self.button.setIcon(icon("help"))
        self.button.setText(self.tr("Explain"))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setCheckable(True)
        self.button.setChecked(True)
        self.button.toggled.connect(self.setVisible)
        self.setAccessibleName(self.tr("Explanations"))
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        desk.step_changed.connect(self._step_changed)
        for changed in (desk.data.changed, desk.plan.changed, desk.run.task.changed, desk.run.progressed):
            changed.connect(self._write)
        desk.result.changed.connect(self._write)
        desk.result.gate.changed.connect(self._write)
        desk.models.changed.connect(self._write)
        self._write()

    def _step_changed(self) -> None:
        self._write()
        self.verticalScrollBar().setValue(0)

    def _write(self) -> None:
        """Write what the topics say now; their figures change while a slider is moved, the rest with the step."""
        wanted = topics(self._desk)
        if wanted == self.topics:
            return
        before, self.topics = self.topics, wanted
        if [(topic.title, topic.text) for topic in before] != [(topic.title, topic.text) for topic in wanted]:
            self._make()
        for label, topic in zip(self._figures, wanted, strict=True):
            label.setText(topic.here)
            label.setVisible(bool(topic.here))

    def _make(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        self._figures = [_paragraph("", "quiet") for _ in self.topics]
        for number, (topic, here) in enumerate(zip(self.topics, self._figures, strict=True)):
            if number:
                column.addSpacing(UNIT)
            title = QLabel(topic.title)
            title.setFont(figures(self.font(), bold=True))
            title.setWordWrap(True)
            for label in (title, _paragraph(topic.text), here):
                column.addWidget(label)
        column.addStretch(1)
        self.setWidget(page)


def _paragraph(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
