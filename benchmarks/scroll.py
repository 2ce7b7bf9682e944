"""Scrolling through a stack of 500 slices that nobody has looked at yet."""

import time
from pathlib import Path

import numpy as np

from benchmarks.measure import Row, Setting
from benchmarks.window import Desk, Painted, say_screen, virtual_screen

SLICES = 500
SIDE = 512
FRAMES = 60.0


def run(setting: Setting) -> list[Row]:
    """Measure."""
    count = setting.count(SLICES, 30)
    folder = _series(setting.temporary / "series", count)
    with virtual_screen() as screen:
        say_screen(screen)
        desk = Desk(setting.temporary / "home")
        desk.drop([folder])
        session, view = desk.workspace.session, desk.window.review.viewer.main
        desk.wait(lambda: len(desk.workspace.worklist) >= count and session.pane.up_to_date, "the series")
        painted = Painted(view.viewport(), lambda: session.pane.up_to_date)
        begun = time.perf_counter()
        for _ in range(count - 1):
            painted.forget()
            session.scroll(1)
            desk.wait(painted, "a slice", 10.0)
        rate = (count - 1) / (time.perf_counter() - begun)
        desk.end()
    note = f"{count} slices of {SIDE} x {SIDE}, 16 bit, DICOM: read, cropped and drawn, each once"
    return [Row("scrolling", f"{rate:.0f}/s", "", "", rate / FRAMES, ">= 60/s", rate >= FRAMES, note)]


def _series(folder: Path, count: int) -> Path:
    """Write a series of drawn heads that differ from slice to slice."""
    import cv2
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    from tumorviewer.imaging.phantom import draw_head

    folder.mkdir()
    head = cv2.resize(draw_head(1), (SIDE, SIDE)).astype(np.uint16) * 12
    series, study = generate_uid(), generate_uid()
    for number in range(count):
        data = Dataset()
        data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, generate_uid()
        data.SeriesInstanceUID, data.StudyInstanceUID, data.Modality = series, study, "MR"
        data.SeriesDescription, data.InstanceNumber = "Phantom", number + 1
        data.ImagePositionPatient, data.ImageOrientationPatient = [0, 0, 2 * number], [1, 0, 0, 0, 1, 0]
        data.PixelSpacing = [0.5, 0.5]
        data.Rows = data.Columns = SIDE
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
        data.PixelData = np.roll(head, number % 40, axis=1).tobytes()
        data.file_meta = FileMetaDataset()
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return folder
