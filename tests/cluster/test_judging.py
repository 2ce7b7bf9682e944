"""Several processes give the answers of one, in its order, also when they are killed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from cluster.deadly import DEADLY, judge_or_die
from distributed import Client, LocalCluster

from tumorviewer.cli import main
from tumorviewer.cluster import judging
from tumorviewer.cluster.judging import ClusterError, ClusterOptions, Tls, judge_on_cluster
from tumorviewer.imaging.discover import Found, discover
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.inference import catalogue
from tumorviewer.inference.batch import Answer, judge_files
from tumorviewer.inference.bundle import Bundle, load_bundle

FILES = 18


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    for number in range(FILES - 1):
        head = draw_head(number % 3, size=64).copy()
        head[0, 0] = number
        (folder / f"扫描 {number}.png").write_bytes(cv2.imencode(".png", head)[1].tobytes())
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(catalogue.find(None))


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    ) as made:
        yield made


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "TOGETHER", 3)
    monkeypatch.setattr(judging, "AHEAD", 2)


def found(folder: Path) -> list[Found]:
    return list(discover([folder]))


def told(answer: Answer) -> tuple[object, ...]:
    prediction = answer.prediction
    verdict = None if prediction is None else (prediction.verdict, prediction.confidence, prediction.crop)
    return answer.path, answer.frame, answer.sha256, verdict, None if answer.error is None else answer.error.reason


def test_a_killed_worker_loses_nothing(
    cluster: LocalCluster, bundle: Bundle, archive: Path, small_groups: None
) -> None:
    alone = [told(answer) for answer in judge_files(bundle, found(archive), threads=1)]
    answers = judge_on_cluster(bundle, found(archive), ClusterOptions(cluster.scheduler_address))
    together = [told(next(answers)) for _ in range(4)]
    with Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
    os.kill(victim, signal.SIGKILL)
    together += [told(answer) for answer in answers]
    assert together == alone
    assert len(alone) == FILES


def test_a_file_that_ends_every_worker_is_one_row(
    cluster: LocalCluster, bundle: Bundle, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "TOGETHER", 2)
    monkeypatch.setattr(judging, "judge_group", judge_or_die)
    files = [item for item in found(archive) if item.path.name != "broken.png"][:6]
    assert DEADLY in {item.path.name for item in files}
    with Client(cluster) as client:
        client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 0))
        answers = list(judge_on_cluster(bundle, files, ClusterOptions(cluster.scheduler_address)))
    assert [answer.path for answer in answers] == [item.path for item in files]
    lost = [answer for answer in answers if answer.error is not None]
    assert [answer.path.name for answer in lost] == [DEADLY]
    assert "ended, several times" in str(lost[0].error)


def test_the_command_gives_the_same_file_and_goes_on(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, many = tmp_path / "one.csv", tmp_path / "many.csv"
    assert main(["predict", str(archive), "--threads", "1", "--output", str(one), "--quiet"]) == 1
    assert main(["predict", str(archive), "--workers", "2", "--output", str(many), "--quiet"]) == 1
    assert many.read_bytes() == one.read_bytes()
    capsys.readouterr()
    assert main(["predict", str(archive), "--output", str(many), "--resume"]) == 1
    assert f"{FILES - 1} files kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--cluster", "tcp://127.0.0.1:9"], "No cluster can be reached"),
        (["--cluster", "tcp://127.0.0.1:9", "--workers", "2"], "there are workers already"),
        (["--workers", "2", "--tls-ca", "ca.pem"], "belong together"),
    ],
)
def test_what_cannot_be_is_said(
    options: list[str], words: str, archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "CONNECT_SECONDS", 1)
    assert main(["predict", str(archive), *options]) in (1, 2)
    assert words in capsys.readouterr().err


def test_encryption_is_asked_for_with_the_given_files(tmp_path: Path, bundle: Bundle) -> None:
    files = [tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem")]
    for file in files:
        file.write_text("no certificate")
    options = ClusterOptions("tls://127.0.0.1:9", tls=Tls(*files))
    with pytest.raises(ClusterError, match="No cluster can be reached"):
        next(judge_on_cluster(bundle, [], options))
    security = judging._security(options)
    assert security is not None
    assert security.require_encryption
    assert [security.tls_ca_file, security.tls_client_cert, security.tls_client_key] == [str(file) for file in files]
