"""What holds for the code as a whole: light imports, short files, nothing of a workplace in it."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from tumorviewer.imaging.phantom import draw_head

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted(path for top in ("tumorviewer", "training") for path in (ROOT / top).rglob("*.py"))
HEAVY = ("PySide6", "tensorflow", "keras", "pydicom", "nibabel", "sklearn", "matplotlib")


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that are loaded after `statement` in a fresh process."""
    code = f"{statement}\nimport sys, json\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


READ_A_PICTURE = """
import sys
from pathlib import Path
import tumorviewer.imaging, tumorviewer.inference
import tumorviewer.imaging.discover, tumorviewer.inference.catalogue, tumorviewer.inference.predictor
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import render_grey
find_brain_box(render_grey(load_scan(Path({path!r}))))
"""


def test_reading_and_judging_a_picture_load_nothing_heavy(tmp_path: Path) -> None:
    picture = tmp_path / "head.jpg"
    picture.write_bytes(cv2.imencode(".jpg", draw_head(1))[1].tobytes())
    assert not loaded_by(READ_A_PICTURE.format(path=str(picture))) & set(HEAVY)


def test_the_command_starts_light() -> None:
    assert not loaded_by("import tumorviewer.cli") & {*HEAVY, "cv2", "numpy", "ai_edge_litert"}


def test_files_are_short() -> None:
    long = [path for path in CODE if len(path.read_text(encoding="utf-8").splitlines()) > 320]
    assert not long


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_host_of_a_package_registry_is_named() -> None:
    # Put together from pieces, so that this file does not name them either.
    hosts = [".".join(words).encode() for words in (
        ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"), ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"), ("conda", "anaconda", "org"), ("proxy", "golang", "org"),
    )]  # fmt: skip
    options = [b"--" + option for option in (b"index" + b"-url", b"extra-index" + b"-url", b"find" + b"-links")]
    found = [
        path.relative_to(ROOT)
        for path in tracked_files()
        if path.stat().st_size < 2_000_000 and any(word in path.read_bytes() for word in hosts + options)
    ]
    assert not found


def test_no_python_among_models_and_resources() -> None:
    assert not [path for top in ("models", "resources") for path in (ROOT / top).rglob("*.py")]
