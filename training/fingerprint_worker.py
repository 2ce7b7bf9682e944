"""What a fingerprinting process does: file -> two small thumbnails and facts. Imports nothing but imaging."""

import hashlib
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.frame_jobs import FrameJob, FrameTask, Row, each_frame
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import Scan

SIDE: Final = 64
"""Side of the thumbnails in pixels."""

FORMATS: Final = ("JPEG", "PNG", "BMP", "TIFF", "WEBP", "DICOM", "NIFTI")


def fingerprint_all(job: FrameJob) -> list[Row]:
    """Fingerprint every frame of a job.

    The payload of a row is the whole picture and then its crop, each squeezed to `SIDE` x `SIDE` bytes; its facts are
    width, height, channels, bytes of the file, index into `FORMATS`, 63 bits of a hash of the decoded pixels, and
    whether a head was found.
    """
    return each_frame(job, _fingerprint)


def _fingerprint(task: FrameTask, scan: Scan, _spec: InputSpec) -> Row:
    grey = render_grey(scan)
    box = find_brain_box(grey)
    crop = grey if box is None else grey[box.y : box.y + box.height, box.x : box.x + box.width]
    payload = np.concatenate([_squeeze(grey).reshape(-1), _squeeze(crop).reshape(-1)])
    channels = 1 if scan.pixels.ndim == 2 else int(scan.pixels.shape[2])
    facts = (
        scan.width,
        scan.height,
        channels,
        task.path.stat().st_size,
        FORMATS.index(scan.format) if scan.format in FORMATS else -1,
        _pixel_hash(grey),
        int(box is not None),
        0,
    )
    return Row(task.key, payload, facts)


def _squeeze(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Average over areas where the picture shrinks, so that re-encoding noise and ringing leave little trace."""
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _pixel_hash(grey: NDArray[np.uint8]) -> int:
    digest = hashlib.blake2b(repr(grey.shape).encode() + np.ascontiguousarray(grey).tobytes(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1
