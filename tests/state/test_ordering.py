"""Which rows pass a filter, and the order of the ones that do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumorviewer.imaging.errors import NotAnImageError
from tumorviewer.imaging.natural import natural_key
from tumorviewer.imaging.survey import Surveyed
from tumorviewer.inference.labels import CLASSES, GLIOMA, MENINGIOMA, NO_TUMOR, NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.state.entries import Arrival, Entry, RowResult
from tumorviewer.state.ordering import UNREADABLE, WAITING, Filter, Sort, arrange, verdict_of
from tumorviewer.state.worklist import Worklist
from tumorviewer.storage.answers import StoredAnswer

ALL = Filter()


def answer(verdict: str, *probabilities: float) -> StoredAnswer:
    best = max(probabilities)
    label = CLASSES[probabilities.index(best)]
    return StoredAnswer(verdict, label, best, probabilities, None, (0.0, 0.0), 0.0, "model-1.0", "00")


@pytest.fixture
def worklist() -> Worklist:
    """Six rows in two folders, opened in an order that no sort has."""
    made = Worklist()
    names = ["a/scan 10.png", "b/Tumour.png", "a/scan 2.png", "a/broken.txt", "a/knee.png", "a/later.png"]
    paths = [Path(name) for name in names]
    broken = NotAnImageError(paths[3], "it is text")
    made.add(
        Arrival(path, None, broken) if path is paths[3] else Arrival(path, Surveyed(path, "PNG", 1)) for path in paths
    )
    made.take(
        [
            RowResult(0, "", answer(GLIOMA, 0.9, 0.05, 0.03, 0.02)),
            RowResult(1, "", answer(UNCERTAIN, 0.1, 0.5, 0.1, 0.3)),
            RowResult(2, "", answer(NO_TUMOR, 0.01, 0.01, 0.01, 0.97)),
            RowResult(4, "", answer(NOT_BRAIN_MR, 0.97, 0.01, 0.01, 0.01)),
        ]
    )
    made.review([2], label=MENINGIOMA, note="Ask Dr. Müller")
    made.review([4], label=GLIOMA)
    return made


def names(worklist: Worklist, sort: Sort = Sort.OPENED, chosen: Filter = ALL, *, descending: bool = False) -> list[str]:
    return [entry.path.stem for entry in arrange(worklist.in_order(), chosen, sort, descending=descending)]


def test_rows_stand_stack_by_stack_as_they_were_opened(worklist: Worklist) -> None:
    assert names(worklist) == ["broken", "knee", "later", "scan 2", "scan 10", "Tumour"]
    assert names(worklist, descending=True) == ["Tumour", "scan 10", "scan 2", "later", "knee", "broken"]


def test_the_most_suspicious_come_first_then_what_is_no_scan_of_a_brain_then_the_rest(worklist: Worklist) -> None:
    assert names(worklist, Sort.SUSPICIOUS) == ["scan 10", "Tumour", "scan 2", "knee", "later", "broken"]


def test_names_are_counted_and_case_does_not_matter(worklist: Worklist) -> None:
    assert names(worklist, Sort.NAME) == ["broken", "knee", "later", "scan 2", "scan 10", "Tumour"]


def test_confident_answers_come_first_and_rows_without_one_last(worklist: Worklist) -> None:
    assert names(worklist, Sort.CONFIDENCE) == ["knee", "scan 2", "scan 10", "Tumour", "broken", "later"]


def test_own_labels_come_in_the_order_of_the_classes_and_rows_without_one_last(worklist: Worklist) -> None:
    assert names(worklist, Sort.LABEL) == ["knee", "scan 2", "broken", "later", "scan 10", "Tumour"]


def test_a_row_has_one_verdict_or_what_stands_in_its_place(worklist: Worklist) -> None:
    assert [verdict_of(entry) for entry in worklist.entries.values()] == [
        GLIOMA, UNCERTAIN, NO_TUMOR, UNREADABLE, NOT_BRAIN_MR, WAITING,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", 6),
        ("  ", 6),
        ("SCAN", 2),
        ("scan 10", 1),
        ("10 scan", 1),
        ("b tumour", 1),
        ("müller", 1),
        ("MENINGIOMA", 1),
        ("meningioma müller scan", 1),
        ("meningioma broken", 0),
    ],
)
def test_all_words_must_be_in_name_folder_label_or_note(worklist: Worklist, text: str, found: int) -> None:
    assert len(names(worklist, chosen=Filter(text=text))) == found
    assert sum(Filter(text=text).passes(entry) for entry in worklist.in_order()) == found


def test_verdicts_and_text_together(worklist: Worklist) -> None:
    assert names(worklist, chosen=Filter(frozenset({GLIOMA, NO_TUMOR}))) == ["scan 2", "scan 10"]
    assert names(worklist, chosen=Filter(frozenset({GLIOMA, NO_TUMOR}), "10")) == ["scan 10"]
    assert names(worklist, chosen=Filter(frozenset({UNREADABLE, WAITING}))) == ["broken", "later"]
    assert Filter(text=" ").passes_all
    assert not Filter(frozenset({WAITING})).passes_all


@given(st.lists(st.text("aB01290 -é", max_size=6), min_size=2, max_size=8))
def test_natural_keys_order_texts_and_numbers_in_turn(words: list[str]) -> None:
    def parts(name: str) -> tuple[list[str | int], str]:
        turns: list[str | int] = [""]
        for letter in name.casefold():
            digit = letter.isdigit()
            if digit is isinstance(turns[-1], int):
                turns[-1] = int(f"{turns[-1]}{letter}") if digit else f"{turns[-1]}{letter}"
            else:
                turns.append(int(letter) if digit else letter)
        return [*turns, ""] if isinstance(turns[-1], int) else turns, name

    assert sorted(words, key=natural_key) == sorted(words, key=parts)


@pytest.mark.parametrize("sort", [Sort.NAME, Sort.LABEL, Sort.SUSPICIOUS, Sort.CONFIDENCE])
def test_equal_rows_stay_in_the_order_of_their_stacks(sort: Sort) -> None:
    rows = [Entry(i, Path(f"{i % 3}/scan.png"), 0, 1, "PNG", i % 3, (i,)) for i in range(30)]
    rows.sort(key=lambda entry: (entry.stack, entry.order))
    assert arrange(rows, ALL, sort) == rows
