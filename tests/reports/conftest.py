"""The tiny model, and an application that has fonts."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from tiny_bundle import make_bundle

from tumorviewer.app.languages import Languages
from tumorviewer.inference.bundle import Bundle, load_bundle


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(make_bundle(tmp_path_factory.mktemp("models")))


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    languages = Languages()
    yield
    languages.close()
