"""Sections of the report beyond right and wrong: does the model look at the tumour, hold its answer, see and refuse."""

from html import escape

from training.evaluation import Evaluation
from training.wording import percent, share, table


def localisation(evaluation: Evaluation) -> str:
    """Whether the heat map lies on the tumour; "" without boxes."""
    if not evaluation.localisation:
        return ""
    rows = [
        (escape(row.source), share(row.pointing), share(row.energy), percent(row.chance), str(row.pointing.n))
        for row in evaluation.localisation
    ]
    head = ("Source", "Peak inside the tumour's box", "Heat inside the box", "Both by chance", "Scans with a box")
    return (
        "<h2>Does it look at the tumour?</h2><p>The heat map of the labelled class against the box that people "
        "drew around the tumour: how often its peak lies inside, and which share of its heat. By chance both would be "
        "the box's share of the crop.</p>" + table(head, rows)
    )


def robustness(evaluation: Evaluation) -> str:
    """How many answers hold when the picture changes; "" if that was not asked."""
    if not evaluation.robustness:
        return ""
    rows = [
        (escape(row.change[0].upper() + row.change[1:]), share(row.kept), str(row.kept.n))
        for row in evaluation.robustness
    ]
    return (
        "<h2>Does the answer hold when the picture changes?</h2><p>The same scan, changed in a way that does not "
        "change the patient: how many keep their class.</p>" + table(("Change", "Keep their class", "Scans"), rows)
    )


def healthy_halves(evaluation: Evaluation) -> str:
    """Say what the model makes of halves without their tumour; "" without boxes."""
    if not evaluation.healthy_halves:
        return ""
    called, certain = (evaluation.healthy_halves[name] for name in ("called_no_tumor", "certainly_a_tumor"))
    rows = [("Called no tumour", share(called), str(called.n)), ("Surely a tumour", share(certain), str(certain.n))]
    return (
        "<h2>Does it see a tumour where there is none?</h2><p>Of upright slices with a tumour on one side, the other "
        "half and its mirror image: a head of the same sequence and plane without that tumour; made, not scanned.</p>"
        + table(("Answer", "Share", "Heads"), rows)
    )


def refusal(evaluation: Evaluation) -> str:
    """Which share is refused, of the scans and of other things."""
    scans, others = evaluation.verdicts["not_brain_mr"], evaluation.pages_refused
    rows = [
        ("These scans", share(scans), str(scans.n)),
        ("Drawn pictures of other things", share(others), str(others.n)),
    ]
    return (
        "<h2>Does it refuse what is no slice of a head?</h2><p>Scenes, chest films, text, clouds, leaves, waves, "
        "noise, a chequerboard and blank pictures, which the program draws, should get no answer; scans of heads "
        "should get one.</p>" + table(("Pictures", "Refused", "Number"), rows)
    )
