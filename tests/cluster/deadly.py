"""What stands for a decoder that a file crashes; in a module of its own, which the workers can import."""

import os
import signal
from collections.abc import Sequence

from tumorviewer.imaging.discover import Found
from tumorviewer.inference.batch import Answer, judge_files
from tumorviewer.inference.bundle import Bundle

DEADLY = "扫描 4.png"


def judge_or_die(bundle: Bundle, group: Sequence[Found]) -> list[Answer]:
    """Judge a group, and die of one file."""
    if any(item.path.name == DEADLY for item in group):
        os.kill(os.getpid(), signal.SIGKILL)
    return list(judge_files(bundle, group, threads=1))
