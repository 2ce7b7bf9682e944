"""The directories of a TIFF file (TIFF 6.0, part 1): sizes before decoding, and what OpenCV has to be told."""

import struct
from dataclasses import dataclass

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_ORIENTATION, _SAMPLES, _PLANAR, _PREDICTOR, _TILE_WIDTH, _EXTRA, _FORMAT = 274, 277, 284, 317, 322, 338, 339
_SUBFILE = 254
_SIZES = {1: "B", 3: "H", 4: "I", 8: "h", 9: "i", 16: "Q"}


class TiffError(Exception):
    """The structure of the file is broken."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag of a directory: where its record is in the file and its first value."""

    at: int
    value: int


@dataclass(frozen=True, slots=True)
class Page:
    """One directory of a TIFF file."""

    index: int
    tags: dict[int, Entry]
    order: str
    big: bool

    def get(self, tag: int, default: int) -> int:
        """First value of a tag."""
        entry = self.tags.get(tag)
        return default if entry is None else entry.value

    @property
    def width(self) -> int:
        """Columns, as stored."""
        return self.get(_WIDTH, 0)

    @property
    def height(self) -> int:
        """Rows, as stored."""
        return self.get(_HEIGHT, 0)

    @property
    def bits(self) -> int:
        """Bits of the first sample."""
        return self.get(_BITS, 1)

    @property
    def samples(self) -> int:
        """Samples a pixel, alpha included."""
        return self.get(_SAMPLES, 1)

    @property
    def compression(self) -> int:
        """Number of the compression scheme."""
        return self.get(_COMPRESSION, 1)

    @property
    def white_is_zero(self) -> bool:
        """Whether low values are bright."""
        return self.get(_PHOTOMETRIC, 1) == 0

    @property
    def orientation(self) -> int:
        """1 to 8; 1 is upright."""
        value = self.get(_ORIENTATION, 1)
        return value if 1 <= value <= 8 else 1

    @property
    def reduced(self) -> bool:
        """Whether it is a small copy of another page (a thumbnail or a pyramid's level)."""
        return bool(self.get(_SUBFILE, 0) & 1)

    @property
    def straight_alpha(self) -> bool:
        """Whether there is an alpha that the colours were not multiplied by before they were stored."""
        return self.get(_EXTRA, 0) == 2

    @property
    def separate_planes(self) -> bool:
        """Whether each sample has a plane of its own."""
        return self.get(_PLANAR, 1) == 2

    @property
    def decodable(self) -> bool:
        """Whether OpenCV returns the right pixels (found by trying; it reads some others wrongly without a word)."""
        if self.get(_PHOTOMETRIC, 1) not in (0, 1, 2, 3) and self.bits > 8:
            return False
        if self.grey_with_extra:
            return self.bits in (8, 16) and not self.separate_planes and self.compression not in (6, 7)
        return not (self.separate_planes and self.bits > 8 and self.samples > 1) and self.samples in (1, 3, 4)

    @property
    def grey_with_extra(self) -> bool:
        """Whether a grey sample comes with a second one, usually alpha."""
        return self.samples == 2 and self.get(_PHOTOMETRIC, 1) in (0, 1)

    @property
    def differenced(self) -> bool:
        """Whether each row holds horizontal differences (TIFF 6.0, section 14)."""
        return self.get(_PREDICTOR, 1) != 1

    @property
    def tiled(self) -> bool:
        """Whether it is stored in tiles."""
        return _TILE_WIDTH in self.tags


def read_pages(data: bytes, most: int) -> list[Page]:
    """Follow the chain of directories.

    Parameters
    ----------
    data : bytes
        The whole file.
    most : int
        Stop after this many; the caller refuses more.

    Raises
    ------
    TiffError
        If the chain leaves the file or comes back to itself.
    """
    try:
        order, big, at = _read_start(data)
        pages: list[Page] = []
        seen: set[int] = set()
        while at and len(pages) < most:
            if at in seen:
                raise TiffError("its pages form a loop")
            seen.add(at)
            tags, at = _read_directory(data, at, order, big)
            pages.append(Page(len(pages), tags, order, big))
    except (struct.error, IndexError) as error:
        raise TiffError("its table of contents lies outside the file") from error
    if not pages:
        raise TiffError("it holds no page")
    return pages


def without_copies(pages: list[Page]) -> list[Page]:
    """Return the pages without thumbnails and levels of pyramids, unless there is nothing else."""
    return [page for page in pages if not page.reduced] or pages


def orientation_of(block: bytes) -> int:
    """Read the EXIF turn from a TIFF-structured block; 1 (upright) if there is none or it is broken."""
    try:
        return read_pages(block, 1)[0].orientation
    except TiffError:
        return 1


def as_double_width(data: bytes, page: Page) -> bytearray:
    """Rewrite a two-sample page (grey and alpha side by side) as a grey page of twice the width.

    OpenCV drops the second sample of such pages. The rows hold the same bytes either way; only the tags differ.
    Differences run between samples of one kind, so they are switched off too: the caller undoes them.
    """
    changed = bytearray(data)
    wanted = {
        _WIDTH: 2 * page.width,
        _TILE_WIDTH: 2 * page.get(_TILE_WIDTH, 0),
        _SAMPLES: 1,
        _ORIENTATION: 1,
        _PREDICTOR: 1,
        _PHOTOMETRIC: 1,
        _BITS: page.bits,
        _FORMAT: page.get(_FORMAT, 1),
    }
    for tag in wanted.keys() & page.tags.keys():
        _put(changed, page, tag, wanted[tag])
    if _EXTRA in page.tags:
        # Tags have to stay in order and the record cannot be cut out: turn it into a private, unused neighbour.
        struct.pack_into(f"{page.order}H", changed, page.tags[_EXTRA].at, _EXTRA - 1)
    return changed


def _put(data: bytearray, page: Page, tag: int, value: int) -> None:
    """Give a tag one value, stored in its record."""
    at = page.tags[tag].at
    if page.big:
        struct.pack_into(f"{page.order}HHQQ", data, at, tag, 16, 1, value)
        return
    struct.pack_into(f"{page.order}HHII", data, at, tag, 4, 1, value)


def _read_start(data: bytes) -> tuple[str, bool, int]:
    if data[:2] not in (b"II", b"MM"):
        raise TiffError("it is no TIFF block")
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(f"{order}H", data, 2)[0] == 43
    (at,) = struct.unpack_from(f"{order}Q", data, 8) if big else struct.unpack_from(f"{order}I", data, 4)
    return order, big, at


def _read_directory(data: bytes, at: int, order: str, big: bool) -> tuple[dict[int, Entry], int]:
    (count,) = struct.unpack_from(f"{order}Q" if big else f"{order}H", data, at)
    at += 8 if big else 2
    record = 20 if big else 12
    if count * record > len(data):
        raise TiffError("its table of contents is longer than the file")
    tags: dict[int, Entry] = {}
    for start in range(at, at + count * record, record):
        tag, kind = struct.unpack_from(f"{order}HH", data, start)
        tags.setdefault(tag, Entry(start, _first_value(data, start, kind, order, big)))
    (following,) = struct.unpack_from(f"{order}Q" if big else f"{order}I", data, at + count * record)
    return tags, following


def _first_value(data: bytes, start: int, kind: int, order: str, big: bool) -> int:
    """Return the first value of a whole-number tag, 0 for other kinds."""
    code = _SIZES.get(kind)
    if code is None:
        return 0
    (count,) = struct.unpack_from(f"{order}Q" if big else f"{order}I", data, start + 4)
    room, place = (8, start + 12) if big else (4, start + 8)
    if count * struct.calcsize(code) > room:
        (place,) = struct.unpack_from(f"{order}Q" if big else f"{order}I", data, place)
    if place + struct.calcsize(code) > len(data):
        return 0
    return int(struct.unpack_from(order + code, data, place)[0])
