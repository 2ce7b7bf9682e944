"""Learning: processes that share out work, and a tiny model that is trained as the window does it."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tumorviewer.cli.selftest.page import Check, CheckFailedError, LeftOutError

_CLASSES: Final = ("glioma", "meningioma", "pituitary", None)
_EACH: Final = 8
_SETTINGS: Final = ["--name=tiny", "--base=scratch", "--size=64", "--batch-size=8", "--head-epochs=1", "--epochs=1"]


def checks(folder: Path, *, quick: bool) -> Iterator[Check]:
    """Yield the checks; data and runs lie below `folder`."""
    data = folder / "训练数据"
    yield Check("share out work", lambda: _share_out(data))
    yield Check("train a tiny model", lambda: _train(data, folder / "run", quick=quick))


def _share_out(data: Path) -> str:
    """Crop all scans of the data set in two processes."""
    from training.crop_worker import crop_all
    from training.frame_jobs import FrameJob, FrameTask, crash_report, halve
    from training.pool import run_jobs
    from tumorviewer.imaging.load import load_scan
    from tumorviewer.imaging.prepare import InputSpec

    scans = [load_scan(path) for path in _write(data)]
    spec = InputSpec(size=64)
    jobs = [FrameJob((FrameTask(scan.sha256.encode(), scan.path, 0, scan.sha256),), spec) for scan in scans]
    rows = [
        row for answer in run_jobs(crop_all, iter(jobs), workers=2, split=halve, crashed=crash_report) for row in answer
    ]
    errors = [row.error for row in rows if row.error]
    if errors or len(rows) != len(scans):
        raise CheckFailedError(errors[0] if errors else f"{len(rows)} of {len(scans)} scans came back")
    return f"{len(rows)} scans cropped in 2 processes"


def _train(data: Path, output: Path, *, quick: bool) -> str:
    """Train in a process of its own, read its events, and check the bundle that it leaves."""
    if quick:
        raise LeftOutError("a quick self-test trains nothing")
    if find_spec("tensorflow") is None:
        raise LeftOutError("training is not part of this edition")
    from training.events import EpochEnded, Failed, RunFinished
    from training.process import ChildProcess
    from tumorviewer.inference.bundle import verify_bundle

    child = ChildProcess(["train", data, "--output", output, *_SETTINGS])
    told = list(child.events())
    end = told[-1]
    if isinstance(end, Failed):
        raise CheckFailedError(end.message)
    epochs = sum(isinstance(event, EpochEnded) for event in told)
    if not isinstance(end, RunFinished) or not epochs:
        raise CheckFailedError(f"the run ended with {type(end).__name__} after {epochs} epochs")
    bundle = verify_bundle(Path(end.bundle))
    return f"{bundle.name} on {_EACH * len(_CLASSES)} drawn heads; hashes and golden picture as its card says"


def _write(data: Path) -> list[Path]:
    """Write class folders of drawn heads."""
    import cv2

    from tumorviewer.imaging.phantom import Lesion, draw_head

    classes: tuple[Lesion | None, ...] = _CLASSES
    paths = []
    for number, lesion in enumerate(classes):
        folder = data / (lesion or "no_tumor")
        folder.mkdir(parents=True)
        for index in range(_EACH):
            path = folder / f"头 {index}.png"
            head = draw_head(100 * number + index, size=128, lesion=lesion)
            path.write_bytes(cv2.imencode(".png", head)[1].tobytes())
            paths.append(path)
    return paths
