"""The model: unchanged, answering as when it was made, and refusing what is no brain MR slice."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tumorviewer.cli.selftest.page import Check, CheckFailedError, LeftOutError

if TYPE_CHECKING:
    from tumorviewer.imaging.phantom import Lesion
    from tumorviewer.imaging.phantom_pages import Page
    from tumorviewer.inference.bundle import Bundle


def checks(model: str | None) -> Iterator[Check]:
    """Yield the checks of the cropping and of a model."""
    bundles: list[Bundle] = []
    yield Check("find the head", _find_heads)
    yield Check("model", lambda: _load_model(model, bundles))
    yield Check("judge drawn heads", lambda: _judge_heads(_loaded(bundles)))
    yield Check("refuse other pictures", lambda: _refuse_pages(_loaded(bundles)))


def _loaded(bundles: "list[Bundle]") -> "Bundle":
    if not bundles:
        raise LeftOutError("there is no model")
    return bundles[0]


def _find_heads() -> str:
    from tumorviewer.imaging.crop import find_brain_box
    from tumorviewer.imaging.phantom import draw_head
    from tumorviewer.imaging.phantom_pages import draw_page

    missed = [seed for seed in range(4) if find_brain_box(draw_head(seed, size=256)) is None]
    if missed:
        raise CheckFailedError(f"no head was found in drawn head {missed}")
    if find_brain_box(draw_page("blank")) is not None:
        raise CheckFailedError("a head was found in a blank picture")
    return "4 of 4 drawn heads, none in a blank picture"


def _load_model(name: str | None, bundles: "list[Bundle]") -> str:
    from tumorviewer.inference.bundle import verify_bundle
    from tumorviewer.inference.catalogue import find

    bundle = verify_bundle(find(name))
    bundles.append(bundle)
    return f"{bundle.name}: hashes and golden picture as its card says"


def _judge_heads(bundle: "Bundle") -> str:
    """Judge drawn heads twice: the answers are equal, add up to 1, and point into the crop."""
    from tumorviewer.imaging.crop import find_brain_box
    from tumorviewer.imaging.phantom import draw_head
    from tumorviewer.inference.predictor import Predictor

    predictor = Predictor(bundle)
    slowest = 0.0
    lesions: tuple[Lesion | None, ...] = (None, "meningioma")
    for lesion in lesions:
        head = draw_head(1, size=256, lesion=lesion)
        box = find_brain_box(head)
        started = time.perf_counter()
        first = predictor.predict(head, box)
        slowest = max(slowest, time.perf_counter() - started)
        again = predictor.predict(head, box)
        if abs(first.probabilities.sum() - 1.0) > 1e-9 or (first.probabilities != again.probabilities).any():
            raise CheckFailedError("the probabilities do not add up, or differ when asked again")
        x, y = first.focus
        if box and not (box.x <= x < box.x + box.width and box.y <= y < box.y + box.height):
            raise CheckFailedError(f"the focus {x:.0f}, {y:.0f} lies outside the crop")
    return f"2 heads, the same answers when asked again, at most {slowest * 1000:.0f} ms each"


def _refuse_pages(bundle: "Bundle") -> str:
    from tumorviewer.imaging.crop import find_brain_box
    from tumorviewer.imaging.phantom_pages import draw_page
    from tumorviewer.inference.labels import NOT_BRAIN_MR
    from tumorviewer.inference.predictor import Predictor

    predictor = Predictor(bundle)
    taken = []
    pages: tuple[Page, ...] = ("blank", "noise", "text", "checkerboard")
    for kind in pages:
        page = draw_page(kind)
        found = predictor.predict(page, find_brain_box(page))
        if found.verdict != NOT_BRAIN_MR:
            taken.append(f"{kind} was called {found.verdict}")
    if taken:
        raise CheckFailedError("; ".join(taken))
    return f"{', '.join(pages)}: not a brain MR slice"
