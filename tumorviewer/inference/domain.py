"""Is this a picture that the model was made for? The distance of its embedding from those of the training scans.

The score is the Mahalanobis distance to the nearest class mean under one within-class covariance (Lee and others
2018, "A simple unified framework for detecting out-of-distribution samples"), with the covariance in the
probabilistic-PCA form (Tipping and Bishop 1999, "Probabilistic principal component analysis", equations 7 and 8):
the k largest eigenvalues are kept and all others replaced by their mean. That needs D * k numbers instead of D * D,
and stays well conditioned when there are fewer scans than dimensions.

Embeddings are brought to length 1 first (Mueller and Hein 2025, "Mahalanobis++: improving OOD detection via feature
normalization"): pictures of other things have short ones, which lie near every mean.
"""

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tumorviewer.inference.card import BundleError

_LARGEST_ARRAY: Final = 64 * 2**20
_DIMENSIONS: Final = {"means": 2, "axes": 2, "variances": 1, "residual": 0, "first": 0}
_LATER: Final = ("first",)
"""Not in files of before: there all features count."""
_SMALLEST_VARIANCE: Final = 1e-12
_MOST_FEATURES: Final = 2**20


@dataclass(frozen=True, eq=False)
class DomainModel:
    """Parameters of the domain score.

    Attributes
    ----------
    means : ndarray, shape (C, D - first), float32
        Mean of the embeddings of each class, each of length 1.
    axes : ndarray, shape (D - first, k), float32
        Orthonormal directions of the largest within-class spread.
    variances : ndarray, shape (k,), float32
        Variance along each axis.
    residual : float
        Variance along every other direction.
    first : int
        Features of an embedding that are left out, at its beginning.
    """

    means: NDArray[np.float32]
    axes: NDArray[np.float32]
    variances: NDArray[np.float32]
    residual: float
    first: int = 0

    @property
    def width(self) -> int:
        """D, the length of the embeddings that it takes."""
        return self.first + int(self.means.shape[1])

    @cached_property
    def _exact(self) -> tuple[NDArray[np.float64], ...]:
        """Means, axes, the means along the axes, and 1 / variances in float64: a score is asked for with every scan."""
        means, axes = self.means.astype(np.float64), self.axes.astype(np.float64)
        return means, axes, means @ axes, 1.0 / self.variances.astype(np.float64)

    def score(self, embedding: NDArray[np.floating]) -> float:
        """Return the Mahalanobis distance of one embedding, shape (D,), to the nearest class mean."""
        return float(self.scores(np.asarray(embedding)[None])[0])

    def scores(self, embeddings: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the distances, shape (N,), of embeddings of shape (N, D)."""
        means, axes, means_along, precisions = self._exact
        units = _of_length_1(np.asarray(embeddings)[..., self.first :])
        offsets = units[:, None, :] - means
        along = ((units @ axes)[:, None, :] - means_along) ** 2  # one product for all classes
        # What is left beside the axes; never below zero, where rounding would put it.
        beside = np.maximum(np.einsum("ncd,ncd->nc", offsets, offsets) - along.sum(axis=-1), 0.0)
        squared = along @ precisions + beside / self.residual
        return np.asarray(np.sqrt(squared.min(axis=-1)))

    def to_bytes(self) -> bytes:
        """Return the content of ``domain.npz``."""
        stream = io.BytesIO()
        np.savez(
            stream,
            means=self.means.astype(np.float32),
            axes=self.axes.astype(np.float32),
            variances=self.variances.astype(np.float32),
            residual=np.float32(self.residual),
            first=np.float32(self.first),
        )
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "DomainModel":
        """Read ``domain.npz``.

        Raises
        ------
        BundleError
            If it is no such file, an array has a wrong type or shape, or a value is impossible. Nothing is
            unpickled, and no memory is taken for an array before its true size is known.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                held = set(archive.namelist())
                arrays = {
                    name: _read_array(archive, name, dimensions)
                    for name, dimensions in _DIMENSIONS.items()
                    if name not in _LATER or f"{name}.npy" in held
                }
        except (
            zipfile.BadZipFile,
            KeyError,
            ValueError,
            EOFError,
            NotImplementedError,
            RuntimeError,
            SyntaxError,
        ) as error:
            raise BundleError(f"domain.npz is not readable ({error}).") from error
        first = float(arrays.get("first", np.float32(0)))
        if not (first.is_integer() and 0 <= first < _MOST_FEATURES):
            raise BundleError("domain.npz: the features that are left out are no number of features.")
        model = cls(arrays["means"], arrays["axes"], arrays["variances"], float(arrays["residual"]), int(first))
        model._check()
        return model

    def _check(self) -> None:
        width, kept = self.axes.shape
        if self.means.shape[1] != width or self.variances.shape != (kept,) or kept > width or not self.means.shape[0]:
            raise BundleError("domain.npz: the shapes of means, axes and variances do not belong together.")
        if not all(np.isfinite(array).all() for array in (self.means, self.axes, self.variances)):
            raise BundleError("domain.npz: some values are not finite.")
        if not (np.isfinite(self.residual) and self.residual > 0 and (self.variances > 0).all()):
            raise BundleError("domain.npz: variances must be above zero.")


def _read_array(archive: zipfile.ZipFile, name: str, dimensions: int) -> NDArray[np.float32]:
    entry = archive.getinfo(f"{name}.npy")
    if entry.file_size > _LARGEST_ARRAY:
        raise ValueError(f"{name} would take {entry.file_size} bytes")
    stream = io.BytesIO(archive.read(entry))
    version = np.lib.format.read_magic(stream)
    if version != (1, 0):
        raise ValueError(f"{name} is stored in an unknown version of the format")
    shape, _, kind = np.lib.format.read_array_header_1_0(stream)
    # The header is checked against the bytes that are there before NumPy believes it.
    if (
        kind != np.dtype("<f4")
        or len(shape) != dimensions
        or int(np.prod(shape, dtype=object)) * 4 != entry.file_size - stream.tell()
    ):
        raise ValueError(f"{name} is not a float32 array of {dimensions} dimensions")
    stream.seek(0)
    return np.asarray(np.load(stream, allow_pickle=False), np.float32)


def fit_domain(embeddings: NDArray[np.floating], labels: NDArray[np.integer], k: int) -> DomainModel:
    """Fit the score's parameters.

    Parameters
    ----------
    embeddings : ndarray, shape (N, D)
        Without the features that are left out.
    labels : ndarray, shape (N,), integer
        Class of each; a negative one leaves the row out.
    k : int
        Directions to keep; fewer are kept where the data has fewer.

    Raises
    ------
    ValueError
        If a class has no rows, or there are not more rows than classes.
    """
    kept = np.asarray(labels) >= 0
    rows, classes = _of_length_1(embeddings)[kept], np.asarray(labels)[kept]
    count = int(classes.max()) + 1 if classes.size else 0
    present = np.bincount(classes, minlength=count)
    if count == 0 or (present == 0).any() or len(rows) <= count:
        raise ValueError(
            f"the domain score needs rows of every class and more rows than classes, got {present.tolist()}"
        )
    means = np.stack([rows[classes == index].mean(axis=0) for index in range(count)])
    centred = rows - means[classes]
    axes_kept = max(1, min(k, rows.shape[1] - 1, len(rows) - count))
    values, axes, others = _largest_spread(centred, len(rows) - count, axes_kept)
    floor = max(float(values[0]) * 1e-6, _SMALLEST_VARIANCE)
    return DomainModel(
        means.astype(np.float32),
        axes.astype(np.float32),
        np.maximum(values, floor).astype(np.float32),
        max(others, floor),
    )


def _largest_spread(
    centred: NDArray[np.float64], freedom: int, k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the k largest variances, the directions (D, k) that have them, and the mean variance along all others."""
    rows, columns = centred.shape
    # The smaller of the two matrices has the same variances: a few scans do not ask for all features squared.
    few = rows < columns
    values, vectors = np.linalg.eigh((centred @ centred.T if few else centred.T @ centred) / freedom)  # ascending
    values, vectors = values[::-1][:k], vectors[:, ::-1][:, :k]
    axes = np.linalg.qr(centred.T @ vectors)[0] if few else vectors
    others = float((centred**2).sum() / freedom - values.sum()) / max(columns - k, 1)
    return values, axes, others


def _of_length_1(embeddings: NDArray[np.floating]) -> NDArray[np.float64]:
    rows = np.asarray(embeddings, np.float64)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: NDArray[np.float64] = rows / np.maximum(lengths, np.finfo(np.float64).tiny)
    return scaled
