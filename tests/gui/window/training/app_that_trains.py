"""A run of the program that trains and says where when its first epoch is done; it is killed then.

Arguments: the user's folder, the data set, the name of the run.
"""

import sys
from pathlib import Path

from gui.window.training.runs_at_hand import LONG, begin
from PySide6.QtWidgets import QApplication

from tumorviewer.app.stage import Stage


def main() -> None:
    """Begin the run and stay."""
    app = QApplication(["tumorviewer"])
    stage = Stage(app, Path(sys.argv[1]))
    desk, _ = stage.workers.training()

    def tell() -> None:
        if desk.run.history.epochs:
            print(desk.run.output, flush=True)

    desk.run.progressed.connect(tell)
    begin(desk, LONG, Path(sys.argv[2]), sys.argv[3])
    app.exec()


if __name__ == "__main__":
    main()
