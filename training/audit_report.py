"""Writing an audit: audit.json, audit.html (one file, no links), duplicates.csv, conflicts.csv."""

import base64
import csv
import json
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.audit import Audit
from training.duplicates import KINDS
from tumorviewer import NOTICE
from tumorviewer.files import atomic_write

_SHOWN: Final = 12
_PIXELS: Final = 96

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; font-variant-numeric: tabular-nums; }
td, th { padding: .2rem .9rem .2rem 0; text-align: left; border-bottom: 1px solid #8884; }
td.n { text-align: right; }
figure { display: inline-block; margin: .4rem 1rem .4rem 0; max-width: 14rem; vertical-align: top; }
figure img { width: 6rem; height: 6rem; image-rendering: auto; background: #000; }
figcaption { font-size: .75rem; overflow-wrap: anywhere; }
.notice { font-weight: 600; }
"""


def write_audit(audit: Audit, folder: Path) -> Path:
    """Write the four files, each whole or not at all, and return the page.

    Raises
    ------
    OSError
        If the folder cannot be written or the disk is full; files that stood there before are intact.
    """
    _write_pairs(audit, np.arange(len(audit.duplicates.pairs)), folder / "duplicates.csv")
    _write_pairs(audit, audit.conflicts, folder / "conflicts.csv")
    page = folder / "audit.html"
    with atomic_write(page) as stream:
        stream.write(render_page(audit))
    with atomic_write(folder / "audit.json") as stream:
        json.dump(audit.to_dict(), stream, indent=1, ensure_ascii=False)
        stream.write("\n")
    return page


def _write_pairs(audit: Audit, chosen: NDArray[np.int64], file: Path) -> None:
    found, dataset = audit.duplicates, audit.dataset
    with atomic_write(file) as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(
            ["first", "second", "kind", "similarity", "first_label", "second_label", "first_split", "second_split"]
        )
        for number in chosen.tolist():
            a, b = found.pairs[number].tolist()
            first, second = dataset.samples[a], dataset.samples[b]
            rows.writerow(
                [
                    _cell(dataset.relative(a)),
                    _cell(dataset.relative(b)),
                    KINDS[found.kinds[number]],
                    f"{found.similarity[number]:.4f}",
                    first.label,
                    second.label,
                    first.published_split or "",
                    second.published_split or "",
                ]
            )


def _cell(text: str) -> str:
    """Keep a file name from being run as a formula by a spreadsheet."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def render_page(audit: Audit) -> str:
    """Return the page as one piece of HTML."""
    summary = audit.summary
    name = escape(audit.dataset.root.name)
    body = [
        f"<h1>Audit of {name}</h1><p class=notice>{NOTICE}</p>",
        "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in audit.verdict) + "</ul>",
        "<h2>What it holds</h2>",
        _table(
            [
                ("scans", summary.scans),
                ("distinct pictures", audit.distinct_pictures),
                ("files that could not be used", len(audit.problems)),
                ("files that are no images", summary.skipped),
            ]
        ),
        _table(summary.labels.items(), "label"),
        _table(summary.sources.items(), "source"),
        _table(summary.formats.items(), "format"),
        _table(summary.sizes.items(), "size"),
        "<h2>Copies</h2>",
        _table([(f"pairs: {kind}", count) for kind, count in audit.kind_counts.items()]),
        _baselines(audit),
        _pairs("Copies whose labels contradict each other", audit, audit.conflicts),
        _pairs("Copies in training and test", audit, _across_parts(audit)),
        _problems(audit),
    ]
    head = f'<meta charset="utf-8"><title>Audit of {name}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def _table(rows: Iterable[tuple[str, int]], heading: str = "") -> str:
    cells = "".join(f"<tr><td>{escape(str(k))}</td><td class=n>{v:,}</td></tr>" for k, v in rows)
    top = f"<tr><th>{heading}</th><th>scans</th></tr>" if heading else ""
    return f"<table>{top}{cells}</table>" if cells else ""


def _baselines(audit: Audit) -> str:
    if audit.split is None or not audit.baselines:
        return ""
    rows = "".join(
        f"<tr><td>{escape(item.name)}</td><td class=n>{item.macro_sensitivity:.1%}</td>"
        f"<td class=n>{item.accuracy.value:.1%} ({item.accuracy.low:.1%} to {item.accuracy.high:.1%})</td></tr>"
        for item in audit.baselines
    )
    return (
        f"<h2>Without anatomy</h2><p>Measured on: {escape(audit.split.how)}. A model has "
        f"to beat both clearly.</p><table>"
        f"<tr><th>classifier</th><th>mean sensitivity</th><th>accuracy (95 % interval)</th></tr>{rows}</table>"
    )


def _across_parts(audit: Audit) -> NDArray[np.int64]:
    part = np.array([sample.published_split or "" for sample in audit.dataset.samples])
    first, second = part[audit.duplicates.pairs[:, 0]], part[audit.duplicates.pairs[:, 1]]
    return np.flatnonzero((first != second) & (first != "") & (second != ""))


def _pairs(title: str, audit: Audit, chosen: NDArray[np.int64]) -> str:
    """Show the pairs that are most alike: those are the surest finds."""
    if not len(chosen):
        return ""
    found = audit.duplicates
    surest = chosen[np.argsort(-found.similarity[chosen], kind="stable")][:_SHOWN]
    figures = []
    for number in surest.tolist():
        a, b = found.pairs[number].tolist()
        images = "".join(f'<img alt="" src="{_data_uri(audit.fingerprints.whole[index])}">' for index in (a, b))
        lines = [f"{audit.dataset.samples[index].label}: {escape(audit.dataset.relative(index))}" for index in (a, b)]
        figures.append(
            f"<figure>{images}<figcaption>{KINDS[found.kinds[number]]}<br>{'<br>'.join(lines)}</figcaption></figure>"
        )
    more = f"<p>{len(chosen):,} pairs in all, the {len(surest)} most alike shown.</p>"
    return f"<h2>{title}</h2>{more}{''.join(figures)}"


def _problems(audit: Audit, limit: int = 50) -> str:
    if not audit.problems:
        return ""
    rows = "".join(
        f"<tr><td>{escape(item.path.name)}</td><td>{escape(item.reason)}</td></tr>" for item in audit.problems[:limit]
    )
    return f"<h2>Files that could not be used</h2><table>{rows}</table>"


def _data_uri(picture: NDArray[np.uint8]) -> str:
    large = cv2.resize(picture, (_PIXELS, _PIXELS), interpolation=cv2.INTER_CUBIC)
    _, encoded = cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return "data:image/jpeg;base64," + base64.b64encode(encoded.tobytes()).decode("ascii")
