"""The one place that knows where things lie: in a source tree, in a wheel and in a frozen program."""

import os
import sys
from pathlib import Path

APP_NAME = "TumorViewer"

# For a user that has no home: nothing can be made in it, and whoever tries says what is lost by that.
_NOWHERE = Path(os.devnull, APP_NAME)


def _installed_root() -> Path:
    """Return the folder that holds ``models`` and ``resources``."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen)
    package = Path(__file__).resolve().parent
    # A wheel carries the two folders inside the package; a source tree has them beside it.
    return package if (package / "models").is_dir() else package.parent


def shipped_models() -> Path:
    """Return the folder of the model bundles that came with the program (read only)."""
    return _installed_root() / "models"


def resources() -> Path:
    """Return the folder of the files that the program shows or fills in (read only)."""
    return _installed_root() / "resources"


def user_data() -> Path:
    """Return the user's own folder for models, labels and logs.

    ``TUMORVIEWER_HOME`` wins, then a folder ``data`` beside the frozen program (see `portable`), then what the system
    has for it. A user without a home gets one that cannot be made.
    """
    chosen = os.environ.get("TUMORVIEWER_HOME")
    if chosen:
        return Path(chosen)
    beside = portable()
    if beside is not None:
        return beside
    # Imported here because start-up of the command line does not need it.
    from platformdirs import user_data_path

    try:
        return user_data_path(APP_NAME, appauthor=False)
    except RuntimeError:
        return _NOWHERE


def user_cache() -> Path:
    """Return the folder of what the program can make again; it lies in `user_data` where that was chosen."""
    if os.environ.get("TUMORVIEWER_HOME") or portable() is not None:
        return user_data() / "cache"
    from platformdirs import user_cache_path  # as above

    try:
        return user_cache_path(APP_NAME, appauthor=False)
    except RuntimeError:
        return _NOWHERE


def is_frozen() -> bool:
    """Tell whether this is the program for people without Python, as `build.spec` makes it."""
    return bool(getattr(sys, "frozen", False))


def portable() -> Path | None:
    """Return the folder ``data`` beside a frozen program if it is there: for sticks and locked-down machines."""
    if not is_frozen():
        return None
    program = Path(sys.executable)
    # On macOS the program lies deep in what a person sees as one file: "Tumor Viewer.app/Contents/MacOS".
    inside_app = program.parent.name == "MacOS" and program.parents[2].suffix == ".app"
    folder = (program.parents[3] if inside_app else program.parent) / "data"
    return folder if folder.is_dir() else None


def legal(name: str) -> Path:
    """Return where ``LICENSE`` or ``NOTICE`` lies: beside the package, or among what the installer wrote of it."""
    beside = _installed_root() / name
    if beside.is_file():
        return beside
    from importlib.metadata import PackageNotFoundError, files  # only the "About" page asks

    try:
        return next(Path(str(file.locate())) for file in files("tumorviewer") or () if file.name == name)
    except (PackageNotFoundError, StopIteration):
        return beside


def user_models() -> Path:
    """Return the folder of the models that were trained or imported here."""
    return user_data() / "models"
