"""`tumorviewer train` when something is wrong: one clear line, the right exit code, and nothing lost."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from phantom_classes import write_phantom_classes  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
FAST = ["--base=scratch", "--size=64", "--batch-size=16", "--head-epochs=1", "--workers=0", "--name=small"]


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_phantom_classes(tmp_path_factory.mktemp("heads"), 24)


def run(*arguments: str | Path, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, which may write files of at most `limit` bytes."""

    def confine() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "tumorviewer", "train", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=confine,
        check=False,
    )


def test_a_disk_that_fills_up_keeps_the_last_good_state(heads: Path, tmp_path: Path) -> None:
    output = tmp_path / "run"
    arguments = [heads, "--output", output, *FAST, "--epochs=1"]
    # Room for crops and for the best weights (14 MB), not for the state with the optimizer's moments.
    full = run(*arguments, limit=20_000_000)
    assert full.returncode == 1
    assert "is full" in full.stderr
    assert "same command again" in full.stderr
    assert "Traceback" not in full.stderr
    assert not list(output.rglob("*.part"))
    again = run(*arguments)
    assert again.returncode == 0, again.stderr
    assert (output / "small-1.0.0" / "card.json").is_file()


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
    from tumorviewer.cli import main

    monkeypatch.chdir(tmp_path)
    assert main(["train", *(part.format(heads=heads) for part in arguments)]) == code
    said = capfd.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_one_class_only_and_too_few_scans_are_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from tumorviewer.cli import main

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

    from tumorviewer.cli import main

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
    from tumorviewer.cli import main

    made = tmp_path / "made"
    assert main(["train", str(heads), "--output", str(made), *FAST, "--epochs=0"]) == 0
    weights = made / "small-1.0.0" / "weights.weights.h5"
    content = bytearray(weights.read_bytes())
    content[np.random.default_rng(0).integers(len(content))] ^= 1
    weights.write_bytes(content)
    capfd.readouterr()
    options = [option for option in FAST if "base" not in option]
    assert main(["train", str(heads), "--output", str(tmp_path / "next"), *options, "--base", str(weights.parent)]) == 1
    assert "refused" in capfd.readouterr().err
