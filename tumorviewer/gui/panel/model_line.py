"""Which model answers; a click shows its card."""

from PySide6.QtWidgets import QWidget

from tumorviewer.gui.panel.link_button import LinkButton
from tumorviewer.state.model import ModelState, ModelStatus


class ModelLine(LinkButton):
    """Name and version of the model, or why there is none."""

    def __init__(self, model: ModelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        model.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        model, card = self._model, self._model.card
        self.setEnabled(card is not None)
        if card is not None:
            self.set_words("model", self.tr("Model {name} {version}").format(name=card.name, version=card.version))
            self.setToolTip(self.tr("Show what {name} was made for and how good it is").format(name=card.full_name))
        elif model.status is ModelStatus.MISSING:
            self.set_words("warning", self.tr("No model"))
            self.setToolTip(model.problem)
        else:
            self.set_words("model", self.tr("Loading the model …"))
            self.setToolTip("")
