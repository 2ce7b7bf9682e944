"""NIfTI volumes in one file (.nii, .nii.gz): as a stack of slices in the plane that they were taken in.

Slices are shown as radiologists are used to: the patient's right at the left of axial and coronal slices, the front at
the top or, of sagittal slices, at the left; and they come in the order in which a DICOM series of them would.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.dicom_values import smallest_exact
from tumorviewer.imaging.errors import DamagedImageError, ScanError, TooLargeError, UnsupportedSyntaxError
from tumorviewer.imaging.geometry import Plane, plane_of
from tumorviewer.imaging.limits import Limits
from tumorviewer.imaging.scan import Scan, WindowLevel
from tumorviewer.imaging.sniff import is_gzip

if TYPE_CHECKING:
    from nibabel.nifti1 import Nifti1Header

_HEADER_BYTES: Final = 540  # of the second version; the first one's are fewer
_PIECE: Final = 1 << 16
_NEARLY: Final = 1.02  # voxels whose sides differ by less are cubes
_SAMPLE: Final = 1 << 20  # voxels that the window is made from
_TRIMMED: Final = (0.001, 0.999)


@dataclass(frozen=True, slots=True, eq=False)
class VolumeFacts:
    """What the header says.

    Attributes
    ----------
    shape : tuple of int
        Voxels along the stored axes, of one volume.
    volumes : int
        How many the file holds; only the first one is read.
    dtype : dtype
        Of the stored values.
    offset : int
        Where they begin, in bytes.
    slope, intercept : float
        Of the scaling to the values that are meant.
    turn : ndarray, shape (3, 2)
        From the stored axes to right, front, up: nibabel's "orientation".
    axis : int
        Along which of right, front, up the slices follow each other.
    voxel : tuple of float
        Sides of a voxel in mm along right, front, up.
    plane : Plane
        ``UNKNOWN`` where the file does not tell how it lies.
    window : tuple of float or None
        Lowest and highest value to show, if the file names them.
    """

    shape: tuple[int, int, int]
    volumes: int
    dtype: np.dtype[Any]
    offset: int
    slope: float
    intercept: float
    turn: NDArray[np.float64]
    axis: int
    voxel: tuple[float, float, float]
    plane: Plane
    window: tuple[float, float] | None

    @property
    def sides(self) -> tuple[int, int, int]:
        """Voxels along right, front, up."""
        order = np.argsort(self.turn[:, 0])
        x, y, z = (self.shape[int(axis)] for axis in order)
        return x, y, z

    @property
    def pixels(self) -> tuple[int, int]:
        """Rows and columns of a slice."""
        x, y, z = self.sides
        return ((z, y), (z, x), (y, x))[self.axis]

    @property
    def slices(self) -> int:
        """How many."""
        return self.sides[self.axis]

    @property
    def step(self) -> float:
        """From one slice to the next, in mm."""
        return self.voxel[self.axis]

    @property
    def stored_bytes(self) -> int:
        """Of the first volume."""
        return int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize


class NiftiVolume:
    """An open volume: header read, within the limits; slices are made on demand.

    Parameters
    ----------
    path : Path
        For messages and for the scans.
    data : bytes
        The whole file, compressed or not.
    sha256 : str
        Of `data`.
    limits : Limits
        On slices, frames, and bytes once inflated.

    Raises
    ------
    DamagedImageError, NoPixelsError, TooLargeError, UnsupportedSyntaxError
    """

    def __init__(self, path: Path, data: bytes, sha256: str, limits: Limits) -> None:
        self._path, self._sha256 = path, sha256
        self._facts = read_facts(path, BytesIO(data), limits)
        with _translated(path):
            plain = _inflated(path, data, self._facts.offset + self._facts.stored_bytes) if is_gzip(data) else data
            self._volume = _upright(path, plain, self._facts)
            self._window = self._common_window()

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""
        return self._sha256

    @property
    def frames(self) -> int:
        """Number of slices."""
        return self._facts.slices

    def read(self, frame: int) -> Scan:
        """Make one slice, with the window that all slices of the volume share."""
        facts, volume = self._facts, self._volume
        with _translated(self._path):
            if facts.axis == 2:  # from below upwards; rows to the back, columns to the patient's left
                stored, rows, columns = volume[::-1, ::-1, frame].T, 1, 0
            elif facts.axis == 1:  # from the front backwards; rows downwards, columns to the patient's left
                stored, rows, columns = volume[::-1, -1 - frame, ::-1].T, 2, 0
            else:  # from left to right; rows downwards, columns to the back
                stored, rows, columns = volume[frame, ::-1, ::-1].T, 2, 1
            pixels = _values(np.ascontiguousarray(stored), facts)
        spacing = (facts.voxel[rows], facts.voxel[columns])
        windows = (self._window,) if self._window is not None else ()
        return Scan(pixels, self._path, self._sha256, "NIFTI", frame, self.frames, windows, spacing=spacing)

    def _common_window(self) -> WindowLevel | None:
        """Return the file's own range, else that of its values less 0.1 % at each end; one a slice would flicker."""
        low, high = self._facts.window or self._usual_range()
        return WindowLevel((low + high) / 2, high - low, "", "LINEAR_EXACT") if high > low else None

    def _usual_range(self) -> tuple[float, float]:
        step = max(1, round((self._volume.size / _SAMPLE) ** (1 / 3)))
        sample = _values(self._volume[::step, ::step, ::step], self._facts)
        finite = sample[np.isfinite(sample)]
        low, high = np.quantile(finite, _TRIMMED) if finite.size else (0.0, 0.0)
        return float(low), float(high)


def read_facts(path: Path, stream: BinaryIO, limits: Limits) -> VolumeFacts:
    """Read the header of a volume, compressed or not, and check it against the limits.

    Raises
    ------
    DamagedImageError, NoPixelsError, TooLargeError, UnsupportedSyntaxError
    OSError
        If the file cannot be read on.
    """
    head = stream.read(_PIECE)
    with _translated(path):
        if is_gzip(head):
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, _HEADER_BYTES)
        facts = _facts_of(path, _parse(head))
    rows, columns = facts.pixels
    limits.check_size(path, columns, rows, facts.slices)
    if facts.offset + facts.stored_bytes > limits.max_file_bytes:
        raise TooLargeError(path, f"inflated it is larger than the limit of {limits.max_file_bytes:,} bytes; crop it")
    return facts


def _parse(head: bytes) -> "Nifti1Header":
    # nibabel takes half a second to import: only those who open volumes wait for it.
    from nibabel.nifti1 import Nifti1Header
    from nibabel.nifti2 import Nifti2Header

    kind = Nifti2Header if head[4:7] == b"n+2" else Nifti1Header
    return kind(head[: kind.template_dtype.itemsize], check=False)


def _facts_of(path: Path, header: "Nifti1Header") -> VolumeFacts:
    from nibabel.affines import voxel_sizes
    from nibabel.orientations import io_orientation

    shape = [int(side) for side in header.get_data_shape()]
    if len(shape) < 2 or min(shape) < 1:
        raise DamagedImageError(path, f"its header says {' x '.join(map(str, shape)) or 'no'} voxels; export it again")
    x, y, z = (*shape[:3], 1)[:3]
    dtype = header.get_data_dtype()
    if dtype.kind not in "iuf":
        raise UnsupportedSyntaxError(path, f"its voxels are no grey values ({_kind_name(dtype)}); export a grey volume")
    affine, told = _affine(header)
    turn = np.asarray(io_orientation(affine), np.float64)
    order = np.argsort(turn[:, 0])
    sides, voxel = np.array([x, y, z])[order], np.asarray(voxel_sizes(affine), np.float64)[order]
    axis = _slice_axis(sides, voxel)
    normal = affine[:3, int(order[axis])]
    slope, intercept = header.get_slope_inter()
    return VolumeFacts(
        (x, y, z),
        int(np.prod(shape[3:], dtype=object)),
        dtype,
        max(int(header.get_data_offset()), int(header.single_vox_offset)),
        float(slope) if slope is not None else 1.0,
        float(intercept) if intercept is not None else 0.0,
        turn,
        axis,
        (float(voxel[0]), float(voxel[1]), float(voxel[2])),
        plane_of(normal / np.linalg.norm(normal)) if told else Plane.UNKNOWN,
        _named_window(header),
    )


def _affine(header: "Nifti1Header") -> tuple[NDArray[np.float64], bool]:
    """Return how voxels lie in the head, and whether the file tells it (NIfTI-1 "sform" and "qform")."""
    from nibabel.spatialimages import HeaderDataError

    if int(header["sform_code"]) > 0 or int(header["qform_code"]) > 0:
        try:
            affine = np.asarray(header.get_best_affine(), np.float64)
        except (HeaderDataError, ValueError):  # a rotation that is none
            affine = np.zeros((4, 4))
        if np.isfinite(affine).all() and abs(np.linalg.det(affine[:3, :3])) > 1e-9:
            return affine, True
    zooms = [
        side if np.isfinite(side) and side > 0 else 1.0 for side in map(float, (*header.get_zooms(), 1.0, 1.0)[:3])
    ]
    return np.diag([-zooms[0], zooms[1], zooms[2], 1.0]), False


def _slice_axis(sides: NDArray[np.int64], voxel: NDArray[np.float64]) -> int:
    """Return along which of right, front, up slices were taken: the largest spacing; of cubes, from below upwards."""
    flat = [axis for axis in (2, 1, 0) if sides[axis] == 1]
    coarse = [axis for axis in (2, 1, 0) if voxel[axis] * _NEARLY >= voxel.max()]
    return (flat or coarse)[0]


def _named_window(header: "Nifti1Header") -> tuple[float, float] | None:
    low, high = float(header["cal_min"]), float(header["cal_max"])
    return (low, high) if np.isfinite([low, high]).all() and high > low else None


def _kind_name(dtype: np.dtype[Any]) -> str:
    return "colours" if dtype.names else "complex numbers" if dtype.kind == "c" else str(dtype)


def _inflated(path: Path, data: bytes, wanted: int) -> bytes:
    """Inflate no further than the first volume reaches: a few kilobytes can hold gigabytes."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    plain = inflater.decompress(data, wanted)
    if len(plain) == wanted and not inflater.eof:
        inflater.decompress(inflater.unconsumed_tail, _PIECE)  # so that the checksum of a whole file is compared
    return plain


def _upright(path: Path, plain: bytes, facts: VolumeFacts) -> NDArray[Any]:
    """Return the stored values with the axes right, front, up; nothing is copied."""
    from nibabel.orientations import apply_orientation

    if len(plain) < facts.offset + facts.stored_bytes:
        raise DamagedImageError(path, "it ends before its last slice; copy or export it again")
    stored = np.frombuffer(plain, facts.dtype, facts.stored_bytes // facts.dtype.itemsize, facts.offset)
    return np.asarray(apply_orientation(stored.reshape(facts.shape, order="F"), facts.turn))


def _values(stored: NDArray[Any], facts: VolumeFacts) -> NDArray[Any]:
    """Scale stored values to those that are meant, in the smallest type that holds them exactly."""
    stored = stored.astype(stored.dtype.newbyteorder("="), copy=False)
    slope, intercept = facts.slope, facts.intercept
    if (slope, intercept) == (1.0, 0.0):
        return smallest_exact(stored)
    if stored.dtype.kind in "ui" and slope.is_integer() and intercept.is_integer():
        return smallest_exact(stored.astype(np.int64) * int(slope) + int(intercept))
    return (stored.astype(np.float64) * slope + intercept).astype(np.float32)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn whatever parsing a broken volume raises into a typed error."""
    try:
        yield
    except ScanError:
        raise
    except MemoryError as error:
        raise TooLargeError(path, "there is not enough memory to read it; close other programs") from error
    except zlib.error as error:
        raise DamagedImageError(path, "its compressed content is broken; copy or export it again") from error
    except Exception as error:  # as in DICOM: the cause is kept
        raise DamagedImageError(path, "this NIfTI volume is damaged: its header is broken; export it again") from error
