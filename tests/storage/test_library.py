"""What is remembered is found again by content, and only for what it was said of."""

import os
import threading
import time
from pathlib import Path

import pytest

from tumorviewer.imaging.scan import CropBox
from tumorviewer.storage import cache
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.cache import Stamp
from tumorviewer.storage.library import Library
from tumorviewer.storage.reviews import Review

A, B = "aa" * 32, "bb" * 32


def answer(model: str = "m1", *, crop: CropBox | None = CropBox(1, 2, 3, 4)) -> StoredAnswer:  # noqa: B008  # frozen
    return StoredAnswer(
        "uncertain", "glioma", 0.48, (0.48, 0.41, 0.06, 0.05), crop, (12.5, 7.25), 3.5, "lite0-1.0", model
    )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def again(library: Library, tmp_path: Path) -> Library:
    library.close()
    return Library(tmp_path)


def old_file(path: Path, content: bytes = b"content") -> Path:
    path.write_bytes(content)
    os.utime(path, (1e9, 1e9))
    return path


def stamp(path: Path) -> Stamp:
    found = Stamp.of(path)
    assert found is not None
    return found


def test_labels_are_kept_by_content_and_frame(library: Library, tmp_path: Path) -> None:
    first, second = Review("glioma", "", "t1"), Review("", "ask a colleague — später", "t2")
    assert library.reviews.is_empty()
    library.reviews.save([(A, 0, first), (A, 7, second), (B, 0, second)])
    library = again(library, tmp_path)
    assert library.reviews.of([A, B, "cc"]) == {A: {0: first, 7: second}, B: {0: second}}
    assert library.reviews.of([]) == {}


def test_a_label_that_was_taken_away_is_gone(library: Library) -> None:
    library.reviews.save([(A, 0, Review("glioma", "", "t1"))])
    library.reviews.save([(A, 0, Review("", "", "t2"))])
    assert library.reviews.is_empty()


def test_the_secret_stays_the_same_and_is_another_one_elsewhere(library: Library, tmp_path: Path) -> None:
    secret = library.reviews.secret()
    assert len(secret) >= 32
    assert again(library, tmp_path).reviews.secret() == secret
    assert Library(tmp_path / "other").reviews.secret() != secret


def test_answers_are_those_of_one_model(library: Library, tmp_path: Path) -> None:
    whole = answer(crop=None)
    library.cache.save_answers([(A, 0, answer()), (A, 1, whole), (A, 0, answer("m2"))])
    library = again(library, tmp_path)
    assert library.cache.answers([A, B], "m1") == {A: {0: answer(), 1: whole}}
    assert library.cache.answers([A], "m2") == {A: {0: answer("m2")}}
    assert library.cache.answers([A], "m3") == {}


def test_answers_of_another_version_of_the_program_do_not_count(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.cache.save_answers([(A, 0, answer())])
    library.cache.save_thumbnails([(A, 0, b"small")])
    monkeypatch.setattr(cache, "__version__", "99.0")  # it may crop in another way
    assert library.cache.answers([A], "m1") == {}
    assert library.cache.thumbnail(A, 0) is None
    library.cache.save_answers([(A, 0, answer())])
    assert library.cache.answers([A], "m1") == {A: {0: answer()}}


def test_a_file_is_known_while_it_does_not_change(library: Library, tmp_path: Path) -> None:
    path = old_file(tmp_path / "1.png")
    other = old_file(tmp_path / "2.png")
    library.cache.save_hashes([(path, stamp(path), A)])
    assert library.cache.hashes([(path, stamp(path)), (other, stamp(other))]) == {path: A}
    old_file(path, b"other size")
    assert library.cache.hashes([(path, stamp(path))]) == {}
    path.write_bytes(b"content")  # the same size, now
    assert library.cache.hashes([(path, stamp(path))]) == {}


def test_a_file_that_has_just_changed_is_not_trusted(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "1.png"
    path.write_bytes(b"content")
    library.cache.save_hashes([(path, stamp(path), A)])
    assert library.cache.hashes([(path, stamp(path))]) == {}
    os.utime(path, (time.time() - 60,) * 2)
    library.cache.save_hashes([(path, stamp(path), A)])
    assert library.cache.hashes([(path, stamp(path))]) == {path: A}


def test_a_file_that_is_gone_has_no_stamp(tmp_path: Path) -> None:
    assert Stamp.of(tmp_path / "gone") is None
    assert Stamp.of(tmp_path / "no\0name") is None


def test_no_path_is_written_down(library: Library, tmp_path: Path) -> None:
    path = old_file(tmp_path / "Mustermann_Erika.png")
    library.cache.save_hashes([(path, stamp(path), A)])
    library.cache.save_answers([(A, 0, answer())])
    library.reviews.save([(A, 0, Review("glioma", "", "t"))])
    library.close()
    written = b"".join(file.read_bytes() for file in tmp_path.glob("*.sqlite*"))
    assert A.encode() in written
    assert b"Mustermann" not in written


def test_thousands_are_looked_up_at_once(library: Library) -> None:
    hashes = [f"{number:064x}" for number in range(3000)]
    library.cache.save_answers([(sha256, 0, answer()) for sha256 in hashes])
    assert set(library.cache.answers(hashes, "m1")) == set(hashes)


def test_threads_share_it(library: Library) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(10):
                library.reviews.save([(f"{number}", step, Review("glioma", "", "t"))])
                library.cache.save_answers([(f"{number}", step, answer())])
                assert len(library.cache.answers([f"{number}"], "m1")[f"{number}"]) == step + 1
        except BaseException as error:  # noqa: BLE001  # told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sum(len(frames) for frames in library.reviews.of("0123").values()) == 40
