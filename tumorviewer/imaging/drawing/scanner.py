"""What the scanner makes of a head: where it lies in the picture, its coil, its matrix, its noise."""

from dataclasses import dataclass

import cv2
import numpy as np

from tumorviewer.imaging.drawing.space import AXES, Cut, Field, Plane, Point, Waves

_FIELD: dict[Plane, float] = {"axial": 236.0, "coronal": 205.0, "sagittal": 212.0}
_MIDDLE: dict[Plane, Point] = {"axial": (0.0, 8.0, 0.0), "coronal": (0.0, 0.0, -2.0), "sagittal": (0.0, 9.0, -5.0)}
_MATRIX = 320
_SMALLEST_MATRIX = 160
_PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")


@dataclass(frozen=True, slots=True)
class Framing:
    """How a head lies in a picture; the same for all slices of one plane.

    Attributes
    ----------
    plane : {"axial", "coronal", "sagittal"}
    field : float
        Side of the square picture, mm.
    middle : tuple of float
        What the picture is centred on: x, y, z in mm of the patient; the part along the normal means nothing.
    tilt : float
        Degrees by which the head is turned in the picture, clockwise.
    """

    plane: Plane
    field: float
    middle: Point
    tilt: float

    @classmethod
    def of(cls, seed: int, plane: Plane, tilt: float | None) -> "Framing":
        """Frame a head as technicians do: nearly in the middle, nearly straight."""
        rng = np.random.default_rng([seed, 7, _PLANES.index(plane)])
        field, shift, turn = _FIELD[plane] * rng.uniform(0.96, 1.04), rng.uniform(-4.0, 4.0, 3), rng.uniform(-4.0, 4.0)
        x, y, z = (float(value) for value in shift + _MIDDLE[plane])
        return cls(plane, float(field), (x, y, z), float(turn) if tilt is None else tilt)

    def matrix(self, size: int) -> int:
        """Return how many pixels across are acquired: a larger picture is interpolated from them, as scanners do."""
        return min(max(size, _SMALLEST_MATRIX), _MATRIX)

    def cut(self, depth: float, matrix: int, scale: tuple[float, float, float]) -> Cut:
        """Return the pixels that are acquired, before the head is turned, in mm of a head of that scale."""
        first, second, normal = AXES[self.plane]
        grid = (np.arange(matrix, dtype=np.float32) - ((matrix - 1) / 2)) * self.field / matrix
        across = (grid + self.middle[first]) / scale[first]
        down = ((grid if second == 1 else -grid) + self.middle[second]) / scale[second]
        return Cut.straight(self.plane, across, down, depth / scale[normal])

    def turned(self, picture: Field) -> Field:
        """Turn a picture about its middle."""
        if self.tilt == 0.0:
            return picture
        middle = (picture.shape[0] - 1) / 2
        turn = cv2.getRotationMatrix2D((middle, middle), -self.tilt, 1.0)
        # What the picture cuts off at its lower edge goes on beyond it.
        turned = cv2.warpAffine(picture, turn, picture.shape, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(turned, np.float32)

    def directions(self) -> tuple[Point, Point]:
        """Return the unit vectors along a row and down a column, in the patient's x, y, z."""
        first, second, _ = AXES[self.plane]
        cosine, sine = float(np.cos(np.deg2rad(self.tilt))), float(np.sin(np.deg2rad(self.tilt)))
        across, down = np.eye(3)[first], np.eye(3)[second] * (1.0 if second == 1 else -1.0)
        along, below = cosine * across - sine * down, sine * across + cosine * down
        return (float(along[0]), float(along[1]), float(along[2])), (float(below[0]), float(below[1]), float(below[2]))

    def corner(self, depth: float, size: int) -> Point:
        """Return the middle of the first pixel of a picture of some side, in mm of the patient."""
        along, below = self.directions()
        middle = np.array(self.middle)
        middle[AXES[self.plane][2]] = depth
        x, y, z = middle - (np.array(along) + below) * (size - 1) / 2 * self.field / size
        return float(x), float(y), float(z)


def through_the_coil(picture: Field, cut: Cut, rng: np.random.Generator) -> None:
    """Weaken and strengthen a picture in place: a coil hears one side better, and the neck hardly."""
    picture *= 1.0 + 0.07 * cut.noise(Waves.draw(rng, 330.0, count=12))
    if cut.plane != "axial":
        picture *= 1.0 - 0.5 * np.clip((-70.0 - cut.z) / 75.0, 0.0, 1.0)


def with_noise(picture: Field, size: int, noise: float, rng: np.random.Generator) -> Field:
    """Return the magnitude of a picture with noise in both channels of the receiver (Rician), at its final size."""
    if size < len(picture):
        picture = np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.float32)
    real, imaginary = rng.standard_normal((2, *picture.shape), dtype=np.float32) * noise
    magnitude = np.hypot(picture + real, imaginary)
    if size > len(magnitude):
        magnitude = cv2.resize(magnitude, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.asarray(magnitude, np.float32)
