"""What a cache-building process does: file -> grey picture -> crop. Imports nothing but imaging."""

from training.frame_jobs import FrameJob, FrameTask, Row, each_frame
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.prepare import InputSpec, prepare
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import Scan

WHOLE_IMAGE = (-1, -1, -1, -1)


def crop_all(job: FrameJob) -> list[Row]:
    """Crop every frame of a job.

    The payload of a row is the crop, S * S bytes; its facts are the crop box (x, y, width, height; -1 = the whole
    image), then width and height of the image.
    """
    return each_frame(job, _crop)


def _crop(task: FrameTask, scan: Scan, spec: InputSpec) -> Row:
    grey = render_grey(scan)
    box = find_brain_box(grey)
    corners = WHOLE_IMAGE if box is None else (box.x, box.y, box.width, box.height)
    return Row(task.key, prepare(grey, box, spec).reshape(-1), (*corners, scan.width, scan.height, 0, 0))
