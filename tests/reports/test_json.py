"""The facts as JSON: read back, they are those of the answers."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from reports.samples import judged, nothing, report_on, write_dicom, write_head

from tumorviewer import NOTICE
from tumorviewer.imaging.errors import DamagedImageError
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.labels import CLASSES, GLIOMA, NO_TUMOR
from tumorviewer.presentation.words import verdict_line
from tumorviewer.reports.as_json import SCHEMA, SCHEMA_VERSION, write_json
from tumorviewer.reports.document import ReportedScan
from tumorviewer.reports.people import with_people
from tumorviewer.storage.export_table import ExportStopped


def test_what_is_read_back_is_what_was_answered(bundle: Bundle, tmp_path: Path) -> None:
    path = write_dicom(
        tmp_path / "a\udcff头.dcm", PatientName="Müller^Zoë", PatientID="A-77", PatientBirthDate="19790230"
    )
    answered = judged(path, bundle, label=NO_TUMOR, note="=1\n+1", series="T1")
    broken = ReportedScan(tmp_path / "b.jpg", error=DamagedImageError(tmp_path / "b.jpg", "it is cut off"))
    report = report_on(bundle, answered, broken, ReportedScan(tmp_path / "c.png"))
    write_json(report, tmp_path / "out.json", told=nothing, stopped=lambda: False)
    told = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert (told["schema"], told["schema_version"], told["notice"]) == (SCHEMA, SCHEMA_VERSION, NOTICE)
    assert told["created"] == "2026-11-26T12:30:00+00:00"
    assert told["model"]["sha256"] == bundle.model_sha256
    assert told["model"]["threshold"] == bundle.card.thresholds.certain
    first, second, third = told["scans"]
    answer = answered.answer
    assert answer is not None
    assert [first["probabilities"][name] for name in CLASSES] == pytest.approx(answer.probabilities, abs=1e-6)
    assert (first["verdict"], first["verdict_in_words"]) == (answer.verdict, verdict_line(answer))
    assert (first["sha256"], first["model_sha256"]) == (answered.sha256, answer.model_sha256)
    assert (first["own_label"], first["note"], first["series"]) == (NO_TUMOR, "=1\n+1", "T1")
    assert (first["crop"], first["crop_kind"]) == (answer.crop and answer.crop.as_list(), "automatic")
    assert first["file"] == "a\\udcff头.dcm", "no byte of a name is lost, and all of it can be read"
    assert (second["status"], second["error"], second["verdict"]) == ("unreadable", "it is cut off", None)
    assert (third["status"], third["probabilities"]) == ("no_answer", None)
    assert told["counts"] == {answer.verdict: 1, "unreadable": 1, "waiting": 1}
    assert "A-77" not in (tmp_path / "out.json").read_text("utf-8")

    named = with_people(replace(report, with_patient=True, with_paths=True), nothing, lambda: False)
    write_json(named, tmp_path / "named.json", told=nothing, stopped=lambda: False)
    first, second, _ = json.loads((tmp_path / "named.json").read_text("utf-8"))["scans"]
    assert first["patient"] == {"name": "Müller, Zoë", "id": "A-77", "birth_date": "19790230"}
    assert second["patient"] is None
    assert second["file"] == str(tmp_path / "b.jpg")


def test_stopped_it_leaves_no_file(bundle: Bundle, tmp_path: Path) -> None:
    report = report_on(bundle, *[judged(write_head(tmp_path / "scan.png", GLIOMA), bundle)] * 3)
    done: list[int] = []
    folder = tmp_path / "out"
    with pytest.raises(ExportStopped):
        write_json(report, folder / "x.json", told=done.append, stopped=lambda: bool(done))
    assert done == [1]
    assert list(folder.iterdir()) == []
