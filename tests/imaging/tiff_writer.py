"""A plain TIFF writer for tests: layouts that neither OpenCV nor Pillow would write."""

import struct
import zlib

import numpy as np


def tiff_bytes(
    *pages: np.ndarray,
    photometric: int = 1,
    extra: int | None = None,
    predictor: int = 1,
    deflate: bool = False,
    order: str = "<",
    orientation: int = 1,
    bits: int | None = None,
    rows_per_strip: int | None = None,
    planar: int = 1,
    subfile: tuple[int, ...] = (),
    compression: int | None = None,
) -> bytes:
    """Write pages of shape (H, W) or (H, W, S); `bits` below 8 packs samples."""
    out = bytearray(struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 0))
    link = 4
    for number, page in enumerate(pages):
        height, width = page.shape[:2]
        samples = 1 if page.ndim == 2 else page.shape[2]
        depth = bits or page.dtype.itemsize * 8
        rows = rows_per_strip or height
        planes = [page[..., s] for s in range(samples)] if planar == 2 else [page.reshape(height, width, samples)]
        offsets, counts = [], []
        for plane in planes:
            for top in range(0, height, rows):
                strip = plane[top : top + rows]
                if predictor == 2:
                    strip = strip.copy()
                    strip[:, 1:] -= strip[:, :-1].copy()
                body = _pack(strip, depth, order)
                body = zlib.compress(body) if deflate else body
                offsets.append(len(out))
                counts.append(len(body))
                out += body + b"\0" * (len(body) % 2)
        sample_format = {"u": 1, "i": 2, "f": 3}[page.dtype.kind]
        tags: list[tuple[int, int, list[int]]] = [
            (254, 4, [subfile[number] if subfile else 0]),
            (256, 3, [width]),
            (257, 3, [height]),
            (258, 3, [depth] * samples),
            (259, 3, [compression or (8 if deflate else 1)]),
            (262, 3, [photometric]),
            (273, 4, offsets),
            (274, 3, [orientation]),
            (277, 3, [samples]),
            (278, 3, [rows]),
            (279, 4, counts),
            (284, 3, [planar]),
            (317, 3, [predictor]),
            *([(338, 3, [extra])] if extra is not None else []),
            (339, 3, [sample_format] * samples),
        ]
        records = []
        for tag, kind, values in tags:
            code = {3: "H", 4: "I"}[kind]
            data = struct.pack(f"{order}{len(values)}{code}", *values)
            if len(data) > 4:
                place = struct.pack(f"{order}I", len(out))
                out += data + b"\0" * (len(data) % 2)
            else:
                place = data.ljust(4, b"\0")
            records.append(struct.pack(f"{order}HHI", tag, kind, len(values)) + place)
        struct.pack_into(f"{order}I", out, link, len(out))
        out += struct.pack(f"{order}H", len(records)) + b"".join(records)
        link = len(out)
        out += b"\0\0\0\0"
    return bytes(out)


def _pack(strip: np.ndarray, depth: int, order: str) -> bytes:
    if depth >= 8:
        return strip.astype(strip.dtype.newbyteorder(order)).tobytes()
    flat = strip.reshape(strip.shape[0], -1)
    bitmap = (flat[..., None] >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bitmap.reshape(flat.shape[0], -1).astype(np.uint8), axis=1).tobytes()
