"""Fixtures that every test may use."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real scans, or skip: a user's clone has none."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "index.csv").is_file():
        pytest.skip("the real scans (../shared/data) are not on this machine")
    return folder
