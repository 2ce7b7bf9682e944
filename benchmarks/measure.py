"""What every benchmark shares: its setting, its rows, processes with their time and memory, and the machine."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MB = 1e6


@dataclass(frozen=True, slots=True)
class Setting:
    """How a benchmark is run.

    Attributes
    ----------
    model : str or None
        As `tumorviewer.inference.catalogue.find` takes it.
    scans : Path
        Real scans in ``<source>/.../<label>/``; where it is missing, phantoms are drawn.
    temporary : Path
        The only folder that is written to.
    quick : bool
        Tiny counts, to see that everything works; the numbers mean nothing then.
    """

    model: str | None
    scans: Path
    temporary: Path
    quick: bool = False

    def count(self, full: int, quick: int) -> int:
        """Return how many to measure."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    `ratio` is in the sense of the target: above 1 is better, 0 says nothing. `reached` is None where there is no
    target, `against` "" where a bound is met or missed and nothing else is measured beside it.
    """

    what: str
    ours: str
    peer: str
    against: str
    ratio: float
    target: str = ""
    reached: bool | None = None
    note: str = ""


def at_least(what: str, ours: str, peer: str, against: str, ratio: float, least: float, note: str = "") -> Row:
    """Return the row of a ratio that has to be `least` or more."""
    return Row(what, ours, peer, against, ratio, f"ratio >= {least:g}", ratio >= least, note)


def tell(text: str) -> None:
    """Say on stderr what is going on."""
    print(f"  {text}", file=sys.stderr, flush=True)


# ---------------------------------------------------------------- processes


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that ended well: seconds from start to end, the largest memory it had (bytes), and its stdout."""

    seconds: float
    peak: int
    output: str


def run_process(command: Sequence[str], folder: Path) -> Finished:
    """Run a command to its end.

    Raises
    ------
    RuntimeError
        If it fails; the message ends with what it wrote to stderr.
    """
    with (folder / "stdout").open("w+b") as output, (folder / "stderr").open("w+b") as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, cwd=ROOT, env=_environment())
        peak = _wait(process)
        seconds = time.perf_counter() - begin
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            said = errors.read().decode(errors="replace")[-1000:]
            raise RuntimeError(f"{' '.join(command[:4])} ... ended with {process.returncode}: {said}")
        return Finished(seconds, peak, output.read().decode())


def _environment() -> dict[str, str]:
    """Return ours, but let Python keep what it compiles, as it does for everybody who starts the program twice."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process and return its largest resident memory in bytes.

    On Linux the number starts at this process's own (the child shares its memory until it becomes the other program),
    so a benchmark that measures memory imports nothing heavy itself.
    """
    if sys.platform == "win32":
        import psutil  # elsewhere the system tells it when the process ends

        peak, watched = 0, psutil.Process(process.pid)
        while process.poll() is None:
            try:
                peak = int(watched.memory_info().peak_wset)
            except psutil.NoSuchProcess:
                break
            time.sleep(0.005)
        process.wait()
        return peak
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return int(usage.ru_maxrss) * (1 if sys.platform == "darwin" else 1024)


def resident() -> int:
    """Return how many bytes of memory this process holds now."""
    import psutil  # here, so that benchmarks that do not ask start without it

    return int(psutil.Process().memory_info().rss)


@contextmanager
def seconds_into(times: list[float]) -> Iterator[None]:
    """Append how long the block took."""
    begin = time.perf_counter()
    yield
    times.append(time.perf_counter() - begin)


# ---------------------------------------------------------------- the machine


def machine() -> dict[str, Any]:
    """Return what the numbers depend on: processor, cores of this process, load when it began."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {
        "processor": _processor(),
        "cores": cores,
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
