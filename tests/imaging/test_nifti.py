"""NIfTI volumes: the same slices as a DICOM series of them, however the file lies; calm words for broken ones."""

import gzip
import struct
from pathlib import Path

import nibabel
import numpy as np
import pytest
from dicom_writer import as_bytes, dataset_of
from nifti_writer import affine_of, drawn_slices, stored, volume_of, write_volume

from tumorviewer.imaging.discover import discover
from tumorviewer.imaging.errors import DamagedImageError, NotAnImageError, TooLargeError, UnsupportedSyntaxError
from tumorviewer.imaging.geometry import Plane
from tumorviewer.imaging.limits import Limits
from tumorviewer.imaging.load import load_scan, open_source
from tumorviewer.imaging.phantom import Plane as DrawnPlane
from tumorviewer.imaging.stacks import sort_key
from tumorviewer.imaging.survey import survey

RAMP = np.arange(4 * 3 * 2, dtype=np.int16).reshape(4, 3, 2)


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
@pytest.mark.parametrize("turned", [False, True])
def test_the_same_slices_as_the_dicom_series(tmp_path: Path, plane: DrawnPlane, turned: bool) -> None:
    slices = drawn_slices(4, plane=plane)
    paths = []
    for number, drawn in enumerate(slices):
        paths.append(tmp_path / f"{number}.dcm")
        orientation = [*drawn.along, *drawn.down]
        paths[-1].write_bytes(
            as_bytes(
                dataset_of(
                    stored(drawn),
                    SeriesInstanceUID="1.2",
                    ImagePositionPatient=[round(value, 6) for value in drawn.corner],
                    ImageOrientationPatient=orientation,
                )
            )
        )
    paths.sort(key=lambda path: sort_key(survey(path), 0))
    volume, affine = volume_of(slices), affine_of(slices)
    if turned:  # other axes, in another order, of the same head
        image = nibabel.Nifti1Image(volume, affine).as_reoriented(np.array([[2, 1], [0, -1], [1, 1]]))
        volume, affine = np.asarray(image.dataobj), image.affine
    path = write_volume(tmp_path / "head.nii.gz", volume, affine)
    source = open_source(path)
    assert source.frames == 4
    for frame, other in enumerate(paths):
        scan, expected = source.read(frame), load_scan(other)
        assert scan.pixels.dtype == expected.pixels.dtype
        assert np.array_equal(scan.pixels, expected.pixels)
        assert scan.spacing == pytest.approx((slices[0].spacing,) * 2, rel=1e-4)
    facts = survey(path).series
    assert facts is not None
    assert facts.plane is Plane(plane)
    one, two = (np.asarray(drawn.corner) for drawn in slices[:2])
    assert np.diff(facts.places) == pytest.approx(np.full(3, np.linalg.norm(one - two)), rel=1e-3)


def test_values_are_scaled_and_share_one_window(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(RAMP, np.diag([1.0, 1.0, 3.0, 1.0]))
    image.header.set_slope_inter(2, -5)
    image.header["cal_min"], image.header["cal_max"] = -5, 35
    path = tmp_path / "scaled.nii"
    nibabel.save(image, path)
    scan = load_scan(path, 1)
    assert sorted(scan.pixels.ravel().tolist()) == sorted((RAMP[:, :, 1].ravel() * 2 - 5).tolist())
    assert [(window.centre, window.width) for window in scan.windows] == [(15.0, 40.0)]
    assert load_scan(path, 0).windows == scan.windows


def test_only_the_first_of_several_volumes_is_read_and_counted(tmp_path: Path) -> None:
    series = np.stack([RAMP, RAMP + 100, RAMP + 200], axis=-1)
    path = write_volume(tmp_path / "film.nii.gz", series, np.diag([1.0, 1.0, 3.0, 1.0]))
    surveyed = survey(path)
    assert surveyed.series is not None
    assert (surveyed.frames, surveyed.series.volumes) == (2, 3)
    assert load_scan(path, 1).pixels.max() == RAMP.max()


def test_without_orientation_no_plane_is_claimed(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(RAMP, None)
    image.header["sform_code"] = image.header["qform_code"] = 0
    nibabel.save(image, tmp_path / "loose.nii")
    facts = survey(tmp_path / "loose.nii").series
    assert facts is not None
    assert facts.plane is Plane.UNKNOWN
    assert open_source(tmp_path / "loose.nii").frames == 2


def test_it_is_known_by_its_content_and_found_by_its_name(tmp_path: Path) -> None:
    inside = write_volume(tmp_path / "v.nii.gz", RAMP, np.eye(4)).read_bytes()
    (tmp_path / "v.nii.gz").unlink()
    (tmp_path / "volume").write_bytes(gzip.decompress(inside))
    (tmp_path / "packed.bin").write_bytes(inside)
    (tmp_path / "broken.nii.gz").write_bytes(b"no volume at all")
    (tmp_path / "notes.gz").write_bytes(gzip.compress(b"words"))
    search = discover([tmp_path])
    assert [found.path.name for found in search] == ["broken.nii.gz", "packed.bin", "volume"]
    assert search.skipped == 1
    assert survey(tmp_path / "volume").format == survey(tmp_path / "packed.bin").format == "NIFTI"
    with pytest.raises(NotAnImageError):
        survey(tmp_path / "broken.nii.gz")


def test_damage_is_refused_by_name(tmp_path: Path) -> None:
    path = write_volume(tmp_path / "head.nii", RAMP, np.eye(4))
    whole = path.read_bytes()
    cut, packed, senseless = tmp_path / "cut.nii", tmp_path / "cut.nii.gz", tmp_path / "senseless.nii"
    cut.write_bytes(whole[:-6])
    packed.write_bytes(gzip.compress(whole + bytes(5000))[:-30])
    senseless.write_bytes(whole[:42] + struct.pack("<h", -7) + whole[44:])
    for broken in (cut, packed, senseless):
        with pytest.raises(DamagedImageError) as caught:
            open_source(broken).read(0)
        assert caught.value.path == broken


def test_colours_complex_numbers_and_size_are_refused_from_the_header(tmp_path: Path) -> None:
    colours = np.zeros((4, 4, 2), np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")]))
    for name, volume in (("rgb.nii", colours), ("complex.nii", np.zeros((4, 4, 2), np.complex64))):
        path = write_volume(tmp_path / name, volume, np.eye(4))
        with pytest.raises(UnsupportedSyntaxError, match="no grey values"):
            survey(path)
    bomb = write_volume(tmp_path / "bomb.nii.gz", np.zeros((200, 200, 100), np.int16), np.eye(4))
    assert bomb.stat().st_size < 40_000
    with pytest.raises(TooLargeError, match="inflated"):
        survey(bomb, Limits(max_file_bytes=1_000_000))
    with pytest.raises(TooLargeError, match="100 frames"):
        survey(bomb, Limits(max_frames=99))
