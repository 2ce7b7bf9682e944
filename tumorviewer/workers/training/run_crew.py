"""What runs ask of the disk: a folder with settings to begin in, the list of those of before, their logs and curves."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer

from training.config import TrainConfig
from training.errors import ConfigError
from training.recipe import save_recipe
from training.runs import CONFIG, Asked, KeptRun, RunStatus, export_history, list_runs, note_asked, read_run
from training.speeds import Measured, recall
from tumorviewer.files import atomic_write
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.state.training.run import RECIPE
from tumorviewer.workers.errands import Errands

LOG: Final = "run.log"
SHOWN_OF_LOG: Final = 200_000
"""Bytes; the newest."""


class RunCrew(QObject):
    """Begins runs, goes on with them, lists and deletes them.

    Parameters
    ----------
    desk : TrainingDesk
    errands : Errands
    """

    def __init__(self, desk: TrainingDesk, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._errands = desk, errands
        desk.run.task.changed.connect(self._run_changed)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self._soon.start()

    # ------------------------------------------------------------ beginning and going on

    def start(self) -> None:
        """Make a folder for the run that is planned, and begin it."""
        plan, places = self._desk.plan, self._desk.places
        config, data = plan.config, plan.data.folder
        if not plan.can_start or config is None or data is None or self._desk.run.task.busy:
            return
        time = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        output = places.runs / f"{config.name}-{time}"
        asked = Asked(data.absolute(), places.cache, plan.data.decisions_file)
        plan.set_starting(True)
        self._errands.run(
            lambda: _make_folder(output, config, asked),
            lambda made: self._begin(output, config, asked, made),
            lambda error: plan.fail(_sentence(error)),
        )

    def go_on(self, folder: Path) -> None:
        """Go on with a run that was interrupted."""
        cache = self._desk.places.cache
        self._errands.run(lambda: _made_ready(folder, cache), self._resume, self._failed)

    def _begin(self, output: Path, config: TrainConfig, asked: Asked, made: Measured | str | None) -> None:
        plan = self._desk.plan
        if isinstance(made, str):
            plan.fail(made)
            return
        plan.set_starting(False)
        recipe, cache = output / RECIPE, self._desk.places.cache
        if self._desk.run.start(config, recipe, asked.data, output, cache, decisions=asked.decisions, measured=made):
            self._desk.show(Step.RUN)

    def _resume(self, found: tuple[KeptRun, Measured | None]) -> None:
        run, measured = found
        if run.config is None or run.asked is None or run.status is RunStatus.RUNNING:
            self.refresh()
            return
        self._desk.run.start(
            run.config,
            run.folder / RECIPE,
            run.asked.data,
            run.folder,
            run.asked.cache or run.folder / "cache",
            decisions=run.asked.decisions,
            before=run.history,
            measured=measured,
        )

    # ------------------------------------------------------------ runs of before

    def refresh(self) -> None:
        """Look again which runs there are."""
        runs = self._desk.places.runs
        self._errands.run(lambda: list_runs(runs), self._listed, self._failed)

    def show(self, folder: Path) -> None:
        """Show the curves of a run of before."""
        self._errands.run(lambda: read_run(folder), self._desk.run.show_kept, self._failed)

    def delete(self, folder: Path) -> None:
        """Delete a run with all that it made; never one that works."""
        if folder.parent != self._desk.places.runs:
            return
        self._errands.run(lambda: _delete(folder), lambda _: self._deleted(folder), self._failed)

    # ------------------------------------------------------------ files

    def export_history(self, path: Path) -> None:
        """Write the epochs of the run that is shown as a table."""
        output = self._desk.run.output
        if output is not None:
            self._errands.run(lambda: export_history(read_run(output).history, path), self._done, self._failed)

    def write(self, path: Path, content: bytes) -> None:
        """Write a picture of curves."""
        self._errands.run(lambda: _write(path, content), self._done, self._failed)

    def read_log(self, done: Callable[[str], None]) -> None:
        """Read the end of the log of the run that is shown."""
        output = self._desk.run.output
        if output is not None:
            self._errands.run(lambda: _end_of(output / LOG), done, lambda error: done(_sentence(error)))

    # ------------------------------------------------------------ inside

    def _listed(self, found: tuple[KeptRun, ...]) -> None:
        """Show the newest run if none is shown: after a start of the program one sees where one was."""
        desk = self._desk
        desk.kept.take(found)
        if found and desk.run.output is None and found[0].status is not RunStatus.RUNNING:
            desk.run.show_kept(found[0])

    def _deleted(self, folder: Path) -> None:
        if self._desk.run.output == folder:
            self._desk.run.clear()
        self.refresh()

    def _run_changed(self) -> None:
        if not self._desk.run.task.busy:
            self._soon.start()

    def _done(self, _: None) -> None:
        self._desk.kept.fail("")

    def _failed(self, error: OSError) -> None:
        self._desk.kept.fail(_sentence(error))


def _make_folder(output: Path, config: TrainConfig, asked: Asked) -> Measured | str | None:
    """Write all that is needed to go on with the run, should anything happen from now on.

    Returns
    -------
    Measured, str or None
        How fast this machine is; or what is wrong with the settings.
    """
    try:
        save_recipe(config, output / RECIPE)
    except ConfigError as error:
        return str(error)
    note_asked(output, asked)
    with atomic_write(output / CONFIG) as stream:
        json.dump(config.to_dict(), stream, indent=2)
    return recall(config, asked.cache)


def _made_ready(folder: Path, cache: Path) -> tuple[KeptRun, Measured | None]:
    """Write the recipe of a kept run, as one that the command line began has none of its own."""
    run = read_run(folder)
    if run.config is None or run.asked is None:
        return run, None
    save_recipe(run.config, folder / RECIPE)
    return run, recall(run.config, cache)


def _delete(folder: Path) -> None:
    if read_run(folder).status is not RunStatus.RUNNING:
        shutil.rmtree(folder)


def _write(path: Path, content: bytes) -> None:
    with atomic_write(path, "wb") as stream:
        stream.write(content)


def _end_of(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - SHOWN_OF_LOG))
            return stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def _sentence(error: OSError) -> str:
    return f"{error.filename}: {error.strerror or error}" if error.filename else str(error.strerror or error)
