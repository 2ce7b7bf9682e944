"""Sentences with a number; in a class, because the tool for translators finds plurals in `tr` only."""

from PySide6.QtCore import QObject


class _Counted(QObject):
    def scans(self, count: int) -> str:
        return self.tr("Report on %n scan(s)", "", count)


def scans_reported(count: int) -> str:
    """Return the title of a report on several scans."""
    return _Counted().scans(count)
