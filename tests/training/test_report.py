"""The report: one file, nothing fetched, nothing private, and the words that have to be there."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from quadrants import draw, save, write_bundle, write_set

from training.dataset import read_dataset
from training.evaluate import EvaluationOptions, evaluate
from training.evaluation import LEAKY, Part
from training.report import render_report
from tumorviewer.inference.bundle import Bundle, load_bundle

VOID = {"meta", "path", "rect", "circle", "image", "br"}


class Page(HTMLParser):
    """Collects tags, their nesting and their text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID or tag == "path" or tag == "rect":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parse(text: str) -> Page:
    page = Page()
    page.feed(text)
    assert page.open == []
    return page


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(write_bundle(tmp_path_factory.mktemp("models") / "quadrants-1.0"))


@pytest.fixture(scope="module")
def text(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> str:
    dataset = read_dataset(write_set(tmp_path_factory.mktemp("private-folder")))
    part = Part("fold 0 of 2", False, "A note <that> must be escaped.")
    options = EvaluationOptions(rounds=20, robustness_scans=4)
    return render_report(evaluate(bundle, dataset, range(24), part=part, options=options), bundle)


def test_it_is_one_file_that_fetches_and_runs_nothing(text: str) -> None:
    page = parse(text)
    links = [value for _, attrs in page.tags for name, value in attrs.items() if name in ("src", "href")]
    assert len(links) == 2, "one picture a mistake"
    assert all(value is not None and value.startswith("data:image/jpeg;base64,") for value in links)
    assert not {"script", "link", "iframe"} & {tag for tag, _ in page.tags}
    assert not re.search(r"https?://|@import|url\(", text)


def test_it_says_what_a_reader_must_know(text: str, bundle: Bundle) -> None:
    page = parse(text)
    assert page.text.count("Research use only. Not for diagnosis.") == 2
    assert LEAKY in page.text
    assert "A note <that> must be escaped." in page.text
    assert bundle.model_sha256 in page.text
    for name in ("Confusion matrix", "ROC curves", "Reliability", "Risk and coverage", "Stated probabilities"):
        assert name in page.text
    captions = text.count("<figcaption>")
    assert captions == 5
    assert text.count("<svg") == 4 + 2
    assert "glioma 0.png" in page.text
    assert "private-folder" not in page.text.replace("private-folder0", "")
    assert "90.9 %".replace(" ", "\N{NO-BREAK SPACE}") in page.text


def test_drawings_have_names_and_lines_differ_by_more_than_colour(text: str) -> None:
    page = parse(text)
    assert all(attrs.get("aria-label") for tag, attrs in page.tags if tag == "svg")
    dashes = {}
    for tag, attrs in page.tags:
        found = re.fullmatch(r"line (k\d)", attrs.get("class") or "")
        if tag == "path" and found:
            dashes[found.group(1)] = attrs.get("stroke-dasharray")
    assert len(dashes) == 4
    assert len(set(dashes.values())) == 4
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_one_class_and_a_vanished_file_still_make_a_report(bundle: Bundle, tmp_path: Path) -> None:
    """Labels are wrong on purpose: all heads shine in the quadrant of no_tumor."""
    for number in range(3):
        save(draw("no_tumor", number), tmp_path / "yes" / f"<b>{number}.png")
    dataset = read_dataset(tmp_path)
    outcome = evaluate(bundle, dataset, range(3), part=Part("all", None), options=EvaluationOptions(rounds=5))
    (tmp_path / "yes" / "<b>1.png").unlink()
    page = parse(render_report(outcome, bundle))
    assert "figures by class do not exist here" in page.text
    assert "3 of 3 answers are wrong" in page.text
    assert "The picture is no longer there." in page.text
    assert "<b>1.png" in page.text
