"""The scan that is looked at: its pixels, its crop, what the model says; and the one it is compared with."""

from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.activation import HeatMap, heat_map
from tumorviewer.inference.prediction import Prediction
from tumorviewer.state.commands import ChangeCrop, undo_stack
from tumorviewer.state.entries import AUTOMATIC, WHOLE_IMAGE, CropChoice, CropKind, Entry, RowResult
from tumorviewer.state.loaded import LoadedScan, ScanCache
from tumorviewer.state.model import ModelState, ModelStatus
from tumorviewer.state.pane import Pane
from tumorviewer.state.view import ViewState
from tumorviewer.state.worklist import Worklist
from tumorviewer.storage.answers import StoredAnswer


class PanelStatus(Enum):
    """What the prediction panel shows."""

    EMPTY = auto()
    WORKING = auto()
    ANSWERED = auto()
    UNREADABLE = auto()
    NO_MODEL = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What the model is asked.

    Attributes
    ----------
    entry_id : int
    grey : ndarray of uint8, shape (H, W)
    box : CropBox or None
        None is the whole image.
    choice : CropChoice
    sha256, frame : str, int
        Of the file, and which of its frames.
    """

    entry_id: int
    grey: NDArray[np.uint8] = field(repr=False)
    box: CropBox | None
    choice: CropChoice
    sha256: str
    frame: int


class Session(QObject):
    """What one window shows.

    Pixels and answers come from threads, which are asked by `scan_wanted` and `question_asked` and answer with
    `scan_read`, `scan_failed` and `answered`.
    """

    current_changed = Signal()
    """Another row is current, or none."""
    crop_changed = Signal()
    answer_changed = Signal()
    comparing_changed = Signal()
    scan_wanted = Signal(int)
    """An entry id: read it, it is looked at."""
    question_asked = Signal(object)
    """A `Question`; only the newest matters."""

    def __init__(self, worklist: Worklist, model: ModelState, cache: ScanCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worklist, self.model, self.cache = worklist, model, cache
        self.pane = Pane(ViewState(self), self)
        self.other = Pane(self.pane.view, self)
        self.comparing = False
        self.linked = True
        self.prediction: Prediction | None = None
        """With activation maps, for the current scan and crop; None until it is there."""
        self.undo = undo_stack(self)
        worklist.cleared.connect(self._close)
        worklist.added.connect(self._show_first)
        worklist.changed.connect(self._row_changed)
        worklist.reopened.connect(self._read_again)
        model.changed.connect(self._model_changed)

    # ------------------------------------------------------------ which scan

    @property
    def entry(self) -> Entry | None:
        """The current row."""
        return self.worklist.get(self.pane.entry_id)

    def show(self, entry_id: int) -> None:
        """Make a row the current one."""
        if entry_id != self.pane.entry_id and entry_id in self.worklist.entries:
            self.prediction = None
            if self._leaves_stack(entry_id):
                self.pane.view.reset()  # another series has other values and other sides
            self._aim(self.pane, entry_id)
            self.current_changed.emit()
            self.crop_changed.emit()
            self.answer_changed.emit()
            self._ask()

    def scroll(self, slices: int) -> None:
        """Go some slices on in the stack; the compared scan goes with it where they are linked."""
        if self.pane.entry_id is None:
            return
        if self.comparing and self.linked and self.other.entry_id is not None:
            self.show_beside(self.worklist.step(self.other.entry_id, slices))
        self.show(self.worklist.step(self.pane.entry_id, slices))

    def compare_with(self, entry_id: int | None) -> None:
        """Show another scan beside the current one; None ends the comparison."""
        self.comparing = entry_id is not None
        if entry_id is not None:
            self.show_beside(entry_id)
        else:
            self.other.entry_id = self.other.loaded = self.other.error = None
        self.comparing_changed.emit()

    def show_beside(self, entry_id: int) -> None:
        """Change the scan that the current one is compared with."""
        if entry_id != self.other.entry_id and entry_id in self.worklist.entries:
            self._aim(self.other, entry_id)

    def link(self, linked: bool) -> None:
        """Look at both scans with one view, or at each with its own that begins as the other's is."""
        if linked != self.linked:
            self.linked = linked
            own = ViewState(self)
            own.set(self.pane.view.view)
            self.other.view = self.pane.view if linked else own
            self.comparing_changed.emit()

    # ------------------------------------------------------------ what the threads bring

    def scan_read(self, loaded: LoadedScan) -> None:
        """Take pixels, for whichever pane still wants them."""
        for pane in (self.pane, self.other):
            if pane.entry_id == loaded.entry_id and not pane.up_to_date:
                pane.loaded, pane.error = loaded, None
                pane.changed.emit()
                if pane is self.pane:
                    self.crop_changed.emit()
                    self._ask()

    def scan_failed(self, entry_id: int, error: ScanError) -> None:
        """Take the reason why there are no pixels."""
        for pane in (self.pane, self.other):
            if pane.entry_id == entry_id:
                pane.loaded, pane.error = None, error
                pane.changed.emit()
                if pane is self.pane:
                    self.answer_changed.emit()

    def answered(self, question: Question, prediction: Prediction) -> None:
        """Take an answer of the model in use.

        While a crop is dragged it is the answer to where the crop was a moment ago, and shown; the row only gets the
        answer to the crop that it has.
        """
        if prediction.model_sha256 != self.model.sha256:
            return
        answer = StoredAnswer.from_prediction(prediction)
        self.worklist.take([RowResult(question.entry_id, "", answer, crop=question.choice)])
        if question.entry_id == self.pane.entry_id:
            self.prediction = prediction
            self.answer_changed.emit()

    # ------------------------------------------------------------ crop

    @property
    def crop(self) -> CropChoice:
        """What is judged of the current scan."""
        return self.entry.crop if self.entry is not None else AUTOMATIC

    @property
    def box(self) -> CropBox | None:
        """The rectangle that is judged; None is the whole image, also where no head was found."""
        if self.crop.kind is CropKind.EDITED:
            return self.crop.box
        loaded = self.pane.loaded if self.pane.up_to_date else None
        return loaded.box if self.crop.kind is CropKind.AUTOMATIC and loaded is not None else None

    def drag_crop(self, box: CropBox) -> None:
        """Try a crop while it is being dragged: judged, but nothing to undo yet."""
        self._set_crop(CropChoice(CropKind.EDITED, box))

    def edit_crop(self, choice: CropChoice, before: CropChoice | None = None) -> None:
        """Choose a crop, as one step that can be undone.

        Parameters
        ----------
        choice : CropChoice
        before : CropChoice, optional
            Where the step began, if the crop was dragged meanwhile.
        """
        entry = self.entry
        begun = before if before is not None else self.crop
        if entry is not None and choice != begun:
            self.undo.push(ChangeCrop(self, entry.id, begun, choice))

    def reset_crop(self) -> None:
        """Go back to the automatic crop."""
        self.edit_crop(AUTOMATIC)

    def use_whole_image(self) -> None:
        """Judge the whole image."""
        self.edit_crop(WHOLE_IMAGE)

    def apply_crop(self, entry_id: int, choice: CropChoice) -> None:
        """Show a row and set its crop, without a step to undo: what undo commands call."""
        self.show(entry_id)
        self._set_crop(choice)

    def _set_crop(self, choice: CropChoice) -> None:
        if self.entry is not None and self.entry.crop != choice:
            self.worklist.set_crop(self.entry.id, choice)
            self.crop_changed.emit()
            self._ask()

    # ------------------------------------------------------------ answer

    @property
    def status(self) -> PanelStatus:
        """What the panel shows."""
        if self.entry is None:
            return PanelStatus.EMPTY
        if self.pane.error is not None or self.entry.error is not None:
            return PanelStatus.UNREADABLE
        if self.model.status is ModelStatus.MISSING:
            return PanelStatus.NO_MODEL
        known = self.prediction is not None or self.entry.answer is not None
        return PanelStatus.ANSWERED if known else PanelStatus.WORKING

    def heat_map(self, label: str | None) -> HeatMap | None:
        """Return the evidence for a class (None: the one that the model named) over the crop, if it is there."""
        prediction = self.prediction
        if prediction is None or self.model.card is None:
            return None
        index = prediction.classes.index(label or prediction.label)
        return heat_map(prediction.maps, index, prediction.crop, self.model.card.input, prediction.image_shape)

    # ------------------------------------------------------------ inside

    def _aim(self, pane: Pane, entry_id: int) -> None:
        entry = self.worklist.entries[entry_id]
        pane.entry_id, pane.error = entry_id, entry.error
        cached = self.cache.get(entry_id)
        if cached is not None:
            pane.loaded = cached
        elif entry.error is not None:
            pane.loaded = None
        pane.changed.emit()
        if entry.error is None:
            self.scan_wanted.emit(entry_id)  # also when it is there: its neighbours are read ahead

    def _leaves_stack(self, entry_id: int) -> bool:
        entry = self.entry
        return entry is not None and entry.stack != self.worklist.entries[entry_id].stack

    def _ask(self) -> None:
        entry, loaded = self.entry, self.pane.loaded
        if entry is None or loaded is None or not self.pane.up_to_date or self.model.status is not ModelStatus.READY:
            return
        scan = loaded.scan
        self.question_asked.emit(Question(entry.id, loaded.grey, self.box, entry.crop, scan.sha256, scan.frame))

    def _show_first(self, ids: list[int]) -> None:
        if self.pane.entry_id is None and ids:
            self.show(next((i for i in ids if self.worklist.entries[i].error is None), ids[0]))

    def _read_again(self, ids: list[int]) -> None:
        for pane in (self.pane, self.other):
            if pane.entry_id is not None and pane.entry_id in ids:
                self._aim(pane, pane.entry_id)

    def _row_changed(self, ids: list[int]) -> None:
        if self.pane.entry_id in ids and self.prediction is None:
            self.answer_changed.emit()

    def _model_changed(self) -> None:
        self.prediction = None
        self.answer_changed.emit()
        self._ask()

    def _close(self) -> None:
        self.cache.clear()
        self.undo.clear()
        for pane in (self.pane, self.other):
            pane.entry_id = pane.loaded = pane.error = None
            pane.changed.emit()
        self.prediction = None
        self.pane.view.reset()
        if self.comparing:
            self.compare_with(None)
        self.current_changed.emit()
        self.crop_changed.emit()
        self.answer_changed.emit()
