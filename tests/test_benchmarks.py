"""The plumbing of the benchmarks, on tiny counts and drawn heads; no time is asserted."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_bundle import make_bundle

from benchmarks import cache, crop, material, mirror, one_image, phantoms, thousand
from benchmarks.__main__ import NAMES, main
from benchmarks.measure import MB, Finished, Setting, at_least, run_process
from benchmarks.table import as_text, read_json
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.predictor import Predictor, Ready


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(None, tmp_path / "no such folder", tmp_path, quick=True)


def test_a_benchmark_prints_its_table_and_writes_it_as_json(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    kept = tmp_path / "rows.json"
    assert main(["crop", "--quick", "--scans", str(tmp_path), "--json", str(kept)]) == 0
    output = capfd.readouterr().out
    rows, loads = read_json(kept)
    (row,) = rows["crop"]
    assert row.ours in output
    assert row.peer in output
    assert "4 drawn heads" in output
    assert list(loads) == ["crop"]
    machine = json.loads(kept.read_text("utf-8"))["machine"]
    assert machine["cores"] >= 1
    assert machine["processor"] in output


def test_several_are_measured_in_processes_of_their_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    kept = tmp_path / "rows.json"
    assert main(["cache", "crop", "--quick", "--scans", str(tmp_path), "--json", str(kept)]) == 0
    assert list(read_json(kept)[0]) == ["cache", "crop"]
    lines = capfd.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:4]] == ["cache", "crop"]


def test_one_that_cannot_run_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TUMORVIEWER_MODEL", raising=False)
    kept = tmp_path / "rows.json"
    arguments = ["thousand", "cache", "--quick", "--scans", str(tmp_path), "--model", "no-such-model"]
    assert main([*arguments, "--json", str(kept)]) == 1
    assert list(read_json(kept)[0]) == ["cache"]


def test_an_unknown_name_is_refused_with_those_that_exist(capfd: pytest.CaptureFixture[str]):
    assert main(["speed"]) == 2
    said = capfd.readouterr().err
    assert "'speed'" in said
    assert all(name in said for name in NAMES)


@pytest.mark.parametrize(("ratio", "word"), [(9.99, "NO"), (10.0, "yes")])
def test_the_table_says_whether_a_target_is_reached(ratio: float, word: str):
    row = at_least("head phase", "1.0 s", "2.0 s", "the usual way", ratio, 10.0)
    machine = {"cores": 2, "processor": "a processor", "system": "a system", "python": "3"}
    line = as_text({"head": [row]}, {"head": 0.5}, machine).splitlines()[2]
    assert line.split()[-1] == word


def test_memory_is_reached_from_below():
    ours, peer = [Finished(0.5, 30_000_000, "")], [Finished(10.0, 100_000_000, "")]
    wall, memory = one_image.rows(ours, peer, "")
    assert (wall.ratio, wall.reached) == (20.0, True)
    assert (memory.ratio, memory.reached) == (0.3, False)


def test_a_process_is_measured_with_all_of_its_memory(tmp_path: Path):
    script = "import sys, time; kept = bytearray(b'x') * 200_000_000; time.sleep(0.2); print('done')"
    done = run_process([sys.executable, "-c", script], tmp_path)
    assert done.output == "done\n"
    assert done.seconds >= 0.2
    resource = pytest.importorskip("resource")  # not on Windows
    # Linux counts what the parent had when it began the process, and this one may have had TensorFlow.
    of_parent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert 200 * MB < done.peak < max(2_000 * MB, of_parent + 400 * MB)


def test_a_failed_process_says_why(tmp_path: Path):
    with pytest.raises(RuntimeError, match="it broke"):
        run_process([sys.executable, "-c", "raise SystemExit('it broke')"], tmp_path)


def test_growth_of_memory_is_measured_against_the_whole_store(setting: Setting):
    (row,) = cache.run(setting)
    whole = 200 * cache.SIZE**2 / MB
    assert float(row.peer.split()[0]) == pytest.approx(whole, abs=0.5 * whole)
    assert "after 2,560" in row.note


def test_every_growth_above_the_limit_is_missed():
    (row,) = cache.rows(20.1, 147.0, "")
    assert row.reached is False


def test_crops_of_the_cache_are_those_that_were_put_in(tmp_path: Path):
    made = material.crop_cache(tmp_path / "crops", 5, 64)
    assert np.array_equal(made.read([4, 0]), material.random_crops(5, 64)[[4, 0]])


def test_both_ways_crop_the_head():
    head = draw_head(3)
    box = find_brain_box(head)
    assert box is not None
    assert crop.our_way(head).shape == (192, 192)
    course = crop.course_way(head)
    assert course.shape == (crop.COURSE_SIDE, crop.COURSE_SIDE)
    assert course.mean() > 1.2 * head.mean()  # the border is gone


def test_the_rates_of_many_scans_count_answers(setting: Setting):
    model = make_bundle(setting.temporary / "models")
    folder, kind = thousand.gather(setting, 3)
    assert kind == "drawn heads"
    assert thousand.batch_rate(load_bundle(model), folder) > 0
    assert thousand.bare_rate(load_bundle(model), 4) > 0
    assert thousand.command_rate(model, folder, 3, setting) > 0
    with pytest.raises(RuntimeError, match="4 rows"):
        thousand.command_rate(model, folder, 4, setting)


def test_a_scan_that_is_not_read_is_no_speed(setting: Setting):
    model = make_bundle(setting.temporary / "models")
    folder, _ = thousand.gather(setting, 2)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff no more")
    with pytest.raises(RuntimeError, match="1 scans were not read"):
        thousand.batch_rate(load_bundle(model), folder)


@pytest.mark.data
def test_real_scans_are_taken_where_they_are(setting: Setting, shared_data: Path):
    there = Setting(None, shared_data, setting.temporary)
    files, kind = material.scan_files(there, 20)
    assert kind == "real scans"
    assert len(set(files)) == 20
    assert len({path.relative_to(shared_data).parts[0] for path in files}) > 1


def test_what_is_said_of_drawn_heads_is_counted(setting: Setting):
    predictor = Predictor(load_bundle(make_bundle(setting.temporary / "models")), threads=1)
    (answer,) = phantoms.asked(predictor, [draw_head(1, size=128)])
    verdicts = ("uncertain", "uncertain", "no_tumor", "not_brain_mr")
    row = phantoms.answered("all", [replace(answer, verdict=verdict) for verdict in verdicts], 0.9)
    assert (row.ours, row.reached) == ("75%", False)
    assert "25% no tumour, 50% uncertain, 0% a tumour" in row.note
    told = [replace(answer, label=label, verdict="uncertain") for label in ("glioma", "glioma", "glioma", "pituitary")]
    row = phantoms.called("all", told, "glioma")
    assert (row.ours, row.reached) == ("75%", False)
    assert "0% with certainty, 0% refused" in row.note


def test_the_mean_with_the_mirror_image_is_set_beside_the_plain_answer():
    labels = np.array([0, 0, 1, 1])
    sure = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]])
    mended = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]])
    macro, right, loss = mirror.compared(labels, sure, mended, "four scans")
    assert (macro.ours, macro.peer) == ("1.0000", "0.7500")
    assert (right.ours, right.peer) == ("1.0000", "0.7500")
    assert float(loss.ours) < float(loss.peer)


def test_the_mirror_image_of_every_scan_is_asked_about(setting: Setting, monkeypatch: pytest.MonkeyPatch):
    judged: list[list[Ready]] = []
    judge = Predictor.judge
    monkeypatch.setattr(Predictor, "judge", lambda self, ready: judged.append(list(ready)) or judge(self, ready))
    quick = replace(setting, model=str(make_bundle(setting.temporary / "models")), quick=True)
    rows = mirror.run(quick)
    assert rows[0].note.startswith("8 scans")
    asked = [len(portion) for portion in judged]
    assert asked == [8, 8]
    mirrored = [ready.picture[:, ::-1] for ready in judged[0]]
    assert all(np.array_equal(*pair) for pair in zip(mirrored, (ready.picture for ready in judged[1]), strict=True))
