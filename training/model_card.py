"""``card.md``: the card for a reader, in the order of Mitchell et al. 2019, "Model cards for model reporting"."""

from typing import Any

from tumorviewer import NOTICE
from tumorviewer.inference.card import Card


def card_text(card: Card) -> str:
    """Return the card as Markdown; what was not measured is said to be so."""
    sections = (_head(card), _use(), _data(card), _results(card), _limits(), _making(card), _licence(card))
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(card: Card) -> str:
    return (
        f"# {card.name} {card.version}\n\n**{NOTICE}**\n\n"
        f"EfficientNet {card.variant}, input {card.input.size} x {card.input.size} pixels, made {card.created[:10]}. "
        f'Answers: {", ".join(card.classes)}; "uncertain" below {card.thresholds.certain:.0%}; "not a brain MR slice" '
        f"above a domain distance of {card.thresholds.domain:.1f}. Probabilities are calibrated with temperature "
        f"{card.temperature:.3f}."
    )


def _use() -> str:
    return """## Intended use

Single slices of brain MR, mainly T1 after contrast, axial, coronal or sagittal, for research and teaching. Not for
diagnosis, not for triage of patients, not for scans of children, CT, other body parts or a series as a whole."""


def _data(card: Card) -> str:
    data = card.data
    rows = [f"| {name} | {count} |" for name, count in dict(data.get("counts", {})).items()]
    table = "\n".join(["| label | images |", "|---|---|", *rows]) if rows else "No counts were recorded."
    parts = "trained on {train} images, tuned on {validation}, tested on {test}".format_map(_Told(data))
    decided = dict(data.get("decisions", {}))
    relabelled, left_out = decided.get("relabelled", 0), decided.get("left_out", 0)
    by_hand = f" A person changed {relabelled} labels and left {left_out} scans out." if decided else ""
    return (
        f"## Data\n\nSources: {', '.join(data.get('sources', [])) or 'not recorded'}. Split: {_Told(data)['split']}. "
        f"Of the readable images it was {parts}.{by_hand} Fingerprint `{_Told(data)['fingerprint']}`.\n\n{table}"
    )


def _results(card: Card) -> str:
    if not card.metrics:
        return "## Results\n\nNothing was measured: no scans were held out."
    rows = ["| what | value | 95 % interval | cases |", "|---|---|---|---|"]
    rows += [_figure(name, figure) for name, figure in card.metrics.items() if _is_figure(figure)]
    words = [f"{name}: {text}." for name, text in card.metrics.items() if isinstance(text, str)]
    return "## Results\n\n" + " ".join(words) + "\n\n" + "\n".join(rows)


def _limits() -> str:
    return """## Limits

- In the public data the sequence nearly tells the class: tumours are T1 after contrast, slices without a tumour mostly
  T2 and FLAIR from other sources. Specificity on T1 after contrast without a tumour could not be measured.
- Metastases, other tumours, bleeding, infarcts and operated brains were not in the public data; the answer to them has
  no meaning.
- The heat map shows where the evidence for a class lies in the network, not the outline of a tumour."""


def _making(card: Card) -> str:
    told = _Told(card.training)
    versions = ", ".join(f"{name} {number}" for name, number in dict(card.training.get("versions", {})).items())
    return (
        f"## How it was made\n\n`{told['command']}`\n\nBase weights: {told['base']}. Seed {told['seed']}, "
        f"{told['duration_s']} s of fine-tuning. {versions}. All settings are in `card.json`."
    )


def _licence(card: Card) -> str:
    notice = dict(card.training.get("config", {})).get("notice", "")
    return f"## Sources and licences\n\n{str(notice).strip()}" if notice else ""


class _Told(dict[str, Any]):
    """What a card tells; what it does not is said to be so."""

    def __missing__(self, key: str) -> str:
        return "not recorded"


def _is_figure(value: Any) -> bool:
    return isinstance(value, dict) and {"value", "low", "high", "n"} <= set(value)


def _figure(name: str, figure: dict[str, Any]) -> str:
    value, low, high = (figure[key] for key in ("value", "low", "high"))
    shown = "not measured" if value is None else f"{value:.3f}"
    interval = "" if low is None or high is None else f"{low:.3f} to {high:.3f}"
    return f"| {name.replace('_', ' ')} | {shown} | {interval} | {figure['n']} |"
