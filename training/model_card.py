"""``card.md``: the card for a reader, in the order of Mitchell et al. 2019, "Model cards for model reporting".

What CLAIM asks for (Tejani et al. 2024, "Checklist for artificial intelligence in medical imaging: 2024 update") and
this program knows is in it: purpose, data and how they were split, preparation, the network and its training, figures
with intervals, by source, baselines, failures, limits, and how to do it again.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tumorviewer import NOTICE
from tumorviewer.inference.card import Card


def card_text(card: Card) -> str:
    """Return the card as Markdown; what was not measured is said to be so."""
    parts: tuple[Callable[[Card], str], ...] = (
        _head, _use, _data, _results, _sources, _baselines, _failures, _limits, _making, _licence,
    )  # fmt: skip
    return "\n\n".join(text for part in parts if (text := part(card))) + "\n"


def _head(card: Card) -> str:
    return (
        f"# {card.name} {card.version}\n\n**{NOTICE}**\n\n"
        f"EfficientNet {card.variant}, input {card.input.size} x {card.input.size} pixels, made {card.created[:10]}. "
        f'Answers: {", ".join(card.classes)}; "uncertain" below {card.thresholds.certain:.0%}; "not a brain MR slice" '
        f"above a domain distance of {card.thresholds.domain:.1f}. Probabilities are calibrated with temperature "
        f"{card.temperature:.3f}."
    )


def _use(_: Card) -> str:
    return """## Intended use

Single slices of brain MR, mainly T1 after contrast, axial, coronal or sagittal, for research and teaching. Not for
diagnosis, not for triage of patients, not for scans of children, CT, other body parts or a series as a whole.

The head is found in the slice, cut out, padded to a square, and its grey values are stretched between two percentiles;
a colour picture counts as its grey values. The answer is the class with the largest probability."""


def _data(card: Card) -> str:
    data = card.data
    counts = dict(data.get("counts", {}))
    table = _table(("label", "images"), list(counts.items())) if counts else "No counts were recorded."
    parts = "trained on {train} images, tuned on {validation}, tested on {test}".format_map(_Told(data))
    decided = dict(data.get("decisions", {}))
    relabelled, left_out = decided.get("relabelled", 0), decided.get("left_out", 0)
    by_hand = f" A person changed {relabelled} labels and left {left_out} scans out." if decided else ""
    return (
        f"## Data\n\nSources: {', '.join(data.get('sources', [])) or 'not recorded'}. Split: {_Told(data)['split']}. "
        f"Of the readable images it was {parts}.{by_hand} The labels are those of the sources; nobody read the scans "
        f"again. Age, sex, scanner and plane are not told, so nothing could be measured by them. Fingerprint "
        f"`{_Told(data)['fingerprint']}`.\n\n{table}"
    )


def _results(card: Card) -> str:
    if not card.metrics:
        return "## Results\n\nNothing was measured: no scans were held out."
    figures = [
        (name.replace("_", " "), *_cells(figure), figure["n"])
        for name, figure in card.metrics.items()
        if _is_figure(figure)
    ]
    words = [f"{name}: {text}." for name, text in card.metrics.items() if isinstance(text, str)]
    return "## Results\n\n" + " ".join(words) + "\n\n" + _table(("what", "value", "95 % interval", "cases"), figures)


def _sources(card: Card) -> str:
    """Large differences between sources mean that the model leans on how pictures were made."""
    sources = _mapping(card.metrics.get("per_source"))
    names = ("right", "tumors_not_called_no_tumor", "no_tumor_called_so", "uncertain", "not_brain_mr")
    rows = [
        (source, _mapping(row.get("right")).get("n", ""), *(_cells(row.get(name))[0] for name in names))
        for source, row in sources.items()
        if isinstance(row, Mapping)
    ]
    head = ("source", "scans", *(name.replace("_", " ") for name in names))
    return "## By source\n\n" + _table(head, rows) if rows else ""


def _baselines(card: Card) -> str:
    rows = [
        (str(row.get("name", "")), _share(row.get("macro_sensitivity")))
        for row in card.metrics.get("baselines", [])
        if isinstance(row, Mapping)
    ]
    return "## What needs no anatomy reaches\n\n" + _table(("baseline", "macro sensitivity"), rows) if rows else ""


def _failures(card: Card) -> str:
    confusion = card.metrics.get("confusion")
    if not confusion:
        return ""
    rows = [(name, *row) for name, row in zip(card.classes, confusion, strict=False)]
    return "## Where it fails\n\nRows: what the scan is; columns: the likeliest class, certain or not.\n\n" + _table(
        ("", *card.classes), rows
    )


def _limits(_: Card) -> str:
    return """## Limits

- In the public data the sequence nearly tells the class: tumours are T1 after contrast, slices without a tumour mostly
  T2 and FLAIR from other sources. Specificity on T1 after contrast without a tumour could not be measured; the nearest
  to it are halves of such slices without the tumour, mirrored to whole heads ("healthy half").
- Metastases, other tumours, bleeding, infarcts and operated brains were not in the public data; the answer to them has
  no meaning.
- The heat map shows where the evidence for a class lies in the network, not the outline of a tumour."""


def _making(card: Card) -> str:
    told = _Told(card.training)
    versions = ", ".join(f"{name} {number}" for name, number in dict(card.training.get("versions", {})).items())
    return (
        f"## How it was made\n\n`{told['command']}`\n\nBase weights: {told['base']}. Seed {told['seed']}, best epoch "
        f"{told['best_epoch']}, {told['duration_s']} s of fine-tuning on {told['processor']}. {versions}. All settings "
        "are in `card.json`."
    )


def _licence(card: Card) -> str:
    notice = dict(card.training.get("config", {})).get("notice", "")
    return f"## Sources and licences\n\n{str(notice).strip()}" if notice else ""


class _Told(dict[str, Any]):
    """What a card tells; what it does not is said to be so."""

    def __missing__(self, key: str) -> str:
        return "not recorded"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_figure(value: object) -> bool:
    return isinstance(value, Mapping) and {"value", "low", "high", "n"} <= set(value)


def _cells(figure: object) -> tuple[str, str]:
    """Return a figure and its interval in words."""
    if not _is_figure(figure):
        return "not measured", ""
    value, low, high = (_mapping(figure)[key] for key in ("value", "low", "high"))
    return _share(value), "" if low is None or high is None else f"{low:.3f} to {high:.3f}"


def _share(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float | int) else "not measured"
