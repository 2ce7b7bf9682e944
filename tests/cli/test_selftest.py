"""`tumorviewer self-test` passes on a good installation and fails, by name, where something is wrong."""

import dataclasses
import io
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path

import pytest
from tiny_bundle import make_bundle

from tumorviewer import NOTICE
from tumorviewer.cli import main
from tumorviewer.cli.selftest import completeness, judging, learning, page, reading, window
from tumorviewer.cli.selftest.page import Check, Page
from tumorviewer.imaging.dicom import SYNTAXES
from tumorviewer.inference.bundle import CARD
from tumorviewer.inference.card import card_from_json, card_to_json

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def printed(checks: Iterable[Check]) -> str:
    """Return the lines of some checks."""
    out = io.StringIO()
    made = Page(out)
    for check in checks:
        made.do(check)
    return out.getvalue()


def test_all_is_well_and_the_page_is_kept(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "seite 页.html"
    done = run("self-test", "--quick", "--report", kept)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    assert done.stdout.endswith("All is well.\n")
    for syntax in SYNTAXES:
        assert f"ok   read {syntax.keyword} " in done.stdout
    for what in (
        "load every package",
        "read JPEG",
        "read DICOM 16 bit",
        "read names in Chinese",
        "open the window",
        "share out work",
    ):
        assert f"ok   {what} " in done.stdout
    assert "ok   no network" in done.stdout
    html = kept.read_text(encoding="utf-8")
    assert NOTICE in html
    assert html.count('<tr class="ok">') == done.stdout.count("\nok   ")
    assert "the window" in html


def test_the_page_as_text_holds_what_was_printed(tmp_path: Path) -> None:
    def broken() -> str:
        raise page.CheckFailedError("three & a <half>")

    out = io.StringIO()
    made = Page(out)
    made.do(Check("add", broken))
    made.end()
    for name in ("page.txt", "page.html"):
        made.save(tmp_path / name)
    text = (tmp_path / "page.txt").read_text(encoding="utf-8")
    assert out.getvalue().rstrip() in text
    assert "FAIL add" in text
    assert "1 of the checks failed" in text
    assert NOTICE in text
    assert "three &amp; a &lt;half&gt;" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tumorviewer.cli.selftest._checks", lambda *_: nullcontext([]))
    (tmp_path / "file").touch()
    assert main(["self-test", "--report", str(tmp_path / "file" / "page.html")]) == 1
    told = capsys.readouterr()
    assert "The report could not be written" in told.err
    assert "All is well." in told.out


def test_a_model_that_takes_anything_fails(tmp_path: Path) -> None:
    folder = make_bundle(tmp_path)
    card = card_from_json((folder / CARD).read_bytes())
    lenient = dataclasses.replace(card, thresholds=dataclasses.replace(card.thresholds, domain=1e9))
    (folder / CARD).write_text(card_to_json(lenient), encoding="utf-8")
    assert "FAIL refuse other pictures" in printed(judging.checks(str(folder)))


def test_a_changed_model_fails_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = make_bundle(tmp_path)
    (folder / "domain.npz").write_bytes(b"changed")
    lines = printed(judging.checks(str(folder)))
    assert "FAIL model" in lines
    assert "-    judge drawn heads" in lines


def test_a_part_that_cannot_begin_fails_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> Iterable[Check]:
        raise ModuleNotFoundError("No module named 'decoder'")

    for part in (completeness, reading, window, learning):
        monkeypatch.setattr(part, "checks", broken)
    assert main(["self-test", "--model", str(make_bundle(tmp_path))]) == 1
    out = capsys.readouterr().out
    assert "FAIL reading                             could not begin: No module named 'decoder'" in out
    assert "ok   model" in out


def test_a_decoder_that_is_wrong_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tumorviewer.imaging.dicom.decode_lossless", lambda *_: 1 / 0)
    lines = printed(reading.checks(tmp_path / "new"))
    assert "FAIL read JPEGLossless " in lines
    assert "ok   read JPEG2000 " in lines


def test_a_window_that_cannot_open_is_a_line_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "none-such")
    lines = printed(window.checks(tmp_path, lambda: False))
    assert "FAIL open the window" in lines
    assert "none-such" in lines


def test_every_contact_is_seen_but_those_with_this_machine() -> None:
    code = (
        "import socket, os, tempfile\n"
        "from tumorviewer.cli.selftest.network import watch\n"
        "contacts = watch()\n"
        "with socket.socket(socket.AF_UNIX) as local:\n"
        "    local.bind(os.path.join(tempfile.mkdtemp(), 's'))\n"
        "before = len(contacts)\n"
        "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:\n"
        "    far.connect(('192.0.2.1', 9))\n"  # of the block that documents may name: nobody is there
        "print(before, contacts)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "0 ['socket.connect']"


def test_a_window_that_nobody_waits_for_any_more_is_ended(tmp_path: Path) -> None:
    lines = printed(window.checks(tmp_path, lambda: True))
    assert "FAIL open the window                     stopped" in lines


def test_what_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert completeness._load_modules("tumorviewer.imaging")
    monkeypatch.setitem(sys.modules, "pydicom", None)  # as where a packed program lacks it
    for name in [name for name in sys.modules if name.startswith("tumorviewer.imaging.dicom")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(page.CheckFailedError, match=r"tumorviewer\.imaging\.dicom \(.*pydicom"):
        completeness._load_modules("tumorviewer.imaging")
    with pytest.raises(page.CheckFailedError, match=r"cannot be loaded: (.*; )?pydicom \("):
        completeness._load_packages()


@pytest.mark.skipif(find_spec("tensorflow") is None, reason="no training here")
def test_data_that_the_training_tab_refuses_are_a_line_of_the_page(tmp_path: Path) -> None:
    with pytest.raises(page.CheckFailedError, match="the data set was refused"):
        learning._train(tmp_path / "nothing", tmp_path / "studio", lambda: False, quick=False)


@pytest.mark.frozen  # half a minute: the frozen program does the same, so both are looked at together
def test_a_tiny_model_is_trained_from_the_window(tmp_path: Path) -> None:
    pytest.importorskip("keras")
    lines = printed(learning.checks(tmp_path, lambda: False, quick=False))
    assert "ok   train a tiny model" in lines, lines
    assert list(tmp_path.glob("studio/home/training/runs/tiny-*/tiny-*/card.json"))
