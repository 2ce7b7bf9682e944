"""What can go wrong between a folder of scans and a model, each with a sentence that a person can act on."""


class TrainingError(Exception):
    """Base of everything that this package raises on purpose."""


class DatasetError(TrainingError):
    """The data cannot be used as it is: one class only, an empty class, too few scans, an unknown layout."""


class SlowPatternError(DatasetError):
    """The pattern that finds patients in file names would search them for ever."""


class WeightsError(TrainingError):
    """A weights file is damaged, unsafe, or belongs to another architecture."""


class ConfigError(TrainingError):
    """A setting that makes no sense; the message names it and says what is allowed."""


class ExportError(TrainingError):
    """The exported graph does not answer as the network does; nothing was kept."""


class TrainingCancelled(TrainingError):
    """The run was asked to stop, and stopped; what was done is kept."""


class DivergedError(TrainingError):
    """The loss is no longer a number: the learning rate was too high."""


class MemoryShortError(TrainingError):
    """There is not enough memory for the run; the message says what would need less."""


class DiskShortError(TrainingError):
    """There is not enough room for what the run would write; nothing was begun."""


class CacheError(TrainingError):
    """The crop cache could not be written or read; what was built before is kept."""
