"""Words are read on every ground, controls are seen, and classes are told apart by everybody."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from tumorviewer.gui.look.tokens import DARK, LIGHT, Tokens, blend, contrast
from tumorviewer.gui.look.verdicts import verdict_colour, verdict_mark
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.ordering import VERDICTS

WORDS, CONTROLS = 4.5, 3.0
"""WCAG 2.2, AA: 1.4.3 and 1.4.11."""

both = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])


def grounds(look: Tokens) -> list[QColor]:
    return [look.ground, look.raised, look.sunken, look.hover]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("#000"), QColor("#fff")) == pytest.approx(21.0)
    assert contrast(QColor("#777"), QColor("#fff")) == pytest.approx(4.48, abs=0.01)
    assert contrast(QColor("#fff"), QColor("#777")) == contrast(QColor("#777"), QColor("#fff"))


@both
@pytest.mark.parametrize("name", ["text", "quiet", "accent", "warning", "danger", "good"])
def test_words_are_read_on_every_ground(look: Tokens, name: str) -> None:
    for ground in grounds(look):
        assert contrast(getattr(look, name), ground) >= WORDS


@both
def test_words_are_read_on_what_is_chosen(look: Tokens) -> None:
    assert contrast(look.on_accent, look.accent) >= WORDS
    for ground, share in ((look.ground, 0.2), (look.raised, 0.14)):
        chosen = blend(look.accent, ground, share)
        assert contrast(look.text, chosen) >= WORDS
        assert contrast(look.accent, chosen) >= CONTROLS  # icons that are switched on


@both
def test_outlines_of_controls_are_seen(look: Tokens) -> None:
    for ground in grounds(look):
        assert contrast(look.edge, ground) >= CONTROLS


@both
@pytest.mark.parametrize("verdict", VERDICTS)
def test_verdicts_are_read_on_every_ground(look: Tokens, verdict: str) -> None:
    for ground in grounds(look):
        assert contrast(verdict_colour(verdict, look), ground) >= WORDS


@both
@pytest.mark.parametrize("label", CLASSES)
def test_bars_are_seen_on_their_track_and_on_the_chosen_plate(look: Tokens, label: str) -> None:
    colour = verdict_colour(label, look)
    assert contrast(colour, look.border) >= CONTROLS
    assert contrast(colour, blend(look.accent, look.raised, 0.14)) >= CONTROLS


# Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color vision deficiency",
# severity 1.0, on linear red, green and blue.
DEFICIENCIES = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@both
@pytest.mark.parametrize("seen", DEFICIENCIES)
def test_classes_differ_for_every_eye(look: Tokens, seen: str) -> None:
    matrix = np.array(DEFICIENCIES[seen])
    places = {label: oklab(matrix @ linear(verdict_colour(label, look))) for label in CLASSES}
    for one, other in combinations(CLASSES, 2):
        distance = np.linalg.norm(places[one] - places[other])
        assert distance > 0.07, (one, other)  # some three steps that are just seen


def test_no_two_verdicts_have_one_mark() -> None:
    assert len({verdict_mark(verdict) for verdict in VERDICTS}) == len(VERDICTS)
    assert len({str(verdict_mark(verdict)) for verdict in VERDICTS}) == len(VERDICTS)


def test_the_accent_is_no_colour_of_a_class() -> None:
    for look in (LIGHT, DARK):
        for label in CLASSES:
            assert np.linalg.norm(oklab(linear(look.accent)) - oklab(linear(verdict_colour(label, look)))) > 0.05


def linear(colour: QColor) -> np.ndarray:
    values = np.array(colour.getRgbF()[:3])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Convert to Oklab (Ottosson 2020), in which distances are those that are seen."""
    cones = np.array([[0.4122215, 0.5363325, 0.0514460], [0.2119035, 0.6806995, 0.1073970],
                      [0.0883025, 0.2817188, 0.6299787]])  # fmt: skip
    lab = np.array([[0.2104543, 0.7936178, -0.0040720], [1.9779985, -2.4285922, 0.4505937],
                    [0.0259040, 0.7827718, -0.8086758]])  # fmt: skip
    return lab @ np.cbrt(np.clip(cones @ np.clip(rgb, 0.0, 1.0), 0.0, None))
