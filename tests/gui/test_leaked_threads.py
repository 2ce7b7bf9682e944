"""The guard of tests/gui/conftest.py itself."""

import pytest

pytest_plugins = ["pytester"]

LEAKS = """
from PySide6.QtCore import QThread
left = QThread()
left.setObjectName("Forgotten")
def test_leaks(qapp):
    left.start()
def test_ends(qapp):
    thread = QThread()
    thread.start()
    thread.quit()
    thread.wait()
"""


def test_a_thread_that_is_left_fails_its_test(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> None:
    pytester.makeconftest((request.path.parent / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(LEAKS)
    pytester.makeini(f"[pytest]\npythonpath = {request.config.rootpath}")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*threads were left running: Forgotten*"])
