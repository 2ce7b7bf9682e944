"""What a row says, to the eye and to a screen reader."""

from html import escape

from PySide6.QtCore import QCoreApplication

from tumorviewer.gui.words import class_name, percent, verdict_name
from tumorviewer.inference.labels import NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.presentation.reasons import reason_text
from tumorviewer.state.entries import Entry
from tumorviewer.state.ordering import verdict_of
from tumorviewer.state.worklist import Worklist

translate = QCoreApplication.translate


def confidence(entry: Entry) -> str:
    """Return how sure the model is, as "94 %"; "" where it says nothing."""
    answer = entry.answer
    if entry.error is not None or answer is None or answer.verdict == NOT_BRAIN_MR:
        return ""
    return percent(answer.confidence)


def figures_of(entry: Entry) -> list[str]:
    """Return ways to write the confidence, the longest first; an uncertain answer can name what it leans to."""
    sure = confidence(entry)
    if entry.answer is None or entry.answer.verdict != UNCERTAIN or not sure:
        return [sure]
    line = translate("Worklist", "{name} {percent}")
    return [line.format(name=class_name(entry.answer.label), percent=sure), sure]


def verdict_in_words(entry: Entry) -> str:
    """Return the verdict with its confidence; of a row that cannot be read, the reason."""
    if entry.error is not None:
        return translate("Worklist", "Unreadable: {reason}").format(reason=reason_text(entry.error))
    verdict, sure = verdict_name(verdict_of(entry)), confidence(entry)
    if not sure or entry.answer is None:
        return verdict
    if entry.answer.verdict == UNCERTAIN:
        line = translate("Worklist", "{verdict}, most likely {name}, {confidence}")
        return line.format(verdict=verdict, name=class_name(entry.answer.label), confidence=sure)
    return translate("Worklist", "{verdict}, {confidence}").format(verdict=verdict, confidence=sure)


def place_in_stack(entry: Entry, worklist: Worklist) -> str:
    """Return which slice of how many a row is, as "14/32"; "" where it is the only one."""
    place, count = worklist.place_in_stack(entry.id)
    return translate("Worklist", "{place}/{count}").format(place=place + 1, count=count) if count > 1 else ""


def accessible_text(entry: Entry) -> str:
    """Return a row as it is read aloud."""
    parts = [entry.name, verdict_in_words(entry)]
    if entry.label:
        parts.append(translate("Worklist", "own label {name}").format(name=class_name(entry.label)))
    if entry.note:
        parts.append(translate("Worklist", "with a note"))
    return ", ".join(parts)


def accessible_description(entry: Entry, worklist: Worklist) -> str:
    """Return where a row belongs, and its note."""
    place, count = worklist.place_in_stack(entry.id)
    where = translate("Worklist", "Slice {place} of {count} in {stack}")
    parts = [where.format(place=place + 1, count=count, stack=worklist.stack_of(entry.id).name)]
    if entry.note:
        parts.append(translate("Worklist", "Note: {note}").format(note=entry.note))
    return ". ".join(parts)


def tool_tip(entry: Entry, worklist: Worklist) -> str:
    """Return all that a row has no room for, as paragraphs that wrap."""
    lines = [entry.name, verdict_in_words(entry)]
    if entry.label:
        lines.append(translate("Worklist", "Own label: {name}").format(name=class_name(entry.label)))
    lines.append(accessible_description(entry, worklist))
    first, *rest = (escape(line).replace("\n", "<br>") for line in lines)
    return f"<p><b>{first}</b></p>" + "".join(f"<p>{line}</p>" for line in rest)
