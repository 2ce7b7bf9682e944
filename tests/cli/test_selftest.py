"""`tumorviewer self-test` passes on a good installation and fails, by name, where something is wrong."""

import dataclasses
from pathlib import Path

import pytest
from tiny_bundle import make_bundle

from tumorviewer.cli import main
from tumorviewer.inference.bundle import CARD
from tumorviewer.inference.card import card_from_json, card_to_json


def test_all_is_well(use_tiny: Path, capsys: pytest.CaptureFixture[str]):
    code = main(["self-test"])
    out = capsys.readouterr().out
    assert code == 0, out
    assert "FAIL" not in out
    for what in ("read JPEG", "read PNG", "read TIFF 16 bit", "read DICOM", "find the head", "no network"):
        assert f"ok   {what} " in out
    assert out.endswith("All is well.\n")


def test_a_model_that_takes_anything_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = make_bundle(tmp_path)
    card = card_from_json((folder / CARD).read_bytes())
    lenient = dataclasses.replace(card, thresholds=dataclasses.replace(card.thresholds, domain=1e9))
    (folder / CARD).write_text(card_to_json(lenient), encoding="utf-8")
    assert main(["self-test", "--model", str(folder)]) == 1
    assert "FAIL refuse other pictures" in capsys.readouterr().out


def test_a_changed_model_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = make_bundle(tmp_path)
    (folder / "domain.npz").write_bytes(b"changed")
    assert main(["self-test", "--model", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "FAIL model" in out
    assert "ok   read PNG" in out
