"""``card.md``: the card for a reader, in the order of Mitchell et al. 2019, "Model cards for model reporting"."""

from typing import Any

from tumorviewer.inference.card import Card

NOTICE = "Research use only. Not for diagnosis."


def card_text(card: Card) -> str:
    """Return the card as Markdown; what was not measured is said to be so."""
    sections = (_head(card), _use(), _data(card), _results(card), _limits(), _making(card))
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
    return (
        "## Intended use\n\nSingle slices of brain MR, mainly T1 after contrast, axial, coronal or sagittal, for research and "
        "teaching. Not for diagnosis, not for triage of patients, not for children's scans, CT, other body parts or series as a whole."
    )


def _data(card: Card) -> str:
    data = card.data
    rows = [f"| {name} | {count} |" for name, count in dict(data.get("counts", {})).items()]
    table = "\n".join(["| label | images |", "|---|---|", *rows]) if rows else "No counts were recorded."
    sources = ", ".join(data.get("sources", [])) or "not recorded"
    return (
        f"## Data\n\nSources: {sources}. Split: {data.get('split', 'not recorded')}. "
        f"Trained on {data.get('train', '?')} images, tuned on {data.get('validation', '?')}, tested on {data.get('test', '?')}. "
        f"Fingerprint `{data.get('fingerprint', 'not recorded')}`.\n\n{table}"
    )


def _results(card: Card) -> str:
    if not card.metrics:
        return "## Results\n\nNothing was measured: the data allowed no test part without leaks."
    rows = ["| what | value | 95 % interval | cases |", "|---|---|---|---|"]
    rows += [_figure(name, figure) for name, figure in card.metrics.items() if _is_figure(figure)]
    words = [f"{name}: {text}." for name, text in card.metrics.items() if isinstance(text, str)]
    return "## Results on scans that it never saw\n\n" + " ".join(words) + "\n\n" + "\n".join(rows)


def _limits() -> str:
    return (
        "## Limits\n\n- In the public data the sequence nearly tells the class: tumours are T1 after contrast, tumour-free slices mostly "
        "T2 and FLAIR from other sources. Specificity on T1 after contrast without a tumour could not be measured.\n"
        "- Other tumours, metastases, bleeding, infarcts and operated brains were not in the data; the answer to them has no meaning.\n"
        "- The heat map shows where the evidence for a class lies in the network, not the outline of a tumour."
    )


def _making(card: Card) -> str:
    training = card.training
    versions = ", ".join(f"{name} {number}" for name, number in dict(training.get("versions", {})).items())
    return (
        f"## How it was made\n\n`{training.get('command', 'not recorded')}`\n\nBase weights: {training.get('base', 'not recorded')}. "
        f"Seed {training.get('seed', '?')}, {training.get('duration_s', '?')} s. {versions}. All settings are in `card.json`."
    )


def _is_figure(value: Any) -> bool:
    return isinstance(value, dict) and {"value", "low", "high", "n"} <= set(value)


def _figure(name: str, figure: dict[str, Any]) -> str:
    value, low, high = (figure[key] for key in ("value", "low", "high"))
    shown = "not measured" if value is None else f"{value:.3f}"
    interval = "" if low is None or high is None else f"{low:.3f} to {high:.3f}"
    return f"| {name.replace('_', ' ')} | {shown} | {interval} | {figure['n']} |"
