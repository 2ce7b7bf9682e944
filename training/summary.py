"""What a data set holds, in numbers."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from training.dataset import Dataset
from training.fingerprints import Fingerprints
from training.labels import LABELS


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a data set; sizes, formats and damaged files only where fingerprints were given.

    Attributes
    ----------
    scans : int
    labels, sources, published : dict of str to int
        Scans per label (all labels in fixed order, those without scans left out), source, and published part.
    groups, blocks : int
        Distinct duplicate groups and patient blocks that are known.
    sizes : dict of str to int
        ``512x512`` -> scans, the ten commonest, then ``other``.
    formats : dict of str to int
    problems, skipped : int
        Files that could not be used, and files that are no images.
    """

    scans: int
    labels: dict[str, int]
    sources: dict[str, int]
    published: dict[str, int]
    groups: int
    blocks: int
    sizes: dict[str, int]
    formats: dict[str, int]
    problems: int
    skipped: int

    def to_dict(self) -> dict[str, Any]:
        """Return the summary for JSON."""
        return asdict(self)


def summarise(dataset: Dataset, fingerprints: Fingerprints | None = None) -> Summary:
    """Count what a data set holds."""
    labels = Counter(dataset.labels)
    samples = dataset.samples
    return Summary(
        scans=len(dataset),
        labels={label: labels[label] for label in LABELS if labels[label]},
        sources=dict(Counter(sample.source for sample in samples).most_common()),
        published=dict(Counter(sample.published_split or "none" for sample in samples).most_common()),
        groups=len({sample.duplicate_group for sample in samples} - {""}),
        blocks=len({sample.patient_block for sample in samples} - {""}),
        sizes=_sizes(fingerprints),
        formats=dict(Counter(filter(None, fingerprints.formats)).most_common()) if fingerprints else {},
        problems=len(dataset.problems) + (len(fingerprints.errors) if fingerprints else 0),
        skipped=dataset.skipped,
    )


def _sizes(fingerprints: Fingerprints | None, limit: int = 10) -> dict[str, int]:
    if fingerprints is None:
        return {}
    counts = Counter(f"{width}x{height}" for width, height in fingerprints.sizes[fingerprints.usable].tolist())
    common = dict(counts.most_common(limit))
    rest = counts.total() - sum(common.values())
    return {**common, "other": rest} if rest else common
