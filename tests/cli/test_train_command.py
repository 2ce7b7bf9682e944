"""`tumorviewer train` when something is wrong: one clear line, the right exit code, and nothing lost."""

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from phantom_classes import write_phantom_classes  # noqa: E402

from tumorviewer.cli import main  # noqa: E402
from tumorviewer.inference.catalogue import shipped  # noqa: E402

FAST = ["--base=scratch", "--size=64", "--batch-size=16", "--head-epochs=1", "--workers=0", "--name=small"]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let this process write files of at most `size` bytes, as on a disk that is nearly full."""
    usual, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (usual, most))


def test_a_disk_that_fills_up_keeps_the_last_good_state(
    heads: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output, recipe = tmp_path / "run", tmp_path / "last blocks.toml"
    recipe.write_text("frozen_epochs = 1\nfrozen_blocks = 17\n")
    command = ["train", str(heads), "--output", str(output), *FAST, "--epochs=1", "--recipe", str(recipe)]
    # Room for crops and for the best weights (14 MB), not for the state with the optimizer's moments (17 MB).
    with room_for(15_500_000):
        assert main(command) == 1
    said = capfd.readouterr().err
    assert "is full" in said
    assert "same command again" in said
    assert "Traceback" not in said
    assert not list(output.rglob("*.part"))
    assert not (output / "state" / "state.npz").exists()
    assert list((output / "state").glob("best-*.weights.h5"))
    assert main(command) == 0
    assert "macro sensitivity" in capfd.readouterr().err
    assert (output / "small-1.0.0" / "card.json").is_file()
    assert (output / "model.h5").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["missing", "--output", "out"], 1, "missing"),
        (["{heads}", "--output", "out", "--size", "100"], 2, "size is 100"),
        (["{heads}", "--output", "out", "--variant", "b9"], 2, "variant"),
        (["{heads}", "--output", "out", *FAST, "--test-fold", "3"], 1, "no fold 3"),
        (["{heads}"], 2, "--output"),
        (["{heads}", "--output", "out", "--base", "nothing.h5"], 1, "nothing.h5"),
        (["{heads}", "--output", "out", "--recipe", "none.toml"], 2, "none.toml"),
    ],
)
def test_a_wrong_command_is_told_in_one_line(
    heads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    arguments: list[str], code: int, words: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["train", *(part.format(heads=heads) for part in arguments)]) == code
    said = capfd.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_one_class_only_and_too_few_scans_are_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    few = write_phantom_classes(tmp_path / "few", 2)
    assert main(["train", str(few), "--output", str(tmp_path / "a"), *FAST]) == 1
    assert "independent group" in capfd.readouterr().err
    for folder in few.iterdir():
        if folder.name != "glioma":
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()
    assert main(["train", str(few), "--output", str(tmp_path / "b"), *FAST]) == 1
    assert "At least two classes" in capfd.readouterr().err


def test_a_base_that_would_run_code_is_refused_and_runs_nothing(
    heads: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import keras

    marker = tmp_path / "ran"
    trap = keras.Sequential(
        [keras.Input((4,)), keras.layers.Lambda(lambda x, where=str(marker): (Path(where).touch(), x)[1])]
    )
    for name in ("trap.keras", "trap.h5"):
        trap.save(tmp_path / name)
        marker.unlink(missing_ok=True)  # saving traced it
        code = main(["train", str(heads), "--output", str(tmp_path / "out"), *FAST, "--base", str(tmp_path / name)])
        assert code == 1
        assert "Lambda" in capfd.readouterr().err
        assert not marker.exists()


def test_a_tampered_bundle_is_refused_as_a_base(heads: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    base = Path(shutil.copytree(shipped()[-1].folder, tmp_path / "base"))
    weights = base / "weights.weights.h5"
    content = bytearray(weights.read_bytes())
    content[np.random.default_rng(0).integers(len(content))] ^= 1
    weights.write_bytes(content)
    options = [option for option in FAST if "base" not in option]
    assert main(["train", str(heads), "--output", str(tmp_path / "next"), *options, "--base", str(base)]) == 1
    assert "refused" in capfd.readouterr().err
