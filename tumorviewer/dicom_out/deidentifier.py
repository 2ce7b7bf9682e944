"""Making one DICOM object anonymous: PS3.15 annex E, element by element and through all sequences."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_has_tag
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag

from tumorviewer.dicom_out.graphics import clean_graphics, without_text
from tumorviewer.dicom_out.marks import mark_as_anonymous
from tumorviewer.dicom_out.profile import Action, Dates, Options, Rule, rule_of
from tumorviewer.dicom_out.pseudonyms import Pseudonyms
from tumorviewer.dicom_out.subject import Subject, subject_of
from tumorviewer.dicom_out.values import REMOVED, dummy, shifted
from tumorviewer.imaging.dicom_parse import translated
from tumorviewer.imaging.errors import ScanError

PRIVATE: Final = "private"
UNKNOWN: Final = "unknown"
TEXT: Final = "text"
"""Names of counts beside the codes of the profile."""

_PIXELS: Final = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_CONTENT: Final = 0x0040A730
_GRAPHICS: Final = 0x00700001
_OVERLAYS: Final = range(0x6000, 0x6100)
_TEXTS: Final = frozenset({"LO", "SH", "ST", "LT", "UC", "UT", "UR"})
_DATES: Final = frozenset({"DA", "DT", "TM"})
_ZONE: Final = re.compile(r"[+-]\d{4}")
_STANDARD_UIDS: Final = "1.2.840.10008."


@dataclass(slots=True)
class Cleaned:
    """What was done to an object.

    Attributes
    ----------
    patient : str
        The code that stands for the patient.
    counts : Counter
        Elements by the code of what was done (``X``, ``Z``, ``D``, ``U``, ``C``, ``K``), and `PRIVATE`, `UNKNOWN`
        and `TEXT`: a name or number of the patient was found in an element that the profile keeps.
    warnings : set of str
    """

    patient: str
    counts: Counter[str] = field(default_factory=Counter)
    warnings: set[str] = field(default_factory=set)


class Deidentifier:
    """Takes out of objects who they are about.

    Parameters
    ----------
    options : Options
    pseudonyms : Pseudonyms
    """

    def __init__(self, options: Options, pseudonyms: Pseudonyms) -> None:
        self._options, self._pseudonyms = options, pseudonyms

    def clean(self, dataset: Dataset, path: Path) -> Cleaned:
        """Change an object in place, its file meta information left out; return what was done.

        Parameters
        ----------
        dataset : Dataset
            A whole object.
        path : Path
            For error messages.
        """
        subject = subject_of(dataset, self._pseudonyms)
        done = Cleaned(subject.code)
        _Walk(self._options, self._pseudonyms, subject, done, path).walk(dataset)
        mark_as_anonymous(dataset, self._options, subject.code)
        return done


class _Walk:
    """One way through one object."""

    def __init__(self, options: Options, pseudonyms: Pseudonyms, subject: Subject, done: Cleaned, path: Path) -> None:
        self._options, self._pseudonyms, self._subject = options, pseudonyms, subject
        self._done, self._path = done, path

    def walk(self, dataset: Dataset) -> None:
        for tag in list(dataset.keys()):
            if tag in _PIXELS:
                continue
            if _goes_anyway(tag):
                del dataset[tag]
                self._done.counts[PRIVATE if tag.is_private else Action.REMOVE.value] += 1
                continue
            rule = rule_of(tag)
            action = rule.action(self._options) if rule is not None else None
            if action is Action.REMOVE:
                self._remove(dataset, tag, Action.REMOVE.value)
            else:
                self._treat(dataset, tag, rule, action)

    def _treat(self, dataset: Dataset, tag: BaseTag, rule: Rule | None, action: Action | None) -> None:
        try:
            with translated(self._path, "an element is broken"):
                element = dataset[tag]
                if rule is None or action is None:
                    self._unnamed(dataset, element)
                else:
                    self._apply(dataset, element, rule, action)
        except ScanError:
            # What cannot be read cannot be judged: it does not leave.
            self._remove(dataset, tag, UNKNOWN)
            self._done.warnings.add("broken elements were removed")

    # ------------------------------------------------------------ what the table names

    def _apply(self, dataset: Dataset, element: DataElement, rule: Rule, action: Action) -> None:
        if action is Action.CLEAN and not self._clean(dataset, element):
            action = rule.basic
        if action is Action.DUMMY and element.VR == "SQ":
            action = rule.for_sequence
        self._done.counts[action.value] += 1
        if action is Action.ZERO:
            element.value = [] if element.VR == "SQ" else None
        elif action is Action.DUMMY:
            self._replace(dataset, element)
        elif action is Action.REMOVE:
            del dataset[element.tag]
        elif action is Action.NEW_UID:
            self._new_uids(element)
        elif action is Action.KEEP:
            self._look_through(element)

    def _clean(self, dataset: Dataset, element: DataElement) -> bool:
        """Clean an element, or tell that this one cannot be."""
        if element.tag == _GRAPHICS:
            clean_graphics(dataset)
            return True
        if element.VR not in _DATES:
            # Of the rest only the time zone stays as it is.
            return element.VR == "SH" and all(_ZONE.fullmatch(str(value)) for value in _values(element))
        moved = [shifted(element.VR, str(value), self._subject.days) for value in _values(element)]
        if None in moved:
            self._done.warnings.add("dates that could not be read were removed")
            return False
        element.value = moved if len(moved) > 1 else "".join(filter(None, moved))
        return True

    def _replace(self, dataset: Dataset, element: DataElement) -> None:
        if element.is_empty:
            return
        if element.tag == _CONTENT:
            element.value = [without_text()]
            self._done.warnings.add("the content of a report was removed")
        elif element.tag == _GRAPHICS:
            clean_graphics(dataset, shapes=False)
        elif element.VR == "SQ":
            for item in element.value:
                self._replace_all(item)
        elif element.VR == "UI":
            self._new_uids(element)
        else:
            one = dummy(element.VR)
            element.value = one if element.VM < 2 else [one] * element.VM

    def _replace_all(self, item: Dataset) -> None:
        """Replace every value of a sequence that is itself to be replaced."""
        for tag in list(item.keys()):
            if _goes_anyway(tag):
                del item[tag]
            else:
                self._replace(item, item[tag])

    # ------------------------------------------------------------ what it does not name

    def _unnamed(self, dataset: Dataset, element: DataElement) -> None:
        """Treat an element that the table leaves alone: with care for what is a name, a date or an identifier."""
        if element.VR == "SQ":
            for item in element.value:
                self.walk(item)
        elif element.VR == "UN" or not dictionary_has_tag(element.tag):
            self._remove(dataset, element.tag, UNKNOWN)
        elif element.VR == "PN":
            element.value = None
            self._done.counts[Action.ZERO.value] += 1
        elif element.VR == "UI":
            if not element.keyword.endswith(("ClassUID", "SyntaxUID")):  # those name a kind and no object
                self._new_uids(element)
        elif element.VR in ("DA", "DT") and self._options.dates is not Dates.KEEP:
            self._apply(dataset, element, _UNNAMED_DATE, _UNNAMED_DATE.action(self._options))
        else:
            self._look_through(element)

    def _look_through(self, element: DataElement) -> None:
        """Go through a kept element: what names the patient in it is replaced."""
        if element.VR == "SQ":
            for item in element.value:
                self.walk(item)
        elif element.VR in _TEXTS and self._tells(element):
            element.value = REMOVED
            self._done.counts[TEXT] += 1
            self._done.warnings.add("a text held a name or number of the patient; it was taken out")

    def _tells(self, element: DataElement) -> bool:
        told = self._subject.told
        return told is not None and any(told.search(str(value)) for value in _values(element))

    def _new_uids(self, element: DataElement) -> None:
        if element.VR == "SQ":
            self._look_through(element)
            return
        new = [self._new_uid(str(value)) for value in _values(element)]
        if new:
            element.value = new if len(new) > 1 else new[0]

    def _new_uid(self, uid: str) -> str:
        return uid if uid.startswith(_STANDARD_UIDS) or not uid else self._pseudonyms.uid(uid)

    def _remove(self, dataset: Dataset, tag: BaseTag, kind: str) -> None:
        del dataset[tag]
        self._done.counts[kind] += 1


_UNNAMED_DATE: Final = Rule(Action.ZERO, Action.ZERO, None, Action.KEEP, Action.CLEAN, None)


def _goes_anyway(tag: BaseTag) -> bool:
    """Tell what is removed without a look: private, lengths of groups, commands, and all planes of overlays."""
    return tag.is_private or tag.element == 0 or tag.group < 0x0008 or tag.group in _OVERLAYS


def _values(element: DataElement) -> list[Any]:
    if element.is_empty:
        return []
    return list(element.value) if isinstance(element.value, MultiValue | list) else [element.value]
