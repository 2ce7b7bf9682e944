"""The command works where it has no standard streams, as after a double click on Windows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tumorviewer.imaging.phantom import draw_head

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams here")

ROOT = Path(__file__).resolve().parents[2]


def test_all_streams_closed(tmp_path: Path) -> None:
    import cv2

    picture, answers = tmp_path / "head.png", tmp_path / "answers.jsonl"
    picture.write_bytes(cv2.imencode(".png", draw_head(1, size=128))[1].tobytes())
    command = [sys.executable, "-m", "tumorviewer", "predict", str(picture), "--output", str(answers)]
    done = subprocess.run(["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command], cwd=ROOT, check=False)
    assert done.returncode == 0
    assert '"status": "ok"' in answers.read_text()


def test_what_a_command_prints_is_lost_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tumorviewer", "models", "list"]
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
