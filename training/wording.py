"""How figures, classes and tables are written in the report."""

import math
from collections.abc import Sequence
from html import escape
from typing import Final

from training.metrics import Estimate

CLASS_WORDS: Final = {
    "glioma": "Glioma",
    "meningioma": "Meningioma",
    "pituitary": "Pituitary",
    "no_tumor": "No tumour",
    "tumor_unspecified": "Tumour, type not told",
    "uncertain": "Uncertain",
    "not_brain_mr": "Not a brain MR slice",
}


def class_words(name: str) -> str:
    """Return how a class, label or verdict is written for a reader."""
    return CLASS_WORDS.get(name, name)


def percent(value: float, digits: int = 1) -> str:
    """Write a share: ``94.8 %``, with a space that does not break."""
    return f"{value * 100:.{digits}f}\N{NO-BREAK SPACE}%"


def share(figure: Estimate, digits: int = 1) -> str:
    """Write a proportion with its interval: ``94.8 % (93.9 to 95.6)``."""
    if not math.isfinite(figure.value):
        return "none here"
    words = percent(figure.value, digits)
    return words + f" <small>({between(figure, 100, digits)})</small>" if math.isfinite(figure.low) else words


def plain(figure: Estimate, digits: int = 3) -> str:
    """Write a figure that is no proportion with its interval."""
    if not math.isfinite(figure.value):
        return "none here"
    words = f"{figure.value:.{digits}f}"
    return words + f" <small>({between(figure, 1, digits)})</small>" if math.isfinite(figure.low) else words


def between(figure: Estimate, scale: float, digits: int) -> str:
    """Write the bounds of an interval."""
    return f"{figure.low * scale:.{digits}f} to {figure.high * scale:.{digits}f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the cells are HTML already."""
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def figure(name: str, drawing: str, sentence: str) -> str:
    """Return a drawing with its name above and one plain sentence below."""
    return f"<figure><h3>{escape(name)}</h3>{drawing}<figcaption>{escape(sentence)}</figcaption></figure>"
