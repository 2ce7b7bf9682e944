"""The four answers that a model can give, in the order of its outputs and of the bars on the screen."""

from typing import Final

GLIOMA: Final = "glioma"
MENINGIOMA: Final = "meningioma"
PITUITARY: Final = "pituitary"
NO_TUMOR: Final = "no_tumor"

CLASSES: Final[tuple[str, ...]] = (GLIOMA, MENINGIOMA, PITUITARY, NO_TUMOR)

UNCERTAIN: Final = "uncertain"
NOT_BRAIN_MR: Final = "not_brain_mr"
"""Verdicts that are not classes: too close to call, and not a picture that the model was made for."""

UNREADABLE: Final = "unreadable"
WAITING: Final = "waiting"
"""What stands in the place of a verdict where there is none: named like one for lists and filters."""
