"""`tumorviewer predict` on good and bad files, to stdout and into files, stopped and resumed."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from tiny_bundle import head_with_bright_quadrant

from tumorviewer import NOTICE
from tumorviewer.cli import main
from tumorviewer.cli.rows import csv_text, json_line
from tumorviewer.inference.labels import CLASSES

FIELDS = {
    "path", "frame", "status", "error", "verdict", "label", "confidence", "probabilities", "crop", "focus", "model",
    "model_sha256",
}  # fmt: skip


def write_png(path: Path, picture: np.ndarray) -> Path:
    import cv2

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return path


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scans")
    for number, label in enumerate(CLASSES):
        write_png(folder / f"{number}_{label}.png", head_with_bright_quadrant(label, number))
    return folder


def rows_of(text: str) -> list[dict]:
    return [json.loads(line) for line in text.split("\n")[:-1]]


def test_a_row_for_each_scan_on_stdout(use_tiny: Path, scans: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["predict", str(scans)]) == 0
    out, err = capfd.readouterr()
    rows = rows_of(out)
    assert [row["verdict"] for row in rows] == list(CLASSES)
    for row in rows:
        assert set(row) >= FIELDS
        assert row["status"] == "ok"
        assert row["error"] is None
        assert row["model"] == "tiny-1.0"
        assert row["notice"] == NOTICE
        assert sum(row["probabilities"].values()) == pytest.approx(1.0, abs=1e-5)
        x, y, width, height = row["crop"]
        assert x <= row["focus"][0] < x + width
        assert y <= row["focus"][1] < y + height
    assert err.count(NOTICE) == 1
    assert "4 scans answered" in err
    assert "XNNPACK" not in err


def test_a_csv_has_the_same_numbers(use_tiny: Path, scans: Path, tmp_path: Path):
    output = tmp_path / "new folder" / "x.csv"
    assert main(["predict", str(scans), "--output", str(output)]) == 0
    with output.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["verdict"] for row in rows] == list(CLASSES)
    assert {row["notice"] for row in rows} == {NOTICE}
    assert float(rows[0]["probability_glioma"]) == float(rows[0]["confidence"]) > 0.6
    assert list(output.parent.iterdir()) == [output]


def write_bad_input(folder: Path) -> list[str]:
    """Write what clinics' folders hold; return the names that must get an error."""
    import struct
    import zlib

    import cv2
    import pydicom
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    head = head_with_bright_quadrant("glioma", 3)
    (folder / "text.jpg").write_text("these are my notes\n")
    jpeg = cv2.imencode(".jpg", head)[1].tobytes()
    (folder / "torn.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    (folder / "empty.png").write_bytes(b"")
    header = b"IHDR" + struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    (folder / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = MRImageStorage, ExplicitVRLittleEndian
    meta.MediaStorageSOPInstanceUID = generate_uid()
    report = FileDataset("x", {}, file_meta=meta, preamble=bytes(128))
    report.SOPClassUID, report.SOPInstanceUID, report.PatientName = MRImageStorage, generate_uid(), "Nobody"
    pydicom.dcmwrite(folder / "nopixels.dcm", report, enforce_file_format=True)
    (folder / "blob.dcm").write_bytes(np.random.default_rng(1).bytes(5000))
    (folder / "notes.txt").write_text("not an image")
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    (folder / "loop").mkdir()
    (folder / "loop" / "back").symlink_to(folder, target_is_directory=True)
    return ["text.jpg", "torn.jpg", "empty.png", "huge.png", "nopixels.dcm", "blob.dcm"]


GOOD_NAMES = ["头部 扫描.png", 'it\'s "quoted".png', "two\nlines.png", "=cmd.png"]


def test_bad_input_gets_one_line_each_and_all_others_are_answered(run, tmp_path: Path):
    folder = tmp_path / "clinic"
    folder.mkdir()
    bad = write_bad_input(folder)
    for name in GOOD_NAMES:
        write_png(folder / name, head_with_bright_quadrant("pituitary", 2))
    result = run("predict", folder)
    assert result.returncode == 1
    rows = {Path(row["path"]).name: row for row in rows_of(result.stdout)}
    assert set(rows) >= set(bad) | set(GOOD_NAMES)
    assert not {"notes.txt", "Thumbs.db"} & set(rows)
    for name in GOOD_NAMES:
        assert rows[name]["verdict"] == "pituitary"
    for name in bad:
        assert rows[name]["status"] == "error"
        assert rows[name]["error"]
        assert rows[name]["verdict"] is None
        assert sum(name in line for line in result.stderr.splitlines()) == 1
    assert "2 files skipped" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_that_may_not_be_read_is_one_error(scans: Path, tiny_home: Path):
    with tempfile.TemporaryDirectory() as name:  # not tmp_path, which only its owner may enter
        folder = Path(name)
        shutil.copytree(scans, folder / "scans")
        shutil.copytree(tiny_home / "models" / "tiny-1.0", folder / "model")
        secret = write_png(folder / "scans" / "secret.png", head_with_bright_quadrant("glioma"))
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)
        secret.chmod(0)
        # Root reads everything, so the process becomes nobody: after its imports, which may lie where nobody may look.
        script = (
            "import os, sys; from tumorviewer.cli import main\n"
            "folder, model = sys.argv[1:]\n"
            "main(['predict', folder, '--model', model, '--output', folder + '.jsonl'])\n"
            "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
            "sys.exit(main(['predict', folder, '--model', model]))\n"
        )
        result = subprocess.run(
            [sys.executable, "-c", script, str(folder / "scans"), str(folder / "model")],
            cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, check=False,
        )  # fmt: skip
        rows = {Path(row["path"]).name: row for row in rows_of(result.stdout)}
    assert result.returncode == 1
    assert rows.pop("secret.png")["status"] == "error"
    assert len(rows) == 4
    assert {row["status"] for row in rows.values()} == {"ok"}
    assert "secret.png" in result.stderr


def test_a_csv_survives_hostile_names(use_tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in GOOD_NAMES:
        write_png(tmp_path / name, head_with_bright_quadrant("glioma", 3))
    monkeypatch.chdir(tmp_path)
    assert main(["predict", *GOOD_NAMES, "--output", "o.csv"]) == 0
    with Path("o.csv").open(encoding="utf-8", newline="") as stream:
        paths = [row["path"] for row in csv.DictReader(stream)]
    assert paths == [*GOOD_NAMES[:3], "'=cmd.png"]
    first = Path("o.csv").read_bytes()
    assert main(["predict", *GOOD_NAMES, "--output", "o.csv", "--resume"]) == 0
    assert Path("o.csv").read_bytes() == first


@pytest.mark.parametrize("name", ["a\u2028b", "a\x85b", "a\nb", 'a"b', "头", "bad\udcffname", "\x1b[31m"])
def test_any_name_is_one_line_of_utf8_and_comes_back(name: str):
    line = json_line({"path": name}).encode("utf-8")
    assert len(line.decode("utf-8").splitlines()) == 1
    assert json.loads(line)["path"] == name


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx", "'x"])
def test_a_cell_is_never_a_formula(name: str):
    assert csv_text(name) == "'" + name
    assert csv_text("a" + name) == "a" + name


# --- resume -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_resume_judges_only_what_is_new_changed_or_failed(
    use_tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], suffix: str
):
    folder, output = tmp_path / "scans", tmp_path / f"x{suffix}"
    for number in range(4):
        write_png(folder / f"{number}.png", head_with_bright_quadrant("glioma", number))
    (folder / "4.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
    command = ["predict", str(folder), "--output", str(output)]
    assert main(command) == 1
    before = output.read_bytes()
    write_png(folder / "1.png", head_with_bright_quadrant("no_tumor", 1))
    write_png(folder / "4.png", head_with_bright_quadrant("pituitary", 4))
    write_png(folder / "5.png", head_with_bright_quadrant("meningioma", 5))
    capfd.readouterr()
    assert main([*command, "--resume"]) == 0
    assert "3 scans answered, 3 files kept" in capfd.readouterr().err
    text = output.read_text(encoding="utf-8")
    for number, label in {0: "glioma", 1: "no_tumor", 4: "pituitary", 5: "meningioma"}.items():
        lines = [line for line in text.splitlines() if f"{number}.png" in line]
        assert len(lines) == 1
        assert label in lines[0].replace("probability_", "").split("probabilities", maxsplit=1)[0]
    assert text.splitlines()[0].encode() in before


def test_rows_of_another_model_are_made_again(use_tiny: Path, scans: Path, tmp_path: Path):
    output = tmp_path / "x.jsonl"
    assert main(["predict", str(scans), "--output", str(output)]) == 0
    good = output.read_text(encoding="utf-8")
    output.write_text(good.replace("tiny-1.0", "old-0.9"), encoding="utf-8")
    assert main(["predict", str(scans), "--output", str(output), "--resume"]) == 0
    assert output.read_text(encoding="utf-8") == good


def test_a_torn_partial_file_of_a_crash_is_gone_on_with(
    use_tiny: Path, scans: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    output = tmp_path / "x.jsonl"
    assert main(["predict", str(scans), "--output", str(output)]) == 0
    good = output.read_text(encoding="utf-8")
    output.unlink()
    (tmp_path / "x.jsonl.partial").write_text(good[: good.index("\n") + 90], encoding="utf-8")
    capfd.readouterr()
    assert main(["predict", str(scans), "--output", str(output), "--resume"]) == 0
    assert "3 scans answered, 1 file kept" in capfd.readouterr().err
    assert output.read_text(encoding="utf-8") == good
    assert list(tmp_path.iterdir()) == [output]


def many_heads(folder: Path) -> Path:
    """Write 400 files of one picture that takes a while to judge."""
    first = folder / "0.png"
    write_png(first, head_with_bright_quadrant("glioma", 3, size=512))
    for number in range(1, 400):
        (folder / f"{number}.png").hardlink_to(first)
    return folder


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_leaves_a_valid_file_and_resume_finishes_it(tiny_home: Path, tmp_path: Path):
    folder, output = many_heads(tmp_path / "scans"), tmp_path / "x.jsonl"
    command = [sys.executable, "-m", "tumorviewer", "predict", str(folder), "--output", str(output)]
    environment = {**os.environ, "TUMORVIEWER_HOME": str(tiny_home), "TUMORVIEWER_MODEL": "tiny"}
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, env=environment, cwd=root, stderr=subprocess.PIPE, text=True) as process:
        partial = tmp_path / "x.jsonl.partial"
        deadline = time.monotonic() + 60
        while not (partial.exists() and partial.stat().st_size > 5000) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "--resume" in err
    done = rows_of(output.read_text(encoding="utf-8"))
    assert 5 < len(done) < 400
    assert [Path(row["path"]).name for row in done] == [f"{number}.png" for number in range(len(done))]
    finished = subprocess.run([*command, "--resume"], env=environment, cwd=root, check=False, capture_output=True)
    assert finished.returncode == 0
    assert len(rows_of(output.read_text(encoding="utf-8"))) == 400


# --- output that cannot be written ------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_clear_line(run, scans: Path):
    with Path("/dev/full").open("w") as full:
        result = run("predict", scans, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 1
    assert "disk is full" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files as POSIX does")
def test_a_full_disk_keeps_the_last_good_file(run, scans: Path, tmp_path: Path):
    import resource

    output = tmp_path / "x.jsonl"
    assert run("predict", scans / "0_glioma.png", "--output", output).returncode == 0
    before = output.read_bytes()

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    result = run("predict", scans, "--output", output, preexec_fn=small_disk)
    assert result.returncode == 1
    assert "disk is full" in result.stderr
    assert "--resume" in result.stderr
    assert "Traceback" not in result.stderr
    assert output.read_bytes() == before
    assert run("predict", scans, "--output", output, "--resume").returncode == 0
    assert len(rows_of(output.read_text(encoding="utf-8"))) == 4


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_reader_that_leaves_is_no_error_message(tiny_home: Path, tmp_path: Path):
    folder = many_heads(tmp_path / "scans")  # more rows than a pipe holds
    environment = {**os.environ, "TUMORVIEWER_HOME": str(tiny_home), "TUMORVIEWER_MODEL": "tiny"}
    with subprocess.Popen(
        [sys.executable, "-m", "tumorviewer", "predict", str(folder)],
        env=environment, cwd=Path(__file__).resolve().parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"{")
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 141
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err


# --- usage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x", "--output", "x.json"],
        ["x", "--resume"],
        ["x", "--threads", "0"],
        ["x", "--threads", "many"],
        ["x", "--model", "nobody"],
    ],
)
def test_usage_errors_are_2(use_tiny: Path, capfd: pytest.CaptureFixture[str], arguments: list[str]):
    assert main(["predict", *arguments]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err


def test_an_empty_folder_is_said(use_tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["predict", str(tmp_path)]) == 0
    assert "No images" in capfd.readouterr().err


def test_a_missing_path_is_an_error_row(use_tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["predict", str(tmp_path / "gone.png")]) == 1
    assert rows_of(capfd.readouterr().out)[0]["status"] == "error"


def test_one_image_loads_nothing_heavy(tiny_home: Path, scans: Path):
    script = (
        "import sys, tumorviewer.imaging, tumorviewer.inference\n"
        "from tumorviewer.cli import main\n"
        "assert main(['predict', sys.argv[1]]) == 0\n"
        "heavy = 'PySide6 tensorflow keras pydicom sklearn matplotlib tqdm training'.split()\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    )
    environment = {**os.environ, "TUMORVIEWER_HOME": str(tiny_home), "TUMORVIEWER_MODEL": "tiny"}
    result = subprocess.run(
        [sys.executable, "-c", script, str(scans / "0_glioma.png")],
        env=environment, cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stderr.splitlines()[-1] == "[]"
