"""Which instance a data set is, read from its first elements and never from its pixels."""

import hashlib
import re
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pydicom.tag import BaseTag

_LAST: Final = 0x00200013
_WANTED: Final = ("SOPClassUID", "SOPInstanceUID", "Modality", "InstanceNumber")
_MOST_INFLATED: Final = 16 << 20
"""Of a deflated data set: a few kilobytes can hold gigabytes."""
_MODALITY: Final = re.compile(r"[A-Z0-9]{1,16}")
_MOST_NUMBER: Final = 10**6


class NotReadableError(ValueError):
    """The data set does not begin as one does."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which instance it is.

    Attributes
    ----------
    sop_class, sop_instance : str
        (0008,0016) and (0008,0018).
    modality : str
        (0008,0060), or "DICOM" where it is no code.
    number : int or None
        (0020,0013).
    """

    sop_class: str
    sop_instance: str
    modality: str
    number: int | None

    @property
    def stem(self) -> str:
        """The name of its file: nothing in it is chosen by the sender, nor tells who the patient is."""
        number = "" if self.number is None else f"-{self.number:04}"
        return f"{self.modality}{number}-{hashlib.sha256(self.sop_instance.encode()).hexdigest()[:16]}"


def identify(dataset: BytesIO, syntax: str) -> Identity:
    """Read the first elements of an encoded data set.

    Parameters
    ----------
    dataset : BytesIO
        Left where it was.
    syntax : str
        Its transfer syntax UID.

    Raises
    ------
    NotReadableError
        If it is damaged, or nameless.
    """
    # Here, because the rest of the package works without.
    from pydicom.filereader import read_dataset
    from pydicom.uid import UID

    coding = UID(syntax)
    stream = _inflated(dataset) if coding.is_deflated else dataset
    place = stream.tell()
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            head = read_dataset(
                stream, coding.is_implicit_VR, coding.is_little_endian, stop_when=_behind, specific_tags=_tags()
            )
            sop_class, sop_instance = str(head.SOPClassUID), str(head.SOPInstanceUID)
            return Identity(sop_class, sop_instance, _code(head.get("Modality")), _whole(head.get("InstanceNumber")))
    except Exception as error:  # parsers of hostile input raise nearly anything; the cause is kept
        raise NotReadableError("the data set is damaged") from error
    finally:
        stream.seek(place)


def _behind(tag: "BaseTag", _vr: str | None, _length: int) -> bool:
    return int(tag) > _LAST


def _tags() -> "list[BaseTag | int]":
    from pydicom.tag import Tag

    return [Tag(keyword) for keyword in _WANTED]


def _inflated(dataset: BytesIO) -> BytesIO:
    try:
        return BytesIO(zlib.decompressobj(-zlib.MAX_WBITS).decompress(dataset.getbuffer(), _MOST_INFLATED))
    except zlib.error as error:
        raise NotReadableError("the data set is damaged") from error


def _code(value: object) -> str:
    text = str(value or "").strip()
    return text if _MODALITY.fullmatch(text) else "DICOM"


def _whole(value: object) -> int | None:
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if 0 <= number < _MOST_NUMBER else None
