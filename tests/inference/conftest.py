"""A tiny bundle for the tests of inference."""

import pytest
from tiny_bundle import make_bundle

from tumorviewer.inference.bundle import Bundle, load_bundle
from tumorviewer.inference.predictor import Predictor


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(make_bundle(tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="session")
def predictor(bundle: Bundle) -> Predictor:
    return Predictor(bundle, threads=1)
