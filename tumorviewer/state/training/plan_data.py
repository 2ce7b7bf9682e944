"""What the settings of a run ask of the data set."""

from pathlib import Path
from typing import Any

from training.config import AugmentConfig
from training.overview import DataOverview
from tumorviewer.state.training.data import DataState


class PlanData:
    """Reads the data's state.

    Parameters
    ----------
    data : DataState
    """

    def __init__(self, data: DataState) -> None:
        self._data = data

    @property
    def folder(self) -> Path | None:
        """Where the data set is."""
        return getattr(self._data, "folder", None)

    @property
    def overview(self) -> DataOverview | None:
        """What is known of it."""
        return getattr(self._data, "overview", None)

    @property
    def pattern(self) -> str:
        """What finds the patient in file names."""
        return getattr(self._data, "pattern", "")

    @property
    def changes(self) -> dict[str, Any]:
        """Settings that mend the split."""
        return getattr(self._data, "changes", {})

    @property
    def augment(self) -> AugmentConfig:
        """How far each change of a scan may go."""
        return getattr(self._data, "augment", None) or AugmentConfig()

    @property
    def decisions_file(self) -> Path | None:
        """What a person decided about labels."""
        return getattr(self._data, "decisions_file", None)

    @property
    def ready(self) -> bool:
        """Whether it can be trained on."""
        return bool(getattr(self._data, "ready", False))

    def set_augment(self, augment: AugmentConfig) -> None:
        """Take how far each change may go, from settings that were loaded."""
        setter = getattr(self._data, "set_augment", None)
        if setter is not None:
            setter(augment)
