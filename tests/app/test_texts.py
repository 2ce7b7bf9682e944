"""Every text of the code is found by the tool that makes the file for translators."""

import ast
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("app", "gui", "presentation", "reports", "workers")
SOURCES = sorted(path for top in TOPS for path in (ROOT / "tumorviewer" / top).rglob("*.py"))


def texts_of(source: Path) -> Iterator[tuple[str, bool]]:
    """Yield the texts that a file has translated, and whether each has a plural."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = {"tr": 0, "translate": 1}.get(name)
        if place is None or len(node.args) <= place:
            continue
        text = node.args[place]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value, len(node.args) > place + 2


def test_translators_are_given_every_text_and_every_plural(tmp_path: Path) -> None:
    update = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))
    if update is None:
        pytest.skip("pyside6-lupdate is not installed")
    target = tmp_path / "tumorviewer_xx.ts"
    done = subprocess.run([update, *map(str, SOURCES), "-ts", str(target)], capture_output=True, text=True, check=False)
    assert target.is_file(), done.stderr
    messages = list(ElementTree.parse(target).iter("message"))
    found = {message.findtext("source"): message.get("numerus") == "yes" for message in messages}
    wanted = {text: plural for source in SOURCES for text, plural in texts_of(source)}
    assert len(wanted) > 300
    assert {text for text in wanted if text not in found} == set()
    assert {text for text, plural in wanted.items() if plural and not found[text]} == set()
    assert {text for text in wanted if "%n" in text and not wanted[text]} == set()


def test_plurals_are_written_so_that_english_needs_no_file() -> None:
    """Only "(s)" is made singular and plural: see `tumorviewer.app.languages.EnglishPlurals`."""
    for text, plural in (pair for source in SOURCES for pair in texts_of(source)):
        assert "(s)" not in text or plural, text
        assert not any(ending in text for ending in ("(es)", "(ies)", "(y)")), text
