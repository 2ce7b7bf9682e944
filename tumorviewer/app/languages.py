"""The program's language: one file a language, and plurals of English, which needs no file."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from tumorviewer import paths

PREFIX: Final = "tumorviewer"


def translations() -> Path:
    """Return the folder that holds ``tumorviewer_<language>.qm``."""
    return paths.resources() / "translations"


def available(folder: Path | None = None) -> list[str]:
    """Return the languages that there are files for, as ``de`` or ``pt_BR``; English is always there as well."""
    found = (folder or translations()).glob(f"{PREFIX}_*.qm")
    return sorted(file.stem.removeprefix(f"{PREFIX}_") for file in found)


class EnglishPlurals(QTranslator):
    """Makes "1 scan" and "2 scans" of the source's "%n scan(s)"; any file of a language goes before it."""

    # Qt's own stubs differ between this class and what it calls.
    def translate(self, context: str, sourceText: str, disambiguation: str = "", n: int = -1) -> str:  # type: ignore[override]
        """Return the English text for `n` things."""
        return sourceText if n < 0 else sourceText.replace("(s)", "" if n == 1 else "s")

    def isEmpty(self) -> bool:
        """Tell Qt that there is something to find here."""
        return False


class Languages(QObject):
    """Puts the translators of one language in place.

    Parameters
    ----------
    folder : Path, optional
        Of the program's own files; for tests.
    """

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder or translations()
        self._installed: list[QTranslator] = []
        self._plurals = EnglishPlurals(self)
        QCoreApplication.installTranslator(self._plurals)

    def use(self, language: str) -> None:
        """Speak a language, as ``de``; "" is the system's. English where there is no file for it."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
            translator.deleteLater()
        self._installed.clear()
        locale = QLocale(language) if language else QLocale.system()
        ours = QTranslator(self)
        if not ours.load(locale, PREFIX, "_", str(self._folder)):
            return  # Qt's own buttons in another language than the rest would be odd
        qts = QTranslator(self)
        if qts.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            self._install(qts)
        self._install(ours)

    def close(self) -> None:
        """Take all translators away."""
        for translator in (*self._installed, self._plurals):
            QCoreApplication.removeTranslator(translator)
        self._installed.clear()

    def _install(self, translator: QTranslator) -> None:
        QCoreApplication.installTranslator(translator)
        self._installed.append(translator)
