"""Completeness: every module of the program, and every package that it requires, can be loaded.

A program that was packed for people without Python may lack a part that nothing asks for until somebody needs it.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from importlib import metadata
from importlib.machinery import all_suffixes
from typing import Final

from tumorviewer.cli.selftest.page import Check, CheckFailedError, LeftOutError

_ENTRY: Final = "tumorviewer.__main__"
_ENDINGS: Final = "|".join(re.escape(suffix) for suffix in sorted(all_suffixes(), key=len, reverse=True))
_MODULE: Final = re.compile(rf"([^/,]+?)(?:/__init__\.py|{_ENDINGS}),")
"""At the beginning of a line of RECORD: a package, or a module that lies alone."""


def checks(*, quick: bool) -> Iterator[Check]:
    """Yield the checks."""
    yield Check("load every module", lambda: _load_modules("tumorviewer", quick=quick))
    yield Check("load every package", _load_packages)


def _load_modules(package: str, *, quick: bool = False) -> str:
    if quick:
        raise LeftOutError("a quick self-test loads what it uses")
    folders = importlib.import_module(package).__path__
    found = pkgutil.walk_packages(folders, f"{package}.", onerror=lambda _: None)
    names = [module.name for module in found if module.name != _ENTRY]
    _complain(filter(None, map(_why_not, names)))
    return f"{len(names)} modules"


def _load_packages() -> str:
    """Load what an installation without extras requires; what training adds is loaded where a model is trained."""
    try:
        lines = required()
    except metadata.PackageNotFoundError:
        raise LeftOutError("run from its sources, without being installed") from None
    _complain(filter(None, map(_why_not_the_package, lines)))
    return f"{len(lines)} packages with what they need"


def required(extra: str = "") -> list[str]:
    """Return what the program requires, or an extra adds to that, as its metadata say it: name, versions, condition.

    Raises
    ------
    PackageNotFoundError
        If it is not installed, but run from its sources.
    """
    lines = metadata.requires("tumorviewer") or []
    if extra:
        return [line for line in lines if f"extra == {extra!r}" in line]
    return [line for line in lines if "extra ==" not in line]


def name_of(requirement: str) -> str:
    """Return the name of the package that is required."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def modules_of(package: str) -> list[str]:
    """Return the modules that a package brings along, those in other modules not among them.

    Raises
    ------
    PackageNotFoundError
    """
    # Not `packages_distributions`: it wants the files themselves, and a packed program has none.
    record = metadata.distribution(package).read_text("RECORD") or ""
    return list(dict.fromkeys(match[1] for match in map(_MODULE.match, record.splitlines()) if match))


def _why_not_the_package(requirement: str) -> str | None:
    """Return why none of its modules can be loaded; a package may bring along some that are for its makers only."""
    try:
        modules = modules_of(name_of(requirement))
    except metadata.PackageNotFoundError:
        # A condition after the semicolon says for which systems it is.
        return None if ";" in requirement else f"{name_of(requirement)} is missing"
    reasons = [_why_not(module) for module in modules]
    return None if None in reasons else reasons[0] if reasons else f"{name_of(requirement)} has no modules"


def _why_not(module: str) -> str | None:
    try:
        importlib.import_module(module)
    except ImportError as error:
        return f"{module} ({error})"
    return None


def _complain(reasons: Iterator[str]) -> None:
    told = "; ".join(reasons)
    if told:
        raise CheckFailedError(f"cannot be loaded: {told}")
