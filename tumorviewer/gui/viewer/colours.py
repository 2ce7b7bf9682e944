"""Colours over the scan. The viewer is dark in every theme, so they are the same in all."""

from PySide6.QtGui import QColor

from tumorviewer.gui.look.tokens import DARK

GROUND = QColor("#0B0D10")
RAISED = QColor("#242A31")
TEXT = QColor("#F2F5F8")
QUIET = QColor("#C3CCD5")
HALO = QColor(0, 0, 0, 225)
DIM = QColor(8, 10, 13, 140)
ACCENT = DARK.accent
MEASURE = QColor("#9BE7C4")
CROP_AUTOMATIC = QColor("#E8EEF4")
CROP_EDITED = QColor("#F0E442")
CROP_WHOLE = QColor("#AEB8C2")
