"""`tumorviewer receive` as a process: what it acknowledged survives any end, and it says what it cannot do."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from receiving.peers import Sender, instances, statuses

from tumorviewer.cli import main
from tumorviewer.imaging.load import load_scan
from tumorviewer.receiving.watching import FolderWatch

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def receiving(folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Run the command as the window does; yield it and its port."""
    command = [sys.executable, "-m", "tumorviewer", "receive", "--folder", str(folder), "--port", "0", "--events"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        listening = json.loads(process.stdout.readline())
        assert (listening["event"], listening["host"]) == ("Listening", "127.0.0.1")
        try:
            yield process, listening["port"]
        finally:
            process.kill()


def test_a_kill_in_between_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    sent = instances(40)
    with receiving(tmp_path) as (process, port):
        sender = Sender(port, sent[0])
        acknowledged = 0
        for dataset in sent:
            if acknowledged == 15:
                process.kill()  # the sender goes on without knowing
            answer = sender.send(dataset)
            if answer is None:
                break
            assert answer == 0
            acknowledged += 1
        assert 15 <= acknowledged < 40
        sender.close()
    there = FolderWatch(tmp_path, settle=0.0).look().ready  # as the window finds them at its next start
    assert acknowledged <= len(there) <= acknowledged + 1  # one may have been written and its answer not sent
    numbers = {int(path.name.split("-")[1]) for path in there}
    assert set(range(1, acknowledged + 1)) <= numbers
    assert {load_scan(path).pixels.shape for path in there} == {(64, 64)}
    with receiving(tmp_path) as (process, port):
        assert statuses(port, sent) == [0] * 40  # the sender tries again: nothing is kept twice
        assert len(list(tmp_path.glob("*.dcm"))) == 40
        assert process.stdin is not None
        process.stdin.close()  # the window is gone
        assert process.wait(20) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="another signal there")
def test_for_a_person_it_writes_paths_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tumorviewer", "receive", "--folder", str(tmp_path), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if line.startswith("Listening on 127.0.0.1:"))
        assert statuses(int(line.split(":")[1].split(".")[0]), instances(2)) == [0, 0]
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert [Path(path).parent for path in said.splitlines()] == [tmp_path] * 2


@pytest.mark.parametrize(("options", "words"), [
    (["--bind", "0.0.0.0"], "has to name the senders"),
    (["--bind", "here"], "0.0.0.0"),
    (["--ae-title", "MUCH TOO LONG A TITLE"], "AE title"),
    (["--allow-address", "10.0.0.300"], "'10.0.0.300'"),
    (["--port", "70000"], "65535"),
])  # fmt: skip
def test_what_cannot_be_is_said_before_anything_listens(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["receive", "--folder", str(tmp_path / "in"), *options]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "in").exists()


def test_a_taken_port_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["receive", "--folder", str(tmp_path), "--port", str(port)]) == 1
    assert f"Port {port} is taken by another program" in capsys.readouterr().err
