"""All threads of the training tab, made and wired to its state in one place."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.state.training.task import Task
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.child_runner import ChildRunner
from tumorviewer.workers.errands import ErrandRunner, Errands
from tumorviewer.workers.exports import Exports
from tumorviewer.workers.threads import Worker
from tumorviewer.workers.training.data_crew import DataCrew
from tumorviewer.workers.training.models_crew import ModelsCrew
from tumorviewer.workers.training.pictures import PictureReader
from tumorviewer.workers.training.plan_crew import PlanCrew
from tumorviewer.workers.training.result_crew import ResultCrew
from tumorviewer.workers.training.run_crew import RunCrew


class Crew(QObject):
    """Wires the desk.

    Parameters
    ----------
    desk : TrainingDesk
    workspace : Workspace
    errands : Errands
        For small pieces of work.
    exports : Exports
        For data sets out of the worklist.
    start : callable
        Gives a worker its thread.

    Attributes
    ----------
    pictures : PictureReader
        For all grids; who asks makes keys of its own, so that the answers can be told apart.
    data : DataCrew
    plans : PlanCrew
    runs : RunCrew
    models : ModelsCrew
    results : ResultCrew
    """

    def __init__(
        self,
        desk: TrainingDesk,
        workspace: Workspace,
        errands: Errands,
        exports: Exports,
        start: Callable[[Worker], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.workspace, self.errands = desk, workspace, errands
        self._start = start
        self._runners: list[ChildRunner] = []
        self.pictures = PictureReader()
        self.start(self.pictures)
        for task in desk.data.tasks:
            self.serve(task)
        self.serve(desk.run.task)
        for task in (desk.plan.measuring, desk.result.gate.task, desk.models.importing):
            self.serve(task)
        self.data = DataCrew(desk, workspace, errands, exports, self)
        self.plans, self.runs = PlanCrew(desk, errands, self), RunCrew(desk, errands, self)
        copier = ErrandRunner()  # small work must not wait for models that are copied and hashed
        self.start(copier)
        self.models = ModelsCrew(desk, workspace, Errands(copier, self), self)
        self.models.changed_on_disk.connect(self.plans.refresh_models)
        self.results = ResultCrew(desk, errands, self.models, self)

    def serve(self, task: Task) -> None:
        """Give a task a thread of its own, which starts its processes."""
        runner = ChildRunner()
        runner.serve(task)
        self._runners.append(runner)
        self.start(runner)

    def start(self, worker: Worker) -> None:
        """Give a worker its thread."""
        self._start(worker)
