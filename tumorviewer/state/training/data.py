"""The data set that is looked at: its folder, what is known of it, and what a person decided about its labels."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from training.config import AugmentConfig, TrainConfig
from training.decisions import Decision
from training.doubtful import DoubtfulLabels
from training.events import Failed
from training.overview import DataOverview, Verdict
from tumorviewer.state.training.data_decisions import Decisions
from tumorviewer.state.training.data_job import DataJob
from tumorviewer.state.training.data_opened import DataTrouble, Look, Opened, Trouble
from tumorviewer.state.training.data_preview import PreviewState
from tumorviewer.state.training.task import Task, TaskStatus


class DataState(QObject):
    """The data set of the first page.

    Attributes
    ----------
    folder : Path or None
        A folder, or an index.
    home : Path or None
    own_split : bool
        It brings train and test parts along.
    overview : DataOverview or None
        What is known of it.
    augment : AugmentConfig
        How far each change of a scan may go.
    trouble : DataTrouble or None
    opening, collecting : bool
        A data set is being opened, or made from labelled scans.
    looking : DataJob
        Looks it over.
    doubt : DataJob
        Looks for doubtful labels.
    doubtful : DoubtfulLabels or None
        The labels that are likely wrong, once they were looked for.
    crops : DataJob
        Writes cropped pictures, into `crops_folder`.
    crops_trouble : DataTrouble or None
        Why it was not begun.
    decisions : Decisions
    preview : PreviewState
    """

    changed = Signal()
    augment_changed = Signal()
    look_wanted = Signal()
    """A look over can begin: see `begin_look`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self.home: Path | None = None
        self.own_split = False
        self.overview: DataOverview | None = None
        self.augment = AugmentConfig()
        self.trouble: DataTrouble | None = None
        self.opening = self.collecting = False
        self.looking, self.doubt, self.crops = DataJob(self), DataJob(self), DataJob(self)
        self.crops_folder: Path | None = None
        self.crops_trouble: DataTrouble | None = None
        self.doubtful: DoubtfulLabels | None = None
        self.decisions = Decisions(self)
        self.preview = PreviewState(self)
        self._looked = Look()
        self._wanted: Look | None = None
        self._asked: tuple[Path, Look, tuple[Decision, ...]] | None = None
        self.looking.changed.connect(self._looking_changed)
        self.doubt.changed.connect(self._doubt_changed)
        self.augment_changed.connect(self.preview.refresh)

    # ------------------------------------------------------------ what others ask

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All that work in processes of their own."""
        return self.looking.task, self.doubt.task, self.crops.task, self.preview.task

    @property
    def is_looking(self) -> bool:
        """Whether it is being looked over, or is about to be."""
        return self._asked is not None or self._wanted is not None

    @property
    def ready(self) -> bool:
        """Whether a run may start."""
        return self.overview is not None and self.overview.verdict is not Verdict.BLOCKED and not self.is_looking

    @property
    def shows_test_accuracy(self) -> bool:
        """Whether a test accuracy on these data may be shown at all."""
        return self.overview is not None and self.overview.shows_test_accuracy

    @property
    def look(self) -> Look:
        """What the overview goes by; before there is one, what is asked for."""
        if self.overview is None and self._asked is not None:
            return self._asked[1]
        return self._looked

    @property
    def pattern(self) -> str:
        """What finds the patient in file names."""
        return self.look.pattern

    @property
    def changes(self) -> dict[str, Any]:
        """Settings of a run that split the data as they were looked over."""
        return self.look.changes if self.folder is not None else {}

    @property
    def splits_by(self) -> dict[str, Any]:
        """All settings by which the overview was split."""
        return {**self.look.changes, "patient_pattern": self.pattern}

    @property
    def decisions_file(self) -> Path | None:
        """What a person decided about labels; None where that changes nothing."""
        return self.decisions.file if self.decisions.changing else None

    @property
    def failure(self) -> Failed | None:
        """Why it could not be looked over."""
        return self.looking.failure

    def config(self, look: Look) -> TrainConfig:
        """Return the settings that a look over goes by."""
        return replace(TrainConfig(), patient_pattern=look.pattern, augment=self.augment, **look.changes)

    def path_of(self, name: str) -> Path:
        """Return the file of a scan that is named by its path below the data set's root."""
        assert self.folder is not None
        return (self.folder if self.folder.suffix.lower() != ".csv" else self.folder.parent) / name

    # ------------------------------------------------------------ opening and closing

    def begin_opening(self) -> None:
        """Say that another data set is being opened."""
        self.opening, self.trouble = True, None
        self.changed.emit()

    def set_collecting(self, collecting: bool) -> None:
        """Say whether the labelled scans are being exported."""
        self.collecting, self.trouble = collecting, None
        self.changed.emit()

    def refuse(self, trouble: DataTrouble) -> None:
        """Say why nothing was opened; what is open stays."""
        self.opening = self.collecting = False
        self.trouble = trouble
        self.changed.emit()

    def save_crops(self, folder: Path, words: Sequence[str]) -> None:
        """Let cropped pictures be written into a folder by a command."""
        if not self.crops.busy:
            self.crops_folder, self.crops_trouble = folder, None
            self.crops.start(words)

    def refuse_crops(self, trouble: DataTrouble) -> None:
        """Say why no cropped pictures are written."""
        self.crops_trouble = trouble
        self.changed.emit()

    def lose(self) -> None:
        """Say that the data set is gone."""
        name = str(self.folder)
        self.close()
        self.refuse(DataTrouble(Trouble.GONE, name))

    def open(self, opened: Opened) -> None:
        """Take another data set, and want it looked over: by its own parts first, if it brings any."""
        self.close()
        self.folder, self.home, self.own_split = opened.path, opened.home, opened.own_split
        self.decisions.open(opened.home / "decisions.csv", opened.decisions)
        self.trouble = opened.trouble
        self.look_over(Look(published=opened.own_split))

    def close(self) -> None:
        """Forget the data set, and stop all that works on it. The files stay."""
        self._asked = self._wanted = None
        for job in (self.looking, self.doubt, self.crops):
            job.drop()
        self.preview.show_crops(None)
        self.decisions.open(None)
        self.folder = self.home = self.overview = self.doubtful = self.trouble = None
        self.crops_folder = self.crops_trouble = None
        self.opening, self.own_split, self._looked = False, False, Look()
        self.changed.emit()

    # ------------------------------------------------------------ looking over

    def look_again(self) -> None:
        """Want it looked over once more: files or decisions have changed."""
        self.look_over(self.look)

    def look_over(self, look: Look) -> None:
        """Want it looked over by these rules."""
        if self.folder is None:
            return
        self._wanted = look
        if self.looking.busy:
            self.looking.cancel()
        else:
            self.look_wanted.emit()
        self.changed.emit()

    def mend(self) -> None:
        """Want it looked over with a split that keeps pictures and patients whole."""
        self.use_own_split(False)

    def use_pattern(self, pattern: str) -> None:
        """Want it looked over with patients that file names tell."""
        self.look_over(replace(self.look, pattern=pattern))

    def use_own_split(self, published: bool) -> None:
        """Want it looked over by its own parts, or by parts that keep pictures and patients whole."""
        self.look_over(replace(self.look, published=published))

    def begin_look(self) -> Look | None:
        """Return what is wanted, which is at work from now on; None if nothing is."""
        look, self._wanted = self._wanted, None
        if look is not None and self.folder is not None:
            self._asked = (self.folder, look, self.decisions.all)
        return look

    def cancel_look(self) -> None:
        """Let it be; what was known before is shown again."""
        self._wanted = None
        if self.looking.busy:
            self.looking.cancel()
        else:
            self._asked = None
        self.changed.emit()

    def is_asked(self, folder: Path, look: Look) -> bool:
        """Whether this look is still the one that is to be begun."""
        return self._asked is not None and self._asked[:2] == (folder, look)

    def set_augment(self, augment: AugmentConfig) -> None:
        """Change how far the changes of scans may go."""
        if augment != self.augment:
            self.augment = augment
            self.augment_changed.emit()

    def _looking_changed(self) -> None:
        if self.looking.busy:
            self.changed.emit()
            return
        asked, self._asked = self._asked, None
        if asked is not None:
            self._take_end(*asked)
        if self._wanted is not None:
            self.look_wanted.emit()
        self.changed.emit()

    def _doubt_changed(self) -> None:
        if self.doubt.found is not None and not self.doubt.busy:
            self.doubtful = DoubtfulLabels.from_dict(self.doubt.found)

    def recall_doubtful(self, contents: str, found: DoubtfulLabels | None) -> None:
        """Take the list of doubtful labels of another day, if it is still of these data and there is no newer one."""
        if found is None or self.doubtful is not None or self.doubt.busy:
            return
        if self.overview is not None and self.overview.contents == contents:
            self.doubtful = found
            self.changed.emit()

    def _take_end(self, folder: Path, look: Look, decisions: tuple[Decision, ...]) -> None:
        if folder != self.folder or self.looking.task.status is TaskStatus.STOPPED:
            return
        if self.looking.found is None:
            self.overview = None
            return
        before = self.overview
        self.overview, self._looked = DataOverview.from_dict(self.looking.found), look
        if before is not None and before.contents != self.overview.contents:
            self.doubtful = None  # of files or labels that are others now
        self.looking.found = None  # it is large
        self.decisions.note_looked_at(decisions)
