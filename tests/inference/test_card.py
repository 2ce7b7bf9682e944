"""A card is read as it was written, and refused by the key that is wrong."""

import copy
import json

import pytest

from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.card import Card, CardError, card_from_dict, card_from_json, card_to_dict, card_to_json


@pytest.fixture
def values(bundle: Bundle) -> dict:
    return copy.deepcopy(card_to_dict(bundle.card))


def test_round_trip(bundle: Bundle):
    again = card_from_json(card_to_json(bundle.card).encode())
    assert isinstance(again, Card)
    assert again == bundle.card
    assert again.full_name == "tiny-1.0"


@pytest.mark.parametrize(
    ("keys", "value", "named"),
    [
        (["name"], "../evil", "'name'"),
        (["name"], None, "'name'"),
        (["format"], 2, "format is 2"),
        (["variant"], "b9", "'variant'"),
        (["classes"], ["glioma", "glioma"], "'classes'"),
        (["classes"], "glioma", "'classes'"),
        (["input", "size"], 3, "'input'"),
        (["input"], [], "'input'"),
        (["temperature"], 0, "'temperature'"),
        (["temperature"], True, "'temperature'"),
        (["thresholds", "certain"], 1.5, "'thresholds.certain'"),
        (["thresholds", "domain"], "far", "'thresholds.domain'"),
        (["golden", "probabilities"], [0.5, 0.5], "'golden.probabilities'"),
        (["golden", "probabilities"], [0.5, 0.5, 0, "x"], "'golden.probabilities.3'"),
        (["golden", "tolerance"], float("inf"), "'golden.tolerance'"),
        (["files", "model.tflite"], "abc", "'files.model.tflite'"),
        (["metrics"], [1], "'metrics'"),
    ],
)
def test_a_wrong_value_is_named(values: dict, keys: list[str], value: object, named: str):
    holder = values
    for key in keys[:-1]:
        holder = holder[key]
    holder[keys[-1]] = value
    with pytest.raises(CardError) as caught:
        card_from_dict(values)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    "key", ["format", "name", "version", "classes", "temperature", "thresholds", "golden", "files"]
)
def test_a_missing_key_is_named(values: dict, key: str):
    del values[key]
    with pytest.raises(CardError, match=f"'{key}' is missing"):
        card_from_dict(values)


@pytest.mark.parametrize("name", ["../model.tflite", "/etc/passwd", "a/b", "a\\b", ".hidden", "..", "C:x", "", "x."])
def test_a_file_name_that_leads_elsewhere_is_refused(values: dict, name: str):
    values["files"][name] = "0" * 64
    with pytest.raises(CardError, match="plain file name"):
        card_from_dict(values)


@pytest.mark.parametrize("text", [b"", b"[1]", b"{", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_json_object_is_refused(text: bytes):
    with pytest.raises(CardError):
        card_from_json(text)


def test_a_nan_is_never_written(bundle: Bundle):
    broken = card_from_json(card_to_json(bundle.card).encode())
    broken.metrics["auroc"] = float("nan")  # type: ignore[index]
    with pytest.raises(ValueError, match="JSON"):
        card_to_json(broken)
    assert json.loads(card_to_json(bundle.card))["metrics"] == {"note": "made for tests"}
