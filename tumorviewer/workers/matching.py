"""Which scans are remembered, and for which answer similar ones are looked for."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.inference.prediction import Prediction
from tumorviewer.state.session import Question
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.asker import Asker
from tumorviewer.workers.matcher import Matcher, MatchRequest

RESTING_MS: Final = 200
"""Who scrolls or drags a crop looks at nothing else."""


class Matching(QObject):
    """Passes labels and answers on to the matcher, and what it finds to the state.

    Parameters
    ----------
    workspace : Workspace
    asker : Asker
    matcher : Matcher
    """

    def __init__(self, workspace: Workspace, asker: Asker, matcher: Matcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._matcher = workspace, matcher
        self._waiting: MatchRequest | None = None
        self._timer = QTimer(self, interval=RESTING_MS, singleShot=True)
        self._timer.timeout.connect(self._match)
        asker.answered.connect(self._answered)
        matcher.matched.connect(
            lambda request, scans: workspace.similar.take(request.question, request.prediction, scans)
        )
        workspace.worklist.reviewed.connect(self._remember)

    def _remember(self, ids: list[int]) -> None:
        entries = [self._workspace.worklist.entries[entry_id] for entry_id in ids]
        self._matcher.remember([(entry.path, entry.frame) for entry in entries if entry.label and entry.error is None])

    def _answered(self, question: Question, prediction: Prediction) -> None:
        if prediction.verdict != NOT_BRAIN_MR:
            self._waiting = MatchRequest(question, prediction)
            self._timer.start()

    def _match(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting.prediction is self._workspace.session.prediction:
            self._matcher.match(waiting)
