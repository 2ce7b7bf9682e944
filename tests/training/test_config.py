"""Settings: what is refused, and how they become phases."""

from pathlib import Path

import pytest

from training.config import AugmentConfig, TrainConfig
from training.decisions import LEAVE_OUT, load_decisions
from training.errors import ConfigError
from tumorviewer import paths


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"epochs": -1}, "epochs"),
        ({"size": 100}, "size"),
        ({"size": 1024}, "size"),
        ({"variant": "b9"}, "variant"),
        ({"balance": "luck"}, "balance"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"epochs": 2.5}, "epochs"),
        ({"epochs": True}, "epochs"),
        ({"epochs": 0, "head_epochs": 0}, "epochs"),
        ({"name": "../up"}, "name"),
        ({"colour": 1}, "colour"),
        ({"augment": {"spin": 1.0}}, "augment.spin"),
        ({"augment": 3}, "augment"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(values: dict, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        TrainConfig.from_dict(values)


def test_settings_survive_being_written() -> None:
    config = TrainConfig.from_dict({"epochs": 3, "learning_rate": 1, "augment": {"flip": 0}})
    assert config.learning_rate == 1.0
    assert config.augment.flip == 0.0
    assert TrainConfig.from_dict(config.to_dict()) == config


def test_the_key_tells_models_apart_but_not_machines() -> None:
    assert TrainConfig(threads=1, workers=3).key() == TrainConfig().key()
    assert TrainConfig(seed=1).key() != TrainConfig().key()
    assert TrainConfig(augment=AugmentConfig(flip=0.1)).key() != TrainConfig().key()


def test_a_recipe_is_read_and_options_win(tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text('epochs = 4\nbase = "scratch"\n[augment]\nrotate = 5\n', "utf-8")
    config = TrainConfig.from_toml(recipe, epochs=2, seed=None)
    assert (config.epochs, config.base, config.augment.rotate) == (2, "scratch", 5.0)


@pytest.mark.parametrize("content", [b"epochs = ", b"\xff\xfe", b"[augment]\nflip = 'x'"])
def test_a_broken_recipe_is_refused(tmp_path: Path, content: bytes) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_bytes(content)
    with pytest.raises(ConfigError):
        TrainConfig.from_toml(recipe)


def test_the_shipped_recipe_holds_fold_0_out() -> None:
    config = TrainConfig.from_toml(paths.resources() / "recipes" / "brain-mri-lite0.toml")
    assert config.test_fold == 0
    assert config.variant == "lite0"


def test_the_recipe_of_the_published_split_takes_that_and_no_fold() -> None:
    config = TrainConfig.from_toml(paths.resources() / "recipes" / "nickparvar-published.toml")
    assert config.published
    assert config.test_fold is None
    assert config.base == TrainConfig().base  # named on the command line: it is not part of the project


def test_the_recipe_of_short_runs_is_one_that_compares() -> None:
    config = TrainConfig.from_toml(paths.resources() / "recipes" / "short.toml", test_fold=3, mixup=0.2, box_weight=0.0)
    assert (config.test_fold, config.mixup, config.box_weight) == (3, 0.2, 0.0)
    assert config.keep == "last"  # the best epoch of three would be luck, not the setting
    assert (config.epochs, config.seed) == (3, 0)


def test_the_decisions_that_come_with_the_recipes_are_readable() -> None:
    decisions = load_decisions(paths.resources() / "recipes" / "decisions.csv")
    assert {item.decision for item in decisions if item.given == "no_tumor"} == {LEAVE_OUT}
    assert {item.decision for item in decisions if item.given == "pituitary"} == {"meningioma"}
    assert len({item.path for item in decisions}) == len(decisions) == 95


def test_phases_follow_size_and_learning_blocks() -> None:
    config = TrainConfig(epochs=7, start_size=128, size=192, frozen_epochs=2, frozen_blocks=5)
    phases = config.phases()
    assert [(phase.first_epoch, phase.epochs, phase.size, phase.blocks) for phase in phases] == [
        (0, 2, 128, 5),
        (2, 1, 128, None),
        (3, 4, 192, None),
    ]
    assert TrainConfig(epochs=0).phases() == ()


def test_settings_need_no_keras() -> None:
    import subprocess
    import sys

    code = "import sys, training.config; sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
