"""What a run left is read back as it was measured; what is damaged is missing and nothing more."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tiny_bundle import make_bundle

from training.config import TrainConfig
from training.events import RunFinished
from training.finished import mark_finished
from training.imported import list_imported, note_imported, read_imported, remove_imported
from training.results import comparison_folder, read_comparison, read_result
from training.runs import Asked, note_asked, read_run
from tumorviewer.inference.card import BundleError
from tumorviewer.inference.labels import CLASSES


def estimate(value: float, n: int) -> dict[str, object]:
    return {"value": value, "low": 0.0, "high": 1.0, "n": n, "interval": "wilson"}


def write_run(folder: Path, data: Path, *, leak_free: bool = True) -> Path:
    """Write what a run leaves, with two test scans; the classes stand in another order than the program's."""
    classes = [*reversed(CLASSES)]
    bundle = make_bundle(folder)
    (folder / "config.json").write_text(json.dumps(TrainConfig().to_dict()))
    note_asked(folder, Asked(data, None, None))
    report = folder / "report"
    report.mkdir()
    (report / "report.html").write_text("<p>report</p>")
    confusion = np.zeros((4, 4), int)
    confusion[classes.index("glioma"), classes.index("glioma")] = 1
    confusion[classes.index("glioma"), classes.index("no_tumor")] = 1
    values = {
        "classes": classes,
        "data": {"scans": 2, "patient_blocks": 2},
        "split": {"how": "by hand", "leak_free": leak_free},
        "headline": {name: estimate(0.5, 2) for name in ("macro_sensitivity", "accuracy", "macro_auroc")},
        "per_class": {name: {"sensitivity": estimate(0.5, 2 if name == "glioma" else 0)} for name in classes},
        "confusion": confusion.tolist(),
        "baselines": [{"name": "thumbnails", "macro_sensitivity": 0.3}, {"name": "none", "macro_sensitivity": None}],
        "unreadable": [{"file": "x.png", "reason": "no picture"}],
    }
    (report / "evaluation.json").write_text(json.dumps(values))
    rows = [
        ["glioma/a.png", "0", "heads", "glioma", "glioma", "glioma", "0.9", "0.1", "0", "0", ""],
        ["glioma/b.png", "2", "heads", "glioma", "uncertain", "no_tumor", "0.4", "0", "0", "0.6", ""],
        ["glioma/x.png", "", "", "", "", "", "", "", "", "", "no picture"],
    ]
    with (report / "predictions.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        names = [f"p_{name}" for name in CLASSES]
        writer.writerow(["path", "frame", "source", "label", "verdict", "answer", *names, "error"])
        writer.writerows(rows)
    end = RunFinished(str(bundle), str(folder / "model.h5"), str(report / "report.html"), 1, 0.5)
    mark_finished(folder, "key", end)
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    return write_run(tmp_path / "run", data)


def test_figures_and_answers(run: Path) -> None:
    result = read_result(read_run(run))
    measures = result.measures
    assert measures is not None
    assert result.leak_free
    assert (measures.how, measures.scans, measures.unreadable) == ("by hand", 2, 1)
    assert list(measures.sensitivity) == ["glioma"], "only classes that there are scans of"
    assert measures.confusion[0].tolist() == [1, 0, 0, 1], "in the program's own order"
    assert measures.baselines == (("thumbnails", 0.3),)
    first, second = result.scans
    assert first.path == run.parent / "data" / "glioma" / "a.png"
    assert (first.right, first.uncertain, first.probability) == (True, False, 0.9)
    assert (second.right, second.uncertain, second.probability, second.frame) == (False, True, 0.6, 2)
    assert result.data == run.parent / "data"


def test_an_index_names_files_beside_it(tmp_path: Path) -> None:
    index = tmp_path / "data" / "index.csv"
    index.parent.mkdir()
    index.write_text("path\n")
    result = read_result(read_run(write_run(tmp_path / "run", index)))
    assert result.scans[0].path == tmp_path / "data" / "glioma" / "a.png"


def test_what_is_damaged_is_missing(run: Path) -> None:
    shutil.rmtree(run.parent / "data")
    (run / "report" / "evaluation.json").write_text('{"classes": ["glioma"]')
    (run / "report" / "predictions.csv").write_bytes(b"\xff\xfe\x00")
    (run / "report" / "report.html").unlink()
    result = read_result(read_run(run))
    assert (result.measures, result.scans, result.report, result.data) == (None, (), None, None)
    assert not result.leak_free
    assert result.card.full_name == "tiny-1.0"


def test_a_leaky_split_is_told(tmp_path: Path) -> None:
    assert not read_result(read_run(write_run(tmp_path / "run", tmp_path, leak_free=False))).leak_free


def test_a_run_without_its_model_is_refused(run: Path) -> None:
    (run / "tiny-1.0" / "card.json").write_text("{}")
    with pytest.raises(BundleError):
        read_result(read_run(run))
    shutil.rmtree(run / "tiny-1.0")
    with pytest.raises(BundleError, match="no model yet"):
        read_result(read_run(run))


def test_no_comparison_is_none(run: Path) -> None:
    folder = comparison_folder(run, "a" * 64, "b" * 64)
    assert read_comparison(folder) is None
    folder.mkdir(parents=True)
    (folder / "comparison.json").write_text('{"new": 1}')
    assert read_comparison(folder) is None


def test_weights_from_elsewhere_tell_their_origin(tmp_path: Path) -> None:
    for name in ("course", "unknown"):
        (tmp_path / f"{name}.weights.h5").write_bytes(b"weights")
    file = tmp_path / "course.weights.h5"
    note_imported(file, source="model.h5", sha256="0" * 64, variant="b0", head_complete=False, notes=("Train it.",))
    course, unknown = list_imported(tmp_path)
    assert (course.name, course.source, course.variant, course.notes) == ("course", "model.h5", "b0", ("Train it.",))
    assert (unknown.name, unknown.source, unknown.variant) == ("unknown", "", "")
    moved = shutil.copytree(tmp_path, tmp_path.parent / "moved")
    assert read_imported(Path(moved) / "course.weights.h5").file == Path(moved) / "course.weights.h5"
    remove_imported(file, tmp_path / "another")
    assert file.is_file(), "only what lies in the folder"
    remove_imported(file, tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["unknown.weights.h5"]
    assert list_imported(tmp_path / "nowhere") == ()
