"""What is known of a file before it is decoded, and that finding it out is cheap and safe."""

import io
import os
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from dicom_writer import as_bytes, dataset_of, item
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian
from tiff_writer import tiff_bytes

from tumorviewer.imaging.errors import (
    DamagedImageError,
    MissingFileError,
    NoPixelsError,
    NotAnImageError,
    TooLargeError,
)
from tumorviewer.imaging.geometry import Plane
from tumorviewer.imaging.limits import Limits
from tumorviewer.imaging.load import open_source
from tumorviewer.imaging.series_facts import SeriesFacts
from tumorviewer.imaging.survey import Surveyed, survey

ROOT = Path(__file__).resolve().parents[2]
GREY = np.arange(64, dtype=np.uint8).reshape(8, 8)
AXIAL = ["1", "0", "0", "0", "1", "0"]


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def dicom(path: Path, pixels: np.ndarray = GREY, **elements) -> Path:
    return saved(path, as_bytes(dataset_of(pixels, **elements)))


def facts(path: Path) -> SeriesFacts:
    series = survey(path).series
    assert series is not None
    return series


@pytest.mark.parametrize(("ending", "kind"), [(".jpg", "JPEG"), (".png", "PNG"), (".bmp", "BMP"), (".webp", "WEBP")])
def test_pictures_have_one_frame_and_no_series(tmp_path: Path, ending: str, kind: str) -> None:
    path = saved(tmp_path / "scan.xyz", cv2.imencode(ending, GREY)[1].tobytes())
    assert survey(path) == Surveyed(path, kind, 1, None)
    assert open_source(path).frames == 1


def test_pages_of_a_tiff_are_counted_as_they_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "pages.tif", tiff_bytes(GREY, GREY[::2], GREY, subfile=(0, 1, 0)))
    assert survey(path) == Surveyed(path, "TIFF", 2, None)
    assert open_source(path).frames == 2


@pytest.mark.parametrize("syntax", [None, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_a_slice_of_a_series(tmp_path: Path, syntax) -> None:
    path = dicom(
        tmp_path / "IM1",
        **({} if syntax is None else {"syntax": syntax}),
        SeriesInstanceUID="1.2.3",
        StudyInstanceUID="1.2",
        SeriesDescription=" T1 \n+C ",
        SeriesNumber=4,
        InstanceNumber=17,
        ImageOrientationPatient=AXIAL,
        ImagePositionPatient=["-120", "-90.5", "33.25"],
        ImageType=["DERIVED", "PRIMARY", "LOCALIZER"],
        PatientName="Somebody^Else",
        PatientID="0815",
    )
    patient = facts(path).patient
    assert patient
    assert "0815" not in patient
    about = {"plane": Plane.AXIAL, "scout": True, "patient": patient, "size": (8, 8)}
    assert survey(path) == Surveyed(path, "DICOM", 1, SeriesFacts("1.2.3", "1.2", "T1 +C", 4, 17, 33.25, **about))


@pytest.mark.parametrize(
    ("description", "scout"),
    [("AAHead_Scout", True), ("3 Plane Loc", True), ("Localiser", True), ("T1 +C, local", False), ("", False)],
)
def test_scouts_are_known_by_what_scanners_call_them(tmp_path: Path, description: str, scout: bool) -> None:
    assert facts(dicom(tmp_path / "IM1", SeriesDescription=description)).scout is scout


def test_slices_between_the_planes_are_told_from_tilted_ones(tmp_path: Path) -> None:
    for degrees, plane in ((30, Plane.AXIAL), (45, Plane.OBLIQUE)):
        tilt = np.radians(degrees)
        orientation = [1, 0, 0, 0, round(float(np.cos(tilt)), 6), round(float(np.sin(tilt)), 6)]
        assert facts(dicom(tmp_path / f"{degrees}", ImageOrientationPatient=orientation)).plane is plane


def test_the_position_is_measured_along_the_normal_of_any_plane(tmp_path: Path) -> None:
    coronal = {"ImageOrientationPatient": ["1", "0", "0", "0", "0", "-1"]}
    front = facts(dicom(tmp_path / "front", ImagePositionPatient=["9", "-40", "7"], **coronal))
    back = facts(dicom(tmp_path / "back", ImagePositionPatient=["9", "60", "-3"], **coronal))
    assert (front.along, back.along) == (-40, 60)
    turned = {"ImageOrientationPatient": ["0.8", "0.6", "0", "0", "0", "-1"]}
    assert facts(dicom(tmp_path / "turned", ImagePositionPatient=["10", "5", "1"], **turned)).along == pytest.approx(-2)


def test_what_is_missing_or_senseless_is_left_open(tmp_path: Path) -> None:
    nothing = SeriesFacts("", "", "", None, None, None, size=(8, 8))
    assert facts(dicom(tmp_path / "bare")) == nothing
    data = as_bytes(dataset_of(GREY, SeriesNumber=12, InstanceNumber=34, SeriesDescription="as it was"))
    broken = data.replace(b"\x20\0\x11\0IS\2\x0012", b"\x20\0\x11\0IS\2\0x?")
    assert broken != data
    assert facts(saved(tmp_path / "word", broken)) == replace(nothing, description="as it was", instance=34)
    for number, (orientation, position) in enumerate(
        [(AXIAL, None), (None, ["0", "0", "0"]), (["1", "0", "0", "1", "0", "0"], ["0", "0", "0"]), (AXIAL, ["1", "2"])]
    ):
        elements = {"ImageOrientationPatient": orientation, "ImagePositionPatient": position}
        assert facts(dicom(tmp_path / f"odd{number}", **elements)).along is None


def enhanced(path: Path, places: list[float], orientations: list[list[str]], **elements) -> Path:
    """Write an object of several frames; a single orientation is shared by all."""
    own = [item(PlanePositionSequence=[item(ImagePositionPatient=["5", "7", str(place)])]) for place in places]
    planes = [[item(ImageOrientationPatient=orientation)] for orientation in orientations]
    if len(planes) == 1:
        elements["SharedFunctionalGroupsSequence"] = [item(PlaneOrientationSequence=planes[0])]
    else:
        for group, plane in zip(own, planes, strict=True):
            group.PlaneOrientationSequence = plane
    frames = np.stack([GREY] * len(places))
    return dicom(path, frames, PerFrameFunctionalGroupsSequence=own, SeriesInstanceUID="1.9", **elements)


def test_frames_of_an_enhanced_object_have_their_own_places(tmp_path: Path) -> None:
    read = facts(enhanced(tmp_path / "many", [3.0, -1.5, 9.0], [AXIAL]))
    assert (read.key, read.plane, read.along, read.places) == ("1.9", Plane.AXIAL, 3.0, (3.0, -1.5, 9.0))
    coronal = ["1", "0", "0", "0", "0", "-1"]
    read = facts(enhanced(tmp_path / "own", [3.0, -1.5], [coronal, coronal]))
    assert (read.plane, read.places) == (Plane.CORONAL, (7.0, 7.0))


def test_frames_of_several_planes_or_without_a_place_are_no_stack(tmp_path: Path) -> None:
    scout = facts(enhanced(tmp_path / "scout", [0.0, 1.0], [AXIAL, ["1", "0", "0", "0", "0", "-1"]]))
    assert (scout.plane, scout.along, scout.places) == (Plane.UNKNOWN, None, ())
    frames = [item(FrameContentSequence=[item(InStackPositionNumber=n + 1)]) for n in range(5)]
    path = dicom(
        tmp_path / "many", np.stack([GREY] * 5), PerFrameFunctionalGroupsSequence=frames, SeriesInstanceUID="1.9"
    )
    assert survey(path).frames == 5
    assert (facts(path).key, facts(path).places) == ("1.9", ())


def test_objects_without_a_picture_are_refused(tmp_path: Path) -> None:
    report = dataset_of(GREY)
    del report.PixelData, report.Rows, report.Columns
    with pytest.raises(NoPixelsError):
        survey(saved(tmp_path / "report", as_bytes(report)))


def test_files_that_are_no_scans_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnImageError, match="empty"):
        survey(saved(tmp_path / "empty.png", b""))
    with pytest.raises(NotAnImageError, match="no image"):
        survey(saved(tmp_path / "text.jpg", b"words"))
    with pytest.raises(NotAnImageError, match="folder"):
        survey(tmp_path)
    with pytest.raises(MissingFileError):
        survey(tmp_path / "gone.png")
    with pytest.raises(MissingFileError):
        survey(tmp_path / "a\0b")
    with pytest.raises(DamagedImageError, match="TIFF"):
        survey(saved(tmp_path / "cut.tif", tiff_bytes(GREY)[:60]))


@pytest.mark.skipif(os.name != "posix", reason="pipes are POSIX")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAnImageError, match="ordinary"):
        survey(tmp_path / "pipe")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
def test_no_file_stays_open(tmp_path: Path) -> None:
    path = dicom(tmp_path / "one")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        survey(path)
        with pytest.raises(NotAnImageError):
            survey(tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_limits_hold_before_anything_is_decoded(tmp_path: Path) -> None:
    many = dicom(tmp_path / "many", np.stack([GREY] * 5))
    with pytest.raises(TooLargeError, match="5 frames"):
        survey(many, Limits(max_frames=4))
    with pytest.raises(TooLargeError, match="bytes"):
        survey(many, Limits(max_file_bytes=100))
    with pytest.raises(TooLargeError, match="pixels"):
        survey(many, Limits(max_pixels=60))
    with pytest.raises(TooLargeError, match="3 frames"):
        survey(saved(tmp_path / "pages.tif", tiff_bytes(GREY, GREY, GREY)), Limits(max_frames=2))


def test_a_deflated_bomb_is_not_inflated(tmp_path: Path) -> None:
    whole = as_bytes(dataset_of(GREY, syntax=DeflatedExplicitVRLittleEndian))
    start = 144 + int.from_bytes(whole[140:144], "little")
    squeezed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    bomb = io.BytesIO()
    for _ in range(40):
        bomb.write(squeezed.compress(bytes(2**20)))
    bomb.write(squeezed.flush())
    path = saved(tmp_path / "bomb", whole[:start] + bomb.getvalue())
    with pytest.raises(TooLargeError, match="inflated"):
        survey(path, Limits(max_file_bytes=2**20))


def test_pixels_are_not_read_and_pictures_need_no_dicom_parser(tmp_path: Path) -> None:
    large = dicom(tmp_path / "large", np.zeros((4000, 4000), np.uint16))
    survey(large)
    started = time.perf_counter()
    for _ in range(20):
        survey(large)
    assert time.perf_counter() - started < 0.4  # 0.02 s on a quiet machine; reading 32 MB each time takes 0.2 s
    path = saved(tmp_path / "scan.png", cv2.imencode(".png", GREY)[1].tobytes())
    code = (
        "import sys; from pathlib import Path; from tumorviewer.imaging.survey import survey;"
        f"survey(Path({str(path)!r})); print('pydicom' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("False", "")
