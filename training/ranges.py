"""From and to which value each setting makes sense: for the check of the settings, and for the fields of the window."""

from typing import Final

SIZE_STEP: Final = 32  # the network halves five times
SIZES: Final = (64, 512)

RANGES: Final[dict[str, tuple[float, float]]] = {
    "epochs": (0, 1000),
    "head_epochs": (0, 1000),
    "frozen_epochs": (0, 1000),
    "frozen_blocks": (0, 100),
    "batch_size": (1, 1024),
    "epoch_images": (1, 10_000_000),
    "learning_rate": (1e-8, 1.0),
    "head_learning_rate": (1e-8, 1.0),
    "warmup": (0.0, 0.9),
    "weight_decay": (0.0, 1.0),
    "dropout": (0.0, 0.9),
    "label_smoothing": (0.0, 0.5),
    "mixup": (0.0, 10.0),
    "cutmix": (0.0, 10.0),
    "box_weight": (0.0, 10.0),
    "healthy_halves": (0.0, 1.0),
    "averaging": (0.0, 0.9999),
    "average_share": (0.0, 1.0),
    "patience": (1, 1000),
    "validation_share": (0.01, 0.5),
    "test_share": (0.01, 0.5),
    "test_fold": (0, 1000),
    "wrong_share": (0.0, 0.5),
    "domain_keep": (0.5, 1.0),
    "threads": (1, 256),
    "workers": (0, 256),
    "seed": (0, 2**31 - 1),
}
"""From and to which value a setting makes sense; also for those that may be left out."""

AUGMENT_RANGES: Final[dict[str, tuple[float, float]]] = {
    "flip": (0.0, 1.0),
    "quarter_turn": (0.0, 1.0),
    "rotate": (0.0, 180.0),
    "shift": (0.0, 0.5),
    "zoom": (0.0, 0.8),
    "curve": (0.0, 0.99),
    "contrast": (0.0, 1.0),
    "brightness": (0.0, 1.0),
    "bias_field": (0.0, 1.0),
    "invert": (0.0, 1.0),
    "noise": (0.0, 1.0),
    "blur": (0.0, 2.0),
    "reencode": (0.0, 1.0),
}
