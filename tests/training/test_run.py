"""A run on drawn heads: what it leaves, that a killed one ends as a whole one does, that it stops when asked."""

import json
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from training import events  # noqa: E402
from training.config import TrainConfig  # noqa: E402
from training.errors import ConfigError, DatasetError, DivergedError, TrainingCancelled  # noqa: E402
from training.finetune import BatchWatch  # noqa: E402
from training.process import ChildProcess  # noqa: E402
from training.recipe import save_recipe  # noqa: E402
from training.run import train  # noqa: E402
from tumorviewer.cli import main  # noqa: E402
from tumorviewer.inference.bundle import verify_bundle  # noqa: E402
from tumorviewer.inference.labels import CLASSES  # noqa: E402

SETTINGS = {
    "name": "small",
    "base": "scratch",
    "epochs": 3,
    "head_epochs": 1,
    "frozen_epochs": 1,
    "size": 64,
    "batch_size": 16,
    "mixup": 0.2,
    "averaging": 0.9,
    "validation_share": 0.2,
    "test_share": 0.2,
    "workers": 0,
}


@pytest.fixture(scope="module")
def finished(heads: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[events.Event]]:
    """Return the output of a whole run on 24 images a class, and its events."""
    output = tmp_path_factory.mktemp("run")
    told: list[events.Event] = []
    train(TrainConfig.from_dict(SETTINGS), heads, output, told.append, lambda: False, command="tumorviewer train heads")
    return output, told


def test_a_run_leaves_model_bundle_and_report(finished: tuple[Path, list[events.Event]]) -> None:
    output, _ = finished
    bundle = verify_bundle(output / "small-1.0.0")  # every hash, and the golden picture
    assert bundle.card.data["counts"] == dict.fromkeys(sorted(CLASSES), 24)
    assert len(bundle.seen) == bundle.card.data["train"] + bundle.card.data["validation"]
    assert bundle.card.training["command"] == "tumorviewer train heads"
    assert bundle.card.training["keras_litert_difference"] < 0.01
    for name in ("card.json", "card.md"):
        assert str(output) not in (bundle.folder / name).read_text("utf-8")  # folders may name people
    assert 0.0 <= bundle.card.metrics["macro_sensitivity"]["value"] <= 1.0
    assert "Research use only" in (output / "report" / "report.html").read_text("utf-8")
    phases = [row["phase"] for row in json.loads((output / "history.json").read_text())]
    assert phases == ["head", "last blocks, 64 px", "all blocks, 64 px", "all blocks, 64 px"]


def test_model_h5_answers_as_the_bundle_does(finished: tuple[Path, list[events.Event]], heads: Path) -> None:
    from training.foreign import read_foreign
    from training.network import build_network
    from tumorviewer.imaging.phantom import draw_head
    from tumorviewer.imaging.prepare import to_model_input
    from tumorviewer.inference.golden import softmax
    from tumorviewer.inference.predictor import Predictor

    output, _ = finished
    bundle = verify_bundle(output / "small-1.0.0")
    picture = to_model_input(draw_head(5, size=128), None, bundle.spec)[None]
    network = build_network("lite0")
    read_foreign((output / "model.h5").read_bytes(), network, name="model.h5", classes=CLASSES)
    ours = np.asarray(network.probabilities().predict_on_batch(picture))[0]
    raw = Predictor(bundle, threads=1).run(picture)
    np.testing.assert_allclose(ours, softmax(raw.logits[0]), atol=1e-4)


def test_the_events_tell_the_whole_story(finished: tuple[Path, list[events.Event]]) -> None:
    _, told = finished
    kinds = [type(event).__name__ for event in told if not isinstance(event, events.Progress | events.BatchEnded)]
    assert kinds == [
        "RunStarted",
        "PhaseStarted",
        "EpochEnded",
        "PhaseStarted",
        "EpochEnded",
        "PhaseStarted",
        "EpochEnded",
        "EpochEnded",
        "RunFinished",
    ]
    epochs = [event for event in told if isinstance(event, events.EpochEnded)]
    assert [(event.phase == "head", event.epoch) for event in epochs] == [(True, 1), (False, 1), (False, 2), (False, 3)]
    started = next(event for event in told if isinstance(event, events.RunStarted))
    for event in epochs:
        assert np.array(event.confusion).sum() == started.validation
    rates = [event.learning_rate for event in told if isinstance(event, events.BatchEnded) and event.phase != "head"]
    assert max(rates) == pytest.approx(3e-4, rel=0.1)
    assert rates[-1] < 0.1 * max(rates)
    for event in told:
        assert json.loads(json.dumps(events.to_json(event)))["event"] == type(event).__name__


def test_a_run_in_a_process_pauses_dies_and_ends_as_a_whole_one(
    finished: tuple[Path, list[events.Event]], heads: Path, tmp_path: Path
) -> None:
    output, recipe = tmp_path / "run", tmp_path / "settings.toml"
    save_recipe(TrainConfig.from_dict(SETTINGS), recipe)
    arguments = ["train", heads, "--output", output, "--recipe", recipe]

    killed = ChildProcess(arguments)
    told: list[events.Event] = []
    for event in killed.events():
        told.append(event)
        if isinstance(event, events.BatchEnded) and event.phase != "head" and event.batch == 1:
            killed.pause()
        if isinstance(event, events.Paused):
            killed.resume()
        if isinstance(event, events.EpochEnded) and event.phase != "head":
            os.kill(killed.pid, signal.SIGKILL)
    assert [type(event) for event in told if isinstance(event, events.Paused | events.Resumed)] == [
        events.Paused,
        events.Resumed,
    ]
    assert isinstance(told[-1], events.Failed)

    *told, end = ChildProcess(arguments).events()
    assert isinstance(end, events.RunFinished)
    assert next(event for event in told if isinstance(event, events.RunStarted)).resumed_epochs >= 1
    assert Path(end.bundle, "card.json").is_file()
    kept, resumed = (np.load(folder / "state" / "state.npz") for folder in (finished[0], output))
    for name in kept.files:
        if name != "facts":  # history holds times
            np.testing.assert_allclose(resumed[name], kept[name], rtol=0, atol=1e-5, err_msg=name)
    whole, again = (json.loads((folder / "history.json").read_text()) for folder in (finished[0], output))
    for first, second in zip(whole, again, strict=True):
        assert first["validation_loss"] == pytest.approx(second["validation_loss"], abs=1e-4)
        assert first["confusion"] == second["confusion"]
    # Asked for once more, it only tells its end: nothing is computed.
    assert list(ChildProcess(arguments).events()) == [end]


def test_data_that_go_away_or_change_are_told_and_nothing_is_lost(heads: Path, tmp_path: Path) -> None:
    home, away, output = tmp_path / "heads", tmp_path / "away", tmp_path / "run"
    shutil.copytree(heads, home)
    config = TrainConfig.from_dict({**SETTINGS, "epochs": 0})

    def take_away(event: events.Event) -> None:
        if isinstance(event, events.RunStarted):
            home.rename(away)

    with pytest.raises(DatasetError, match=r"no longer there.*trained and kept"):
        train(config, home, output, take_away, lambda: False)
    away.rename(home)
    told: list[events.Event] = []

    def change_one(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.RunStarted):
            os.utime(next((home / "glioma").iterdir()), (1, 1))

    result = train(config, home, output, change_one, lambda: False)
    assert [event.count for event in told if isinstance(event, events.Noted) and event.kind == "changed"] == [1]
    assert result.bundle.card.data["changed_during_the_run"] == 1


def test_a_loss_that_is_no_number_ends_the_run_with_a_way_out() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(1e20), "mse")
    watch = BatchWatch("all", 1, 20, 2, lambda event: None, lambda: False)
    with pytest.raises(DivergedError, match="lower learning rate"):
        model.fit(np.full((40, 4), 1e6), np.zeros(40), batch_size=2, verbose=0, callbacks=[watch])


def test_cancel_is_heard_within_one_batch_and_other_settings_do_not_go_on(heads: Path, tmp_path: Path) -> None:
    output, epochs, later = tmp_path / "out", [], []

    def tell(event: events.Event) -> None:
        if isinstance(event, events.EpochEnded) and event.phase != "head":
            epochs.append(event)
        if isinstance(event, events.BatchEnded) and epochs:
            later.append(event)

    settings = {**SETTINGS, "frozen_epochs": 3, "frozen_blocks": 16}
    with pytest.raises(TrainingCancelled):
        train(TrainConfig.from_dict(settings), heads, output, tell, lambda: len(later) >= 2)
    assert len(later) == 2
    with pytest.raises(ConfigError, match="other settings"):
        train(TrainConfig.from_dict({**settings, "seed": 9}), heads, output, tell, lambda: False)
    assert (output / "state" / "state.npz").is_file()


def test_the_command_says_that_a_run_is_finished(
    finished: tuple[Path, list[events.Event]], heads: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output, _ = finished
    save_recipe(TrainConfig.from_dict(SETTINGS), tmp_path / "settings.toml")
    command = ["train", str(heads), "--output", str(output), "--recipe", str(tmp_path / "settings.toml")]
    assert main(command) == 0
    assert "This run is finished" in capfd.readouterr().err
    assert main([*command, "--seed=3"]) == 2
    assert "other settings" in capfd.readouterr().err
