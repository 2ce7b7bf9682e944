"""Settings, estimates and what is wrong with them in words."""

from dataclasses import asdict
from math import ceil
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from training.config import AugmentConfig
from training.estimate import Shortage
from training.ranges import RANGES, SIZE_STEP, SIZES
from tumorviewer.state.training.plan import BASE, KINDS

translate = QCoreApplication.translate

_PROBE: Final = "This value makes no sense here."


def duration(seconds: float) -> str:
    """Return how long something takes, as exactly as anybody can know before."""
    if seconds < 55:
        return translate("Plan", "{seconds} s").format(seconds=max(5, 5 * ceil(seconds / 5)))
    minutes = ceil(seconds / 60)
    if minutes < 60:
        return translate("Plan", "{minutes} min").format(minutes=minutes)
    hours, rest = divmod(5 * ceil(minutes / 5), 60)
    if not rest or hours > 9:
        return translate("Plan", "{hours} h").format(hours=hours + (rest >= 30))
    return translate("Plan", "{hours} h {minutes} min").format(hours=hours, minutes=rest)


def data_size(count: float) -> str:
    """Return an amount of memory or disk."""
    if count >= 1e8:
        return translate("Plan", "{size} GB").format(size=QLocale().toString(count / 1e9, "f", 1))
    return translate("Plan", "{size} MB").format(size=QLocale().toString(round(count / 1e6)))


def shortage_text(shortage: Shortage) -> str:
    """Return what there is too little of, and what to do."""
    if shortage.kind == "memory":
        text = translate(
            "Plan",
            "The run needs about {needed} of memory, and {free} are free. Close other programs, or choose smaller "
            "batches, a smaller picture or a smaller variant.",
        )
    else:
        text = translate(
            "Plan",
            "The run writes about {needed}, and {free} are free on the disk. Free some space before you start.",
        )
    return text.format(needed=data_size(shortage.needed), free=data_size(shortage.free))


def problem_text(name: str, sentence: str) -> str:
    """Return what is wrong with a setting, as short as beside its field.

    Parameters
    ----------
    name : str
        Of the setting; "" where several together are wrong.
    sentence : str
        What `training.recipe.problems` says: exact, and in English.
    """
    if name in RANGES:
        return _range_text(name)
    if name == "size":
        text = translate("Plan", "A multiple of {step} from {low} to {high}.")
        return text.format(step=SIZE_STEP, low=SIZES[0], high=SIZES[1])
    if name in ("name", "version"):
        return translate("Plan", "Use letters, digits, dots and dashes.")
    if name == BASE:
        return translate("Plan", "Choose a file of weights.")
    return sentence if translate("Plan", _PROBE) == _PROBE else translate("Plan", "This value makes no sense here.")


def together_text(config: dict[str, object]) -> str:
    """Return what only several settings together get wrong."""
    if config.get("box_weight") and (config.get("mixup") or config.get("cutmix")):
        return translate(
            "Plan", "The weight of boxes does not go together with mixup or cutmix: a mixed picture has no one box."
        )
    return translate("Plan", "Without epochs of the head and of fine-tuning nothing would be trained.")


def _range_text(name: str) -> str:
    low, high = RANGES[name]
    kind = KINDS[name]
    if "int" in kind:
        text = translate("Plan", "A whole number from {low} to {high}.")
        optional = translate("Plan", "A whole number from {low} to {high}, or nothing.")
    else:
        text = translate("Plan", "A number from {low} to {high}.")
        optional = translate("Plan", "A number from {low} to {high}, or nothing.")
    locale = QLocale()
    chosen = optional if "None" in kind else text
    return chosen.format(low=locale.toString(float(low), "g", 6), high=locale.toString(float(high), "g", 10))


def variant_name(variant: str) -> str:
    """Return a variant as its makers call it."""
    return {"lite0": "EfficientNet-Lite0"}.get(variant, f"EfficientNet-{variant.upper()}")


def augment_summary(augment: AugmentConfig) -> str:
    """Return how strongly the scans are changed."""
    strength = _strength(augment)
    if strength == 0.0:
        return translate("Plan", "All changes are set to zero.")
    if strength < 0.6:
        return translate("Plan", "Gentle: less than usual.")
    if strength < 1.4:
        return translate("Plan", "As usual: mirrored, turned up to {angle}°, brighter or darker, noisier.").format(
            angle=QLocale().toString(float(augment.rotate), "g", 3)
        )
    return translate("Plan", "Strong: more than usual.")


def _strength(augment: AugmentConfig) -> float:
    """Return the mean of all changes as a share of the usual ones."""
    usual, chosen = asdict(AugmentConfig()), asdict(augment)
    return float(sum(chosen[name] / usual[name] for name in usual) / len(usual))
