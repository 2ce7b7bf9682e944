"""The part of a prediction that is kept for every scan: small, and without activation maps."""

from dataclasses import dataclass

from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.prediction import Prediction


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a model said about a scan; the attributes are those of `Prediction`."""

    verdict: str
    label: str
    confidence: float
    probabilities: tuple[float, ...]
    crop: CropBox | None
    focus: tuple[float, float]
    domain_score: float
    model: str
    model_sha256: str

    @classmethod
    def from_prediction(cls, prediction: Prediction) -> "StoredAnswer":
        """Return the part that is kept."""
        return cls(
            prediction.verdict,
            prediction.label,
            prediction.confidence,
            tuple(float(value) for value in prediction.probabilities),
            prediction.crop,
            prediction.focus,
            prediction.domain_score,
            prediction.model,
            prediction.model_sha256,
        )
