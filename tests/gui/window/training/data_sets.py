"""Data sets of drawn heads with something to find in them, and what tests of the page of the data share."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_classes import write_phantom_classes

from training.config import TrainConfig
from training.look_over import look_over
from training.overview import DataOverview
from tumorviewer.gui.training.data.overview_part import OverviewPart
from tumorviewer.inference.labels import CLASSES

if TYPE_CHECKING:
    from gui.window.training.conftest import Studio

BROKEN = b"\x89PNG\r\n\x1a\nbroken"


def write_leaky(folder: Path) -> Path:
    """Write 12 heads a class to learn from and 6 to test, of which 3 are copies; one label contradicts its copy."""
    write_phantom_classes(folder / "Training", 15, size=96)
    for label in CLASSES:
        home = folder / "Testing" / label
        home.mkdir(parents=True)
        for number in range(12, 15):
            shutil.move(folder / "Training" / label / f"{label}_{number}.png", home)
        for number in range(3):
            shutil.copy(folder / "Training" / label / f"{label}_{number}.png", home / f"again {number}.png")
    shutil.copy(folder / "Training/glioma/glioma_7.png", folder / "Training/meningioma/odd.png")
    (folder / "Training/glioma/torn.png").write_bytes(BROKEN)
    return folder


def looked_over(folder: Path, cache: Path, **settings: Any) -> DataOverview:
    """Look a data set over in this process."""
    return look_over(folder, TrainConfig.from_dict({"workers": 0, **settings}), cache)[0]


def open_data(studio: "Studio", folder: Path) -> OverviewPart | None:
    """Open a data set as the dialog does, and wait until all of it is shown; None if there is nothing to show."""
    studio.page.data._crew.data.open(folder)
    return wait_for_overview(studio)


def wait_for_overview(studio: "Studio") -> OverviewPart | None:
    """Wait until nothing is looked over any more, and all is shown that is known."""
    data, page = studio.desk.data, studio.page.data
    studio.wait(lambda: not (data.opening or data.collecting or data.is_looking))
    if data.overview is None:
        return None
    studio.wait(lambda: page.overview is not None and page.overview.filled)
    return page.overview


def give_overview(studio: "Studio", folder: Path, overview: DataOverview) -> OverviewPart:
    """Let a data set be open that was looked over before."""
    data: Any = studio.desk.data
    data.folder, data.overview = folder, overview
    data.changed.emit()
    shown = wait_for_overview(studio)
    assert shown is not None
    return shown
