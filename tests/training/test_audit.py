"""The audit tells leaks, contradictions and copies in words and files."""

import csv
import json
import re
from pathlib import Path

import numpy as np
from labelled_heads import head, save, tree

from training.audit import Audit, audit_dataset
from training.audit_report import write_audit
from training.dataset import read_dataset


def published(root: Path) -> Path:
    """Write a clean tree with train and test folders: no head is in both."""
    for part, first in (("Training", 0), ("Testing", 500)):
        for number, label in enumerate(("glioma", "no_tumor")):
            for seed in range(first + 100 * number, first + 100 * number + (8 if part == "Training" else 4)):
                save(root / part / label / f"{seed}.png", head(seed, label))
    return root


def audit(root: Path) -> Audit:
    return audit_dataset(read_dataset(root), workers=0)


def test_a_clean_split_is_called_leak_free(tmp_path: Path) -> None:
    found = audit(published(tmp_path))
    assert [leak.leak_free for leak in found.leaks] == [True]
    assert found.split is not None
    assert found.split.leak_free
    assert "leak-free" in found.verdict[0]
    assert found.distinct_pictures == len(found.dataset)
    assert len(found.baselines) == 2


def test_mirrored_copies_across_the_parts_make_it_leaky(tmp_path: Path) -> None:
    root = published(tmp_path)
    for seed in (0, 1, 2):
        save(root / "Testing" / "glioma" / f"copy {seed}.jpg", np.ascontiguousarray(head(seed, "glioma")[:, ::-1]))
    found = audit(root)
    assert (found.leaks[0].same_picture, found.leaks[0].test_scans) == (3, 11)
    assert found.verdict[0].startswith("published folders: leaky")
    assert "To mend it" in found.verdict[1]
    assert found.split is not None
    assert not found.split.leak_free
    assert found.kind_counts["mirrored"] == 3


def test_a_known_patient_across_the_parts_makes_it_leaky(tmp_path: Path) -> None:
    root = published(tmp_path)
    rows = ["path,label,split,patient_block"]
    for number, file in enumerate(sorted(root.rglob("*.png"))):
        split = "train" if "Training" in file.parts else "test"
        rows.append(
            f"{file.relative_to(root).as_posix()},{file.parent.name},{split},{'same' if number in (0, 20) else number}"
        )
    (root / "index.csv").write_text("\n".join(rows) + "\n")
    leak = audit(root).leaks[0]
    assert (leak.same_picture, leak.same_patient) == (0, 1)


def test_told_groups_do_not_hide_copies_that_they_miss(tmp_path: Path) -> None:
    root = published(tmp_path)
    save(root / "Testing" / "glioma" / "copy.png", head(3, "glioma"))
    rows = ["path,label,split,duplicate_group"]
    for number, file in enumerate(sorted(root.rglob("*.png"))):
        split = "train" if "Training" in file.parts else "test"
        rows.append(f"{file.relative_to(root).as_posix()},{file.parent.name},{split},g{number}")
    (root / "index.csv").write_text("\n".join(rows) + "\n")
    assert audit(root).leaks[0].same_picture == 1


def test_contradicting_labels_are_listed_and_unknown_types_are_no_contradiction(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", 4)
    save(root / "no_tumor" / "wrong.png", head(0, "glioma"))
    save(root / "yes" / "right.png", head(1, "glioma"))
    found = audit(root)
    write_audit(found, tmp_path / "out")
    with (tmp_path / "out" / "conflicts.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["first_label"], row["second_label"]) for row in rows] == [("glioma", "no_tumor")]
    assert "wrong.png" in rows[0]["first"] + rows[0]["second"]
    with (tmp_path / "out" / "duplicates.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 2
    assert any("contradict" in sentence for sentence in found.verdict)


def test_the_page_stands_alone_and_the_json_is_complete(tmp_path: Path) -> None:
    root = published(tmp_path / "<script>data")
    save(root / "Testing" / "glioma" / "a & b <i>.png", head(0, "glioma"))
    (root / "Testing" / "glioma" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not really")
    page = write_audit(audit(root), tmp_path / "out").read_text(encoding="utf-8")
    assert "Research use only. Not for diagnosis." in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "<script" not in page
    assert "a &amp; b &lt;i&gt;.png" in page
    assert page.count("data:image/jpeg;base64,") == 2
    told = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    assert told["splits"][0]["leak_free"] is False
    assert [item["path"] for item in told["unreadable"]] == ["Testing/glioma/broken.jpg"]
    assert {item["name"] for item in told["baselines"]["results"]} == {item.name for item in audit(root).baselines}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "audit.html",
        "audit.json",
        "conflicts.csv",
        "duplicates.csv",
    ]


def test_a_single_class_can_be_audited_too(tmp_path: Path) -> None:
    found = audit(tree(tmp_path, 3, ("glioma",)))
    assert found.split is None
    assert any("At least two classes" in sentence for sentence in found.verdict)
