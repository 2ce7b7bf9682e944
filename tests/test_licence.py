"""The licence and the notice say what is in the program, in the tree and in what is installed."""

import json
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CARDS = sorted((ROOT / "models").glob("*/card.json"))


def test_licence_is_the_one_that_the_package_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert project["license-files"] == ["LICENSE", "NOTICE"]


def test_notice_names_where_the_weights_come_from() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert "EfficientNet-Lite0" in notice
    assert "ImageNet" in notice
    assert "research use only" in notice


@pytest.mark.parametrize("card", CARDS, ids=lambda path: path.parent.name)
def test_every_source_of_a_shipped_model_stands_in_the_notice(card: Path) -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8").lower()
    sources = json.loads(card.read_text(encoding="utf-8"))["data"]["sources"]
    known = {"figshare": "figshare", "nickparvar": "nickparvar", "seed": "bhuvaji", "br35h": "br35h"}
    assert sources
    assert all(known[name] in notice for name in sources)
