"""The training tab, used as a person uses it: a folder is dropped on it, and the button that starts the run is pressed.

So the program trains in the process that its own window starts. Runs in a process of its own, as `window` does.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tumorviewer.cli.selftest.page import CheckFailedError

if TYPE_CHECKING:
    from tumorviewer.app.stage import Stage

PATIENCE_S: Final = 600
"""For all of it: half a minute on a quiet machine, minutes on one that has other work."""


def train_in_window(folder: Path, data: Path) -> dict[str, Any]:
    """Train a tiny model from the window.

    Returns
    -------
    dict
        ``bundle``, the folder of the model, and ``epochs``, how many were told.

    Raises
    ------
    CheckFailedError
        Why there is no model.
    """
    from PySide6.QtWidgets import QApplication

    from tumorviewer.app.stage import Stage

    app = QApplication(["tumorviewer"])
    app.setQuitOnLastWindowClosed(False)  # the threads are waited for
    stage = Stage(app, folder / "home")
    trainer = _Trainer(stage)
    stage.ended.connect(app.quit)
    stage.window.show()
    trainer.begin(data)
    app.exec()
    if not trainer.bundle:
        raise CheckFailedError(trainer.problem)
    return {"bundle": trainer.bundle, "epochs": trainer.epochs}


class _Trainer:
    """Goes on whenever the state of the tab says that the step before is done, and ends the program after the last."""

    def __init__(self, stage: "Stage") -> None:
        from PySide6.QtCore import QTimer

        self._stage = stage
        self._pressed = False
        self.problem = f"the window was shown, but there was no model after {PATIENCE_S} s"
        self.bundle = ""
        self.epochs = 0
        QTimer.singleShot(PATIENCE_S * 1000, stage.end)

    def begin(self, data: Path) -> None:
        """Open the tab, and drop the data set on it."""
        from tumorviewer.gui.window.actions import Act

        window = self._stage.window
        window.training.loaded.connect(self._loaded)
        window.actions_[Act.TRAINING].trigger()
        window.take_drop([data])

    def _loaded(self) -> None:
        from training.config import TrainConfig

        desk, _ = self._stage.workers.training()
        self._desk = desk
        if desk.missing:
            self._give_up(self._said_by_the_tab())
            return
        tiny = TrainConfig(name="tiny", base="scratch", size=64, batch_size=8, head_epochs=1, epochs=1)
        desk.plan.load(tiny)
        desk.data.changed.connect(self._data_changed)
        desk.run.task.changed.connect(self._run_changed)

    def _said_by_the_tab(self) -> str:
        """Return the words that stand where the steps would be."""
        from PySide6.QtWidgets import QLabel

        page = self._stage.window.training.page
        assert page is not None  # it has told that it is loaded
        shown = page.stack.currentWidget()
        return " ".join(label.text() for label in shown.findChildren(QLabel)) if shown is not None else ""

    def _data_changed(self) -> None:
        from PySide6.QtCore import QTimer

        data = self._desk.data
        if data.trouble is not None:
            self._give_up(f"the data set was refused: {data.trouble.kind.name} {data.trouble.detail}".strip())
        elif data.failure is not None:
            self._give_up(data.failure.message)
        elif data.ready and not self._pressed:
            self._pressed = True
            QTimer.singleShot(0, self._press_start)  # the page hears of it too

    def _press_start(self) -> None:
        from tumorviewer.state.training.desk import Step

        page = self._stage.window.training.page
        assert page is not None  # it has told that it is loaded
        self._desk.show(Step.PLAN)
        if not page.plan.bar.start.isEnabled():
            self._give_up("the run cannot be started")
            return
        page.plan.bar.start.click()

    def _run_changed(self) -> None:
        run = self._desk.run
        if run.task.busy:
            return
        if run.end is not None:
            self.bundle, self.epochs = run.end.bundle, len(run.history.epochs)
            self._stage.end()
        else:
            self._give_up(run.failure.message if run.failure is not None else "the run was stopped")

    def _give_up(self, problem: str) -> None:
        self.problem = problem
        self._stage.end()
