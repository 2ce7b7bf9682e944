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
        return getattr(self._data, "folder", None)

    @property
    def overview(self) -> DataOverview | None:
        return getattr(self._data, "overview", None)

    @property
    def pattern(self) -> str:
        return getattr(self._data, "pattern", "")

    @property
    def changes(self) -> dict[str, Any]:
        return getattr(self._data, "changes", {})

    @property
    def augment(self) -> AugmentConfig:
        return getattr(self._data, "augment", None) or AugmentConfig()

    @property
    def decisions_file(self) -> Path | None:
        return getattr(self._data, "decisions_file", None)

    @property
    def ready(self) -> bool:
        return bool(getattr(self._data, "ready", False))

    def set_augment(self, augment: AugmentConfig) -> None:
        setter = getattr(self._data, "set_augment", None)
        if setter is not None:
            setter(augment)
