"""Whether a new model should take the place of the current one: both on the same scans, that neither was made from."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.answers import Answers, ask_all
from training.dataset import Dataset
from training.errors import DatasetError
from training.events import Cancelled, Progress, Report
from training.labels import LABELS
from training.metrics import Estimate, block_bootstrap, mcnemar_exact, wilson_of
from training.unseen import Basis, held_out_by_both
from tumorviewer import NOTICE
from tumorviewer.inference.bundle import Bundle

ALPHA: Final = 0.05


class Standing(StrEnum):
    """How the new model stands to the current one."""

    BETTER = "better"
    WORSE = "worse"
    NOT_TOLD_APART = "not_told_apart"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both models on the scans of one label, or on all.

    Attributes
    ----------
    name : str
        A label, or ``all``.
    new, current : Estimate
        Share of right answers, with its Wilson interval: for a label, its sensitivity.
    difference : Estimate
        New minus current, with an interval over whole patients.
    mended, broken : int
        Scans that only the new model gets right, and that only the current one does.
    p_value : float
        That both err equally often (McNemar's exact test).
    standing : Standing
    """

    name: str
    new: Estimate
    current: Estimate
    difference: Estimate
    mended: int
    broken: int
    p_value: float
    standing: Standing

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        estimates = {name: getattr(self, name).to_dict() for name in ("new", "current", "difference")}
        return {**asdict(self), **estimates}


@dataclass(frozen=True, slots=True)
class Promotion:
    """The comparison that the choice of a model rests on.

    Attributes
    ----------
    new, current : str
        ``name-version``.
    basis : Basis
    scans : int
        Distinct pictures that both models judged.
    unreadable : int
    overall : Comparison
    labels : tuple of Comparison
        In the fixed order of the labels.
    """

    new: str
    current: str
    basis: Basis
    scans: int
    unreadable: int
    overall: Comparison
    labels: tuple[Comparison, ...]

    @property
    def verdict(self) -> Standing:
        """Of the new model as a whole."""
        return self.overall.standing

    @property
    def worse_for(self) -> tuple[str, ...]:
        """Labels that the new model surely finds less often; before it is used, a person should be asked once more."""
        return tuple(item.name for item in self.labels if item.standing is Standing.WORSE)

    @property
    def sentence(self) -> str:
        """The verdict in plain words, with what has to be known of its basis."""
        words = {
            Standing.BETTER: f"{self.new} is better than {self.current}",
            Standing.WORSE: f"{self.new} is worse than {self.current}",
            Standing.NOT_TOLD_APART: f"{self.new} and {self.current} cannot be told apart",
        }[self.verdict]
        less = f" It finds less of: {', '.join(self.worse_for)}." if self.worse_for else ""
        return f"{words} on {self.scans} scans.{less} {_BASIS_WORDS[self.basis]}"

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "notice": NOTICE,
            "new": self.new,
            "current": self.current,
            "basis": self.basis,
            "scans": self.scans,
            "unreadable": self.unreadable,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "worse_for": list(self.worse_for),
            "overall": self.overall.to_dict(),
            "labels": [item.to_dict() for item in self.labels],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Promotion":
        """Read what `to_dict` wrote."""
        return cls(
            new=values["new"],
            current=values["current"],
            basis=Basis(values["basis"]),
            scans=values["scans"],
            unreadable=values["unreadable"],
            overall=_comparison(values["overall"]),
            labels=tuple(_comparison(item) for item in values["labels"]),
        )


_BASIS_WORDS: Final = {
    Basis.UNSEEN: "Neither was made from scans of these patients, as far as patients are known.",
    Basis.CURRENT_UNKNOWN: "Whether the current model was made from these scans cannot be known; if it was, it is "
    "flattered here.",
    Basis.NEW_UNKNOWN: "Whether the new model was made from these scans cannot be known; if it was, it is flattered "
    "here.",
    Basis.UNKNOWN: "Whether either was made from these scans cannot be known: compare on scans of new patients.",
}


def compare_models(
    new: Bundle,
    current: Bundle,
    dataset: Dataset,
    *,
    threads: int | None = None,
    rounds: int = 300,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Promotion:
    """Let both models judge the scans that neither was made from, each picture once.

    Parameters
    ----------
    new, current : Bundle
    dataset : Dataset
        As the new model's run saw it: with its decisions and its duplicate groups.
    threads : int, optional
        Default: all cores.
    rounds : int
        Of the patient bootstrap.
    report, cancelled : callable, optional

    Raises
    ------
    DatasetError
        If no such scan is left, or none can be read.
    TrainingCancelled
    """
    indices, basis = held_out_by_both(new.card, current.card, dataset, dataset.fingerprint())
    answers = []
    for number, bundle in enumerate((new, current)):
        answers.append(
            ask_all(
                bundle,
                dataset,
                indices.tolist(),
                workers=threads,
                on_done=_teller(report, number * len(indices), 2 * len(indices)),
                cancelled=cancelled,
            )
        )
    return _promotion(new, current, basis, answers[0], answers[1], rounds)


def _teller(report: Report | None, before: int, total: int) -> Callable[[int], None] | None:
    return None if report is None else lambda done: report(Progress("evaluation", before + done, total))


def _promotion(new: Bundle, current: Bundle, basis: Basis, ours: Answers, theirs: Answers, rounds: int) -> Promotion:
    right = {answer.index: answer.right for answer in theirs.given}
    both = [place for place, answer in enumerate(ours.given) if answer.index in right]
    if not both:
        raise DatasetError("None of the scans that the models could be compared on can be read.")
    given = [ours.given[place] for place in both]
    blocks = ours.blocks[both]
    labels = np.array([answer.sample.label for answer in given])
    right_new = np.array([answer.right for answer in given])
    right_current = np.array([right[answer.index] for answer in given])
    everywhere = np.ones(len(given), bool)
    parts = {label: labels == label for label in LABELS if (labels == label).any()}
    return Promotion(
        new=new.name,
        current=current.name,
        basis=basis,
        scans=len(given),
        unreadable=len(ours.unreadable),
        overall=_compare("all", right_new, right_current, blocks, everywhere, rounds),
        labels=tuple(
            _compare(label, right_new, right_current, blocks, chosen, rounds) for label, chosen in parts.items()
        ),
    )


def _compare(
    name: str,
    new: NDArray[np.bool_],
    current: NDArray[np.bool_],
    blocks: NDArray[np.str_],
    chosen: NDArray[np.bool_],
    rounds: int,
) -> Comparison:
    a, b = new[chosen], current[chosen]
    gain = a.astype(np.float64) - b.astype(np.float64)
    difference = block_bootstrap(lambda cases: float(gain[cases].mean()), blocks[chosen], rounds=rounds)
    p_value = mcnemar_exact(a, b)
    return Comparison(
        name=name,
        new=wilson_of(a),
        current=wilson_of(b),
        difference=difference,
        mended=int((a & ~b).sum()),
        broken=int((b & ~a).sum()),
        p_value=p_value,
        standing=_standing(p_value, difference),
    )


def _standing(p_value: float, difference: Estimate) -> Standing:
    """McNemar's test takes scans for independent; "better" is only said where whole patients bear it out, too."""
    if p_value >= ALPHA:
        return Standing.NOT_TOLD_APART
    if difference.value < 0:
        return Standing.WORSE
    return Standing.BETTER if difference.low > 0 else Standing.NOT_TOLD_APART


def _comparison(values: dict[str, Any]) -> Comparison:
    estimates = {name: Estimate.from_dict(values[name]) for name in ("new", "current", "difference")}
    return Comparison(**{**values, **estimates, "standing": Standing(values["standing"])})
