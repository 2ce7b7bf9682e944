"""Process start to window shown, against a program that imports TensorFlow before it shows one."""

import sys
import time

from benchmarks.measure import Row, Setting, at_least, run_process, tell
from benchmarks.window import middle, say_screen, virtual_screen

# The process tells when the window has been painted for the first time.
CHILD = """
import sys
{before}
from PySide6.QtCore import QEvent, QObject, QTimer
from tumorviewer.app.single import FirstStart
from tumorviewer.app.program import Program

first = FirstStart("tumorviewer-benchmark-{number}")
first.claim([])
program = Program(first)

class Watch(QObject):
    def eventFilter(self, _, event):
        if event.type() is QEvent.Type.Paint:
            program.stage.window.removeEventFilter(self)
            QTimer.singleShot(0, self.shown)
        return False

    def shown(self):
        import time
        print(time.time(), flush=True)
        program.stage.end()

watch = Watch()
program.stage.window.installEventFilter(watch)
sys.exit(program.run([]))
"""
LEAST = 5.0
SECONDS = 1.5


def run(setting: Setting) -> list[Row]:
    """Measure."""
    import os

    os.environ["TUMORVIEWER_HOME"] = str(setting.temporary / "home")
    with virtual_screen() as screen:
        say_screen(screen)
        _seconds(setting, "", 0)  # compiles the program, once for all starts
        ours, theirs = [], []
        for number in range(setting.count(5, 1)):
            ours.append(_seconds(setting, "", number))
            if number < setting.count(3, 1):
                theirs.append(_seconds(setting, "import tensorflow", number))
            tell(f"{ours[-1]:.2f} s")
    here, there = middle(ours), middle(theirs)
    against = "the same window, shown after importing TensorFlow"
    return [
        at_least("window shown", f"{here:.2f} s", f"{there:.2f} s", against, there / here, LEAST),
        Row("window shown", f"{here:.2f} s", "", "", SECONDS / here, f"< {SECONDS:g} s", here < SECONDS),
    ]


def _seconds(setting: Setting, before: str, number: int) -> float:
    code = CHILD.format(before=before, number=number)
    begin = time.time()
    return float(run_process([sys.executable, "-c", code], setting.temporary).output) - begin
