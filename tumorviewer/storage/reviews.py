"""The person's own label and note of a scan."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Review:
    """Label (a class, or "") and note of one frame; `changed` is an ISO time in UTC."""

    label: str
    note: str
    changed: str
