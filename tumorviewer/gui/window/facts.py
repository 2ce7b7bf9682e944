"""What is true of the window at a moment: all that decides which actions can be used and which are switched on."""

from dataclasses import dataclass, field

from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.state.entries import CropKind
from tumorviewer.state.overlays import Overlays
from tumorviewer.state.view import View
from tumorviewer.state.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Facts:
    """A snapshot.

    Attributes
    ----------
    rows : int
        Open scans.
    row, scan : bool
        Whether one of them is current; whether it is drawn.
    waiting, labelled : bool
        Whether a row has no answer yet; whether one has a label of the person's own.
    slices : int
        Of the current stack.
    crop, label, view, overlays, tool :
        Of the current scan, and how it is looked at.
    peak : bool
        Whether a slice of the series speaks most for a tumour.
    can_undo, can_redo, comparing, linked, playing, busy, model, watching : bool
    review, worklist, panel, tags, full_screen : bool
        What of the window is shown.
    """

    rows: int = 0
    row: bool = False
    scan: bool = False
    waiting: bool = False
    labelled: bool = False
    slices: int = 0
    peak: bool = False
    crop: CropKind = CropKind.AUTOMATIC
    label: str = ""
    view: View = field(default_factory=View)
    overlays: Overlays = field(default_factory=Overlays)
    tool: Tool = Tool.NAVIGATE
    can_undo: bool = False
    can_redo: bool = False
    comparing: bool = False
    linked: bool = True
    playing: bool = False
    busy: bool = False
    model: bool = False
    watching: bool = False
    theme: str = "system"
    review: bool = True
    worklist: bool = True
    panel: bool = True
    tags: bool = False
    full_screen: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of the facts that only widgets know; see `Facts`."""

    tool: Tool = Tool.NAVIGATE
    playing: bool = False
    review: bool = True
    worklist: bool = True
    panel: bool = True
    tags: bool = False
    full_screen: bool = False


def facts_of(workspace: Workspace, theme: str, shown: Shown) -> Facts:
    """Take a snapshot."""
    session, worklist = workspace.session, workspace.worklist
    entry = session.entry
    entries = worklist.entries.values()
    return Facts(
        rows=len(worklist),
        row=entry is not None,
        scan=session.pane.up_to_date,
        waiting=any(one.answer is None and one.error is None for one in entries),
        labelled=any(one.label for one in entries),
        slices=0 if entry is None else len(worklist.stack_of(entry.id).ids),
        peak=workspace.series.peak is not None,
        crop=session.crop.kind,
        label="" if entry is None else entry.label,
        view=session.pane.view.view,
        overlays=workspace.overlays.overlays,
        can_undo=session.undo.canUndo(),
        can_redo=session.undo.canRedo(),
        comparing=session.comparing,
        linked=session.linked,
        busy=bool(workspace.jobs.running),
        model=workspace.model.card is not None,
        watching=workspace.watching.folder is not None,
        theme=theme,
        tool=shown.tool,
        playing=shown.playing,
        review=shown.review,
        worklist=shown.worklist and shown.review and len(worklist) > 0,
        panel=shown.panel and shown.review and len(worklist) > 0,
        tags=shown.tags,
        full_screen=shown.full_screen,
    )
