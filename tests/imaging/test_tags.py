"""A header as rows to read."""

from pathlib import Path

import numpy as np
import pytest
from dicom_writer import as_bytes, dataset_of, item

from tumorviewer.dicom_out.profile import tells_of_person
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.tags import LONGEST, Tag, read_tags

PIXELS = np.zeros((16, 16), np.uint8)


def tags_of(path: Path, **elements: object) -> dict[str, Tag]:
    dataset = dataset_of(PIXELS, **elements)
    block = dataset.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    block.add_new(0x10, "LO", "secret of the maker")
    path.write_bytes(as_bytes(dataset))
    return {row.place: row for row in read_tags(path)}


def test_elements_are_named_nested_and_in_one_line(tmp_path: Path) -> None:
    rows = tags_of(
        tmp_path / "1.dcm",
        PatientName="MUELLER^ANNA",
        ImageType=["ORIGINAL", "PRIMARY"],
        StudyDescription="line\r\nbreak",
        ImageComments="x" * (LONGEST + 50),
        ReferencedStudySequence=[item(ReferencedSOPInstanceUID="1.2.3")],
    )
    assert (rows["(0010,0010)"].name, rows["(0010,0010)"].kind) == ("Patient's Name", "PN")
    assert rows["(0008,0008)"].value == "ORIGINAL \\ PRIMARY"
    assert rows["(0008,1030)"].value == "line  break"
    assert len(rows["(0020,4000)"].value) == LONGEST + 1
    assert rows["(0008,1110)"].value == "× 1"
    assert (rows["(0008,1155)"].depth, rows["(0008,1155)"].value) == (1, "1.2.3")
    assert rows["(7FE0,0010)"].value == "256 bytes"
    assert "(0002,0010)" in rows
    assert rows["(0029,1010)"].is_private


def test_what_may_tell_of_a_person_is_known(tmp_path: Path) -> None:
    rows = tags_of(tmp_path / "1.dcm", PatientName="A", PatientID="7", StudyDate="20200101", InstitutionName="Clinic",
                   ReferringPhysicianName="B", PatientComments="x")  # fmt: skip
    tells = {place for place, row in rows.items() if tells_of_person(row.number, row.kind)}
    assert {"(0010,0010)", "(0010,0020)", "(0008,0020)", "(0008,0080)", "(0008,0090)", "(0010,4000)"} <= tells
    assert {"(0029,0010)", "(0029,1010)"} <= tells
    assert tells.isdisjoint({"(0028,0010)", "(0008,0060)", "(0008,0018)", "(7FE0,0010)"})


def test_other_pictures_have_no_rows_and_damage_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    assert read_tags(tmp_path / "1.png") == []
    with pytest.raises(ScanError):
        read_tags(tmp_path / "missing.dcm")
