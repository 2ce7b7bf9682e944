"""The report as one HTML file that needs nothing else: for a doctor to read, print and send on."""

import math
from html import escape

import numpy as np

from training import figures
from training import report_checks as checks
from training.evaluation import Evaluation, SourceFigures
from training.metrics import Estimate
from training.mistakes import mistake_gallery
from training.wording import between, class_words, figure, percent, plain, share, table
from tumorviewer import NOTICE, paths
from tumorviewer.inference.bundle import Bundle


def render_report(evaluation: Evaluation, bundle: Bundle) -> str:
    """Return the page.

    Pictures of the worst mistakes are read again from their files; one that has gone is named without its picture. Of a
    patient's data the page holds those pictures and file names, no folders.
    """
    style = (paths.resources() / "report.css").read_text(encoding="utf-8")
    sections = [
        _header(evaluation),
        _headline(evaluation),
        _classes(evaluation),
        _probabilities(evaluation),
        _sources(evaluation),
        checks.localisation(evaluation),
        checks.robustness(evaluation),
        checks.healthy_halves(evaluation),
        checks.refusal(evaluation),
        _mistakes(evaluation, bundle),
        _left_out(evaluation),
        _method(evaluation),
    ]
    title = f"{evaluation.model['name']} {evaluation.model['version']} on {evaluation.data['name']}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Nothing is fetched, and nothing runs: the page is opened on machines with patient data.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body><main>\n"
        + "\n".join(section for section in sections if section)
        + "\n</main></body></html>\n"
    )


def _header(evaluation: Evaluation) -> str:
    model, data, part = evaluation.model, evaluation.data, evaluation.part
    labels = ", ".join(f"{class_words(name).lower()} {count}" for name, count in data["labels"].items())
    counts = f"{data['scans']} scans ({labels})"
    if data["distinct_pictures"] is not None:
        counts += f"; {data['distinct_pictures']} distinct pictures"
    if data["patient_blocks"] is not None:
        counts += f"; {data['patient_blocks']} patients or series"
    facts = {
        "Model": f"{model['name']} {model['version']} ({model['variant']}, {model['input_size']} pixels)",
        "Model SHA-256": model["sha256"],
        "Data": f"{data['name']}: {counts}",
        "Data fingerprint": data["fingerprint"],
        "Which scans": part.how,
        "Same patients in training?": part.standing,
        "Made": f"{evaluation.made['at'].replace('T', ' ')}, in {evaluation.made['seconds']:g} s",
    }
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(text))}</dd>" for name, text in facts.items())
    warning = ""
    if part.leak_free is not True or part.note:
        words = " ".join(text for text in (f"{part.standing[0].upper()}{part.standing[1:]}.", part.note) if text)
        warning = f'<p class="warning"><strong>Read with care.</strong> {escape(words)}</p>'
    return f'<h1>How well the model answers</h1><p class="notice">{NOTICE}</p>{warning}<dl class="facts">{rows}</dl>'


def _headline(evaluation: Evaluation) -> str:
    found = evaluation.detection
    tiles = []
    if evaluation.headline:
        tiles.append(
            _tile(
                "Mean sensitivity of the classes",
                evaluation.headline["macro_sensitivity"],
                _beside([f"{row.name} {percent(row.macro_sensitivity)}" for row in evaluation.baselines]),
            )
        )
        tiles.append(
            _tile(
                "Right answers",
                evaluation.headline["accuracy"],
                _beside([f"{row.name} {percent(row.accuracy.value)}" for row in evaluation.baselines]),
            )
        )
    tiles.append(
        _tile(
            "Tumours found",
            found.sensitivity_at,
            f"where at least {percent(found.at_specificity, 0)} of the scans without tumour are left alone",
        )
    )
    tiles.append(
        _tile("Wrong among the certain answers", evaluation.verdicts["wrong_among_certain"], _shares(evaluation))
    )
    return f'<div class="tiles">{"".join(tiles)}</div>{_figures_table(evaluation)}'


def _tile(name: str, figure: Estimate, below: str) -> str:
    value = percent(figure.value) if math.isfinite(figure.value) else "none"
    interval = (
        f"95 % interval {between(figure, 100, 1)}, n = {figure.n}" if math.isfinite(figure.low) else f"n = {figure.n}"
    )
    return (
        f'<div class="tile">{escape(name)}<b>{value}</b><small>{interval}</small><small>{escape(below)}</small></div>'
    )


def _beside(told: list[str]) -> str:
    return f"without anatomy: {'; '.join(told)}" if told else ""


def _shares(evaluation: Evaluation) -> str:
    shares = evaluation.verdicts
    return (
        f"{percent(shares['certain'].value)} certain, {percent(shares['uncertain'].value)} uncertain, "
        f"{percent(shares['not_brain_mr'].value)} refused as not a brain MR slice"
    )


def _figures_table(evaluation: Evaluation) -> str:
    if not evaluation.headline:
        return "<p>No scan names the type of its tumour, so figures by class do not exist here.</p>"
    figure, found = evaluation.headline, evaluation.detection
    rows: list[tuple[str, str, str]] = [
        ("Mean sensitivity (macro)", share(figure["macro_sensitivity"]), "each class counts the same"),
        ("Accuracy", share(figure["accuracy"]), "each scan counts the same"),
        ("Mean F1", plain(figure["macro_f1"]), "1 is best"),
        ("Mean area under the ROC", plain(figure["macro_auroc"]), "1 is best, 0.5 is a coin"),
        (
            "Calibration error (ECE, 15 bins)",
            share(figure["ece"]),
            "how far stated probabilities are from the truth, on average",
        ),
        ("Brier score", plain(figure["brier"]), "0 is best, 2 is worst"),
        ("Negative log-likelihood", plain(figure["nll"]), "0 is best"),
        (
            "Area under risk-coverage",
            plain(figure["aurc"], 4),
            "mean share of wrong answers over all degrees of caution",
        ),
        (
            "Tumours called a tumour",
            share(found.sensitivity),
            f"of {found.sensitivity.n} tumours, by the likeliest class",
        ),
        ("No tumour called so", share(found.specificity), f"of {found.specificity.n} scans without tumour"),
        ("Area under the ROC, tumour or not", f"{found.auroc:.3f}" if math.isfinite(found.auroc) else "none here", ""),
    ]
    if found.unspecified.n:
        rows.append(("Tumours of untold type called a tumour", share(found.unspecified), f"of {found.unspecified.n}"))
    for row in evaluation.baselines:
        text = f"mean sensitivity {percent(row.macro_sensitivity)}, accuracy {share(row.accuracy)}"
        rows.append((f"Baseline: {escape(row.name)}", text, "knows no anatomy; a model has to beat it clearly"))
    return table(("Figure", "Value (95 % interval)", "Meaning"), rows)


def _classes(evaluation: Evaluation) -> str:
    if not evaluation.headline:
        return ""
    names = [class_words(name) for name in evaluation.classes]
    rows = [
        (
            escape(name),
            share(row.sensitivity),
            share(row.specificity),
            share(row.precision),
            f"{row.f1:.3f}" if math.isfinite(row.f1) else "none here",
            plain(area),
            str(row.sensitivity.n),
        )
        for name, row, area in zip(names, evaluation.per_class, evaluation.class_auroc, strict=True)
    ]
    head = ("Class", "Sensitivity", "Specificity", "Precision", "F1", "Area under the ROC", "Scans")
    pair = figure(
        "Confusion matrix",
        f'<div class="scroll">{figures.confusion_table(evaluation.confusion, names)}</div>',
        "Each row is a true class, each column an answer: the diagonal is right, everything beside it shows which "
        "classes are mixed up.",
    ) + figure(
        "ROC curves",
        figures.roc_figure(evaluation.rocs, evaluation.class_auroc, names),
        "How many scans of a class are found (up) at the price of how many others that are called so too (right): "
        "the nearer to the upper left corner the better.",
    )
    return f'<h2>Class by class</h2><div class="pair">{pair}</div>{table(head, rows)}'


def _probabilities(evaluation: Evaluation) -> str:
    rows = [row for row in evaluation.answers.given if row.target >= 0]
    if not rows:
        return ""
    confidence = np.array([row.prediction.probabilities[row.called] for row in rows], dtype=np.float64)
    right = np.array([row.right for row in rows], dtype=bool)
    threshold = float(evaluation.model["certain_from"])
    certain = float(np.mean(confidence >= threshold))
    parts = [
        figure(
            "Reliability",
            figures.reliability_figure(evaluation.reliability),
            "Of the scans with a stated probability of, say, 80 %, about 80 % should be right: bars that end on "
            "the dashed line mean that the stated probabilities can be taken at their word.",
        ),
        figure(
            "Risk and coverage",
            figures.risk_figure(evaluation.risk, certain),
            "When only the surest scans are answered and the rest is left to a person, this share of the answers "
            "is wrong: the curve should stay low far to the right.",
        ),
        figure(
            "Stated probabilities",
            figures.histogram_figure(confidence, right, threshold),
            "How often the model states which probability, wrong answers on top in the other colour: those should "
            "lie to the left of the dashed line, where the verdict is “uncertain”.",
        ),
    ]
    return f'<h2>Can the probabilities be believed?</h2><div class="pair">{"".join(parts)}</div>'


def _sources(evaluation: Evaluation) -> str:
    def row(source: SourceFigures) -> tuple[str, ...]:
        return (
            escape(source.source or "not told"),
            share(source.right),
            share(source.tumors_found),
            share(source.no_tumor_kept),
            share(source.uncertain),
            share(source.refused),
            str(source.right.n),
        )

    head = ("Source", "Right", "Tumours called a tumour", "No tumour called so", "Uncertain", "Refused", "Scans")
    return (
        "<h2>By source</h2><p>Large differences between sources mean that the model leans on how pictures were made. "
        "A tumour of untold type counts as right when it is called any tumour.</p>"
        + table(head, [row(source) for source in evaluation.sources])
    )


def _mistakes(evaluation: Evaluation, bundle: Bundle) -> str:
    wrong = sum(not row.right for row in evaluation.answers.given)
    if not evaluation.mistakes:
        return "<h2>Worst mistakes</h2><p>Every answer was right.</p>"
    return (
        f"<h2>Worst mistakes</h2><p>{wrong} of {len(evaluation.answers.given)} answers are wrong. "
        f"Here are the {len(evaluation.mistakes)} in which the model was surest, each distinct picture once: what "
        "it saw, with a ring where the heat map of its answer peaks. Some labels of public collections are wrong "
        "themselves.</p>" + mistake_gallery(evaluation.mistakes, bundle, class_words)
    )


def _left_out(evaluation: Evaluation) -> str:
    lost = evaluation.answers.unreadable
    if not lost:
        return ""
    rows = [(escape(row.path.name), escape(row.reason)) for row in lost]
    said = f"<h2>Not judged</h2><p>{len(lost)} files could not be read and are in no figure.</p>"
    return said + table(("File", "Why"), rows)


def _method(evaluation: Evaluation) -> str:
    made = evaluation.made
    versions = ", ".join(f"{name} {number}" for name, number in made["versions"].items())
    return (
        "<h2>How this was measured</h2><p>The likeliest class counts as the answer, whatever the verdict. Shares "
        "of scans have 95 % "
        "intervals by Wilson, which take scans for independent; macro figures, areas and scores have 95 % "
        "intervals by a bootstrap "
        f"over whole patients ({made['bootstrap_rounds']} rounds), which are wider and nearer the truth, since "
        "slices of one patient err "
        "together. Tumours of untold type count only in tumour against no tumour.</p>"
        f'<p class="soft">Python {escape(made["python"])}, {escape(versions)}, seed {made["seed"]}. {NOTICE}</p>'
    )
