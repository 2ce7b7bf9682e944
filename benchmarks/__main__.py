"""``python -m benchmarks [NAME ...]``: measure, and close with a table."""

import argparse
import importlib
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Row, Setting, machine, tell
from benchmarks.table import as_text, read_json, write_json

NAMES = {
    "one-image": "benchmarks.one_image",
    "thousand": "benchmarks.thousand",
    "heat-map": "benchmarks.heat_map",
    "crop": "benchmarks.crop",
    "head": "benchmarks.head",
    "finetune": "benchmarks.finetune",
    "cache": "benchmarks.cache",
    "start": "benchmarks.start",
    "drop": "benchmarks.drop",
    "many": "benchmarks.many",
    "scroll": "benchmarks.scroll",
    "cluster": "benchmarks.cluster",
    "series": "benchmarks.series",
    "report": "benchmarks.report",
    "receive": "benchmarks.receive",
    "frozen": "benchmarks.frozen",
    "phantoms": "benchmarks.phantoms",
    "mirror": "benchmarks.mirror",
    "training": "benchmarks.training_window",
}
WITH_KERAS = {"heat-map", "head", "finetune"}
Results = dict[str, list[Row]]
Loads = dict[str, float | None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; return 0 when all of it ran, also where a target was missed."""
    options = _parser().parse_args(arguments)
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. Known: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    names = options.names or list(NAMES)
    here = machine()
    results, loads = _measure_here(names[0], options, here) if len(names) == 1 else _measure_each(names, options)
    if results:
        print(as_text(results, loads, here))
    if options.json is not None:
        write_json(options.json, results, loads, here)
    return int(len(results) < len(names))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python run.py bench", description="Measure the program against its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; default: all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    parser.add_argument("--model", help="name of a model or path of its bundle; default: the active one")
    parser.add_argument(
        "--scans",
        type=Path,
        default=ROOT.parent / "shared" / "data",
        help="folder of real scans; else phantoms are drawn",
    )
    parser.add_argument("--quick", action="store_true", help="tiny counts: tries the benchmarks, measures nothing")
    return parser


def _measure_here(name: str, options: argparse.Namespace, here: dict[str, Any]) -> tuple[Results, Loads]:
    tell(f"== {name} (load average {here['load']})")
    with tempfile.TemporaryDirectory(prefix="tumorviewer-bench-", ignore_cleanup_errors=True) as folder:
        setting = Setting(options.model, options.scans, Path(folder), options.quick)
        if name in WITH_KERAS:
            from training.backend import start_backend  # before anything imports Keras, and only for these

            start_backend()
        # Imported by name: no benchmark pays for what another one needs.
        rows = importlib.import_module(NAMES[name]).run(setting)
    return {name: rows}, {name: here["load"]}


def _measure_each(names: Sequence[str], options: argparse.Namespace) -> tuple[Results, Loads]:
    """Measure each in a process of its own, so that none inherits another's memory and threads."""
    results: Results = {}
    loads: Loads = {}
    with tempfile.TemporaryDirectory(prefix="tumorviewer-bench-") as folder:
        for name in names:
            kept = Path(folder) / f"{name}.json"
            command = [sys.executable, "-m", "benchmarks", name, "--json", str(kept), "--scans", str(options.scans)]
            command += ["--model", options.model] if options.model else []
            command += ["--quick"] if options.quick else []
            if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode:
                tell(f"{name} could not be measured.")
                continue
            rows, load = read_json(kept)
            results |= rows
            loads |= load
    return results, loads


if __name__ == "__main__":
    sys.exit(main())
