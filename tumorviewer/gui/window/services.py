"""What the window is given from outside, because it reads no files and knows nothing of how the program was built."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tumorviewer.inference.catalogue import Entry
from tumorviewer.storage.audit_log import AuditEntry, Verification


@dataclass(frozen=True, slots=True)
class AboutFacts:
    """What the program is made of.

    Attributes
    ----------
    version : str
    parts : list of (str, str)
        Names and versions, of the program itself first.
    licences : list of (str, str)
        Names and licences of what others wrote.
    licence, notice : str
        Whole texts.
    """

    version: str
    parts: list[tuple[str, str]]
    licences: list[tuple[str, str]]
    licence: str
    notice: str


@dataclass(frozen=True, slots=True)
class Services:
    """Functions that take a while: the window calls them in another thread. All may raise OSError.

    Attributes
    ----------
    about : callable
    models : callable
        Returns the models that there are.
    read_text : callable
        Returns the text of a file.
    write_bytes : callable
        Writes a file, whole or not at all.
    read_log : callable
        Returns the end of the log.
    audit_log : callable
        Looks through the audit log; returns what was found, and the newest entries.
    save_audit_log : callable
        Writes a copy of all its entries, a line of JSON each; returns how many.
    write_phantoms : callable
        Returns where the phantom series lies, after it was drawn.
    log_folder : Path
    languages : tuple of str
        Those that there are translations for, as ``de``.
    """

    about: Callable[[], AboutFacts]
    models: Callable[[], list[Entry]]
    read_text: Callable[[Path], str]
    write_bytes: Callable[[Path, bytes], None]
    read_log: Callable[[], str]
    audit_log: Callable[[], tuple[Verification, list[AuditEntry]]]
    save_audit_log: Callable[[Path], int]
    write_phantoms: Callable[[], list[Path]]
    log_folder: Path
    languages: tuple[str, ...] = ()
