"""Two thousand instances sent in a row to the window: stored, shown, and none lost when the receiver is killed."""

import hashlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil

from benchmarks.measure import Row, Setting, tell
from benchmarks.window import Desk, Gaps, say_screen, virtual_screen

COUNT = 2000
SIDE = 256
GAP_MS = 50.0


def run(setting: Setting) -> list[Row]:
    """Measure. The model does not judge meanwhile: that would take the other core from the sender."""
    count = setting.count(COUNT, 20)
    home, sent = setting.temporary / "home", _series(setting.temporary / "first", count)
    with virtual_screen() as screen:
        say_screen(screen)
        desk = _Window(home)
        sender = _Sender(desk.listen(), sent)
        # Showing the very first scan is measured by `drop`.
        desk.wait(lambda: desk.workspace.session.pane.up_to_date, "the first scan")
        gaps = Gaps()
        desk.wait(lambda: sender.over, "the sender", 1200.0)
        answered = time.perf_counter()
        desk.wait(lambda: len(desk.workspace.worklist) >= len(sender.acknowledged), "the rows", 1200.0)
        behind = time.perf_counter() - answered
        gaps.stop()
        desk.end()
        lost, killed_after = _kill(home, len(sender.acknowledged), setting)
    stored, gap = len(sender.acknowledged), gaps.longest * 1000
    tell(f"{stored:,} in {sender.seconds:.1f} s, the last row {behind:.1f} s later; killed after {killed_after:,}")
    return [
        Row("instances a second", f"{stored / sender.seconds:.0f}/s", "", "", 0.0,
            note=f"{count:,} of {SIDE} x {SIDE}, 16 bit, sent by dcmtk; each on the disk before it is acknowledged"),
        Row("stored and shown", f"{stored:,}", "", "", 0.0, f"{count:,}", stored == count,
            f"the last row {behind:.1f} s after the last answer"),
        Row("lost of those acknowledged before a kill", f"{lost}", "", "", 0.0, "0", lost == 0,
            f"killed after {killed_after:,}"),
        Row("longest event-loop gap once a scan is shown", f"{gap:.0f} ms", "", "", GAP_MS / gap, "<= 50 ms",
            gap <= GAP_MS),
    ]  # fmt: skip


class _Window(Desk):
    """A window that receives."""

    def listen(self) -> int:
        """Switch the receiver on, and return its port."""
        from tumorviewer.state.settings import JUDGE_ALL, RECEIVE, RECEIVE_PORT

        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        settings = self.workspace.settings
        settings.set(JUDGE_ALL, False)
        settings.set(RECEIVE_PORT, port)
        settings.set(RECEIVE, True)
        # A second window begins with the port of the first.
        self.wait(lambda: getattr(self.workspace.receiving.listening, "port", 0) == port, "the receiver")
        return port


class _Sender:
    """The other side: dcmtk's `storescu`, which waits for each answer and says what it was."""

    def __init__(self, port: int, folder: Path) -> None:
        self._said = folder.with_suffix(".txt")
        self._begun = time.perf_counter()
        command = ["storescu", "-v", "-aec", "TUMORVIEWER", "127.0.0.1", str(port), "+sd", str(folder)]
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(command, stdout=said, stderr=said)
        self.acknowledged: list[str] = []
        self.seconds = 0.0

    @property
    def over(self) -> bool:
        """Whether it has ended; what it said is read then."""
        if self._process.poll() is None:
            return False
        if not self.seconds:
            self.seconds = time.perf_counter() - self._begun
            self.acknowledged = _acknowledged(self._said.read_text("utf-8", "replace").splitlines())
        return True


def _acknowledged(lines: list[str]) -> list[str]:
    """Return the SOP Instance UIDs, which are the names of the files, that were answered with success."""
    uid, found = "", []
    for line in lines:
        if line.startswith("I: Sending file: "):
            uid = Path(line.removeprefix("I: Sending file: ")).stem
        elif line.startswith("I: Received Store Response (Success)"):
            found.append(uid)
    return found


def _series(folder: Path, count: int) -> Path:
    """Write slices of a new series."""
    import numpy as np
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    from tumorviewer.imaging.phantom import draw_head

    folder.mkdir()
    data = Dataset()
    data.SOPClassUID, data.SeriesInstanceUID, data.Modality = MRImageStorage, generate_uid(), "MR"
    data.Rows = data.Columns = SIDE
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = (draw_head(1, size=SIDE).astype(np.uint16) * 12).tobytes()
    for number in range(count):
        data.SOPInstanceUID, data.InstanceNumber = generate_uid(), number + 1
        data.file_meta = FileMetaDataset()
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.save_as(folder / f"{data.SOPInstanceUID}.dcm", enforce_file_format=True)
    return folder


def _kill(home: Path, before: int, setting: Setting) -> tuple[int, int]:
    """Send others, kill the receiver in between; return how many acknowledged ones are not shown, and of how many."""
    desk, half = _Window(home), setting.count(250, 10)
    sender = _Sender(desk.listen(), _series(setting.temporary / "second", 2 * half))
    desk.wait(lambda: desk.workspace.receiving.stored >= half, "half of them", 600.0)
    for child in psutil.Process().children():
        if "receive" in child.cmdline():
            os.kill(child.pid, signal.SIGKILL)
    desk.wait(lambda: sender.over, "the sender", 120.0)
    desk.end()
    again = _Window(home)
    again.wait(lambda: len(again.workspace.worklist) >= before + len(sender.acknowledged), "what was received", 1200.0)
    names = {entry.path.stem.rsplit("-", 1)[1] for entry in again.workspace.worklist.entries.values()}
    again.end()
    hashes = [hashlib.sha256(uid.encode()).hexdigest()[:16] for uid in sender.acknowledged]
    return sum(name not in names for name in hashes), len(hashes)
