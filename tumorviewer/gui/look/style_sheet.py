"""The one style sheet: rounded, quiet controls on top of Fusion.

It sets no sizes of fonts, so that they stay the system's. A widget asks for a role of its own by a dynamic property:
``role`` is ``card`` or ``rule`` (a line) for a frame, ``quiet`` or ``danger`` for a label.
"""

from tumorviewer.gui.look.tokens import Tokens, blend
from tumorviewer.paths import resources


def style_sheet(look: Tokens) -> str:
    """Return the application's style sheet for a scheme."""
    colours = {
        "ground": look.ground,
        "raised": look.raised,
        "sunken": look.sunken,
        "hover": look.hover,
        "text": look.text,
        "quiet": look.quiet,
        "border": look.border,
        "edge": look.edge,
        "accent": look.accent,
        "on-accent": look.on_accent,
        "danger": look.danger,
        "bright": blend(look.accent, look.text, 0.85),
        "tint": blend(look.accent, look.ground, 0.2),
        "faded": blend(look.quiet, look.ground, 0.6),
        "thumb": blend(look.edge, look.ground, 0.6),
    }
    sheet = _SHEET
    for name, colour in colours.items():
        sheet = sheet.replace(f"@{name}@", colour.name())
    scheme = "dark" if look.dark else "light"
    for name in ("down", "up", "right", "check", "tick"):
        path = (resources() / "look" / f"{name}-{scheme}.svg").as_posix()
        sheet = sheet.replace(f"@{name}@", f'url("{path}")')
    return sheet


_SHEET = """
QToolTip { color: @text@; background: @raised@; border: 1px solid @edge@; padding: 4px 6px; }

QFrame[role="card"] { background: @raised@; border: 1px solid @border@; border-radius: 8px; }
QFrame[role="rule"] { background: @border@; border: 0; min-height: 1px; max-height: 1px; }
QLabel[role="quiet"] { color: @quiet@; }
QLabel[role="danger"] { color: @danger@; }

QPushButton {
  color: @text@; background: @raised@; border: 1px solid @border@; border-radius: 6px; padding: 5px 12px;
}
QPushButton:hover { background: @hover@; border-color: @edge@; }
QPushButton:pressed { background: @border@; }
QPushButton:checked { color: @text@; background: @tint@; border-color: @accent@; }
QPushButton:default { color: @on-accent@; background: @accent@; border-color: @accent@; }
QPushButton:default:hover { background: @bright@; }
QPushButton:disabled { color: @faded@; background: @ground@; border-color: @border@; }
QPushButton:focus { border: 2px solid @accent@; padding: 4px 11px; }
QPushButton:default:focus { border-color: @text@; }

QToolButton { color: @text@; background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; }
QToolButton:hover { background: @hover@; }
QToolButton:pressed { background: @border@; }
QToolButton:checked { background: @tint@; }
QToolButton:disabled { color: @faded@; }
QToolButton:focus { border-color: @accent@; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton[popupMode="2"] { padding-right: 16px; }
QToolButton::menu-indicator {
  image: @down@; width: 12px; height: 12px; subcontrol-origin: padding; subcontrol-position: center right; right: 2px;
}
QToolButton::menu-button { border: 0; width: 16px; }
QToolButton::menu-arrow { image: @down@; width: 12px; height: 12px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
  color: @text@; background: @sunken@; border: 1px solid @edge@; border-radius: 6px; padding: 4px 7px;
  selection-color: @on-accent@; selection-background-color: @accent@; placeholder-text-color: @quiet@;
}
QPlainTextEdit, QTextEdit { padding: 2px 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
  border: 2px solid @accent@; padding: 3px 6px;
}
QPlainTextEdit:focus, QTextEdit:focus { padding: 1px 3px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled,
QComboBox:disabled { color: @faded@; background: @ground@; border-color: @border@; }
QComboBox { padding-right: 24px; }
QComboBox:focus { padding-right: 23px; }
QComboBox::drop-down { border: 0; width: 24px; subcontrol-origin: padding; subcontrol-position: center right; }
QComboBox::down-arrow { image: @down@; width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: @raised@; border: 1px solid @edge@; padding: 4px; outline: 0; }
QSpinBox, QDoubleSpinBox { padding: 4px 22px 4px 4px; }
QSpinBox:focus, QDoubleSpinBox:focus { padding: 3px 21px 3px 3px; }
QAbstractSpinBox::up-button { border: 0; width: 20px; subcontrol-origin: border; subcontrol-position: top right; }
QAbstractSpinBox::down-button { border: 0; width: 20px; subcontrol-origin: border; subcontrol-position: bottom right; }
QAbstractSpinBox::up-arrow { image: @up@; width: 11px; height: 11px; }
QAbstractSpinBox::down-arrow { image: @down@; width: 11px; height: 11px; }

QCheckBox, QRadioButton { spacing: 8px; padding: 2px 4px 2px 2px; border: 1px solid transparent; border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent@; }
QCheckBox:disabled, QRadioButton:disabled { color: @faded@; }
QCheckBox::indicator, QRadioButton::indicator {
  width: 14px; height: 14px; background: @sunken@; border: 1px solid @edge@; border-radius: 4px;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent@; }
QCheckBox::indicator:checked { background: @accent@; border-color: @accent@; image: @check@; }
QRadioButton::indicator:checked { background: @sunken@; border: 5px solid @accent@; width: 6px; height: 6px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: @ground@; border-color: @border@; }
QCheckBox::indicator:checked:disabled { background: @edge@; }

QSlider::groove:horizontal { height: 4px; background: @border@; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent@; border-radius: 2px; }
QSlider::handle:horizontal {
  width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: @accent@; border: 1px solid @ground@;
}
QSlider::handle:horizontal:hover { background: @bright@; }
QSlider::handle:horizontal:focus { border: 2px solid @text@; width: 12px; height: 12px; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: @thumb@; }

QProgressBar { color: @text@; background: @border@; border: 0; border-radius: 3px; text-align: center; }
QProgressBar::chunk { background: @accent@; border-radius: 3px; }

QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @thumb@; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @edge@; }
QScrollBar::handle:pressed { background: @quiet@; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenuBar { background: @ground@; border: 0; padding: 2px 4px; }
QMenuBar::item { padding: 4px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @hover@; }
QMenu { background: @raised@; border: 1px solid @edge@; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 8px; border-radius: 4px; }
QMenu::item:selected { color: @text@; background: @tint@; }
QMenu::item:disabled { color: @faded@; background: transparent; }
QMenu::icon { padding-left: 6px; }
QMenu::icon:checked { background: @tint@; border: 1px solid @accent@; border-radius: 4px; }
QMenu::indicator { width: 16px; height: 16px; left: 6px; }
QMenu::indicator:checked { image: @tick@; }
QMenu::separator { height: 1px; background: @border@; margin: 4px 8px; }
QMenu::right-arrow { image: @right@; width: 12px; height: 12px; right: 6px; }

QAbstractItemView { selection-color: @text@; selection-background-color: @tint@; alternate-background-color: @ground@; }
QTreeView, QListView, QTableView { border: 1px solid @border@; border-radius: 6px; }
QListView[role="rail"] { border: 0; background: transparent; outline: 0; }
QListView[role="rail"]::item { border-radius: 6px; padding-left: 8px; }
QListView[role="rail"]::item:hover { background: @hover@; }
QListView[role="rail"]::item:selected { color: @text@; background: @tint@; }
QListView[role="rail"]::item:selected:focus { border: 1px solid @accent@; }
QTreeView::indicator {
  width: 12px; height: 12px; background: @sunken@; border: 1px solid @edge@; border-radius: 4px;
}
QTreeView::indicator:hover { border-color: @accent@; }
QTreeView::indicator:checked { background: @accent@; border-color: @accent@; image: @check@; }
QHeaderView::section {
  color: @quiet@; background: @ground@; border: 0; border-bottom: 1px solid @border@; padding: 6px 8px;
}
QTableCornerButton::section { background: @ground@; border: 0; border-bottom: 1px solid @border@; }
QTableView { gridline-color: @border@; }

QTabWidget::pane { border: 0; border-top: 1px solid @border@; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { color: @quiet@; padding: 7px 14px 6px 14px; border: 0; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { color: @text@; border-bottom-color: @accent@; }
QTabBar::tab:focus { background: @hover@; }
QTabBar::tab:disabled { color: @faded@; }

QToolBar { background: @ground@; border: 0; spacing: 2px; padding: 4px 8px; }
QToolBar::separator { width: 1px; background: @border@; margin: 5px 6px; }
QStatusBar { background: @ground@; border-top: 1px solid @border@; }
QStatusBar::item { border: 0; }
QSplitter::handle { background: @border@; }
QSplitter::handle:hover { background: @accent@; }
QGroupBox { border: 1px solid @border@; border-radius: 8px; margin-top: 10px; padding: 10px 8px 8px 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: @quiet@; }
"""
