"""Findings of a data set in words, with their numbers."""

from PySide6.QtCore import QCoreApplication

from training.baselines import FILE_FACTS
from training.findings import Finding, FindingKind, Weight
from training.labels import TUMOR_UNSPECIFIED
from tumorviewer.gui.plurals import tr
from tumorviewer.gui.words import class_in_text, number, percent

translate = QCoreApplication.translate

PUBLISHED = "published folders"
"""How an audit calls the train and test parts that a data set brings along; a fold is "fold 3"."""


def finding_text(finding: Finding) -> str:
    """Return what was found, in a sentence or two."""
    return _text(finding).format(
        count=number(finding.count), of=number(finding.of), names=_names(finding), share=_share(finding)
    )


def way_out(finding: Finding) -> str:
    """Return what to do about a finding that lets nothing be trained; "" of all others."""
    if finding.weight is not Weight.BLOCKING:
        return ""
    texts = {
        FindingKind.EMPTY_CLASS: translate("Findings", "Fill the class folder or remove it."),
        FindingKind.ONE_CLASS: translate("Findings", "Add a folder with scans of another class."),
        FindingKind.SAME_PICTURES: translate(
            "Findings", "One of the two folders is a copy by mistake: remove or replace it."
        ),
        FindingKind.UNREADABLE: translate(
            "Findings", "Check that the folder was copied whole, or move the unreadable files out of it."
        ),
    }
    return f"{finding_text(finding)} {texts.get(finding.kind, '')}".strip()


def _text(finding: Finding) -> str:
    count = finding.count
    match finding.kind:
        case FindingKind.LEAK if finding.names[:1] == (PUBLISHED,):
            return translate(
                "Findings",
                "The train and test parts that the data set brings along leak: {count} of {of} test scans show a "
                "slice or a patient that is also in training.",
            )
        case FindingKind.LEAK if len(finding.names) > 1:
            return translate(
                "Findings",
                "Folds {names} leak: {count} of the {of} scans in them show a slice or a patient that is also in the "
                "folds to learn from.",
            )
        case FindingKind.LEAK:
            return translate(
                "Findings",
                "Fold {names} leaks: {count} of {of} test scans show a slice or a patient that is also in training.",
            )
        case FindingKind.COPIES:
            return tr(
                "Found %n scan(s) among {of} with the same slice as another one: copied, mirrored, resized or saved "
                "anew.",
                "",
                count,
            )
        case FindingKind.CONFLICTS:
            return tr(
                "Found %n pair(s) of copies whose labels contradict each other: at least one label of each pair is "
                "wrong.",
                "",
                count,
            )
        case FindingKind.SAME_PICTURES:
            return tr("Found %n picture(s) both in {names}; the smaller of the two holds {of}.", "", count)
        case FindingKind.PATIENTS_UNKNOWN:
            return tr(
                "Of %n scan(s) among {of} nothing tells the patient: slices of one patient may be in several parts.",
                "",
                count,
            )
        case FindingKind.SHORTCUT:
            return translate(
                "Findings",
                "Without looking at the brain {share} of the labels are guessed right, by {names}: the model may "
                "learn that instead of anatomy.",
            )
    return _text_of_files(finding)


def _text_of_files(finding: Finding) -> str:
    count = finding.count
    match finding.kind:
        case FindingKind.UNREADABLE:
            return tr("Left out %n file(s) among {of} that cannot be read.", "", count)
        case FindingKind.SKIPPED:
            return tr("Passed over %n file(s) that cannot be a picture.", "", count)
        case FindingKind.EMPTY_CLASS:
            return translate("Findings", "There is a folder without a picture: {names}.")
        case FindingKind.ONE_CLASS:
            return translate("Findings", "All scans have one label ({names}): there is nothing to tell apart.")
    return tr("Only %n scan(s) of {names}: what is measured on so few means little.", "", count)


def _names(finding: Finding) -> str:
    if finding.kind is FindingKind.SHORTCUT:
        if finding.names[:1] == (FILE_FACTS,):
            return translate("Findings", "the sizes of pictures and files", "inside a sentence")
        return translate("Findings", "the most similar thumbnail", "inside a sentence")
    if finding.kind is FindingKind.LEAK:
        return _listed([name.rpartition(" ")[2] for name in finding.names])
    return _listed([_label(name) for name in finding.names])


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return translate("Findings", "{first} and {second}").format(first=", ".join(names[:-1]), second=names[-1])


def _label(label: str) -> str:
    if label == TUMOR_UNSPECIFIED:
        return translate("Data", "tumour of unknown type", "inside a sentence")
    return class_in_text(label)


def _share(finding: Finding) -> str:
    return percent(finding.share) if finding.share is not None else ""
