"""The one question that closing the window may ask."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

translate = QCoreApplication.translate


def ask_to_stop(window: QWidget, leave: Callable[[], None]) -> None:
    """Ask whether to stop training and close; the training goes on while nothing is answered.

    Parameters
    ----------
    window : QWidget
    leave : callable
        Called if the person wants that.
    """
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(translate("Leaving", "Close Tumor Viewer"))
    box.setText(translate("Leaving", "A model is being trained. Stop it and close?"))
    box.setInformativeText(
        translate("Leaving", "What is done so far is kept; the training can go on from there the next time.")
    )
    stop = box.addButton(translate("Leaving", "Stop and close"), QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(translate("Leaving", "Go on training"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(lambda _: leave() if box.clickedButton() is stop else None)
    box.open()
