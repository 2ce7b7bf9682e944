"""The one place that knows where things lie: in a source tree, in a wheel and in a frozen program."""

import os
import sys
from pathlib import Path

APP_NAME = "TumorViewer"


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
    """Return the user's own folder for models, labels and logs; ``TUMORVIEWER_HOME`` overrides it."""
    override = os.environ.get("TUMORVIEWER_HOME")
    if override:
        return Path(override)
    # Imported here because start-up of the command line does not need it.
    from platformdirs import user_data_path

    return user_data_path(APP_NAME, appauthor=False)


def user_cache() -> Path:
    """Return the folder of what the program can make again; it lies in ``TUMORVIEWER_HOME`` where that is set."""
    if os.environ.get("TUMORVIEWER_HOME"):
        return user_data() / "cache"
    from platformdirs import user_cache_path  # as above

    return user_cache_path(APP_NAME, appauthor=False)


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
