"""The table at the end, and the same as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import Row

HEADINGS = ("benchmark", "what", "ours", "peer", "ratio", "target", "reached")


def as_text(results: Mapping[str, Sequence[Row]], loads: Mapping[str, float | None], machine: Mapping[str, Any]) -> str:
    """Return the table, what the peers are, and the machine."""
    rows = [(name, row) for name, part in results.items() for row in part]
    cells = [HEADINGS, *((name, *_cells(row)) for name, row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    peers = dict.fromkeys(f"{name}, {row.what}: {said}." for name, row in rows if (said := _said(row)))
    load = ", ".join(f"{name} {value}" for name, value in loads.items())
    at = f"{machine['cores']} cores of {machine['processor']}, {machine['system']}, Python {machine['python']}"
    return "\n".join([*lines, "", *peers, "", f"Machine: {at}.", f"Load average when each began: {load}."])


def _said(row: Row) -> str:
    """Return what the row is measured against, and how."""
    return "; ".join(part for part in (f"against {row.against}" if row.against else "", row.note) if part)


def _cells(row: Row) -> tuple[str, ...]:
    reached = {True: "yes", False: "NO", None: ""}[row.reached]
    return row.what, row.ours, row.peer, f"{row.ratio:.2f}" if row.ratio else "", row.target, reached


def write_json(
    path: Path, results: Mapping[str, Sequence[Row]], loads: Mapping[str, float | None], machine: Mapping[str, Any]
) -> None:
    """Write everything that the table says, for machines."""
    content = {
        "machine": dict(machine),
        "load": dict(loads),
        "benchmarks": {name: [asdict(row) for row in part] for name, part in results.items()},
    }
    path.write_text(json.dumps(content, indent=1), "utf-8")


def read_json(path: Path) -> tuple[dict[str, list[Row]], dict[str, float | None]]:
    """Return the rows and the loads of a file of `write_json`."""
    content = json.loads(path.read_text("utf-8"))
    return {name: [Row(**row) for row in part] for name, part in content["benchmarks"].items()}, content["load"]
