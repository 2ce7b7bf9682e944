"""What the steps of training are about, in the words of somebody who explains it for the first time."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from tumorviewer.gui.training.data.help_figures import augmentation_here, crops_here, labels_here, parts_here
from tumorviewer.gui.training.models.help_figures import elsewhere_here, figures_here, made_here
from tumorviewer.gui.training.result.help_figures import comparison_here, sensitivity_here
from tumorviewer.gui.training.run.help_figures import (
    accuracy_here,
    kind_here,
    overfitting_here,
    regularisation_here,
    transfer_here,
    weights_here,
)
from tumorviewer.state.training.desk import Step, TrainingDesk

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Topic:
    """One explanation.

    Attributes
    ----------
    title, text : str
    here : str
        The same in figures of the data or run at hand; "" while there are none.
    """

    title: str
    text: str
    here: str = ""


def topics(desk: TrainingDesk) -> list[Topic]:
    """Return what is explained beside the step that is shown."""
    return {
        Step.DATA: _data,
        Step.PLAN: _plan,
        Step.RUN: _run,
        Step.RESULT: _result,
        Step.MODELS: _models,
    }[desk.step](desk)


def _data(desk: TrainingDesk) -> list[Topic]:
    return [
        Topic(
            translate("Help", "Labelled data"),
            translate(
                "Help",
                "A model learns from examples whose answer is known: a folder for each class, with the scans of that "
                "class in it. It can only become as right as these labels are.",
            ),
            labels_here(desk),
        ),
        Topic(
            translate("Help", "Training, validation and test"),
            translate(
                "Help",
                "The scans are dealt into three parts. The model learns from the first, the second says after every "
                "round how well it does, and the third is looked at only once, at the end. Slices of one patient look "
                "so much alike that they must all be in the same part: otherwise the model is asked what it has seen.",
            ),
            parts_here(desk),
        ),
        Topic(
            translate("Help", "Cropping"),
            translate(
                "Help",
                "Every scan is cut to the head, so that the model does not learn from borders and text around it, and "
                "the brain is as large in its input as it can be.",
            ),
            crops_here(desk),
        ),
        Topic(
            translate("Help", "Augmentation"),
            translate(
                "Help",
                "Each time a scan is shown it is changed a little: mirrored, turned, brighter, noisier. The model "
                "cannot learn single pictures by heart then, and is less put out by another scanner.",
            ),
            augmentation_here(desk),
        ),
    ]


def _plan(desk: TrainingDesk) -> list[Topic]:
    return [
        Topic(
            translate("Help", "Transfer learning"),
            translate(
                "Help",
                "A network that has learned to see on a million pictures already knows edges, textures and shapes. It "
                "needs far fewer scans to learn the rest than one that begins from nothing.",
            ),
            transfer_here(desk),
        ),
        Topic(
            translate("Help", "Head only, or all of it"),
            translate(
                "Help",
                "Quick training only learns the last layer, which weighs what the network sees: minutes, and hard to "
                "spoil. Fine-tuning then changes the network itself, slowly, from its last blocks to its first.",
            ),
            kind_here(desk),
        ),
        Topic(
            translate("Help", "Regularisation"),
            translate(
                "Help",
                "Dropout, weight decay and softened labels keep the network from being too sure of what it has seen. "
                "They cost a little accuracy on the training scans, and gain more on new ones.",
            ),
            regularisation_here(desk),
        ),
    ]


def _run(desk: TrainingDesk) -> list[Topic]:
    return [
        Topic(
            translate("Help", "Accuracy and loss"),
            translate(
                "Help",
                "Accuracy is the share of right answers. Loss also counts how sure the model was: a wrong answer given "
                "with certainty costs most. Loss should fall and accuracy rise, on both curves.",
            ),
            accuracy_here(desk),
        ),
        Topic(
            translate("Help", "Overfitting"),
            translate(
                "Help",
                "When the training curve goes on rising and the validation curve does not, the model learns its "
                "examples by heart. The shaded gap shows it. The weights of the best epoch are the ones that are kept.",
            ),
            overfitting_here(desk),
        ),
        Topic(
            translate("Help", "Learning rate"),
            translate(
                "Help",
                "How far each step changes the weights. It rises at first, so that nothing is spoilt, and then falls, "
                "so that the model settles.",
            ),
            weights_here(desk),
        ),
    ]


def _result(desk: TrainingDesk) -> list[Topic]:
    return [
        Topic(
            translate("Help", "Sensitivity and its interval"),
            translate(
                "Help",
                "Of the scans of a class, the share that is found. The interval says how far chance alone may have "
                "moved that number: with few scans it is wide.",
            ),
            sensitivity_here(desk),
        ),
        Topic(
            translate("Help", "Better or luck?"),
            translate(
                "Help",
                "Both models judge the same scans, which neither has learned from. Only those that they disagree on "
                "tell them apart; McNemar's test says whether that could be chance.",
            ),
            comparison_here(desk),
        ),
    ]


def _models(desk: TrainingDesk) -> list[Topic]:
    return [
        Topic(
            translate("Help", "What a model is made of"),
            translate(
                "Help",
                "A folder with the network, weights to go on training from, and a card that says what it was made "
                "from and how good it is. Its files are checked against the card each time it is loaded.",
            ),
            made_here(desk),
        ),
        Topic(
            translate("Help", "What its figures mean"),
            translate(
                "Help",
                "What is found on average counts each class alike, the rare ones too. The range below a figure says "
                "how far chance may have moved it. Certainty that is off by little: of the answers given with 90 % "
                "certainty, about 90 % are right.",
            ),
            figures_here(desk),
        ),
        Topic(
            translate("Help", "Models from elsewhere"),
            translate(
                "Help",
                "From a notebook's model.h5 or .keras only the numbers are read; nothing in the file is run. Such a "
                "model is a base to train from: how sure it may be is not known until it was measured here.",
            ),
            elsewhere_here(desk),
        ),
    ]
