"""One image, from the start of the process to its end: time and memory."""

import json
import statistics
import sys
from pathlib import Path

from benchmarks.material import model_folder, scan_files
from benchmarks.measure import MB, ROOT, Finished, Row, Setting, at_least, run_process, tell

PEER = ROOT / "benchmarks" / "peer_keras.py"
FASTER = 15.0
MEMORY_SHARE = 0.25


def run(setting: Setting) -> list[Row]:
    """Measure both in turns, after one start of each that fills the system's file cache."""
    (path,), kind = scan_files(setting, 1)
    model = model_folder(setting)
    peer_model = make_peer(setting)
    _ours(model, path, setting)
    _peer(peer_model, path, setting)
    repeats, peer_repeats = setting.count(5, 1), setting.count(3, 1)
    ours, peer = [], []
    for number in range(repeats):
        ours.append(_ours(model, path, setting))
        if number < peer_repeats:
            peer.append(_peer(peer_model, path, setting))
        tell(f"{number + 1}/{repeats}: ours {ours[-1].seconds:.2f} s, peer {peer[-1].seconds:.2f} s")
    return rows(ours, peer, f"median of {repeats} and {peer_repeats}, {kind}")


def rows(ours: list[Finished], peer: list[Finished], note: str) -> list[Row]:
    """Return time and memory, by their medians."""
    wall, peer_wall = (statistics.median(run.seconds for run in part) for part in (ours, peer))
    peak, peer_peak = (statistics.median(run.peak for run in part) for part in (ours, peer))
    against = "keras load_model of an EfficientNet-B0, cv2 read, predict; whole process"
    share = peak / peer_peak
    limit = f"ratio < {MEMORY_SHARE:g}"
    memory = (f"{peak / MB:.0f} MB", f"{peer_peak / MB:.0f} MB")
    return [
        at_least("wall time", f"{wall:.3f} s", f"{peer_wall:.2f} s", against, peer_wall / wall, FASTER, note),
        Row("peak memory", *memory, against, share, limit, share < MEMORY_SHARE, note),
    ]


def make_peer(setting: Setting) -> Path:
    """Write the peer's model, in a process of its own."""
    path = setting.temporary / "peer.keras"
    tell("writing the peer's model")
    run_process([sys.executable, str(PEER), "make", str(path)], setting.temporary)
    return path


def command() -> list[str]:
    """Return how the program is started: its console script, or without one the module."""
    script = Path(sys.executable).parent / ("tumorviewer.exe" if sys.platform == "win32" else "tumorviewer")
    return [str(script)] if script.exists() else [sys.executable, "-m", "tumorviewer"]


def _ours(model: Path, path: Path, setting: Setting) -> Finished:
    done = run_process([*command(), "predict", str(path), "--model", str(model)], setting.temporary)
    if json.loads(done.output)["status"] != "ok":
        raise RuntimeError(f"{path} was not answered: {done.output}")
    return done


def _peer(model: Path, path: Path, setting: Setting) -> Finished:
    return run_process([sys.executable, str(PEER), "predict", str(model), str(path)], setting.temporary)
