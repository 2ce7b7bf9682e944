"""Whether what is no slice of a head is refused: asked with pictures that the program draws, the same anywhere."""

from typing import Final, get_args

import numpy as np

from training.metrics import Estimate, wilson_of
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom_pages import Page, draw_page
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.inference.predictor import Predictor

PAGES_A_KIND: Final = 10
_SIDE: Final = 256


def pages_refused(bundle: Bundle, threads: int | None = None) -> Estimate:
    """Return which share of drawn pictures of other things gets no answer, ten of each kind of `draw_page`.

    Parameters
    ----------
    bundle : Bundle
    threads : int, optional
        Of the computation; default: the processor's cores.
    """
    predictor = Predictor(bundle, threads)
    verdicts = []
    for kind in get_args(Page):
        for seed in range(PAGES_A_KIND):
            page = draw_page(kind, seed, _SIDE)
            verdicts.append(predictor.predict(page, find_brain_box(page)).verdict)
    return wilson_of(np.array(verdicts) == NOT_BRAIN_MR)
