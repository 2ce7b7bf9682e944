"""The result of a run in the real window: its figures, its answers one by one, and the choice between two models."""

import csv
import json
import shutil
from pathlib import Path

from gui.window.conftest import MakeScene
from gui.window.training.conftest import Studio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from training.results import COMPARISONS
from training.runs import Asked, note_asked
from tumorviewer.gui.training.parts import TileView
from tumorviewer.gui.training.result.page import ResultPage
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.state.training.result import SHOWN, WORST, Pick
from tumorviewer.state.training.result_gate import GateStatus


def keep_run(desk: TrainingDesk, finished: Path, data: Path) -> Path:
    """Put a run into the user's folder as if the tab had made it."""
    run = Path(shutil.copytree(finished, desk.places.runs / "tiny"))
    note_asked(run, Asked(data, desk.places.cache, None))
    return run


def evaluation(finished: Path) -> dict[str, object]:
    found = json.loads((finished / "report" / "evaluation.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def answers(finished: Path) -> list[dict[str, str]]:
    with (finished / "report" / "predictions.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def show(studio: Studio) -> ResultPage:
    studio.show(Step.RESULT)
    studio.wait(lambda: studio.desk.result.result is not None or bool(studio.desk.result.problem))
    return studio.page.result


def tiles(page: ResultPage) -> list[TileView]:
    return page.scans.grid.grid.views


def wait_for(studio: Studio, *statuses: GateStatus) -> None:
    studio.wait(lambda: studio.desk.result.gate.status in statuses)


def answer(studio: Studio, text: str) -> str:
    """Answer the question that is open; return what it asked."""
    box = studio.scene.dialog(QMessageBox)
    assert isinstance(box, QMessageBox)
    next(button for button in box.findChildren(QPushButton) if button.text() == text).click()
    return box.informativeText()


def test_without_a_run_the_page_shows_the_way_to_one(studio: Studio) -> None:
    studio.show(Step.RESULT)
    page = studio.page.result
    assert page.empty.isVisible()
    assert not page.figures.isVisible()
    assert not page.gate.isVisible()
    page.empty.go.click()
    assert studio.desk.step is Step.DATA


def test_figures_are_those_of_the_report(studio: Studio, finished: Path, heads: Path) -> None:
    keep_run(studio.desk, finished, heads)
    page = show(studio)
    report = evaluation(finished)
    headline = report["headline"]
    assert isinstance(headline, dict)
    macro = headline["macro_sensitivity"]
    assert page.figures.average.value.text() == f"{100 * macro['value']:.1f} %"
    assert page.figures.average.between.text() == f"{100 * macro['low']:.1f} to {100 * macro['high']:.1f} %"
    assert page.figures.right.value.text() == f"{100 * headline['accuracy']['value']:.1f} %"
    per_class = report["per_class"]
    assert isinstance(per_class, dict)
    shown = {row.label: row.bars[0].figure.value for row in page.figures.bars.rows if row.label}
    assert shown == {name: values["sensitivity"]["value"] for name, values in per_class.items()}
    baselines = report["baselines"]
    assert isinstance(baselines, list)
    grey = [row.bars[0].figure.value for row in page.figures.bars.rows if not row.label]
    assert grey == [item["macro_sensitivity"] for item in baselines]
    classes, confusion = report["classes"], report["confusion"]
    assert isinstance(classes, list)
    assert isinstance(confusion, list)
    shown_counts = page.confusion.counts.matrix.counts
    assert [sum(row) for row in shown_counts] == [sum(row) for row in confusion]
    assert [shown_counts[i][i] for i in range(4)] == [confusion[i][i] for i in range(4)]
    assert page.figures.report.isEnabled()
    explained = [topic.here for topic in studio.page.help.topics]
    widest = max(per_class.values(), key=lambda values: values["sensitivity"]["high"] - values["sensitivity"]["low"])
    assert f"{100 * widest['sensitivity']['low']:.1f} to {100 * widest['sensitivity']['high']:.1f} %" in explained[0]


def test_right_and_wrong_answers_are_told_apart_and_open_in_the_viewer(
    studio: Studio, finished: Path, heads: Path
) -> None:
    keep_run(studio.desk, finished, heads)
    page = show(studio)
    given = {row["path"]: row for row in answers(finished)}
    assert 0 < len(given) <= SHOWN
    assert len(tiles(page)) == len(given)
    for view in tiles(page):
        path = view.tile.key[1]  # type: ignore[index]  # keys of this grid are tuples
        row = given[path.relative_to(heads).as_posix()]
        assert (view.tile.tone == "good") is (row["answer"] == row["label"])
    studio.wait(lambda: all(view.tile.picture is not None for view in tiles(page)))

    wrong = [row for row in given.values() if row["answer"] != row["label"]]
    page.scans.picks[Pick.WRONG].click()
    assert len(tiles(page)) == len(wrong)
    assert all(view.tile.tone == "danger" for view in tiles(page))
    label = wrong[0]["label"]
    page.scans.label.setCurrentIndex(page.scans.label.findData(label))
    page.scans.label.activated.emit(page.scans.label.currentIndex())
    assert len(tiles(page)) == sum(row["label"] == label for row in wrong)

    worst = page.worst.grid.grid.views
    surest = sorted((float(row[f"p_{row['answer']}"]) for row in wrong), reverse=True)[:WORST]
    by_path = {row["path"]: float(row[f"p_{row['answer']}"]) for row in wrong}
    paths = [view.tile.key[1] for view in worst]  # type: ignore[index]
    assert [by_path[path.relative_to(heads).as_posix()] for path in paths] == surest
    worst[0].setFocus()
    QTest.keyClick(worst[0], Qt.Key.Key_Return)
    studio.wait(lambda: [entry.path for entry in studio.scene.rows] == [paths[0]])
    assert studio.scene.window.review.isVisible(), "it opens in the viewer"


def test_shuffling_shows_others(studio: Studio, finished: Path, heads: Path) -> None:
    run = keep_run(studio.desk, finished, heads)
    rows = answers(finished)
    with (run / "report" / "predictions.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "frame": str(frame)} for row in rows for frame in range(4))
    page = show(studio)
    before = [view.tile.key for view in tiles(page)]
    assert len(before) == SHOWN
    page.scans.shuffle.click()
    assert len(tiles(page)) == SHOWN
    assert [view.tile.key for view in tiles(page)] != before
    assert page.scans.count.text() == f"{SHOWN} of {4 * len(rows)}"


def test_of_a_leaky_split_no_figure_is_shown(studio: Studio, finished: Path, heads: Path) -> None:
    run = keep_run(studio.desk, finished, heads)
    report = evaluation(finished)
    split = report["split"]
    assert isinstance(split, dict)
    split["leak_free"] = False
    (run / "report" / "evaluation.json").write_text(json.dumps(report), "utf-8")
    page = show(studio)
    assert "may also have been in training" in page.banner.text.text()
    assert not page.figures.figures.isVisible()
    assert not page.confusion.isVisible()
    page.way_out.click()
    assert studio.desk.step is Step.DATA


def test_what_is_missing_or_damaged_is_said(studio: Studio, finished: Path, heads: Path) -> None:
    run = keep_run(studio.desk, finished, heads)
    (run / "report" / "evaluation.json").write_text("{", "utf-8")
    page = show(studio)
    assert "not tested" in page.banner.text.text()
    assert not page.figures.figures.isVisible()
    result = studio.desk.result.result
    assert result is not None
    assert run in result.bundle.parents
    (result.bundle / "card.json").write_text("{", "utf-8")
    studio.page.result.head.wanted.emit(run)
    studio.wait(lambda: bool(studio.desk.result.problem))
    assert "card.json" in page.banner.text.text()
    assert not page.gate.isVisible()


def test_where_the_scans_are_gone_a_person_is_asked_before_the_model_is_used(
    studio: Studio, finished: Path, tmp_path: Path
) -> None:
    keep_run(studio.desk, finished, tmp_path / "gone")
    page = show(studio)
    wait_for(studio, GateStatus.NO_DATA)
    assert "not in their place" in page.gate.verdict.text.text()
    page.gate.use.click()
    assert "not compared" in answer(studio, "Keep the current one")
    assert studio.desk.result.gate.status is GateStatus.NO_DATA


def test_a_new_model_is_compared_used_and_left_again(make_scene: MakeScene, finished: Path, heads: Path) -> None:
    studio = Studio(make_scene())
    run = keep_run(studio.desk, finished, heads)
    model, gate = studio.scene.workspace.model, studio.desk.result.gate
    studio.wait(lambda: model.status is ModelStatus.READY)
    shipped = model.name
    page = show(studio)
    wait_for(studio, GateStatus.COMPARED)
    found = gate.promotion
    assert found is not None
    assert found.scans == len(answers(finished))
    assert [row.label for row in page.gate.sides.bars.rows] == [item.name for item in found.labels] + [""]
    assert [row.bars[1].figure for row in page.gate.sides.bars.rows][:-1] == [item.current for item in found.labels]
    assert f"p = {found.overall.p_value:.2g}" in page.gate.sides.chance.text() or found.overall.p_value < 0.001
    assert list((run / COMPARISONS).iterdir())
    disagree = found.overall.mended + found.overall.broken
    assert f"disagree on {disagree}." in studio.page.help.topics[1].here

    assert gate.asks_again, "a model from scratch and a few heads is worse than the one that came with the program"
    page.gate.use.click()
    answer(studio, "Keep the current one")
    assert model.name == shipped
    page.gate.use.click()
    assert "One click goes back" in answer(studio, "Use it all the same")
    wait_for(studio, GateStatus.IN_USE)
    studio.wait(lambda: model.status is ModelStatus.READY and model.name.startswith("tiny"))
    assert page.gate.back.isVisible()
    page.gate.back.click()
    studio.wait(lambda: model.status is ModelStatus.READY and model.name == shipped)
    wait_for(studio, GateStatus.COMPARED)
    studio.scene.window.close()
    studio.wait(lambda: studio.scene.ended)

    again = Studio(make_scene())
    show(again)
    wait_for(again, GateStatus.COMPARED)
    assert again.desk.result.gate.promotion == found, "what was measured is kept"
    assert again.desk.result.gate.task.outcome is None, "and not measured again"


def test_a_comparison_is_stopped_and_does_not_begin_again_by_itself(
    studio: Studio, finished: Path, heads: Path
) -> None:
    keep_run(studio.desk, finished, heads)
    page = show(studio)
    wait_for(studio, GateStatus.COMPARING)
    page.gate.progress.stop.click()
    wait_for(studio, GateStatus.OPEN)
    studio.show(Step.DATA)
    studio.show(Step.RESULT)
    assert studio.desk.result.gate.status is GateStatus.OPEN
    page.gate.again.click()
    assert studio.desk.result.gate.status is GateStatus.COMPARING
