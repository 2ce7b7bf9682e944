"""`tumorviewer predict --series`: a row for each series beside the rows of the slices."""

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from dicom_writer import as_bytes, dataset_of
from nifti_writer import write_volume
from tiny_bundle import head_with_bright_quadrant

from tumorviewer import NOTICE
from tumorviewer.cli import main
from tumorviewer.imaging.phantom_pages import draw_page
from tumorviewer.inference.labels import GLIOMA, NO_TUMOR

PLACES = {"glioma": range(4, 9)}


def slices() -> list[np.ndarray]:
    """Draw twelve heads, of which five are bright where the tiny model sees a glioma."""
    labels = [GLIOMA if number in range(4, 9) else NO_TUMOR for number in range(12)]
    return [head_with_bright_quadrant(label, number) for number, label in enumerate(labels)]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    (folder / "series").mkdir()
    elements = {"SeriesInstanceUID": "1.2.3", "SeriesDescription": "=T1", "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
    for number, page in enumerate(slices()):
        place = {"ImagePositionPatient": [0, 0, 4 * number]}
        (folder / "series" / f"{number}.dcm").write_bytes(as_bytes(dataset_of(page, **elements, **place)))
    scout = dataset_of(slices()[0], **elements, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    (folder / "series" / "scout.dcm").write_bytes(as_bytes(scout))
    write_volume(folder / "head.nii.gz", np.stack([page.T for page in slices()], -1), np.diag([-1.0, -1.0, 4.0, 1.0]))
    (folder / "pictures").mkdir()
    for number in range(3):
        (folder / "pictures" / f"{number}.png").write_bytes(
            cv2.imencode(".png", draw_page("text", number))[1].tobytes()
        )
    return folder


def rows_in(path: Path) -> list[dict]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_rows_of_series_follow_the_slices_on_stdout(use_tiny: Path, study: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["predict", str(study), "--series"]) == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    volume, series = rows[-2:]
    assert len(rows) == 12 + 13 + 3 + 2
    assert [row.get("kind") for row in rows[:-2]] == [None] * 28
    assert (series["series_kind"], series["series"], series["name"]) == ("series", "1.2.3", "=T1")
    assert (volume["series_kind"], volume["name"]) == ("file", "head.nii.gz")
    for row, scouts in ((series, 1), (volume, 0)):
        assert (row["verdict"], row["ground"], row["first"], row["last"]) == (GLIOMA, "neighbours", 4, 8)
        assert (row["slices"], row["counted"], row["left_out"]["scout"]) == (12 + scouts, 12, scouts)
        assert row["calibrated"] is False
        assert row["notice"] == NOTICE
        assert row["spacing"] == 4.0
    assert series["findings"] == {"no_place": 1}
    assert Path(series["peak_path"]).stem in {"4", "5", "6", "7", "8"}
    assert volume["peak_frame"] in PLACES["glioma"]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_file_beside_the_slices_is_the_same_after_going_on(use_tiny: Path, study: Path, tmp_path: Path, suffix: str):
    output, beside = tmp_path / f"answers{suffix}", tmp_path / f"answers.series{suffix}"
    assert main(["predict", str(study), "--output", str(output), "--folders-as-series", "--quiet"]) == 0
    before = rows_in(beside)
    assert [row["series_kind"] for row in before] == ["file", "folder", "series"]
    assert len(rows_in(output)) == 28
    assert before[1]["verdict"] != NO_TUMOR
    if suffix == ".csv":
        assert before[2]["name"] == "'=T1"
        assert before[2]["left_out"] == "not_brain=0 scout=1 oblique=0 unreadable=0"
    beside.unlink()
    arguments = ["predict", str(study), "--output", str(output), "--folders-as-series", "--resume", "--quiet"]
    assert main(arguments) == 0
    assert rows_in(beside) == before
