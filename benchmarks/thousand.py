"""Many scans: the batch path and the command, against the bare network and against the usual way."""

import json
import shutil
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from benchmarks.material import model_folder, scan_files
from benchmarks.measure import Row, Setting, at_least, run_process, tell
from benchmarks.one_image import PEER, command, make_peer
from tumorviewer.imaging.discover import discover
from tumorviewer.inference.batch import judge_files
from tumorviewer.inference.bundle import Bundle, load_bundle
from tumorviewer.inference.predictor import usable_cores

OF_BARE = 0.8
OF_PEER = 10.0


@dataclass(frozen=True, slots=True)
class Round:
    """Rates (a second) measured one right after the other: the machine was the same for all of them."""

    ours: float
    whole: float
    bare: float

    @property
    def ratio(self) -> float:
        """Of ours to the bare network."""
        return self.ours / self.bare


def run(setting: Setting) -> list[Row]:
    """Measure in rounds and take the one in the middle: another process may use the cores for a while."""
    count = setting.count(1000, 8)
    folder, kind = gather(setting, count)
    model = model_folder(setting)
    rounds = [_round(model, folder, count, setting) for _ in range(setting.count(3, 1))]
    middle = sorted(rounds, key=lambda one: one.ratio)[len(rounds) // 2]
    peers = setting.count(101, 3)
    peer = peer_rate(sorted(folder.iterdir())[:peers], setting)
    ratios = ", ".join(f"{one.ratio:.2f}" for one in rounds)
    note = f"{count} {kind} on {usable_cores()} cores, rounds {ratios}; the peer on {peers - 1} of them"
    return rows(middle, peer, note)


def _round(model: Path, folder: Path, count: int, setting: Setting) -> Round:
    """Measure ours between two halves of as many pictures for the bare network."""
    bundle = load_bundle(model)
    before = bare_rate(bundle, count // 2)
    ours = batch_rate(bundle, folder)
    after = bare_rate(bundle, count // 2)
    whole = command_rate(model, folder, count, setting)
    tell(f"{ours:.1f} scans/s, the command {whole:.1f}, bare {before:.1f} and {after:.1f} pictures/s")
    return Round(ours, whole, statistics.harmonic_mean([before, after]))


def rows(middle: Round, peer: float, note: str) -> list[Row]:
    """Return the rates as rows."""
    network = (
        "LiteRT invoke alone on random input, the better of one interpreter on all cores and one interpreter a core"
    )
    usual = "keras predict one by one of an EfficientNet-B0, after loading and one picture"
    ours, whole, bare, usually = (f"{rate:.1f}/s" for rate in (middle.ours, middle.whole, middle.bare, peer))
    return [
        at_least("scans/s", ours, bare, network, middle.ratio, OF_BARE, note),
        at_least("scans/s", ours, usually, usual, middle.ours / peer, OF_PEER, note),
        Row("scans/s of the command, start to end", whole, bare, network, middle.whole / middle.bare, note=note),
    ]


def gather(setting: Setting, count: int) -> tuple[Path, str]:
    """Put scans side by side into a folder, as a person has them; reading them also fills the system's file cache."""
    files, kind = scan_files(setting, count)
    folder = setting.temporary / "scans"
    folder.mkdir()
    for number, path in enumerate(files):
        shutil.copyfile(path, folder / f"scan {number}{path.suffix}")
    return folder, kind


def batch_rate(bundle: Bundle, folder: Path) -> float:
    """Return scans a second of the batch path: file to answer, on all cores, loading the network included."""
    begin = time.perf_counter()
    answers = list(judge_files(bundle, discover([folder])))
    seconds = time.perf_counter() - begin
    failed = [str(answer.error) for answer in answers if answer.error is not None]
    if failed:
        raise RuntimeError(f"{len(failed)} scans were not read, as: {failed[0]}")
    return len(answers) / seconds


def command_rate(model: Path, folder: Path, count: int, setting: Setting) -> float:
    """Return scans a second of ``tumorviewer predict FOLDER --output FILE``, from its start to its end."""
    output = setting.temporary / "answers.jsonl"
    done = run_process(
        [*command(), "predict", str(folder), "--output", str(output), "--model", str(model), "--quiet"],
        setting.temporary,
    )
    if len(output.read_text("utf-8").splitlines()) != count:
        raise RuntimeError(f"{output} does not hold {count} rows")
    return count / done.seconds


def bare_rate(bundle: Bundle, count: int) -> float:
    """Return pictures a second of the network alone."""
    cores = usable_cores()
    together = _invoke_rate(bundle, count, interpreters=1, threads=cores)
    return max(together, _invoke_rate(bundle, count, interpreters=cores, threads=1))


def _invoke_rate(bundle: Bundle, count: int, interpreters: int, threads: int) -> float:
    ready = [prepared(bundle.model, threads) for _ in range(interpreters)]

    def work(interpreter: Interpreter) -> None:
        for _ in range(count // interpreters):
            interpreter.invoke()

    with ThreadPoolExecutor(interpreters) as pool:
        begin = time.perf_counter()
        list(pool.map(work, ready))
        return count // interpreters * interpreters / (time.perf_counter() - begin)


def prepared(graph: bytes, threads: int) -> Interpreter:
    """Return an interpreter with random input that has run once."""
    interpreter = Interpreter(model_content=graph, num_threads=threads)
    interpreter.allocate_tensors()
    entry = interpreter.get_input_details()[0]
    pixels = np.random.default_rng(0).uniform(0.0, 255.0, entry["shape"]).astype(np.float32)
    interpreter.set_tensor(entry["index"], pixels)
    interpreter.invoke()
    return interpreter


def peer_rate(paths: list[Path], setting: Setting) -> float:
    """Return scans a second of the usual way; loading and the first picture, which traces the network, do not count."""
    model = make_peer(setting)
    tell(f"the peer on {len(paths)} scans")
    done = run_process([sys.executable, str(PEER), "predict", str(model), *map(str, paths)], setting.temporary)
    return 1.0 / statistics.fmean(json.loads(done.output)["seconds"][1:])
