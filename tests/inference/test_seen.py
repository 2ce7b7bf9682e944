"""A model knows the files that it was trained on, by content."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from tiny_bundle import LEARNT, make_bundle

from tumorviewer.inference.bundle import load_bundle, verify_bundle
from tumorviewer.inference.card import BundleError
from tumorviewer.inference.seen import SEEN, SeenScans


def test_files_are_known_by_content_and_others_are_not() -> None:
    digests = [hashlib.sha256(bytes([number])).hexdigest() for number in range(200)]
    seen = SeenScans.from_bytes(SeenScans.of(digests[:100] * 2).to_bytes())
    assert len(seen) == 100
    assert all(digest in seen for digest in digests[:100])
    assert not any(digest in seen for digest in digests[100:])
    assert "" not in seen
    assert digests[0] not in SeenScans.of(())


def test_a_bundle_tells_and_its_list_cannot_be_exchanged(tmp_path: Path) -> None:
    folder = make_bundle(tmp_path)
    assert LEARNT in verify_bundle(folder).seen
    (folder / SEEN).write_bytes(SeenScans.of(()).to_bytes())
    with pytest.raises(BundleError, match="SHA-256 differs"):
        load_bundle(folder)


@pytest.mark.parametrize("content", [b"", b"no array", SeenScans.of([LEARNT]).to_bytes()[:-3]])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError, match="not readable"):
        SeenScans.from_bytes(content)


def test_another_kind_of_array_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((2, 2)))
    with pytest.raises(BundleError, match="does not hold"):
        SeenScans.from_bytes((tmp_path / "x.npy").read_bytes())
