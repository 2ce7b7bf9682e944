"""Data sets in words: what they hold, what is wrong with them, and what to do about it."""

from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QCoreApplication

from training.baselines import FILE_FACTS, NEIGHBOUR
from training.decisions import LEAVE_OUT
from training.events import Failed
from training.labels import TUMOR_UNSPECIFIED
from training.overview import DataOverview, Patients
from tumorviewer.gui.plurals import tr
from tumorviewer.gui.training.data.finding_words import finding_text, way_out
from tumorviewer.gui.words import class_in_text, class_name, number
from tumorviewer.state.training.data_opened import DataTrouble, Trouble

translate = QCoreApplication.translate

_PROBE: Final = "These data cannot be trained on as they are."


def label_name(label: str) -> str:
    """Return the name of a label: a class, or a tumour whose type is not told."""
    return translate("Data", "Tumour of unknown type") if label == TUMOR_UNSPECIFIED else class_name(label)


def label_in_text(label: str) -> str:
    """Return the name of a label as it is written inside a sentence."""
    if label == TUMOR_UNSPECIFIED:
        return translate("Data", "tumour of unknown type", "inside a sentence")
    return class_in_text(label)


def part_name(part: str) -> str:
    """Return the name of a part of a split."""
    names = {
        "train": translate("Data", "Training"),
        "validation": translate("Data", "Validation"),
        "test": translate("Data", "Test"),
        "left_out": translate("Data", "Left out"),
    }
    return names[part]


def stage_text(stage: str) -> str:
    """Return what a command is at."""
    names = {
        "reading scans": translate("Data", "Reading scans"),
        "comparing scans": translate("Data", "Comparing scans with each other"),
        "cropping scans": translate("Data", "Cropping scans"),
        "writing pictures": translate("Data", "Writing pictures"),
        "looking at scans": translate("Data", "Asking the network about scans"),
        "comparing labels": translate("Data", "Judging every label by the others"),
    }
    return names.get(stage, translate("Data", "Starting"))


def split_text(overview: DataOverview, published: bool) -> str:
    """Return how the scans are dealt into parts."""
    if not overview.split:
        return translate("Data", "The scans could not be dealt into parts.")
    if published:
        return translate("Data", "Dealt into parts as the data set's own train and test parts say.")
    return translate("Data", "Dealt into parts by chance; copies and the scans of a patient stay together.")


def trouble_text(trouble: DataTrouble) -> str:
    """Return why nothing was opened, and what to do."""
    name = PurePath(trouble.name).name or trouble.name
    texts = {
        Trouble.GONE: translate(
            "Data", "“{path}” is not there any more. Connect its drive or put it back, then open it again."
        ),
        Trouble.NO_DATA_SET: translate(
            "Data",
            "“{name}” is no data set. Drop the folder that holds a sub-folder for each class, or an index (.csv).",
        ),
        Trouble.SEVERAL: translate(
            "Data", "Several things were dropped at once. Drop the one folder that holds a sub-folder for each class."
        ),
        Trouble.UNREADABLE: translate(
            "Data", "“{path}” cannot be used: {detail}. Nothing was changed; check the drive and your rights there."
        ),
        Trouble.DECISIONS: translate(
            "Data",
            "Your decisions about labels are damaged and not followed. The file is kept as “{detail}”; decide again, "
            "or mend it and put it back.",
        ),
        Trouble.CROPS_INSIDE: translate(
            "Data",
            "“{name}” lies inside the data set: cropped images there would be taken for scans of it. Choose a folder "
            "elsewhere.",
        ),
        Trouble.NOT_COLLECTED: translate(
            "Data", "The labelled scans could not be made into a data set. The worklist is as it was. {detail}"
        ),
    }
    return texts[trouble.kind].format(name=name, path=trouble.name, detail=trouble.detail).strip()


def failure_text(failure: Failed) -> str:
    """Return why a command on the data could not go on; exact in English, by its kind in other languages."""
    texts = {
        "Died": translate(
            "Data",
            "The computation ended unexpectedly. Your files are as they were: try again, and it goes on where it was. "
            "If it happens again, close other programs first.",
        ),
        "DiskFull": translate("Data", "The disk is full. Free some space, then try again; what was done is kept."),
        "OutOfMemory": translate("Data", "There is not enough memory. Close other programs, then try again."),
    }
    if failure.kind in texts:
        return texts[failure.kind]
    if _in_english():
        return failure.message
    return translate("Data", "These data cannot be used as they are; the log of the computation has the reason.")


def blocked_text(overview: DataOverview) -> str:
    """Return why nothing can be trained, and what to do; exact in English, by what was found in other languages."""
    blocking = [way_out(finding) for finding in overview.findings if way_out(finding)]
    if _in_english() or not blocking:
        general = translate("Data", "These data cannot be trained on as they are.")
        return overview.reason if _in_english() else general
    return "\n".join(blocking)


def decision_text(decision: str, given: str) -> str:
    """Return what was decided about a label."""
    if decision == LEAVE_OUT:
        return translate("Data", "Left out")
    if decision == given:
        return translate("Data", "Kept")
    return translate("Data", "Now {label}").format(label=label_in_text(decision))


def patients_text(patients: Patients) -> str:
    """Return how many patients are known, and whether that is enough."""
    if not patients.patients:
        return translate(
            "Data",
            "Nothing tells which scans are of one patient. Slices of a patient may end up in several parts, and the "
            "figures would be too good. If file names tell the patient, say below where.",
        )
    found, unknown = patients.patients, patients.unknown
    text = tr("Found %n patient(s) or series; each stays in one part.", "", found)
    if patients.unknown:
        rest = tr("Of %n scan(s) the patient is not known.", "", unknown)
        return f"{text} {rest}"
    return text


def baseline_text(name: str) -> str:
    """Return what a classifier that knows no anatomy goes by."""
    texts = {
        NEIGHBOUR: translate("Data", "The most similar thumbnail in training, 32 × 32 pixels"),
        FILE_FACTS: translate("Data", "Size of picture and file, number of channels"),
    }
    return texts.get(name, name)


def files_text(path: str, reason: str) -> str:
    """Return a file that cannot be read with its reason."""
    return translate("Data", "{path}: {reason}").format(path=path, reason=reason)


def scans_text(count: int) -> str:
    """Return a number of scans."""
    return tr("%n scan(s)", "", count).replace(str(count), number(count))


def _in_english() -> bool:
    return translate("Data", _PROBE) == _PROBE


__all__ = [
    "baseline_text", "blocked_text", "decision_text", "failure_text", "files_text", "finding_text", "label_in_text",
    "label_name", "part_name", "patients_text", "scans_text", "split_text", "stage_text", "trouble_text",
]  # fmt: skip
