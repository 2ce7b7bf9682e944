"""The log holds no data of patients."""

import logging
from pathlib import Path

import pytest

from tumorviewer.app.scrubbing import HIDDEN, ScrubbingFormatter, scrub


@pytest.mark.parametrize(
    "text",
    [
        "cannot read /data/Smith John/scan 1.png: it is damaged",
        "cannot read '/data/Smith John/scan.png'",
        r"cannot read C:\Users\doctor\Smith John\scan.dcm",
        r"cannot read \\server\share\Smith\x",
        "file:///home/doctor/Smith/x.png was dropped",
        "‘Smith John.dcm’ is damaged",
        '"Smith\'s head.dcm" is damaged',
        "PatientName is Smith^John",
        "first line\nand /data/Smith/second",
        "~/Smith/scan.png",
        "KeyError: 'Smith^John'",
        "it can't read 'Smith John'",
        "it isn't \"Smith O'Brien\"",
    ],
)
def test_names_are_hidden(text: str) -> None:
    assert "Smith" not in scrub(text)
    assert HIDDEN in scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        "'NoneType' object has no attribute 'shape'",
        "opened 12 of 14 scans in 0.3 s",
        "Python 3.11, Qt 6.11, linux",
        "model brain-mri-lite0-1.0.0 loaded",
        "and/or 3/4",
        "it can't be done, said 'tumorviewer.gui'",
    ],
)
def test_what_says_nothing_of_a_patient_stays(text: str) -> None:
    assert scrub(text) == text


NAME = "Smith John"


def logged(error: Exception) -> str:
    try:
        try:
            raise error
        except Exception as cause:
            raise RuntimeError(f"it broke for {NAME!r}") from cause
    except RuntimeError as caught:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "at %s", (Path("/data/Smith/x"),), None)
        record.exc_info = (type(caught), caught, caught.__traceback__)
        return ScrubbingFormatter().format(record)


def test_exceptions_say_where_in_the_code_and_nothing_else() -> None:
    text = logged(FileNotFoundError(2, "No such file or directory", "/data/Smith John/scan.png"))
    assert "Smith" not in text
    assert "FileNotFoundError: No such file or directory" in text
    assert "RuntimeError: it broke for" in text
    assert "tests/app/test_scrubbing.py:" in text
    assert "in logged" in text
    assert str(Path(__file__).parents[2]) not in text
