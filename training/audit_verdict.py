"""The findings of an audit in words: is a split leak-free, what contradicts, what would mend it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from training.baselines import FILE_FACTS, NEIGHBOUR

if TYPE_CHECKING:
    from training.audit import Audit, Leak

SUSPICIOUS: Final = {NEIGHBOUR: 0.9, FILE_FACTS: 0.7}
"""Mean sensitivity from which a baseline says that the data set gives its labels away."""


def verdict_of(audit: "Audit") -> Iterator[str]:
    """Yield one sentence or two a finding, the gravest first."""
    if audit.leaks:
        for leak in audit.leaks:
            yield _leak_sentence(leak)
        if not all(leak.leak_free for leak in audit.leaks):
            yield (
                "To mend it: split by whole groups (without --published), or remove the copies "
                "listed in duplicates.csv from "
                "the test part. Results on a leaky split say little about new patients."
            )
    else:
        yield "The data set brings no split along; splits that the program makes keep copies and known patients whole."
    yield from _patients(audit)
    yield from _labels(audit)
    yield from _shortcuts(audit)
    if audit.split is None:
        yield f"No leak-free split is possible: {audit.split_problem}"
    if audit.problems:
        yield f"{len(audit.problems)} files could not be used; audit.json names each with its reason."


def _leak_sentence(leak: "Leak") -> str:
    if leak.leak_free:
        return f"{leak.name}: leak-free, as far as pictures and known patients tell ({leak.test_scans} test scans)."
    return (
        f"{leak.name}: leaky. Of {leak.test_scans} test scans, {leak.same_picture} have a copy in training and "
        f"{leak.same_patient} share a known patient with training."
    )


def _patients(audit: "Audit") -> Iterator[str]:
    blocks = {sample.patient_block for sample in audit.dataset.samples}
    groups = {sample.duplicate_group for sample in audit.dataset.samples}
    if blocks == groups:
        yield (
            "Patients are not known: neighbouring slices of one patient may still be in two "
            "parts. Give a patient_block column, "
            "DICOM files, or a pattern for patient names if you can."
        )


def _labels(audit: "Audit") -> Iterator[str]:
    count = len(audit.conflicts)
    if count:
        yield (
            f"{count} pair{'s' * (count != 1)} of copies carry labels that contradict each other (conflicts.csv). "
            "Correct or remove them: at least one label of each pair is wrong."
        )
    copies = audit.summary.scans - audit.distinct_pictures
    if copies:
        scans, distinct = audit.summary.scans, audit.distinct_pictures
        yield f"{scans} scans are {distinct} distinct pictures; {copies} are copies of others."


def _shortcuts(audit: "Audit") -> Iterator[str]:
    for result in audit.baselines:
        if result.macro_sensitivity >= SUSPICIOUS[result.name]:
            yield (
                f"A classifier that knows no anatomy ({result.name}) reaches a mean sensitivity of "
                f"{result.macro_sensitivity:.1%}: the labels can be told without looking at the brain."
            )
