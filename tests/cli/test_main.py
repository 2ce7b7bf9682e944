"""The command itself: help, versions, missing parts, interruption."""

import subprocess
import sys
from pathlib import Path

import pytest

from tumorviewer import NOTICE, __version__, cli
from tumorviewer.cli import COMMANDS, main


def test_version(capsys: pytest.CaptureFixture[str]):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"tumorviewer {__version__}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in COMMANDS)
    assert NOTICE in " ".join(out.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]):
    assert main([name, "--help"]) == 0
    assert f"tumorviewer {name}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["scan.png", "--nonsense"], ["predict"], ["--nonsense"], ["models"]])
def test_what_is_not_understood_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage" in err


def test_help_and_predict_import_no_other_command():
    script = (
        "import sys; from tumorviewer.cli import main; main(['--help']); main(['predict', '--help']);"
        "print(sorted(n for n in sys.modules if n.startswith(('tumorviewer.cli.', 'training'))), file=sys.stderr)"
    )
    root = Path(__file__).resolve().parents[2]
    result = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "['tumorviewer.cli.common', 'tumorviewer.cli.judging', 'tumorviewer.cli.predict']"


@pytest.mark.parametrize("missing", ["tensorflow", "keras", "h5py"])
def test_without_the_training_parts_one_line_says_how_to_get_them(missing: str):
    # A finder in front of all others: to this process the package is not installed.
    script = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {missing!r}: raise ModuleNotFoundError(f'No module named {{name}}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "from tumorviewer import cli\n"
        "class Needs:\n"
        "    @staticmethod\n"
        "    def add_parser(commands):\n"
        "        commands.add_parser('train').set_defaults(func=lambda options: __import__(sys.argv[1]))\n"
        "sys.modules['tumorviewer.cli.train'] = Needs\n"
        "sys.exit(cli.main(['train']))\n"
    )
    root = Path(__file__).resolve().parents[2]
    result = subprocess.run(
        [sys.executable, "-c", script, missing], cwd=root, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr.splitlines()[1:] == [
        f"tumorviewer: 'train' needs the training parts, and '{missing}' is not installed. "
        'Get them with: pip install "tumorviewer[training]"'
    ]


def test_a_fault_of_the_program_is_not_called_a_missing_part(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(cli.COMMANDS, "predict", ("tumorviewer.cli.no_such_module", "x"))
    assert main(["predict", "x"]) == 1  # the command itself is missing: said in one line
    assert cli._missing_part("predict", ModuleNotFoundError("No module named 'zlib'", name="zlib")) is None
