"""When the heat map is made: only while it is shown, and again only for another answer, class or opacity."""

from tumorviewer.gui.viewer.layers import Layers
from tumorviewer.gui.words import class_name
from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.inference.prediction import Prediction
from tumorviewer.state.overlays import Level, OverlayState
from tumorviewer.state.session import Session


class HeatLayer:
    """Keeps the heat map of the current scan up to date."""

    def __init__(self, layers: Layers, session: Session, overlays: OverlayState) -> None:
        self._layers, self._session, self._overlays = layers, session, overlays
        self._made: tuple[Prediction, str, float] | None = None

    @property
    def wanted(self) -> bool:
        """Whether there is one to show: not where the model says that it cannot judge this."""
        overlays, prediction = self._overlays.overlays, self._session.prediction
        shown = overlays.heat and overlays.level is Level.ALL and self._session.pane.up_to_date
        return shown and prediction is not None and prediction.verdict != NOT_BRAIN_MR

    def refresh(self) -> None:
        """Make it, if that is wanted and was not done."""
        prediction, overlays = self._session.prediction, self._overlays.overlays
        if not self.wanted or prediction is None:
            if self._made is not None:
                self._made = None
                self._layers.show_heat(None, "", 0.0)
            return
        label = overlays.label if overlays.label in prediction.classes else prediction.label
        if self._made is None or self._made[0] is not prediction or self._made[1:] != (label, overlays.opacity):
            self._made = (prediction, label, overlays.opacity)
            self._layers.show_heat(self._session.heat_map(label), class_name(label), overlays.opacity)
