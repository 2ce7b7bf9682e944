"""Names for models and weights, and what a card says of a model."""

from dataclasses import replace
from pathlib import Path

import pytest

from training.config import SHIPPED
from training.imported import ImportedWeights
from tumorviewer.inference.catalogue import Entry, shipped
from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.model_facts import MOST_SOURCES, facts_of
from tumorviewer.state.training.model_names import (
    LONGEST_WEIGHTS,
    NameProblem,
    model_name_problem,
    name_for_weights,
    weights_name_problem,
)
from tumorviewer.state.training.models import Check, Checked, ModelsState
from tumorviewer.state.training.plan import PlanState
from tumorviewer.state.training.plan_base import BaseChoice, BaseKind


@pytest.fixture
def entry() -> Entry:
    """Return the newest shipped model."""
    return shipped()[-1]


def weights(name: str) -> ImportedWeights:
    return ImportedWeights(Path(f"/w/{name}.weights.h5"), "m.h5", "", "b0", True, (), "")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", NameProblem.EMPTY),
        ("a b", NameProblem.UNFIT),
        ("a/b", NameProblem.UNFIT),
        (".hidden", NameProblem.UNFIT),
        ("x" * 100, NameProblem.LONG),
        ("x" * 1000, NameProblem.LONG),
        ("clinic", None),
        ("clinic.2026_a-b", None),
    ],
)
def test_names_of_models(entry: Entry, name: str, problem: NameProblem | None) -> None:
    assert model_name_problem(name, entry, [entry]) is problem


def test_capitals_do_not_make_another_name(entry: Entry) -> None:
    assert entry.card is not None
    assert model_name_problem(entry.card.name.upper(), entry, [entry]) is NameProblem.TAKEN
    assert model_name_problem(entry.card.name.upper(), entry, []) is None
    assert weights_name_problem("COURSE", [weights("course")]) is NameProblem.TAKEN


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", NameProblem.EMPTY),
        ("ä", NameProblem.UNFIT),
        ("x" * (LONGEST_WEIGHTS + 1), NameProblem.LONG),
        ("x" * LONGEST_WEIGHTS, None),
        ("course", NameProblem.TAKEN),
        ("course-2", None),
    ],
)
def test_names_of_weights(name: str, problem: NameProblem | None) -> None:
    assert weights_name_problem(name, [weights("course")]) is problem


@pytest.mark.parametrize("stem", ["model", "my model (1)", "模型", "...", "", "x" * 300, "-a-", "course", "weights"])
def test_the_name_to_begin_with_can_be_had(stem: str) -> None:
    known = [weights("course"), weights("course-2"), weights("Weights")]
    assert weights_name_problem(name_for_weights(stem, known), known) is None


def test_a_name_to_begin_with_is_like_that_of_the_file() -> None:
    assert name_for_weights("my model (1)", []) == "my-model-1"
    assert name_for_weights("course", [weights("course")]) == "course-2"


def test_facts_of_the_shipped_card_are_all_there(entry: Entry) -> None:
    assert entry.card is not None
    facts = facts_of(entry.card)
    assert facts.shows_figures
    assert facts.leak_free is True
    assert facts.train
    assert facts.test
    assert facts.sources
    for figure in (facts.sensitivity, facts.accuracy, facts.calibration):
        assert figure is not None
        assert figure.low < figure.value < figure.high


@pytest.mark.parametrize("figure", [None, 0.9, {}, {"value": True}, {"value": 1.2}, {"value": float("nan")}])
def test_figures_that_make_no_sense_are_none(entry: Entry, figure: object) -> None:
    assert entry.card is not None
    card = replace(entry.card, metrics={"accuracy": figure}, data={"sources": ["a"] * 99, "train": -1})
    facts = facts_of(card)
    assert facts.accuracy is None
    assert not facts.is_measured
    assert facts.train is None
    assert len(facts.sources) == MOST_SOURCES


def test_a_damaged_model_cannot_be_used(entry: Entry) -> None:
    state = ModelsState()
    state.take([entry], [])
    state.take_before(entry.name)
    assert state.can_use(entry)
    assert state.way_back == entry
    state.take_check(entry.folder, Checked(Check.DAMAGED, "torn"))
    assert not state.can_use(entry)
    assert state.way_back is None
    state.take([], [])
    assert state.checks == {}


def test_the_network_of_weights_stays_known_when_models_are_listed() -> None:
    plan = PlanState(DataState())
    plan.set_base(BaseChoice(BaseKind.FILE, Path("/w/course.weights.h5"), "b2"))
    plan.take_models(shipped())
    assert plan.fixed_variant == "b2"
    assert plan.base.setting != SHIPPED
