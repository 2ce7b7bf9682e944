"""English plurals without a file; another language with one."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from tumorviewer.app.languages import Languages, available

translate = QCoreApplication.translate

GERMAN = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context><name>Actions</name>
<message><source>&amp;Quit</source><translation>&amp;Beenden</translation></message>
<message numerus="yes"><source>%n scan(s)</source>
<translation><numerusform>%n Bild</numerusform><numerusform>%n Bilder</numerusform></translation></message>
</context></TS>
"""


@pytest.fixture
def languages(tmp_path: Path, qtbot: QtBot) -> Iterator[Languages]:
    made = Languages(tmp_path)
    yield made
    made.close()


def test_english_needs_no_file(languages: Languages) -> None:
    languages.use("en")
    assert [translate("Actions", "%n scan(s)", None, n) for n in (0, 1, 2)] == ["0 scans", "1 scan", "2 scans"]
    assert translate("Actions", "&Quit") == "&Quit"
    assert available(languages._folder) == []


def test_one_file_adds_a_language_and_its_plurals(languages: Languages, tmp_path: Path) -> None:
    release = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent))
    if release is None:
        pytest.skip("pyside6-lrelease is not installed")
    source = tmp_path / "tumorviewer_de.ts"
    source.write_text(GERMAN, encoding="utf-8")
    done = subprocess.run(
        [release, str(source), "-qm", str(tmp_path / "tumorviewer_de.qm")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (tmp_path / "tumorviewer_de.qm").is_file(), done.stdout + done.stderr
    assert available(tmp_path) == ["de"]
    languages.use("de")
    assert translate("Actions", "&Quit") == "&Beenden"
    assert [translate("Actions", "%n scan(s)", None, n) for n in (1, 2)] == ["1 Bild", "2 Bilder"]
    assert translate("QPlatformTheme", "Cancel") == "Abbrechen", "Qt's own buttons speak it too"
    assert translate("Actions", "%n file(s)", None, 1) == "1 file", "what is not translated yet stays English"
    languages.use("en")
    assert translate("Actions", "&Quit") == "&Quit"


def test_a_language_without_a_file_is_english(languages: Languages) -> None:
    languages.use("xx")
    assert translate("Actions", "&Quit") == "&Quit"
