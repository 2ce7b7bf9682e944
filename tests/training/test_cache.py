"""The crop cache: built once, by processes, whatever happens on the way."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from labelled_heads import head, save, tree

from training.cache import CropCache, build_cache
from training.dataset import Sample, read_dataset
from training.errors import CacheError, TrainingCancelled
from training.row_store import KEY_BYTES, RECORD, RowStore
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.prepare import InputSpec, prepare
from tumorviewer.imaging.render import render_grey

SPEC = InputSpec(size=64)
ROOT = Path(__file__).resolve().parents[2]


def store_of(folder: Path) -> Path:
    return next(folder.glob("crops-*")) / "index.bin"


def rows_in(folder: Path) -> int:
    found = list(folder.glob("crops-*/index.bin"))
    return found[0].stat().st_size // RECORD.itemsize if found else 0


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sample, ...]:
    """Return 80 scans, which are 20 drawn heads that lie in four ways: to draw takes longer than all else here."""
    root = tree(tmp_path_factory.mktemp("heads"), 10)
    for file in sorted(root.rglob("*.png")):
        drawn = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        for turns in (1, 2, 3):
            save(file.with_stem(f"{file.stem}, turned {turns}"), np.ascontiguousarray(np.rot90(drawn, turns)))
    return read_dataset(root).samples


def same_as_decoded(cache: CropCache, samples: tuple[Sample, ...]) -> bool:
    """Say whether every crop equals what imaging makes of the file now."""
    for index, sample in enumerate(samples):
        grey = render_grey(load_scan(sample.path))
        box = find_brain_box(grey)
        if not np.array_equal(cache.read([index])[0], prepare(grey, box, SPEC)):
            return False
        if box is not None and cache.boxes[index].tolist() != box.as_list():
            return False
    return True


def test_processes_make_what_imaging_makes(heads: tuple[Sample, ...], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    cache = build_cache(heads, SPEC, tmp_path, workers=2, report=lambda done, total: told.append((done, total)))
    assert cache.usable.all()
    assert cache.image_sizes.tolist() == [[128, 128]] * len(heads)
    assert same_as_decoded(cache, heads)
    assert told[-1] == (len(heads), len(heads))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_moved_copied_and_added_files_only_add_rows(heads: tuple[Sample, ...], tmp_path: Path) -> None:
    few = heads[:6]
    build_cache(few, SPEC, tmp_path / "cache", workers=0)
    before = store_of(tmp_path / "cache").read_bytes()
    moved = [Sample(Path(shutil.copy(s.path, tmp_path / f"{n}.png")), s.label) for n, s in enumerate(few)]
    build_cache([*moved, *few], SPEC, tmp_path / "cache", workers=0)
    assert store_of(tmp_path / "cache").read_bytes() == before
    added = Sample(save(tmp_path / "new.png", head(555)), "glioma")
    cache = build_cache([added, *few], SPEC, tmp_path / "cache", workers=0)
    assert store_of(tmp_path / "cache").read_bytes()[: len(before)] == before
    assert rows_in(tmp_path / "cache") == 7
    assert same_as_decoded(cache, (added, *few))


def test_a_changed_file_is_cropped_again(tmp_path: Path) -> None:
    sample = Sample(save(tmp_path / "a.png", head(1)), "glioma")
    build_cache([sample], SPEC, tmp_path / "cache")
    save(sample.path, head(2, size=160))
    assert same_as_decoded(build_cache([sample], SPEC, tmp_path / "cache"), (sample,))


def test_other_settings_have_rows_of_their_own(heads: tuple[Sample, ...], tmp_path: Path) -> None:
    build_cache(heads[:2], SPEC, tmp_path, workers=0)
    other = build_cache(heads[:2], InputSpec(size=32), tmp_path, workers=0)
    assert other.read([0, 1]).shape == (2, 32, 32)
    assert len(list(tmp_path.glob("crops-*"))) == 2


def test_files_that_cannot_be_read_are_told_and_not_fatal(heads: tuple[Sample, ...], tmp_path: Path) -> None:
    truncated = tmp_path / "truncated.png"
    truncated.write_bytes(heads[0].path.read_bytes()[:300])
    text = tmp_path / "text.jpg"
    text.write_text("not a picture")
    samples = (heads[0], *(Sample(path, "glioma") for path in (truncated, text, tmp_path / "gone.png")), heads[1])
    cache = build_cache(samples, SPEC, tmp_path / "cache", workers=0)
    assert cache.usable.tolist() == [True, False, False, False, True]
    assert set(cache.errors) == {1, 2, 3}
    assert np.array_equal(cache.read([4, 0])[1], cache.read([0])[0])
    with pytest.raises(ValueError, match="sample 2 has no crop"):
        cache.read([0, 2])


def test_a_cancelled_build_goes_on_later(heads: tuple[Sample, ...], tmp_path: Path) -> None:
    done = 0

    def report(settled: int, _: int) -> None:
        nonlocal done
        done = settled

    with pytest.raises(TrainingCancelled):
        build_cache(heads, SPEC, tmp_path, workers=0, report=report, cancelled=lambda: done >= 32)
    kept = rows_in(tmp_path)
    assert 0 < kept < len(heads)
    assert same_as_decoded(build_cache(heads, SPEC, tmp_path, workers=0), heads)


BUILD = """
import sys
from pathlib import Path
import training.building as building
from training.cache import build_cache
from training.dataset import read_dataset
from tumorviewer.imaging.prepare import InputSpec
if __name__ == "__main__":
    building._ROWS_PER_COMMIT = 16
    samples = read_dataset(Path(sys.argv[1])).samples
    build_cache(samples, InputSpec(size=64), Path(sys.argv[2]), workers=1, report=lambda d, t: print(d, flush=True))
"""


@pytest.mark.skipif(os.name == "nt", reason="sends SIGKILL")
def test_kill_9_leaves_whole_rows_no_processes_and_a_build_that_goes_on(
    heads: tuple[Sample, ...], tmp_path: Path
) -> None:
    script = tmp_path / "build.py"
    script.write_text(BUILD)
    data = heads[0].path.parents[1]
    command = [sys.executable, str(script), str(data), str(tmp_path / "cache")]
    build = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while rows_in(tmp_path / "cache") < 16:
        assert build.poll() is None, "the build ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.002)
    children = psutil.Process(build.pid).children(recursive=True)
    build.send_signal(signal.SIGKILL)
    build.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    kept = rows_in(tmp_path / "cache")
    assert kept < len(heads)
    before = store_of(tmp_path / "cache").read_bytes()[: kept * RECORD.itemsize]
    cache = build_cache(heads, SPEC, tmp_path / "cache", workers=0)
    assert store_of(tmp_path / "cache").read_bytes()[: len(before)] == before
    assert same_as_decoded(cache, heads)


def filled(folder: Path, count: int, row_bytes: int = 256) -> RowStore:
    store = RowStore(folder, row_bytes)
    keys = [number.to_bytes(KEY_BYTES, "little") for number in range(count)]
    payloads = (np.arange(count, dtype=np.int64)[:, None] % 251 + np.zeros((1, row_bytes), np.int64)).astype(np.uint8)
    store.append(keys, payloads, np.tile(np.arange(count)[:, None], (1, 8)))
    return store


@pytest.mark.parametrize("torn", range(1, RECORD.itemsize, 17))
def test_a_torn_tail_is_ignored_and_overwritten(tmp_path: Path, torn: int) -> None:
    filled(tmp_path, 5)
    index = tmp_path / "index.bin"
    index.write_bytes(index.read_bytes()[: -RECORD.itemsize + torn])
    store = RowStore(tmp_path, 256)
    assert len(store) == 4
    key = b"\xff" * KEY_BYTES
    store.append([key], np.full((1, 256), 99, np.uint8), np.zeros((1, 8), np.int64))
    again = RowStore(tmp_path, 256)
    assert len(again) == 5
    assert again.read(np.array([again.row(key)])).tolist() == [[99] * 256]
    assert again.read(np.array([3]))[0, 0] == 3


def test_a_record_without_its_payload_and_a_flipped_bit_are_not_believed(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    rows, index = tmp_path / "rows.bin", tmp_path / "index.bin"
    rows.write_bytes(rows.read_bytes()[: 256 * 3 + 10])
    assert len(RowStore(tmp_path, 256)) == 3
    raw = bytearray(index.read_bytes())
    raw[RECORD.itemsize + 5] ^= 1
    index.write_bytes(raw)
    assert len(RowStore(tmp_path, 256)) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the size of files")
def test_a_full_disk_is_told_and_the_built_part_is_intact(heads: tuple[Sample, ...], tmp_path: Path) -> None:
    import resource

    build_cache(heads[:4], SPEC, tmp_path, workers=0)
    before = store_of(tmp_path).read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (5 * SPEC.size**2 + 100, limits[1]))
        with pytest.raises(CacheError, match=r"4 rows built so far are kept"):
            build_cache(heads, SPEC, tmp_path, workers=0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert store_of(tmp_path).read_bytes() == before
    assert same_as_decoded(build_cache(heads, SPEC, tmp_path, workers=0), heads)


def test_memory_does_not_grow_with_what_is_read(tmp_path: Path) -> None:
    side = 128
    store = RowStore(tmp_path, side * side)
    block, rng = 1000, np.random.default_rng(0)
    for start in range(0, 8000, block):
        keys = [number.to_bytes(KEY_BYTES, "little") for number in range(start, start + block)]
        store.append(keys, np.full((block, side * side), start // block, np.uint8), np.zeros((block, 8), np.int64))
    process = psutil.Process()
    store.read(np.arange(64))
    before = process.memory_info().rss
    for rows in rng.permutation(8000).reshape(-1, 32):
        assert (store.read(rows)[:, 0] == rows // block).all()
    assert process.memory_info().rss - before < 30 << 20  # the file holds 125 MiB


def test_workers_import_neither_tensorflow_nor_qt() -> None:
    code = (
        "import sys, training.crop_worker, training.fingerprint_worker, training.pool;"
        "print([m for m in ('tensorflow', 'keras', 'PySide6', 'sklearn', 'matplotlib', 'pydicom') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
