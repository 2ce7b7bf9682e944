"""The one style sheet: rounded, quiet controls on top of Fusion."""

from tumorviewer.gui.look.tokens import Tokens, blend


def style_sheet(look: Tokens) -> str:
    """Return the application's style sheet for a scheme."""
    names = {
        "ground": look.ground,
        "raised": look.raised,
        "sunken": look.sunken,
        "hover": look.hover,
        "text": look.text,
        "quiet": look.quiet,
        "border": look.border,
        "edge": look.edge,
        "accent": look.accent,
        "tint": blend(look.accent, look.ground, 0.2),
        "faded": blend(look.quiet, look.ground, 0.55),
    }
    sheet = _SHEET
    for name, colour in names.items():
        sheet = sheet.replace(f"@{name}@", colour.name())
    return sheet


_SHEET = """
QToolTip { color: @text@; background: @raised@; border: 1px solid @edge@; padding: 4px 6px; }
"""
