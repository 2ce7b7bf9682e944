"""What each setting is called, and what it does, in plain words."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Words:
    """Of one setting.

    Attributes
    ----------
    label, help : str
    empty : str
        What stands in its field where nothing is typed.
    """

    label: str
    help: str
    empty: str = ""


def field_words() -> dict[str, Words]:
    """Return the words of all settings."""
    return {**_first(), **_course(), **_regularisation(), **_machine()}


def _first() -> dict[str, Words]:
    return {
        "name": Words(
            translate("Fields", "Name of the model"),
            translate("Fields", "Letters, digits, dots and dashes."),
        ),
        "version": Words(
            translate("Fields", "Version"),
            translate("Fields", "Stands behind the name."),
        ),
        "epochs": Words(
            translate("Fields", "Epochs"),
            translate("Fields", "How often the model sees all training scans."),
        ),
        "batch_size": Words(
            translate("Fields", "Batch size"),
            translate("Fields", "Scans that it learns from at once; fewer need less memory."),
        ),
        "size": Words(
            translate("Fields", "Picture size"),
            translate("Fields", "Pixels a side. Larger shows more, and takes longer."),
        ),
        "learning_rate": Words(
            translate("Fields", "Learning rate"),
            translate("Fields", "Length of its steps, at most. Too long, and it goes astray."),
            translate("Fields", "chosen by the base"),
        ),
        "patience": Words(
            translate("Fields", "Early stopping"),
            translate("Fields", "Stop after so many epochs without gain."),
            translate("Fields", "never"),
        ),
    }


def _course() -> dict[str, Words]:
    return {
        "head_epochs": Words(
            translate("Fields", "Epochs of the head"),
            translate("Fields", "Of the last layer alone, before the rest: seconds."),
        ),
        "head_learning_rate": Words(
            translate("Fields", "Learning rate of the head"),
            translate("Fields", "Of the last layer alone."),
        ),
        "warmup": Words(
            translate("Fields", "Warm-up"),
            translate("Fields", "Share of the training in which the rate rises."),
        ),
        "frozen_epochs": Words(
            translate("Fields", "Gentle epochs"),
            translate("Fields", "First epochs, in which the first blocks stay as they are."),
        ),
        "frozen_blocks": Words(
            translate("Fields", "Blocks left alone then"),
            translate("Fields", "Of the 16 or more that the network has."),
        ),
        "start_size": Words(
            translate("Fields", "Smaller pictures first"),
            translate("Fields", "Pixels a side in the first half of the epochs; 0: no."),
        ),
        "epoch_images": Words(
            translate("Fields", "Scans an epoch"),
            translate("Fields", "Shown in one epoch."),
            translate("Fields", "all, at most 4,200"),
        ),
        "balance": Words(
            translate("Fields", "Uneven classes"),
            translate("Fields", "What is done where one class has more scans than another."),
        ),
        "validation_share": Words(
            translate("Fields", "Share for validation"),
            translate("Fields", "Of the training scans: says which epoch is best."),
        ),
        "test_share": Words(
            translate("Fields", "Share for the test"),
            translate("Fields", "Looked at once, at the end; where the data bring no test part."),
        ),
    }


def _regularisation() -> dict[str, Words]:
    return {
        "dropout": Words(
            translate("Fields", "Dropout"),
            translate("Fields", "Share of features left out at random, so that it relies on none."),
        ),
        "weight_decay": Words(
            translate("Fields", "Weight decay"),
            translate("Fields", "Pulls weights towards zero, a little in each step."),
        ),
        "label_smoothing": Words(
            translate("Fields", "Label smoothing"),
            translate("Fields", "Asks for slightly less than certainty."),
        ),
        "mixup": Words(
            translate("Fields", "Mixup"),
            translate("Fields", "Blends two scans and their labels; 0.2 is usual, 0 off."),
        ),
        "cutmix": Words(
            translate("Fields", "CutMix"),
            translate("Fields", "Puts a piece of one scan into another; 1 is usual, 0 off."),
        ),
        "averaging": Words(
            translate("Fields", "Average of weights"),
            translate("Fields", "Keeps a running mean of the weights; 0.995 is usual, 0 off."),
        ),
        "box_weight": Words(
            translate("Fields", "Weight of boxes"),
            translate("Fields", "Draws the heat map to tumours that are marked in the data; 0 off."),
        ),
    }


def _machine() -> dict[str, Words]:
    return {
        "seed": Words(
            translate("Fields", "Seed of chance"),
            translate("Fields", "The same seed, data and settings make the same model."),
        ),
        "threads": Words(
            translate("Fields", "Threads"),
            translate("Fields", "Fewer leave the machine more room for other work."),
            translate("Fields", "all cores"),
        ),
    }
