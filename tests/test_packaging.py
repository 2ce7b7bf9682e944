"""The wheel as a user gets it: built, looked into, installed elsewhere and run there; and the pins."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# The wheel is built once, so all tests go to one worker.
pytestmark = pytest.mark.xdist_group("packaging")

PLATFORMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
}


def pip(*arguments: str | Path) -> None:
    """Run pip without an index: nothing in here may need the network."""
    command = [sys.executable, "-m", "pip", *arguments, "--no-index", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the wheel alone is installed in, far from the source tree."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--target", folder, wheel)
    return folder


def run_there(folder: Path, *arguments: str | Path) -> str:
    """Run Python where the installed wheel comes before everything else, and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def files_below(top: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / top).rglob("*") if path.is_file()}


def test_wheel_holds_the_program_its_models_and_resources(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"tumorviewer/paths.py", "training/__init__.py"} <= names
    shipped = files_below("models") | files_below("resources")
    assert shipped
    assert {f"tumorviewer/{name}" for name in shipped} <= names


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    version = metadata_version()
    assert tops == {"tumorviewer", "training", f"tumorviewer-{version}.dist-info"}
    assert not [name for name in names if "__pycache__" in name or "test_" in name]


def test_wheel_has_the_command_licence_and_notice(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    information = f"tumorviewer-{metadata_version()}.dist-info"
    assert "tumorviewer = tumorviewer.cli:main" in archive.read(f"{information}/entry_points.txt").decode()
    assert {f"{information}/licenses/LICENSE", f"{information}/licenses/NOTICE"} <= set(archive.namelist())


def test_viewer_does_not_ask_for_tensorflow(wheel: Path) -> None:
    text = zipfile.ZipFile(wheel).read(f"tumorviewer-{metadata_version()}.dist-info/METADATA").decode()
    required = re.findall(r"^Requires-Dist: (.*)$", text, re.MULTILINE)
    assert [line for line in required if line.startswith("tensorflow") and "extra == 'training'" in line]
    plain = [line for line in required if "extra ==" not in line]
    assert plain
    assert not [line for line in plain if re.match(r"tensorflow|keras|scikit-learn|matplotlib", line)]


def test_installed_wheel_finds_its_models(elsewhere: Path) -> None:
    code = "import tumorviewer.paths as p; print(p.shipped_models()); print(p.resources())"
    models, resources = map(Path, run_there(elsewhere, "-c", code).splitlines())
    assert (models, resources) == (elsewhere / "tumorviewer" / "models", elsewhere / "tumorviewer" / "resources")
    shipped = {f"models/{path.relative_to(models).as_posix()}" for path in models.rglob("*") if path.is_file()}
    assert shipped == files_below("models")
    assert resources.is_dir()


def test_installed_command_runs(elsewhere: Path) -> None:
    # Through Python: the script's first line names this environment's Python in any case.
    script = elsewhere / "bin" / ("tumorviewer.exe" if os.name == "nt" else "tumorviewer")
    command = [script] if os.name != "nt" else ["-m", "tumorviewer"]
    assert metadata_version() in run_there(elsewhere, *command, "--version")


def metadata_version() -> str:
    text = (ROOT / "tumorviewer" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    assert found
    return found[1]


# ---------------------------------------------------------------- the pins


def pins() -> Iterator[Requirement]:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield Requirement(line)


def needed_on(platform: dict[str, str]) -> set[str]:
    """Return the names of all packages, transitive ones too, that an installation with every extra needs there."""
    extras = PROJECT["optional-dependencies"]
    todo = [Requirement(line) for line in [*PROJECT["dependencies"], *chain(*extras.values())]]
    seen: set[str] = set()
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate(platform | {"extra": ""})
        if not applies or name in seen:
            continue
        seen.add(name)
        try:
            todo += map(Requirement, metadata.requires(name) or [])
        except metadata.PackageNotFoundError:
            # One of another system (colorama on Windows): it needs nothing further.
            assert platform["sys_platform"] != sys.platform, f"{name} is not installed"
    return seen


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
def test_every_package_is_pinned_and_none_in_vain(platform: dict[str, str]) -> None:
    full = platform | {"python_version": "3.11", "python_full_version": "3.11.7", "implementation_name": "cpython"}
    pinned = {canonicalize_name(pin.name) for pin in pins() if pin.marker is None or pin.marker.evaluate(full)}
    assert needed_on(full) == pinned


def test_the_full_edition_is_built_with_all_that_training_needs() -> None:
    lines = (ROOT / "installers" / "requirements-full.txt").read_text(encoding="utf-8").splitlines()
    built = [Requirement(line) for line in lines if line and not line.startswith(("#", "--"))]
    training = {Requirement(line).name for line in PROJECT["optional-dependencies"]["training"]}
    assert {part.name for part in built} == training | {"tensorflow-cpu"}
    (smaller,) = (part for part in built if part.name == "tensorflow-cpu")
    (pinned,) = (pin for pin in pins() if pin.name == "tensorflow")
    assert smaller.specifier == pinned.specifier, "the same TensorFlow, with and without what graphics cards need"


def test_pins_are_exact_and_installed() -> None:
    for pin in pins():
        assert [clause.operator for clause in pin.specifier] == ["=="], str(pin)
        assert pin.url is None
        if (pin.marker is None or pin.marker.evaluate()) and canonicalize_name(pin.name) != "setuptools":
            assert pin.specifier.contains(metadata.version(pin.name)), (
                f"{pin}: {metadata.version(pin.name)} is installed"
            )
