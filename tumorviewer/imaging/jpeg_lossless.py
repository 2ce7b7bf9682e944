"""JPEG lossless (ITU-T T.81 annex H), as many MR archives store it, decoded with NumPy.

GDCM, the usual permissively licensed decoder, ends the whole process on a broken Huffman table, so it is not used.
The length of the code that would begin at each bit is looked up for all bits at once; what is left for a Python loop is
hopping from code to code.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

_BLOCK_BYTES = 1 << 15
_LONGEST = 32  # bits of a code (16) and of what follows it (15), rounded up
_NO_CODE = 1 << 40  # a hop that leaves any stream
_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")


class LosslessError(Exception):
    """The stream is broken, or of a kind that is not decoded."""


@dataclass(slots=True)
class _Stream:
    """What the markers say."""

    precision: int = 0
    height: int = 0
    width: int = 0
    components: list[int] = field(default_factory=list)
    tables: dict[int, tuple[Whole, Whole]] = field(default_factory=dict)
    interval: int = 0
    chosen: list[int] = field(default_factory=list)
    predictor: int = 0
    shift: int = 0
    entropy: bytes = b""


def decode_lossless(data: bytes, shape: tuple[int, int, int]) -> tuple[NDArray[np.uint16], int]:
    """Decode one frame.

    Parameters
    ----------
    data : bytes
        From the SOI marker on.
    shape : tuple of int
        The rows, columns and samples a pixel that the stream has to have; checked before anything is decoded.

    Returns
    -------
    pixels : ndarray of uint16, shape `shape`
        Unsigned samples, as coded.
    precision : int
        Bits a sample.

    Raises
    ------
    LosslessError
        If the stream is broken, ends early, has another shape, or is not a single scan without subsampling.
    """
    try:
        stream = _read_markers(data)
    except (struct.error, IndexError) as error:
        raise LosslessError("its JPEG markers are broken") from error
    if (stream.height, stream.width, len(stream.components)) != shape:
        raise LosslessError("its header and its picture differ in size")
    rows_each = stream.height
    if stream.interval:
        if stream.interval % stream.width:
            raise LosslessError("its restart markers lie inside rows")
        rows_each = stream.interval // stream.width
    parts = _RESTART.split(stream.entropy)
    if len(parts) < -(-stream.height // rows_each):
        raise LosslessError("the picture is cut off")
    pixels = np.empty(shape, np.uint16)
    for number, top in enumerate(range(0, stream.height, rows_each)):
        rows = min(rows_each, stream.height - top)
        differences = _differences(parts[number].replace(b"\xff\0", b"\xff"), stream, rows * stream.width * shape[2])
        planes = differences.reshape(rows, stream.width, shape[2])
        first = 1 << (stream.precision - stream.shift - 1)
        for component in range(shape[2]):
            values = _undo_prediction(planes[..., component], stream.predictor, first)
            pixels[top : top + rows, :, component] = values << stream.shift & 0xFFFF
    return pixels, stream.precision


def _read_markers(data: bytes) -> _Stream:
    stream = _Stream()
    for marker, body, end in _segments(data):
        if marker == 0xC3:
            _read_frame(stream, body)
        elif marker == 0xC4:
            _read_tables(stream, body)
        elif marker == 0xDD:
            (stream.interval,) = struct.unpack_from(">H", body)
        elif marker == 0xDA:
            _read_scan(stream, body)
            stop = _END.search(data, end)
            stream.entropy = data[end : stop.start() if stop else len(data)]
            return stream
    raise LosslessError("it has no picture")


def _segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield marker, content and end of each segment after SOI."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise LosslessError("its JPEG markers are broken")
        if data[at + 1] == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2:
            raise LosslessError("its JPEG markers are broken")
        yield data[at + 1], data[at + 4 : at + 2 + length], at + 2 + length
        at += 2 + length


def _read_frame(stream: _Stream, body: bytes) -> None:
    stream.precision, stream.height, stream.width, count = struct.unpack_from(">BHHB", body)
    stream.components = [body[6 + 3 * number] for number in range(count)]
    subsampled = count > 1 and any(body[7 + 3 * number] != 0x11 for number in range(count))
    if not 2 <= stream.precision <= 16 or subsampled:
        raise LosslessError("it is of a kind that is not decoded")


def _read_tables(stream: _Stream, body: bytes) -> None:
    at = 0
    while at < len(body):
        counts = body[at + 1 : at + 17]
        symbols = body[at + 17 : at + 17 + sum(counts)]
        if len(counts) < 16 or len(symbols) < sum(counts):
            raise LosslessError("a Huffman table is broken")
        stream.tables[body[at]] = _lookup(counts, symbols)
        at += 17 + len(symbols)


def _lookup(counts: bytes, symbols: bytes) -> tuple[Whole, Whole]:
    """Return code length and number of further bits (T.81 annex C and H.1.2.2) for every 16 bits that may come.

    A length of `_NO_CODE` means that no code begins so.
    """
    lengths, sizes = np.full(65536, _NO_CODE, np.int64), np.zeros(65536, np.int64)
    code, used = 0, 0
    for length, count in enumerate(counts, start=1):
        for symbol in symbols[used : used + count]:
            first = code << (16 - length)
            last = (code + 1) << (16 - length)
            if last > 65536 or symbol > 16:
                raise LosslessError("a Huffman table is broken")
            lengths[first:last], sizes[first:last] = length, symbol
            code += 1
        used += count
        code <<= 1
    return lengths, sizes


def _read_scan(stream: _Stream, body: bytes) -> None:
    count = body[0]
    named = [body[1 + 2 * number] for number in range(count)]
    stream.chosen = [body[2 + 2 * number] >> 4 for number in range(count)]
    stream.predictor, stream.shift = body[1 + 2 * count], body[3 + 2 * count] & 0x0F
    known = all(table in stream.tables for table in stream.chosen)
    if not count or named != stream.components or not known or not 1 <= stream.predictor <= 7:
        raise LosslessError("it is of a kind that is not decoded")
    if stream.shift >= stream.precision:
        raise LosslessError("its JPEG markers are broken")


def _differences(coded: bytes, stream: _Stream, count: int) -> Whole:
    """Decode `count` differences; components take turns."""
    bits = 8 * len(coded)
    padded = np.frombuffer(coded + bytes(_LONGEST), np.uint8).astype(np.int64)
    triples = padded[:-2] << 16 | padded[1:-1] << 8 | padded[2:]
    tables = [stream.tables[table] for table in stream.chosen]
    starts = _hop(triples, tables, bits, count)
    differences = np.empty(count, np.int64)
    for turn, (lengths, sizes) in enumerate(tables):
        mine = starts[turn :: len(tables)]
        code = _sixteen_bits(triples, mine)
        size = sizes[code]
        extra = np.where(size % 16 > 0, _sixteen_bits(triples, mine + lengths[code]) >> (16 - size), 0)
        negative = extra < (1 << np.maximum(size - 1, 0))
        value = np.where(negative, extra - (1 << size) + 1, extra)
        differences[turn :: len(tables)] = np.where(size == 16, 32768, np.where(size == 0, 0, value))
    return differences


def _sixteen_bits(triples: Whole, at: Whole) -> Whole:
    window: Whole = triples[at >> 3] >> (8 - (at & 7)) & 0xFFFF
    return window


def _hop(triples: Whole, tables: list[tuple[Whole, Whole]], bits: int, count: int) -> Whole:
    """Return the bit at which each code begins."""
    hops = [lengths + sizes % 16 for lengths, sizes in tables]
    alike = all(hop is hops[0] or np.array_equal(hop, hops[0]) for hop in hops)
    hops = hops[:1] if alike else hops
    starts: list[int] = []
    at = 0
    for first in range(0, len(triples), _BLOCK_BYTES):
        block = triples[first : first + _BLOCK_BYTES]
        windows = (block[:, None] >> (8 - np.arange(8)) & 0xFFFF).ravel()
        steps = [hop[windows].tolist() for hop in hops]
        origin, end = 8 * first, 8 * (first + len(block))
        turns = len(steps)
        while at < end and len(starts) < count:
            starts.append(at)
            at += steps[(len(starts) - 1) % turns][at - origin]
        if len(starts) == count or at > bits:
            break
    if len(starts) < count or at > bits:
        raise LosslessError("the picture is cut off or damaged")
    return np.array(starts, np.int64)


def _undo_prediction(differences: Whole, predictor: int, first: int) -> Whole:
    """Add the predictions (T.81 table H.1), modulo 65536: the first row from the left, first column from above."""
    if predictor == 1:
        column = np.cumsum(differences[:, 0]) + first
        rows = np.concatenate([column[:, None], differences[:, 1:]], axis=1)
        return np.cumsum(rows, axis=1) & 0xFFFF
    values = np.empty_like(differences)
    values[0] = np.cumsum(differences[0]) + first & 0xFFFF
    for row in range(1, len(values)):
        values[row] = _next_row(values[row - 1], differences[row], predictor)
    return values


def _next_row(above: Whole, differences: Whole, predictor: int) -> Whole:
    start = int(above[0] + differences[0]) & 0xFFFF
    rise = np.diff(above)  # b - c of the table: above less above left
    if predictor == 2:
        return above + differences & 0xFFFF
    if predictor == 3:
        return np.concatenate([[start], above[:-1] + differences[1:] & 0xFFFF])
    if predictor in (4, 5):
        steps = differences[1:] + (rise if predictor == 4 else rise >> 1)
        return np.cumsum(np.concatenate([[start], steps])) & 0xFFFF
    row = [start]
    left = start
    over = above.tolist()
    for column, difference in enumerate(differences.tolist()[1:], start=1):
        if predictor == 6:
            left = over[column] + ((left - over[column - 1]) >> 1) + difference & 0xFFFF
        else:
            left = ((left + over[column]) >> 1) + difference & 0xFFFF
        row.append(left)
    return np.array(row, np.int64)
