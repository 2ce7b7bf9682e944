"""What went wrong, in one calm sentence: what happened, what is kept, what to do."""

import errno
from pathlib import Path
from typing import Final

from training.errors import TrainingError
from training.events import Failed
from training.parts import NEEDED, advice, missing_parts
from tumorviewer.imaging.errors import ScanError
from tumorviewer.inference.card import BundleError

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says when there is no more room: on the disk, in the user's share of it, in one file."""

_NO_MEMORY: Final = "ResourceExhaustedError"
"""TensorFlow's own; named, not imported: it is looked for where TensorFlow may not be loaded."""


def explain(error: Exception, place: Path) -> Failed:
    """Return what an error means for a person.

    Parameters
    ----------
    error : Exception
        Any but `TrainingCancelled`, which is no failure.
    place : Path
        The folder that is written into.
    """
    match error:
        case TrainingError() | BundleError() | ScanError():
            return Failed(type(error).__name__, str(error))
        case OSError():
            return _file_error(error, place)
        case ModuleNotFoundError() if (error.name or "").split(".")[0] in NEEDED:
            return Failed("MissingParts", advice(missing_parts() or (str(error.name),)))
    if isinstance(error, MemoryError) or type(error).__name__ == _NO_MEMORY:
        return Failed(
            "OutOfMemory",
            "There is not enough memory for this run. The last good state is kept: close other programs and go on, or "
            "choose smaller batches, a smaller picture or a smaller variant.",
        )
    return Failed(
        "Fault",
        f"A fault of the program stopped the work ({type(error).__name__}). What was done is kept; please report it "
        "with the log.",
    )


def _file_error(error: OSError, place: Path) -> Failed:
    if error.errno in NO_ROOM:
        return Failed(
            "DiskFull",
            f"The disk of {str(place)!r} is full. The last good state is kept: free some space and give the same "
            "command again to go on.",
        )
    return Failed("FileError", f"{error.filename or place}: {error.strerror or error}. What was done is kept.")
