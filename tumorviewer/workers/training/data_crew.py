"""What the page of the data asks of the disk and of other processes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from training.config import TrainConfig
from training.decisions import save_decisions
from training.doubtful import KEPT_NAME, kept_doubtful
from training.overview import Verdict
from training.patients import Flaw, PatternFlaw, PatternTrial, try_pattern
from training.preview import preview_request
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.settings import DATA_SETS
from tumorviewer.state.training.data_opened import DataTrouble, Look, Opened, Trouble
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.errands import Errands
from tumorviewer.workers.exporter import ExportEnd, ExportKind
from tumorviewer.workers.exports import Exports
from tumorviewer.workers.training.data_files import examine, place_for_crops
from tumorviewer.workers.training.plan_crew import write_recipe

_RECIPE: Final = "look.toml"


class DataCrew(QObject):
    """Opens data sets, looks them over, and keeps what was decided about them.

    Parameters
    ----------
    desk : TrainingDesk
    workspace : Workspace
    errands : Errands
    exports : Exports
    """

    def __init__(
        self,
        desk: TrainingDesk,
        workspace: Workspace,
        errands: Errands,
        exports: Exports,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._places, self._data = desk.places, desk.data
        self._workspace, self._errands, self._exports = workspace, errands, exports
        self._data.look_wanted.connect(self._look)
        self._data.looking.changed.connect(self._looked)
        self._data.decisions.changed.connect(self._save_decisions)
        self._data.preview.question_due.connect(self._ask_preview)

    # ------------------------------------------------------------ opening

    @property
    def recent(self) -> list[Path]:
        """The data sets that were opened last, the newest first."""
        return [Path(name) for name in self._workspace.settings.recent(DATA_SETS)]

    def labelled(self) -> list[int]:
        """Return the rows of the worklist that have a label."""
        return [entry.id for entry in self._workspace.worklist.in_order() if entry.label in CLASSES]

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what was dropped."""
        if len(paths) == 1:
            self.open(paths[0])
        elif paths:
            self._data.refuse(DataTrouble(Trouble.SEVERAL))

    def open(self, path: Path) -> None:
        """Open a folder or an index, and look it over."""
        places = self._places.data
        self._data.begin_opening()
        self._errands.run(lambda: examine(path, places), self._examined, lambda error: self._unreadable(path, error))

    def collect(self) -> None:
        """Make a data set of the labelled scans of the worklist, and open it."""
        rows = self.labelled()
        if not rows or self._data.collecting:
            return
        # A folder of its own each time: runs go on with the one that they began with.
        folder = self._places.data / f"worklist {datetime.now().astimezone().strftime('%Y-%m-%d %H.%M.%S')}"
        self._data.set_collecting(True)
        self._exports.export(ExportKind.DATASET, rows, folder, lambda end: self._collected(folder, end))

    def _examined(self, found: Opened | DataTrouble) -> None:
        if isinstance(found, DataTrouble):
            self._data.refuse(found)
            return
        self._workspace.settings.add_recent([str(found.path)], DATA_SETS)
        self._data.open(found)

    def _unreadable(self, path: Path, error: OSError) -> None:
        self._data.refuse(_trouble(path, error))

    def _collected(self, folder: Path, end: ExportEnd) -> None:
        self._data.set_collecting(False)
        if end.problem or (not end.written and not end.stopped):
            self._data.refuse(DataTrouble(Trouble.NOT_COLLECTED, detail=end.problem))
        elif end.written:
            self.open(folder)

    # ------------------------------------------------------------ looking over

    def _look(self) -> None:
        data = self._data
        look = data.begin_look()
        folder, home = data.folder, data.home
        if look is None or folder is None or home is None:
            return
        config, decisions = data.config(look), data.decisions_file
        words = ["audit", str(folder), "--output", str(home / "audit"), "--recipe", str(home / _RECIPE)]
        words += ["--cache", str(self._places.cache), *_decided(decisions)]
        self._errands.run(
            lambda: write_recipe(config, home / _RECIPE),
            lambda problem: self._begin_look(folder, look, words, problem),
            lambda error: self._not_begun(folder, error),
        )

    def _begin_look(self, folder: Path, look: Look, words: list[str], problem: str) -> None:
        if problem:
            self._data.cancel_look()
            self._data.refuse(DataTrouble(Trouble.UNREADABLE, str(folder), problem))
        elif self._data.is_asked(folder, look):
            self._data.looking.start(words)

    def _not_begun(self, folder: Path, error: OSError) -> None:
        self._data.cancel_look()
        self._unreadable(folder, error)

    def _looked(self) -> None:
        """Fetch what was found another day. Where the data cannot be used, see whether they are just gone."""
        data, folder = self._data, self._data.folder
        self._recall_doubts()
        blocked = data.overview is not None and data.overview.verdict is Verdict.BLOCKED
        if folder is not None and not data.is_looking and (blocked or data.failure is not None):
            self._errands.run(
                folder.exists,
                lambda there: data.lose() if not there and data.folder == folder else None,
                lambda error: self._unreadable(folder, error),
            )

    def try_pattern(self, names: Sequence[str], text: str, done: Callable[[PatternTrial | PatternFlaw], None]) -> None:
        """Try a pattern on names, elsewhere, as some patterns take long; `done` is told what it finds, or why not."""
        self._errands.run(
            lambda: try_pattern(names, text), done, lambda error: done(PatternFlaw(Flaw.FAILED, str(error)))
        )

    # ------------------------------------------------------------ labels

    def look_for_doubts(self) -> None:
        """Judge every label by a classifier that did not see it."""
        data = self._data
        if data.folder is None or data.home is None:
            return
        words = ["doubtful", str(data.folder), "--output", str(data.home), "--cache", str(self._places.cache)]
        data.doubt.start([*words, *_decided(data.decisions_file), *_named(data.pattern)])

    def _recall_doubts(self) -> None:
        data, home = self._data, self._data.home
        if data.overview is None or home is None or data.is_looking or data.doubtful is not None:
            return
        contents = data.overview.contents
        self._errands.run(
            lambda: kept_doubtful(home / KEPT_NAME, contents),
            lambda found: data.recall_doubtful(contents, found),
            lambda _: None,
        )

    def _save_decisions(self) -> None:
        decisions = self._data.decisions
        file, made = decisions.file, decisions.all
        if file is not None:
            self._errands.run(
                lambda: save_decisions(made, file),
                lambda _: decisions.fail(""),
                self._not_saved,
            )

    def _not_saved(self, error: OSError) -> None:
        self._data.decisions.fail(error.strerror or str(error))
        self._data.changed.emit()

    # ------------------------------------------------------------ pictures

    def save_crops(self, chosen: Path, config: TrainConfig) -> None:
        """Write the cropped scans into train and test class folders, in the chosen folder or a new one in it."""
        data = self._data.folder
        if data is None:
            return
        self._errands.run(
            lambda: place_for_crops(chosen, data),
            lambda place: self._save_crops(data, place, config),
            lambda error: self._data.refuse_crops(_trouble(chosen, error)),
        )

    def _save_crops(self, folder: Path, place: Path | DataTrouble, config: TrainConfig) -> None:
        data = self._data
        if folder != data.folder:
            return  # closed meanwhile
        if isinstance(place, DataTrouble):
            data.refuse_crops(place)
            return
        split = "published" if data.look.published else "groups"
        words = ["crop", str(folder), "--output", str(place), "--size", str(config.size), "--split", split]
        words += ["--seed", str(config.seed), "--cache", str(self._places.cache)]
        data.save_crops(place, [*words, *_decided(data.decisions_file), *_named(data.pattern)])

    def _ask_preview(self) -> None:
        preview, augment = self._data.preview, self._data.augment
        crops, seed = preview.before, preview.seed
        if crops is None:
            return
        number = preview.next_number()
        # Elsewhere: a pipe that is full lets its writer wait.
        self._errands.run(
            lambda: preview.task.request(preview_request(number, crops, augment, seed)),
            lambda _: None,
            lambda _: None,
        )


def _trouble(path: Path, error: OSError) -> DataTrouble:
    return DataTrouble(Trouble.UNREADABLE, str(path), error.strerror or str(error))


def _decided(file: Path | None) -> list[str]:
    return ["--decisions", str(file)] if file is not None else []


def _named(pattern: str) -> list[str]:
    return [f"--patient-pattern={pattern}"] if pattern else []  # it may begin with a dash
