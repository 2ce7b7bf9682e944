"""Reading class folders and index files."""

import multiprocessing
import os
from pathlib import Path

import pytest
from labelled_heads import head, save, tree
from pydicom.dataset import Dataset as DicomFile
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

from training.dataset import read_dataset
from training.errors import DatasetError, SlowPatternError
from training.fingerprints import build_fingerprints
from training.summary import summarise


def write_dicom(path: Path, patient: str, seed: int) -> Path:
    """Write a head as an uncompressed DICOM file of a patient."""
    picture = head(seed)
    file = DicomFile()
    file.file_meta = FileMetaDataset()
    file.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file.SOPClassUID = SecondaryCaptureImageStorage
    file.SOPInstanceUID = generate_uid()
    file.PatientID = patient
    file.Rows, file.Columns = picture.shape
    file.SamplesPerPixel, file.PhotometricInterpretation = 1, "MONOCHROME2"
    file.BitsAllocated = file.BitsStored = 8
    file.HighBit, file.PixelRepresentation = 7, 0
    file.PixelData = picture.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save_as(path, enforce_file_format=True)
    return path


def write_index(folder: Path, text: str) -> Path:
    path = folder / "index.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_nested_split_folders_sources_and_hidden_folders(tmp_path: Path) -> None:
    for place in (
        "clinic/Training/Glioma_Tumor/a.png",
        "clinic/Testing/no_tumor/b.png",
        "br35h/yes/c.png",
        "br35h/no/d.PNG",
        "br35h/no/.ipynb_checkpoints/d-checkpoint.png",
    ):
        save(tmp_path / place, head(3))
    (tmp_path / "clinic" / "notes.txt").write_text("remember the milk")
    dataset = read_dataset(tmp_path)
    told = {dataset.relative(i): (s.label, s.source, s.published_split) for i, s in enumerate(dataset.samples)}
    assert told == {
        "clinic/Training/Glioma_Tumor/a.png": ("glioma", "clinic", "train"),
        "clinic/Testing/no_tumor/b.png": ("no_tumor", "clinic", "test"),
        "br35h/yes/c.png": ("tumor_unspecified", "br35h", None),
        "br35h/no/d.PNG": ("no_tumor", "br35h", None),
    }
    assert dataset.skipped == 1
    assert not dataset.has_groups


def test_class_folders_at_the_top_take_the_name_of_the_data_set(tmp_path: Path) -> None:
    dataset = read_dataset(tree(tmp_path / "hospital", 2))
    assert {sample.source for sample in dataset.samples} == {"hospital"}
    assert dataset.labels == ("glioma",) * 2 + ("no_tumor",) * 2


def test_unknown_class_folders_are_listed(tmp_path: Path) -> None:
    save(tree(tmp_path, 1) / "metastasis" / "x.png", head(1))
    with pytest.raises(DatasetError, match=r"'metastasis' \(1 images\).*glioma, no_tumor"):
        read_dataset(tmp_path)


def test_a_stray_preview_beside_the_classes_is_one_problem_not_an_end(tmp_path: Path) -> None:
    stray = save(tree(tmp_path, 1) / "preview.png", head(1))
    dataset = read_dataset(tmp_path)
    assert len(dataset) == 2
    assert [problem.path for problem in dataset.problems] == [stray]


def test_contradicting_nested_folders_are_refused(tmp_path: Path) -> None:
    save(tmp_path / "glioma" / "no_tumor" / "x.png", head(1))
    with pytest.raises(DatasetError, match="glioma"):
        read_dataset(tmp_path)


def test_images_without_class_folders_and_folders_without_images(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no image"):
        read_dataset(tmp_path)
    save(tmp_path / "x.png", head(1))
    with pytest.raises(DatasetError, match="no class folder"):
        read_dataset(tmp_path)
    with pytest.raises(DatasetError, match="not there"):
        read_dataset(tmp_path / "elsewhere")


def test_dicom_patients_become_blocks_without_their_names(tmp_path: Path) -> None:
    write_dicom(tmp_path / "glioma" / "1", "MEIER^ANNA", 1)
    write_dicom(tmp_path / "no_tumor" / "2.dcm", "MEIER^ANNA", 2)
    write_dicom(tmp_path / "no_tumor" / "3.dcm", "OTHER", 3)
    dataset = read_dataset(tmp_path)
    blocks = [sample.patient_block for sample in dataset.samples]
    assert len(dataset) == 3
    assert blocks[0] == blocks[1] != blocks[2]
    assert "MEIER" not in "".join(blocks)


def test_a_pattern_finds_patients_in_names(tmp_path: Path) -> None:
    for name in ("P1_a.png", "P1_b.png", "P2_a.png"):
        save(tmp_path / "glioma" / name, head(1))
    blocks = [sample.patient_block for sample in read_dataset(tmp_path, patient_pattern=r"^(P\d+)_").samples]
    assert blocks[0] == blocks[1] != blocks[2]
    with pytest.raises(DatasetError, match="pattern"):
        read_dataset(tmp_path, patient_pattern="(")


def test_a_pattern_that_would_search_for_years_is_refused_and_leaves_no_process(tmp_path: Path) -> None:
    save(tmp_path / "glioma" / f"{'a' * 60}!.png", head(1))
    with pytest.raises(SlowPatternError, match=r"'\(a\+\)\+\$' takes too long"):
        read_dataset(tmp_path, patient_pattern="(a+)+$")
    assert not multiprocessing.active_children()
    assert read_dataset(tmp_path, patient_pattern="(a+)").samples[0].patient_block


def test_an_index_tells_labels_groups_folds_and_boxes(tmp_path: Path) -> None:
    save(tmp_path / "pics" / "a [1].png", head(1))
    save(tmp_path / "pics" / "b.png", head(2))
    write_index(
        tmp_path,
        "path;label;fold;patient_block;box_x;box_y;box_w;box_h\n"
        "pics/a [1].png;Glioma Tumour;2;Meier;0.5;0.4;0.1;0.2\n"
        "pics\\b.png;no_tumor;;;;;;\n"
        "pics/gone.png;no_tumor;;;;;;\n",
    )
    dataset = read_dataset(tmp_path)
    first, second = dataset.samples
    assert (first.label, first.fold, first.box) == ("glioma", 2, (0.5, 0.4, 0.1, 0.2))
    assert first.patient_block not in ("", "Meier")
    assert (second.path.name, second.fold, second.box) == ("b.png", None, None)
    assert [problem.path.name for problem in dataset.problems] == ["gone.png"]


@pytest.mark.parametrize(
    "outside", ["../secret.png", "/etc/hostname", "a/../../secret.png", "C:\\secret.png", "link/secret.png"]
)
def test_paths_out_of_the_folder_are_refused(tmp_path: Path, outside: str) -> None:
    save(tmp_path / "secret.png", head(1))
    data = tmp_path / "data"
    data.mkdir()
    (data / "link").symlink_to(tmp_path)
    write_index(data, f"path,label\n{outside},glioma\n")
    with pytest.raises(DatasetError, match="leads out"):
        read_dataset(data)


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ("a.png,metastasis\n", "metastasis"),
        ("a.png,glioma\na.png,no_tumor\n", "a.png"),
        ("gone.png,glioma\n", "None of the 1 files"),
    ],
)
def test_an_index_that_cannot_be_used_says_why(tmp_path: Path, rows: str, named: str) -> None:
    save(tmp_path / "a.png", head(1))
    path = write_index(tmp_path, "path,label\n" + rows)
    with pytest.raises(DatasetError, match=named):
        read_dataset(path)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    write_index(tmp_path, "file,label\na.png,glioma\n")
    with pytest.raises(DatasetError, match="no column path"):
        read_dataset(tmp_path)


def test_the_fingerprint_follows_contents_and_labels_not_places(tmp_path: Path) -> None:
    first = read_dataset(tree(tmp_path / "one", 2)).fingerprint()
    moved = read_dataset(tree(tmp_path / "two", 2))
    assert moved.fingerprint() == first
    save(moved.samples[0].path, head(77))
    assert read_dataset(tmp_path / "two").fingerprint() != first


def test_a_summary_counts_sizes_formats_and_damaged_files(tmp_path: Path) -> None:
    root = tree(tmp_path, 2)
    save(root / "glioma" / "wide.jpg", head(5)[:96])
    (root / "glioma" / "broken.png").write_bytes((root / "glioma" / "glioma (0).png").read_bytes()[:400])
    dataset = read_dataset(root)
    summary = summarise(dataset, build_fingerprints(dataset.samples, workers=0))
    assert summary.labels == {"glioma": 4, "no_tumor": 2}
    assert summary.sizes == {"128x128": 4, "128x96": 1}
    assert summary.formats == {"PNG": 4, "JPEG": 1}
    assert summary.problems == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_read_permission_does_not_stop_the_rest(tmp_path: Path) -> None:
    tree(tmp_path, 1)
    (tmp_path / "glioma" / "glioma (0).png").chmod(0)
    dataset = read_dataset(tmp_path)
    prints = build_fingerprints(dataset.samples, workers=0)
    assert int(prints.usable.sum()) == 1


@pytest.mark.data
def test_the_real_index_is_read_whole(shared_data: Path) -> None:
    dataset = read_dataset(shared_data)
    assert len(dataset) == 13_578
    assert not dataset.problems
    assert dataset.has_groups
    assert {sample.fold for sample in dataset.samples} == {0, 1, 2, 3, 4}
