"""Why a file cannot be read, in the person's language.

What reads files speaks English, exactly, and knows nothing of languages. Another language has one sentence for each
kind of error instead, which is less exact but understood.
"""

from PySide6.QtCore import QCoreApplication

from tumorviewer.imaging.errors import (
    DamagedArchiveError,
    DamagedImageError,
    MissingFileError,
    NoPermissionError,
    NoPixelsError,
    NotAnImageError,
    ScanError,
    TooLargeError,
    UnreadableError,
    UnsupportedSyntaxError,
)

translate = QCoreApplication.translate

_PROBE = "it cannot be read"


def reason_text(error: ScanError) -> str:
    """Return the reason as a part of a sentence: exact in English, by its kind in other languages."""
    if translate("Reasons", _PROBE) == _PROBE:
        return error.reason
    return _by_kind().get(type(error), translate("Reasons", "it cannot be read"))


def _by_kind() -> dict[type[ScanError], str]:
    return {
        NotAnImageError: translate("Reasons", "its content is no image that the program can read"),
        DamagedImageError: translate("Reasons", "it is damaged; copy or export it again"),
        TooLargeError: translate("Reasons", "it is larger than the limit"),
        NoPixelsError: translate("Reasons", "it holds no picture"),
        UnsupportedSyntaxError: translate("Reasons", "its kind cannot be decoded; export it uncompressed or as PNG"),
        NoPermissionError: translate("Reasons", "it may not be read; ask for read permission on it"),
        MissingFileError: translate("Reasons", "it is not there any more, or it is a link that leads nowhere"),
        UnreadableError: translate("Reasons", "the system cannot read it; copy it to this computer and try again"),
        DamagedArchiveError: translate("Reasons", "it is no zip archive that can be read"),
    }
