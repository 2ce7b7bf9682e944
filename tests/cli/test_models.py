"""`tumorviewer models` lists, shows, verifies and imports."""

import json
import shutil
from pathlib import Path

import pytest
from tiny_bundle import make_bundle

from tumorviewer import paths
from tumorviewer.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def models(own_user_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the user's folder of models, with one in it; nothing came with the program."""
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "shipped")
    monkeypatch.delenv("TUMORVIEWER_MODEL", raising=False)
    make_bundle(own_user_folder / "models")
    return own_user_folder / "models"


def test_list_marks_the_active_one_and_tells_own_from_shipped(models: Path, capsys: Capture):
    make_bundle(paths.shipped_models(), name="base")
    assert main(["models", "list"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0][:3] == ["*", "base-1.0", "shipped"]
    assert lines[1][:2] == ["tiny-1.0", "own"]


def test_list_of_none_says_what_to_do(models: Path, capsys: Capture):
    shutil.rmtree(models)
    assert main(["models", "list"]) == 0
    assert "models import" in capsys.readouterr().err


def test_show_prints_the_card(models: Path, capsys: Capture):
    assert main(["models", "show", "tiny"]) == 0
    assert capsys.readouterr().out.startswith("# Tiny\n")
    assert main(["models", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "tiny"
    assert main(["models", "show", "nobody"]) == 2


def test_verify_tells_good_from_changed(models: Path, capsys: Capture):
    make_bundle(models, name="other")
    assert main(["models", "verify"]) == 0
    assert capsys.readouterr().out.count(": good.") == 2
    (models / "other-1.0" / "weights.weights.h5").write_bytes(b"changed")
    assert main(["models", "verify"]) == 1
    out = capsys.readouterr().out
    assert out.count(": good.") == 1
    assert "weights.weights.h5 is not the file" in out
    assert main(["models", "verify", "tiny"]) == 0


def test_a_tampered_model_does_not_predict(models: Path, tmp_path: Path, capsys: Capture):
    data = bytearray((models / "tiny-1.0" / "model.tflite").read_bytes())
    data[100] ^= 255
    (models / "tiny-1.0" / "model.tflite").write_bytes(data)
    assert main(["predict", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "refused" in err
    assert "SHA-256" in err


def test_import_of_a_bundle_makes_it_usable(models: Path, tmp_path: Path, capsys: Capture):
    source = make_bundle(tmp_path / "from outside", name="new", version="2.1")
    archive = shutil.make_archive(str(tmp_path / "new"), "zip", source.parent, source.name)
    assert main(["models", "import", archive]) == 0
    assert "new-2.1 is imported" in capsys.readouterr().out
    assert main(["models", "verify", "new-2.1"]) == 0
    capsys.readouterr()
    assert main(["models", "import", str(source)]) == 1
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["gone.zip"], ["{bundle}", "--name", "x"]])
def test_import_usage(models: Path, capsys: Capture, arguments: list[str]):
    words = [word.format(bundle=models / "tiny-1.0") for word in arguments]
    assert main(["models", "import", *words]) == 2
    assert capsys.readouterr().err


def test_control_characters_of_a_card_do_not_reach_the_terminal(models: Path, capsys: Capture):
    from tumorviewer.inference.bundle import CARD

    card = models / "tiny-1.0" / CARD
    values = json.loads(card.read_text("utf-8"))
    values["created"] = "\x1b[2Jpwned"
    card.write_text(json.dumps(values), encoding="utf-8")
    assert main(["models", "list"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_export_rename_remove(models: Path, tmp_path: Path, capsys: Capture):
    target = tmp_path / "tiny.zip"
    assert main(["models", "export", "tiny", str(target)]) == 0
    assert main(["models", "export", "tiny", str(target)]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["models", "export", "tiny", str(target), "--force"]) == 0
    assert main(["models", "rename", "tiny-1.0", "clinic"]) == 0
    assert main(["models", "rename", "clinic-1.0", "a/b"]) == 1
    assert main(["models", "import", str(target)]) == 0
    assert main(["models", "remove", "tiny-1.0"]) == 0
    assert [folder.name for folder in models.iterdir()] == ["clinic-1.0"]
    make_bundle(paths.shipped_models(), name="base")
    assert main(["models", "remove", "base"]) == 1
    assert "came with the program" in capsys.readouterr().err
