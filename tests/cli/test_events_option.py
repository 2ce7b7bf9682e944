"""Commands as the window runs them, with --events: overview, doubtful labels, comparison, crops and their failures."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from labelled_heads import tree
from tiny_bundle import make_bundle

from training import events
from training.doubtful import DoubtfulLabels
from training.overview import DataOverview, Verdict
from training.process import ChildProcess
from training.promotion import Promotion, Standing

LABELS = ("glioma", "meningioma", "pituitary", "no_tumor")


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tree(tmp_path_factory.mktemp("heads"), 8, LABELS, size=96)


@pytest.fixture(autouse=True)
def use_model(own_user_folder: Path) -> None:
    make_bundle(own_user_folder / "models")
    make_bundle(own_user_folder / "models", version="2.0")


def outcome(*arguments: str | Path) -> events.Event:
    """Run a command as the window does, and return its outcome; the others before it are progress."""
    *told, last = ChildProcess(arguments).events()
    assert all(isinstance(event, events.Progress) for event in told)
    return last


def test_audit_tells_an_overview_and_leaves_the_report(heads: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "settings.toml"
    recipe.write_text("workers = 0\nvalidation_share = 0.2\n")
    found = outcome("audit", heads, "--output", tmp_path / "audit", "--cache", tmp_path / "cache", "--recipe", recipe)
    assert isinstance(found, events.Found)
    assert found.kind == "overview"
    seen = DataOverview.from_dict(found.value)
    assert seen.verdict is Verdict.READY
    assert list(seen.counts) == list(LABELS)
    assert (tmp_path / "audit" / "audit.html").is_file()


def test_doubtful_labels_and_comparison(heads: Path, tmp_path: Path) -> None:
    cache = ["--cache", tmp_path / "cache"]
    found = outcome("doubtful", heads, "--output", tmp_path / "out", "--model", "tiny-1.0", *cache)
    assert isinstance(found, events.Found), found
    assert DoubtfulLabels.from_dict(found.value).judged == 32
    assert (tmp_path / "out" / "doubtful.csv").is_file()
    found = outcome("compare", "tiny-2.0", heads, "--current", "tiny-1.0", "--output", tmp_path / "out", *cache)
    assert isinstance(found, events.Found), found
    promotion = Promotion.from_dict(found.value)
    assert promotion.verdict is Standing.NOT_TOLD_APART
    assert json.loads((tmp_path / "out" / "comparison.json").read_text()) == found.value


def test_crops_are_counted(heads: Path, tmp_path: Path) -> None:
    command = ["crop", heads, "--output", tmp_path / "crops", "--cache", tmp_path / "cache", "--size", "64"]
    found = outcome(*command)
    assert isinstance(found, events.Found), found
    assert (found.value["written"], found.value["kept"], found.value["unreadable"]) == (32, 0, 0)
    assert len(list((tmp_path / "crops" / "train").rglob("*.png"))) > 10
    again = outcome(*command)
    assert isinstance(again, events.Found)
    assert again.value["kept"] == 32


@pytest.mark.parametrize(
    ("command", "kind", "words"),
    [
        (["audit", "{there}/missing", "--output", "{there}/o"], "DatasetError", "is not there"),
        (["crop", "{heads}", "--output", "{there}/o", "--size", "7"], "ConfigError", "size"),
        (["crop", "{heads}", "--output", "{heads}"], "DatasetError", "not empty"),
        (["doubtful", "{heads}", "--output", "{there}/o", "--model", "nobody"], "NoModelError", "nobody"),
        (["compare", "nobody", "{heads}"], "NoModelError", "nobody"),
        (["train", "{heads}", "--output", "{there}/o", "--batch-size", "0"], "ConfigError", "batch_size is 0"),
        (["train", "{heads}", "--output", "{heads}/glioma/glioma (0).png"], "CacheError", "cannot be written"),
    ],
)
def test_failures_have_a_kind_and_a_sentence(
    heads: Path, tmp_path: Path, command: list[str], kind: str, words: str
) -> None:
    failed = outcome(*(word.format(heads=heads, there=tmp_path) for word in command))
    assert isinstance(failed, events.Failed)
    assert failed.kind == kind
    assert words in failed.message


def test_without_tensorflow_it_is_said_how_to_get_it(heads: Path, tmp_path: Path) -> None:
    # A Python for which TensorFlow and Keras are not there.
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['tensorflow'] = sys.modules['keras'] = None\n")
    start = ["env", f"PYTHONPATH={hidden}", sys.executable, "-m", "tumorviewer"]
    if os.name == "nt" or not shutil.which("env"):
        pytest.skip("starts the program with env")
    *_, failed = ChildProcess(["train", heads, "--output", tmp_path / "run"], start=start).events()
    assert isinstance(failed, events.Failed)
    assert failed.kind == "MissingParts"
    assert "pip install" in failed.message
    assert "tensorflow" in failed.message
