"""Learning: processes that share out work, and a tiny model that is trained from the window."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tumorviewer.cli.common import plural
from tumorviewer.cli.selftest.page import Check, CheckFailedError, LeftOutError
from tumorviewer.cli.selftest.window import Cancelled, ask

_CLASSES: Final = ("glioma", "meningioma", "pituitary", None)
_EACH: Final = 8
_GRACE_S: Final = 30


def checks(folder: Path, cancelled: Cancelled, *, quick: bool) -> Iterator[Check]:
    """Yield the checks; data and runs lie below `folder`."""
    data = folder / "训练数据"
    yield Check("share out work", lambda: _share_out(data))
    yield Check("train a tiny model", lambda: _train(data, folder / "studio", cancelled, quick=quick))


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


def _train(data: Path, folder: Path, cancelled: Cancelled, *, quick: bool) -> str:
    """Let the window train in the process that it starts for that, and check the bundle that is left."""
    if quick:
        raise LeftOutError("a quick self-test trains nothing")
    if find_spec("tensorflow") is None:
        raise LeftOutError("training is not part of this edition")
    from tumorviewer.cli.selftest.training_tab import PATIENCE_S
    from tumorviewer.inference.bundle import verify_bundle

    folder.mkdir()
    found = ask(["--window", str(folder), "--train", str(data)], PATIENCE_S + _GRACE_S, cancelled)
    bundle = verify_bundle(Path(found["bundle"]))
    epochs = plural(found["epochs"], "epoch")
    return (
        f"{bundle.name} from the training tab, {epochs} on {_EACH * len(_CLASSES)} drawn heads; "
        "hashes and golden picture as its card says"
    )


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
