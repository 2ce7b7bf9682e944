"""Settings of runs that are over in seconds, and what tests of runs share."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from PySide6.QtWidgets import QFileDialog

from training.config import AugmentConfig, TrainConfig
from training.overview import DataOverview, Patients, Verdict
from training.recipe import save_recipe
from training.runs import Asked, RunStatus, note_asked
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.state.training.run import RECIPE

if TYPE_CHECKING:
    from gui.window.training.conftest import Studio

TINY = TrainConfig(
    name="tiny",
    base="scratch",
    epochs=2,
    head_epochs=1,
    frozen_epochs=2,
    frozen_blocks=16,
    size=64,
    batch_size=8,
    augment=AugmentConfig.none(),
    validation_share=0.2,
    test_share=0.2,
    workers=0,
)
"""Only the last two blocks learn, of pictures as they are: the graph made for the first batch is small."""
LONG = replace(TINY, epochs=100, frozen_epochs=100)
"""For a run that something interrupts: it does not end before."""
BASELINES = {"nearest neighbour on 32 x 32 thumbnails": 0.4, "image size, channels and file size only": 0.25}


def overview(each: int) -> DataOverview:
    parts = {"train": each * 6 // 10, "validation": each * 2 // 10, "test": each * 2 // 10, "left_out": 0}
    counts = dict.fromkeys(("glioma", "meningioma", "pituitary", "no_tumor"), parts)
    patients = Patients(0, 0, 0, 4 * each, 0)
    nothing: dict[str, int] = {}
    return DataOverview(
        "heads", 4 * each, counts, Verdict.READY, "", "by pictures", None, (), patients, BASELINES, (), (), (), (),
        nothing, nothing, nothing,
    )  # fmt: skip


def give_data(studio: "Studio", heads: Path) -> None:
    """Let a data set be ready, as the page of the data leaves it."""
    data: Any = studio.desk.data
    data.folder, data.overview = heads, overview(24)
    data.changed.emit()


@dataclass(frozen=True)
class Crashed:
    """What a run has left whose window was killed after its first epoch, and the process that trained."""

    output: Path
    trainer: psutil.Process


def show_crashed(studio: "Studio", crashed: Crashed) -> Path:
    """Let an interrupted run lie in the user's folder, look at it, and return its place."""
    output = Path(shutil.copytree(crashed.output, studio.desk.places.runs / "crashed"))
    studio.show(Step.RUN)
    check_interrupted(studio, output)
    return output


def check_interrupted(studio: "Studio", output: Path) -> None:
    """See that the only run is one that another start of the program has begun, shown by itself as far as it came."""
    desk, page = studio.desk, studio.page.run
    studio.wait(lambda: [run.status for run in desk.kept.runs] == [RunStatus.UNFINISHED])
    assert desk.run.output == output
    assert "interrupted" in page.banner.text.text()
    assert page.control.main.text() == "Go on"
    check_what_was_done(studio, output)


def check_what_was_done(studio: "Studio", output: Path) -> None:
    """See that the head's epoch and at least one after it are drawn."""
    drawn = studio.page.run.curves.accuracy.lines["validation"]
    rows = epochs_of(output)
    assert list(drawn.yData) == [row["validation_accuracy"] for row in rows]
    assert list(drawn.xData) == [float(number) for number in range(len(rows))]
    assert len(rows) >= 2


def begin(desk: TrainingDesk, config: TrainConfig, heads: Path, name: str) -> Path:
    """Begin a run without the pages, as `RunCrew.start` does."""
    output = desk.places.runs / name
    save_recipe(config, output / RECIPE)
    note_asked(output, Asked(heads, desk.places.cache, None))
    (output / "config.json").write_text(json.dumps(config.to_dict()))
    assert desk.run.start(config, output / RECIPE, heads, output, desk.places.cache)
    return output


def training_process(program: int) -> psutil.Process:
    """Return the process that trains for a running program."""
    (child,) = [process for process in psutil.Process(program).children() if "train" in process.cmdline()]
    return child


def epochs_of(output: Path) -> list[dict[str, Any]]:
    """Return the kept history without what depends on the machine's speed."""
    rows = json.loads((output / "history.json").read_text("utf-8"))
    return [{key: value for key, value in row.items() if key not in ("seconds", "images_per_second")} for row in rows]


def answer_file(studio: "Studio", path: Path) -> None:
    """Answer the question for a file that is open on a page of training."""
    dialogs = [one for one in studio.page.findChildren(QFileDialog) if one.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].setDirectory(str(path.parent))
    dialogs[0].selectFile(path.name)
    dialogs[0].accept()
