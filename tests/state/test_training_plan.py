"""Settings as they are typed."""

from dataclasses import replace
from pathlib import Path

import pytest

from training.config import SCRATCH, SHIPPED, AugmentConfig, TrainConfig
from tumorviewer.inference.catalogue import shipped
from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.plan import PlanState
from tumorviewer.state.training.plan_base import BaseChoice, BaseKind, base_of


@pytest.fixture
def plan() -> PlanState:
    made = PlanState(DataState())
    made.take_models(shipped())
    return made


def test_the_defaults_are_those_of_training(plan: PlanState) -> None:
    assert plan.config == TrainConfig()
    assert plan.problems == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("epochs", "5000"), ("epochs", "seven"), ("epochs", ""), ("epochs", "1.5"), ("batch_size", "0"),
        ("dropout", "1"), ("dropout", "nan"), ("learning_rate", "-1"), ("learning_rate", "inf"), ("name", "my model"),
        ("name", ""), ("name", "../up"), ("seed", "9999999999"), ("threads", "0"), ("start_size", "100"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_and_nothing_can_start(plan: PlanState, name: str, text: str) -> None:
    plan.set_text(name, text)
    assert set(plan.problems) == {name}
    assert plan.config is None
    assert not plan.can_start


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("epochs", " 12 ", 12), ("learning_rate", "", None), ("learning_rate", "2e-4", 2e-4), ("dropout", "0,3", 0.3),
        ("patience", "3", 3), ("patience", "", None), ("dropout", "0", 0.0), ("threads", "", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_typed(plan: PlanState, name: str, text: str, value: object) -> None:
    plan.set_text(name, text)
    assert plan.config is not None
    assert getattr(plan.config, name) == value


def test_quick_trains_the_head_only_and_remembers_the_epochs(plan: PlanState) -> None:
    plan.set_text("epochs", "9")
    plan.set_quick(True)
    assert plan.config is not None
    assert plan.config.epochs == 0
    plan.set_quick(False)
    assert plan.config.epochs == 9


def test_settings_that_do_not_go_together(plan: PlanState) -> None:
    plan.set_text("box_weight", "1")
    assert plan.config is not None
    plan.set_text("mixup", "0.2")
    assert set(plan.problems) == {""}
    plan.set_text("mixup", "0")
    plan.set_quick(True)
    plan.set_text("head_epochs", "0")
    assert set(plan.problems) == {""}, "nothing would be trained"


def test_augmentation_can_be_switched_off(plan: PlanState) -> None:
    plan.set_augmenting(False)
    assert plan.config is not None
    assert plan.config.augment == AugmentConfig.none()
    plan.set_augmenting(True)
    assert plan.config.augment == AugmentConfig()


def test_the_base_decides_the_variant_where_it_can(plan: PlanState, tmp_path: Path) -> None:
    plan.set("variant", "b2")
    assert plan.config is not None
    assert (plan.config.base, plan.config.variant) == (SHIPPED, "lite0")
    plan.set_base(BaseChoice(BaseKind.SCRATCH))
    assert (plan.config.base, plan.config.variant) == (SCRATCH, "b2")
    plan.set_base(BaseChoice(BaseKind.FILE, tmp_path / "efficientnetb1_notop.h5"))
    assert plan.config.variant == "b1"
    plan.set_base(BaseChoice(BaseKind.FILE, tmp_path / "lite0-imagenet.npz"))
    assert plan.config.variant == "lite0"
    plan.set_base(BaseChoice(BaseKind.FILE, tmp_path / "model.h5"))
    assert plan.fixed_variant is None
    assert plan.config.variant == "b2"


def test_a_file_has_to_be_chosen_before_it_can_be_used(plan: PlanState) -> None:
    plan.set_base(BaseChoice(BaseKind.FILE))
    assert set(plan.problems) == {"base"}
    assert plan.config is None


def test_a_model_of_ones_own_is_known_by_its_folder(plan: PlanState, tmp_path: Path) -> None:
    entry = replace(shipped()[0], folder=tmp_path / "mine-1.0.0", shipped=False)
    plan.set_base(BaseChoice(BaseKind.FILE, entry.folder))
    plan.take_models([*shipped(), entry])
    assert plan.base == BaseChoice(BaseKind.OWN, entry.folder)
    assert plan.config is not None
    assert (plan.config.base, plan.config.variant) == (str(entry.folder), "lite0")
    assert base_of(str(tmp_path / "other.h5"), plan.models).kind is BaseKind.FILE


def test_loaded_settings_replace_all_and_what_is_quick_stays_quick(plan: PlanState) -> None:
    told: list[bool] = []
    plan.loaded.connect(lambda: told.append(True))
    plan.set_text("epochs", "nonsense")
    plan.load(TrainConfig(name="other", epochs=0, dropout=0.4, base=SCRATCH, variant="b3"))
    assert told
    assert plan.quick
    plan.set_text("epochs", "3")
    plan.set_quick(False)
    assert plan.config == TrainConfig(name="other", epochs=3, dropout=0.4, base=SCRATCH, variant="b3")
