"""The report's figures as inline SVG: sharp, small, and in the page's light or dark colours.

Colours come from the style sheet by class name (``k0`` .. ``k3`` for the four classes). Each line also has its own
dash pattern and each curve its name, so that colour is never the only cue.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.metrics import Estimate, RocCurve
from training.scoring import ReliabilityBin, RiskCoverage
from training.wording import percent

WIDTH, HEIGHT = 400, 320
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 46
DASHES: Final = ("", "9 4", "2 4", "10 4 2 4")
MOST_POINTS = 240
"""A curve of thousands of points is thinned to this many: the eye sees no more."""


class Plot:
    """A pair of axes on which lines, bars and words are put, in data units."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float], title: str) -> None:
        self._x, self._y = x, y
        self._parts = [
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
            f"<title>{escape(title)}</title>"
        ]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point on the drawing."""
        across = (x - self._x[0]) / (self._x[1] - self._x[0])
        up = (y - self._y[0]) / (self._y[1] - self._y[0])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def axes(
        self, x_name: str, y_name: str, *, x_ticks: Sequence[float], y_ticks: Sequence[float], unit: str = " %"
    ) -> None:
        """Draw grid, tick labels (as percentages, unless `unit` is empty) and names."""
        for tick in x_ticks:
            here, bottom = self.at(tick, self._y[0])
            self._parts.append(f'<path class="grid" d="M{here:.1f} {TOP}V{bottom:.1f}"/>')
            self.text(here, bottom + 16, _tick(tick, unit), "tick", "middle")
        for tick in y_ticks:
            left, here = self.at(self._x[0], tick)
            self._parts.append(f'<path class="grid" d="M{left:.1f} {here:.1f}H{WIDTH - RIGHT}"/>')
            self.text(left - 6, here + 4, _tick(tick, unit), "tick", "end")
        self.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_name, "axis", "middle")
        middle = (TOP + HEIGHT - BOTTOM) / 2
        self._parts.append(
            f'<text class="axis" text-anchor="middle" transform="translate(12 {middle:.0f}) rotate(-90)">'
            f"{escape(y_name)}</text>"
        )

    def line(self, xs: Sequence[float], ys: Sequence[float], style: str, dash: str = "", tip: str = "") -> None:
        """Draw a line through points."""
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (self.at(*point) for point in zip(xs, ys, strict=True)))
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(f'<path class="line {style}"{dashes} d="{path}"><title>{escape(tip)}</title></path>')

    def bar(self, x: tuple[float, float], y: tuple[float, float], style: str, tip: str = "") -> None:
        """Draw a filled rectangle between two corners."""
        (left, bottom), (right, top) = self.at(x[0], y[0]), self.at(x[1], y[1])
        self._parts.append(
            f'<rect class="bar {style}" x="{left:.1f}" y="{top:.1f}" width="{max(0.0, right - left):.1f}" '
            f'height="{max(0.0, bottom - top):.1f}"><title>{escape(tip)}</title></rect>'
        )

    def text(self, x: float, y: float, words: str, style: str = "", anchor: str = "start") -> None:
        """Write words at a place of the drawing (not in data units)."""
        self._parts.append(
            f'<text class="{style}" text-anchor="{anchor}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'
        )

    def legend(self, names: Sequence[str], x: float, y: float) -> None:
        """Name the lines of the classes, each with a piece of its line."""
        for place, name in enumerate(names):
            row = y + 18 * place
            dashes = f' stroke-dasharray="{DASHES[place % 4]}"' if DASHES[place % 4] else ""
            self._parts.append(f'<path class="line k{place % 4}"{dashes} d="M{x:.0f} {row:.0f}h34"/>')
            self.text(x + 40, row + 4, name, "tick")

    def svg(self) -> str:
        """Return the drawing."""
        return "".join(self._parts) + "</svg>"


def _tick(value: float, unit: str) -> str:
    return f"{value * 100:g}" if unit else f"{value:g}"


_PERCENT: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def roc_figure(rocs: Sequence[RocCurve | None], areas: Sequence[Estimate], names: Sequence[str]) -> str:
    """Draw one ROC curve a class, against all others."""
    plot = Plot((0, 1), (0, 1), "ROC curves of the classes")
    plot.axes("falsely called, %", "found, %", x_ticks=_PERCENT, y_ticks=_PERCENT)
    plot.line((0, 1), (0, 1), "faint")
    words = []
    for place, (curve, area, name) in enumerate(zip(rocs, areas, names, strict=True)):
        words.append(f"{name}: {area.value:.3f}" if curve is not None else f"{name}: none here")
        if curve is not None:
            keep = _thinned(curve.false_positive.size)
            plot.line(
                curve.false_positive[keep].tolist(),
                curve.true_positive[keep].tolist(),
                f"k{place % 4}",
                DASHES[place % 4],
                name,
            )
    plot.legend(words, WIDTH - RIGHT - 196, HEIGHT - BOTTOM - 74)
    return plot.svg()


def _thinned(size: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, size - 1, min(size, MOST_POINTS)).round().astype(np.int64))


def reliability_figure(table: Sequence[ReliabilityBin]) -> str:
    """Draw accuracy against confidence; the diagonal is what perfectly calibrated probabilities would give."""
    plot = Plot((0, 1), (0, 1), "Reliability diagram")
    plot.axes("stated probability, %", "right, %", x_ticks=_PERCENT, y_ticks=_PERCENT)
    for row in table:
        if row.n:
            share = f"{row.n} scans, stated {percent(row.confidence)}, right {percent(row.accuracy)}"
            plot.bar((row.low, row.high), (0.0, row.accuracy), "accent", share)
    plot.line((0, 1), (0, 1), "faint", "5 4", "perfect")
    points = [row for row in table if row.n >= 10]
    if points:
        plot.line(
            [row.confidence for row in points],
            [row.accuracy for row in points],
            "strong",
            "",
            "bins of 10 scans or more",
        )
    return plot.svg()


def risk_figure(risk: RiskCoverage, certain: float) -> str:
    """Draw the share of wrong answers against the share of scans that is answered; `certain` is marked."""
    top = max(0.02, float(risk.risk.max()) * 1.1) if risk.risk.size else 0.1
    step = next(size for size in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2) if top / size <= 6 or size == 0.2)
    plot = Plot((0, 1), (0, top), "Risk-coverage curve")
    plot.axes("scans answered, the surest first, %", "wrong among them, %", x_ticks=_PERCENT, y_ticks=_steps(top, step))
    if risk.risk.size:
        keep = _thinned(risk.risk.size)
        plot.line(risk.coverage[keep].tolist(), risk.risk[keep].tolist(), "strong")
    plot.line((certain, certain), (0, top), "faint", "5 4", "certain answers")
    _mark(plot, certain, f"certain: {percent(certain)}")
    return plot.svg()


def _mark(plot: Plot, x: float, words: str) -> None:
    """Write words beside an upright line, on the side that has room."""
    here, _ = plot.at(x, 0)
    plot.text(here - 5 if x > 0.4 else here + 5, TOP + 12, words, "tick", "end" if x > 0.4 else "start")


def _steps(top: float, step: float) -> list[float]:
    return [round(step * place, 6) for place in range(int(top / step) + 1)]


def histogram_figure(confidence: NDArray[np.float64], right: NDArray[np.bool_], threshold: float) -> str:
    """Draw how often each stated probability occurs, right answers below and wrong ones on top of them."""
    edges = np.linspace(0.0, 1.0, 21)
    good, _ = np.histogram(confidence[right], edges)
    bad, _ = np.histogram(confidence[~right], edges)
    shares = (good + bad) / max(1, confidence.size)
    top = max(0.05, float(shares.max()) * 1.08)
    step = next(size for size in (0.01, 0.02, 0.05, 0.1, 0.2) if top / size <= 6 or size == 0.2)
    plot = Plot((0, 1), (0, top), "Histogram of stated probabilities")
    plot.axes("stated probability, %", "scans, %", x_ticks=_PERCENT, y_ticks=_steps(top, step))
    for place in range(20):
        span, low = (edges[place], edges[place + 1]), float(good[place] / max(1, confidence.size))
        plot.bar(span, (0.0, low), "accent", f"{good[place]} right")
        plot.bar(span, (low, float(shares[place])), "wrong", f"{bad[place]} wrong")
    plot.line((threshold, threshold), (0, top), "faint", "5 4", "certain from here on")
    _mark(plot, threshold, f"certain from {percent(threshold)}")
    return plot.svg()


def confusion_table(matrix: NDArray[np.int64], names: Sequence[str]) -> str:
    """Return the confusion matrix as a table: counts, shares of the row, and a shade by that share."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = []
    for place, name in enumerate(names):
        total = int(matrix[place].sum())
        cells = []
        for column, count in enumerate(matrix[place].tolist()):
            share = count / total if total else 0.0
            kind = "hit" if column == place else "miss"
            cells.append(
                f'<td class="{kind}" style="--share:{share:.3f}"><b>{count}</b><span>{percent(share)}</span></td>'
            )
        rows.append(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>')
    return (
        '<table class="confusion"><thead><tr><td></td><th colspan="99" class="over">answer</th></tr>'
        f'<tr><th scope="col">label</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )
