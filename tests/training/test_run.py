"""A run on drawn heads: what it leaves, that a killed one ends as a whole one does, that it stops when asked.

Two runs with the same settings serve all tests. One trains to its end undisturbed, but is never exported, as its scans
have gone away. The other is killed in its first phase, stopped after two more batches, and then goes on to its end.
"""

import json
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from training import events  # noqa: E402
from training.checkpoint import SavedState  # noqa: E402
from training.config import TrainConfig  # noqa: E402
from training.decisions import LEAVE_OUT, Decision, save_decisions  # noqa: E402
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
    "frozen_epochs": 2,
    "frozen_blocks": 16,
    "size": 64,
    "batch_size": 16,
    "mixup": 0.2,
    "averaging": 0.9,
    "validation_share": 0.2,
    "test_share": 0.2,
    "workers": 0,
}
COMMAND = "tumorviewer train heads"


@dataclass(frozen=True, slots=True)
class Run:
    """Where a run writes, what it told, and how it ended if not well."""

    output: Path
    told: list[events.Event]
    why: str = ""

    def those(self, *kinds: type) -> list[events.Event]:
        """Return the events of some kinds."""
        return [event for event in self.told if isinstance(event, kinds)]


@pytest.fixture(scope="module")
def scans(heads: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the drawn heads, 24 images a class, that may be moved and touched."""
    return Path(shutil.copytree(heads, tmp_path_factory.mktemp("scans") / "heads"))


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the settings as a file."""
    path = tmp_path_factory.mktemp("recipe") / "settings.toml"
    save_recipe(TrainConfig.from_dict(SETTINGS), path)
    return path


@pytest.fixture(scope="module")
def whole(scans: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run that trained to its end undisturbed, though its scans were gone by then; they are back now."""
    run, away = Run(tmp_path_factory.mktemp("whole"), []), scans.with_name("away")

    def take_away(event: events.Event) -> None:
        run.told.append(event)
        if isinstance(event, events.RunStarted):
            scans.rename(away)

    with pytest.raises(DatasetError) as caught:
        train(TrainConfig.from_dict(SETTINGS), scans, run.output, take_away, lambda: False)
    away.rename(scans)
    return Run(run.output, run.told, str(caught.value))


@pytest.fixture(scope="module")
def killed(scans: Path, recipe: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run in a process that was paused, let go on, and killed after its first epoch of fine-tuning."""
    run = Run(tmp_path_factory.mktemp("killed"), [])
    process = ChildProcess(["train", scans, "--output", run.output, "--recipe", recipe])
    for event in process.events():
        run.told.append(event)
        if isinstance(event, events.BatchEnded) and event.phase != "head" and event.batch == 1:
            process.pause()
        if isinstance(event, events.Paused):
            process.resume()
        if isinstance(event, events.EpochEnded) and event.phase != "head":
            os.kill(process.pid, signal.SIGKILL)
    return run


@pytest.fixture(scope="module")
def stopped(killed: Run, scans: Path) -> Run:
    """Return the killed run after it had gone on for two batches."""
    run = Run(killed.output, [])
    with pytest.raises(TrainingCancelled):
        train(
            TrainConfig.from_dict(SETTINGS),
            scans,
            run.output,
            run.told.append,
            lambda: len(run.those(events.BatchEnded)) >= 2,
        )
    return run


@pytest.fixture(scope="module")
def finished(stopped: Run, scans: Path) -> Run:
    """Return the killed and stopped run at its end; one of its scans was changed on the way."""
    run = Run(stopped.output, [])

    def change_one(event: events.Event) -> None:
        run.told.append(event)
        if isinstance(event, events.RunStarted):
            os.utime(next((scans / "glioma").iterdir()), (1, 1))

    train(TrainConfig.from_dict(SETTINGS), scans, run.output, change_one, lambda: False, command=COMMAND)
    return run


def test_a_run_leaves_model_bundle_and_report(finished: Run) -> None:
    output = finished.output
    bundle = verify_bundle(output / "small-1.0.0")  # every hash, and the golden picture
    assert bundle.card.data["counts"] == dict.fromkeys(sorted(CLASSES), 24)
    assert len(bundle.seen) == bundle.card.data["train"] + bundle.card.data["validation"]
    assert bundle.card.training["command"] == COMMAND
    assert bundle.card.training["keras_litert_difference"] < 0.01
    for name in ("card.json", "card.md"):
        assert str(output) not in (bundle.folder / name).read_text("utf-8")  # folders may name people
    assert 0.0 <= bundle.card.metrics["macro_sensitivity"]["value"] <= 1.0
    assert "Research use only" in (output / "report" / "report.html").read_text("utf-8")
    phases = [row["phase"] for row in json.loads((output / "history.json").read_text())]
    assert phases == ["head", "last blocks, 64 px", "last blocks, 64 px", "all blocks, 64 px"]


def test_model_h5_answers_as_the_bundle_does(finished: Run) -> None:
    from training.foreign import read_foreign
    from training.network import build_network
    from tumorviewer.imaging.phantom import draw_head
    from tumorviewer.imaging.prepare import to_model_input
    from tumorviewer.inference.golden import softmax
    from tumorviewer.inference.predictor import Predictor

    bundle = verify_bundle(finished.output / "small-1.0.0")
    picture = to_model_input(draw_head(5, size=128), None, bundle.spec)[None]
    network = build_network("lite0")
    read_foreign((finished.output / "model.h5").read_bytes(), network, name="model.h5", classes=CLASSES)
    ours = np.asarray(network.probabilities()(picture, training=False))[0]
    raw = Predictor(bundle, threads=1).run(picture)
    np.testing.assert_allclose(ours, softmax(raw.logits[0]), atol=1e-4)


def test_the_events_tell_the_whole_story(whole: Run, finished: Run) -> None:
    kinds = [
        [type(event).__name__ for event in run.told if not isinstance(event, events.Progress | events.BatchEnded)]
        for run in (whole, finished)
    ]
    head, last, all_blocks = (["PhaseStarted", *["EpochEnded"] * epochs] for epochs in (1, 2, 1))
    assert kinds[0] == ["RunStarted", *head, *last, *all_blocks]
    assert kinds[1][-3:] == ["EpochEnded", "Noted", "RunFinished"]
    epochs = whole.those(events.EpochEnded)
    assert [(event.phase == "head", event.epoch) for event in epochs] == [(True, 1), (False, 1), (False, 2), (False, 3)]
    (started,) = whole.those(events.RunStarted)
    for event in epochs:
        assert np.array(event.confusion).sum() == started.validation
    rates = [event.learning_rate for event in whole.those(events.BatchEnded) if event.phase != "head"]
    assert max(rates) == pytest.approx(3e-4, rel=0.1)
    assert rates[-1] < 0.1 * max(rates)
    for event in [*whole.told, *finished.told]:
        assert json.loads(json.dumps(events.to_json(event)))["event"] == type(event).__name__


def test_a_run_in_a_process_pauses_goes_on_and_dies(killed: Run) -> None:
    assert [type(event) for event in killed.those(events.Paused, events.Resumed)] == [events.Paused, events.Resumed]
    assert isinstance(killed.told[-1], events.Failed)


def test_cancel_is_heard_within_one_batch_and_other_settings_do_not_go_on(
    stopped: Run, scans: Path, tmp_path: Path
) -> None:
    assert len(stopped.those(events.BatchEnded)) == 2
    assert not stopped.those(events.EpochEnded)
    config = TrainConfig.from_dict({**SETTINGS, "seed": 9})
    with pytest.raises(ConfigError, match="other settings"):
        train(config, scans, stopped.output, lambda event: None, lambda: False)
    left_out = Decision(next((scans / "glioma").iterdir()).relative_to(scans).as_posix(), 0, "glioma", LEAVE_OUT)
    save_decisions([left_out], tmp_path / "decisions.csv")
    config = TrainConfig.from_dict(SETTINGS)
    with pytest.raises(ConfigError, match="other data"):
        train(config, scans, stopped.output, lambda e: None, lambda: False, decisions=tmp_path / "decisions.csv")
    assert (stopped.output / "state" / "state.npz").is_file()


def test_a_killed_run_ends_as_a_whole_one(whole: Run, stopped: Run, finished: Run, scans: Path, recipe: Path) -> None:
    for run in (stopped, finished):
        (started,) = run.those(events.RunStarted)
        assert started.resumed_epochs >= 1
    kept, resumed = (np.load(run.output / "state" / "state.npz") for run in (whole, finished))
    for name in kept.files:
        if name != "facts":  # history holds times
            np.testing.assert_allclose(resumed[name], kept[name], rtol=0, atol=1e-5, err_msg=name)
    once, again = (json.loads((run.output / "history.json").read_text()) for run in (whole, finished))
    for first, second in zip(once, again, strict=True):
        assert first["validation_loss"] == pytest.approx(second["validation_loss"], abs=1e-4)
        assert first["confusion"] == second["confusion"]
    # Asked for once more, it only tells its end: nothing is computed.
    process = ChildProcess(["train", scans, "--output", finished.output, "--recipe", recipe])
    assert list(process.events()) == finished.told[-1:]


def test_scans_that_go_away_are_told_and_nothing_is_lost(whole: Run, scans: Path) -> None:
    assert "no longer there" in whole.why
    assert "trained and kept" in whole.why
    told: list[events.Event] = []

    def stop_at_the_export(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.Progress) and event.stage == "export":
            raise TrainingCancelled

    with pytest.raises(TrainingCancelled):
        train(TrainConfig.from_dict(SETTINGS), scans, whole.output, stop_at_the_export, lambda: False)
    assert [event.resumed_epochs for event in told if isinstance(event, events.RunStarted)] == [3]
    assert not any(isinstance(event, events.EpochEnded) for event in told)


def test_a_scan_that_changes_during_a_run_is_told(finished: Run) -> None:
    assert [event.count for event in finished.those(events.Noted) if event.kind == "changed"] == [1]
    assert verify_bundle(finished.output / "small-1.0.0").card.data["changed_during_the_run"] == 1


def test_the_command_says_that_a_run_is_finished(
    finished: Run, scans: Path, recipe: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ["train", str(scans), "--output", str(finished.output), "--recipe", str(recipe)]
    assert main(command) == 0
    assert "This run is finished" in capfd.readouterr().err
    assert main([*command, "--seed=3"]) == 2
    assert "other settings" in capfd.readouterr().err


def test_the_last_epoch_is_kept_if_it_is_asked_for(scans: Path, whole: Run, tmp_path: Path) -> None:
    run = Run(tmp_path, [])

    def ended() -> bool:
        return any(event.phase != "head" for event in run.those(events.EpochEnded))

    # At such a rate what the head knew is lost: the best would be the weights before.
    settings = {**SETTINGS, "keep": "last", "learning_rate": 0.05, "averaging": 0.0, "frozen_epochs": 0}
    with pytest.raises(TrainingCancelled):
        train(TrainConfig.from_dict(settings), scans, tmp_path, run.told.append, ended, cache=whole.output / "cache")
    before, after = ((event.macro_sensitivity, -event.validation_loss) for event in run.those(events.EpochEnded))
    assert after < before
    assert SavedState(tmp_path / "state" / "state.npz").state.best_epoch == 1
    assert (tmp_path / "state" / "best-0001.weights.h5").exists()


def test_a_loss_that_is_no_number_ends_the_run_with_a_way_out() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(1e20), "mse")
    watch = BatchWatch("all", 1, 20, 2, lambda event: None, lambda: False)
    with pytest.raises(DivergedError, match="lower learning rate"):
        model.fit(np.full((40, 4), 1e6), np.zeros(40), batch_size=2, verbose=0, callbacks=[watch])
