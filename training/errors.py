"""What can stop work on a data set, each with a sentence that a person can act on."""


class DatasetError(ValueError):
    """The folder or index cannot be used as it is; the sentence says what was found and what to do."""


class CacheError(RuntimeError):
    """The crop cache could not be written or read; what was built before is kept."""


class CancelledError(Exception):
    """The caller asked to stop; what was finished is kept and the same call goes on from there."""
