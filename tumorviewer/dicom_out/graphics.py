"""Graphics and report content without what people wrote into them."""

from typing import Final

from pydicom import Dataset

from tumorviewer.dicom_out.values import REMOVED

_SHAPES: Final = ("GraphicObjectSequence", "CompoundGraphicSequence")


def clean_graphics(dataset: Dataset, *, shapes: bool = True) -> None:
    """Take the texts out of graphic annotations (PS3.3 C.10.5), and the shapes too if they are not to stay.

    Parameters
    ----------
    dataset : Dataset
        With a Graphic Annotation Sequence; the sequence goes where nothing is left to draw.
    shapes : bool
    """
    left = []
    for item in dataset.GraphicAnnotationSequence:
        for text in item.get("TextObjectSequence", ()):
            text.UnformattedTextValue = REMOVED
        for keyword in _SHAPES:
            if keyword in item and not shapes:
                delattr(item, keyword)
        if any(keyword in item for keyword in ("TextObjectSequence", *_SHAPES)):
            left.append(item)
    if left:
        dataset.GraphicAnnotationSequence = left
    else:
        del dataset.GraphicAnnotationSequence


def without_text() -> Dataset:
    """Return a content item that says only that something was here (PS3.3 C.17.3)."""
    name = Dataset()
    name.CodeValue, name.CodingSchemeDesignator, name.CodeMeaning = "121106", "DCM", "Comment"
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", "TEXT"
    item.ConceptNameCodeSequence = [name]
    item.TextValue = REMOVED
    return item
