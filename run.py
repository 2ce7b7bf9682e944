"""Set up Tumor Viewer and start it: ``python run.py``. The same on Windows, macOS and Linux; standard library only.

python run.py               start the program (the first time: install it into .venv, beside this file)
python run.py test [ARGS]   all checks and tests; with ARGS only pytest, with these arguments
python run.py bench [NAME]  the benchmarks, or one of them
python run.py screenshots FOLDER   pictures of the window in every state
python run.py build         the program for people without Python, into dist/; --help lists what there is to choose
python run.py ANYTHING      the same as the command `tumorviewer ANYTHING`
"""

import sys

# Before all else: what follows does not even load on an older Python.
if sys.version_info < (3, 11):  # noqa: UP036  # that is what it is for
    sys.exit("Tumor Viewer needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / ".venv.lock"
LOG = ROOT / ".venv.log"
WINDOWS = os.name == "nt"
PINS = ROOT / "constraints.txt"


class Environment:
    """A virtual environment beside this file; `requirements` names what is installed into it beside the program."""

    def __init__(self, name: str = ".venv", requirements: str = "") -> None:
        self.folder = ROOT / name
        self.requirements = requirements
        # Written last: where it is missing or old, something has to be installed.
        self.stamp = self.folder / "installed.txt"
        # There while the environment is being made.
        self.unfinished = self.folder / "unfinished.txt"
        scripts = self.folder / ("Scripts" if WINDOWS else "bin")
        self.python = scripts / ("python.exe" if WINDOWS else "python")
        self.program = scripts / ("tumorviewer.exe" if WINDOWS else "tumorviewer")
        self.packages = self.folder / ("Lib" if WINDOWS else "lib")


USUAL = Environment()
PYTHON, PROGRAM = USUAL.python, USUAL.program

# Debian's packages that the window needs at run time, each with the file that shows that it is there.
SYSTEM_LIBRARIES = {
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libdbus-1-3": "libdbus-1.so.3",
    "libfontconfig1": "libfontconfig.so.1",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
}
# And for the tests, each with its program: a screen that is not there, a look at what is called, DICOM judged and sent.
TEST_PROGRAMS = {"xvfb": "Xvfb", "strace": "strace", "dicom3tools": "dciodvfy", "dcmtk": "storescu"}
# And for building the program. Debian's Python has its library in a package of its own.
BUILD_PROGRAMS = {"binutils": "objcopy"}
PYTHON_LIBRARY = {"libpython{}.{}".format(*sys.version_info): "libpython{}.{}.so.1.0".format(*sys.version_info)}
EDITIONS = ("full", "viewer")

# Commands that are modules of this tree and no part of the program.
TOOLS = {"bench": "benchmarks", "screenshots": "docs.screenshots"}

CHECKS = {
    "lint": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command as check; check()"],
    # TensorFlow's tests share one worker (tests/conftest.py), so that it is imported once.
    "tests": ["-m", "pytest", "-q", "-n", "auto", "--maxprocesses", "4", "--dist", "loadgroup"],
    # The program for people without Python, and its test of itself.
    "program": ["run.py", "build", "--edition", "viewer", "--test"],
}


def main(arguments: Sequence[str]) -> int:
    """Install what is missing, then do what was asked; return the exit code."""
    command, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    try:
        if command == "build":
            return build(rest)
        make_ready(USUAL, {"training", "cluster", "dev"} if command in ("test", *TOOLS) else {"training"})
        if command == "test":
            return run_checks(rest)
        if command in TOOLS:
            return call([str(PYTHON), "-m", TOOLS[command], *rest], folder=ROOT)
        return start_program(arguments)
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


# ---------------------------------------------------------------- what is asked for


def start_program(arguments: Sequence[str]) -> int:
    """Become the program (POSIX), or run it and pass on its exit code (Windows has no exec that waits)."""
    if not WINDOWS:
        # Through Python and not through the script's first line, which must not hold a space or be long.
        os.execv(PYTHON, [str(PYTHON), str(PROGRAM), *arguments])  # noqa: S606  # a list of arguments, no shell
    return call([str(PROGRAM), *arguments])


def run_checks(pytest_arguments: Sequence[str]) -> int:
    """Run every check, also after one has failed, and close with a line for each."""
    if pytest_arguments:
        return call([str(PYTHON), "-m", "pytest", *pytest_arguments], folder=ROOT)
    results: dict[str, tuple[int, float]] = {}
    for name, command in CHECKS.items():
        say(f"\n== {name}")
        begin = time.monotonic()
        code = call([str(PYTHON), *command], folder=ROOT)
        results[name] = code, time.monotonic() - begin
    say("\n== summary")
    for name, (code, seconds) in results.items():
        say(f"{'ok    ' if code == 0 else 'FAILED'} {name:8} {seconds:6.1f} s")
    return int(any(code for code, _ in results.values()))


def build(arguments: Sequence[str]) -> int:
    """Build the program in an environment that holds what goes into it and what builds it, and nothing else."""
    import argparse  # here, because every start of the program comes through this file

    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--edition", choices=EDITIONS, default="full")
    edition = parser.parse_known_args(arguments)[0].edition
    environment = Environment(f".venv-build-{edition}", f"installers/requirements-{edition}.txt")
    if not {"-h", "--help"} & set(arguments):
        make_ready(environment, {edition})
    python = environment.python if environment.python.exists() else Path(sys.executable)
    return call([str(python), "-m", "installers.build", *arguments], folder=ROOT)


def call(command: Sequence[str], folder: Path | None = None) -> int:
    """Run a command on this terminal and return its exit code; Ctrl-C reaches it too, and it decides what to do."""
    with subprocess.Popen(command, cwd=folder) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


# ---------------------------------------------------------------- installing


def make_ready(environment: Environment, extras: set[str]) -> None:
    """See to it that the program and `extras` are installed as pinned. Takes milliseconds when they are."""
    wanted = fingerprint(environment)
    if extras <= installed(environment, wanted):
        return
    with only_one():
        # Another start may have installed it while this one waited.
        if extras <= installed(environment, wanted):
            return
        # What a developer has stays: a plain start after a change of pins renews the tools of the tests too.
        install(environment, extras | installed(environment), wanted)


def fingerprint(environment: Environment) -> str:
    """Return a hash of all that decides what an installation looks like, its place included."""
    names = [PINS.name, "pyproject.toml", environment.requirements]
    content = b"\0".join([*((ROOT / name).read_bytes() for name in names if name), str(ROOT).encode()])
    return hashlib.sha256(content).hexdigest()


def installed(environment: Environment, wanted: str | None = None) -> set[str]:
    """Return the extras that are installed, by the pins with fingerprint `wanted` (None: by any)."""
    try:
        found, *extras = environment.stamp.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return set()
    whole = environment.python.exists() and environment.program.exists()
    return set(extras) if whole and wanted in (None, found) else set()


@contextmanager
def only_one() -> Iterator[None]:
    """Hold a lock, so that two starts at once do not install into one another. It ends with the process."""
    try:
        # "a": a second start opens the same file and does not empty it.
        lock = LOCK.open("a")
    except OSError as error:
        fail(f"The program has to be installed first, but {str(ROOT)!r} cannot be written: {error.strerror}.")
    with lock:
        waited = False
        while not try_lock(lock.fileno()):
            if not waited:
                say("Another start is installing the program; waiting for it.")
            waited = True
            time.sleep(0.2)
        yield


def try_lock(descriptor: int) -> bool:
    """Take the lock on an open file if nobody has it."""
    try:
        if sys.platform == "win32":
            import msvcrt  # exists on Windows only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # exists on POSIX only

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def install(environment: Environment, extras: set[str], wanted: str) -> None:
    """Make the virtual environment if it is missing or broken, install into it, and write the stamp last."""
    LOG.write_bytes(b"")
    fresh = not is_whole(environment)
    why = "first time only, about 2 minutes" if fresh else "something was missing or old"
    say(f"Installing into {environment.folder} ({why})")
    begin = time.monotonic()
    environment.stamp.unlink(missing_ok=True)
    install_system_libraries(extras)
    if fresh:
        make_environment(environment)
    # The builder first: then the second step needs nothing that is not pinned.
    pip = [str(environment.python), "-m", "pip", "install", "--no-compile", "--constraint", PINS.name]
    beside = ["--requirement", environment.requirements] if environment.requirements else []
    project = "." if beside else f".[{','.join(sorted(extras))}]"
    step([*pip, "hatchling"])
    step([*pip, "--no-build-isolation", *beside, "--editable", project])
    # pip would do it on one core, file after file. What is not compiled here is so when it is first used.
    quiet([str(environment.python), "-m", "compileall", "-qq", "-j", "0", str(environment.packages)])
    temporary = environment.stamp.with_suffix(".part")
    temporary.write_text(" ".join([wanted, *sorted(extras)]), encoding="utf-8")
    temporary.replace(environment.stamp)
    say(f"Installed in {time.monotonic() - begin:.0f} s.")


def is_whole(environment: Environment) -> bool:
    """Tell whether an environment was made to its end, at this place, by a Python that is still there."""
    try:
        notes = (environment.folder / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    # The line "command = ..." ends with the place; the scripts of an environment hold it too, so moving breaks them.
    places = [line for line in notes.splitlines() if line.startswith("command")]
    moved = any(not line.endswith(str(environment.folder)) for line in places)
    whole = not moved and not environment.unfinished.exists()
    return whole and quiet([str(environment.python), "-m", "pip", "--version"])


def make_environment(environment: Environment) -> None:
    """Make an environment anew; until that is done a file in it says so."""
    if environment.folder.exists():
        shutil.rmtree(environment.folder)
    environment.folder.mkdir()
    environment.unfinished.touch()
    if not quiet([sys.executable, "-m", "venv", str(environment.folder)]):
        fail("The virtual environment could not be made. On Debian and Ubuntu it needs the package python3-venv.")
    environment.unfinished.unlink()


def step(command: Sequence[str]) -> None:
    """Run one pip command; name each download on a terminal; stop with advice if it fails."""
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=pip_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                log.write(line)
                words = line.split()
                if words[:1] == ["Downloading"] and sys.stderr.isatty():
                    say(" ".join(["  Downloading", words[1].rsplit("/", 1)[-1], *words[2:]]))
    if process.returncode:
        fail("A package could not be installed. Is there a connection? Is the disk full? Give the same command again:\n"
             "what was downloaded already is kept. Once it is installed, the program needs no connection.")  # fmt: skip


def pip_environment() -> dict[str, str]:
    """Return the environment for pip: no questions, no notices, never outside of the environment."""
    return {**os.environ, "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"}


def quiet(command: Sequence[str], **extra: str) -> bool:
    """Run a command whose output goes to the log, and tell whether it went well."""
    with LOG.open("a", encoding="utf-8") as log:
        try:
            done = subprocess.run(command, env=os.environ | extra, stdout=log, stderr=log, stdin=subprocess.DEVNULL)  # noqa: PLW1510
        except OSError as error:
            log.write(f"{command[0]}: {error}\n")
            return False
    return done.returncode == 0


# ---------------------------------------------------------------- system libraries (Debian, Ubuntu)


def install_system_libraries(extras: set[str]) -> None:
    """Install Debian's packages that are missing where this is allowed, else print the command that does it."""
    if not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        return
    missing = missing_packages(extras)
    if not missing:
        return
    line = " ".join(["apt-get", "install", "--yes", "--no-install-recommends", *missing])
    allowed = os.environ.get("TUMORVIEWER_SYSTEM_LIBRARIES", "install") == "install"
    if allowed and install_with_apt(line.split()):
        return
    say(f"System libraries are missing. This installs them:\n  sudo {line}")


def missing_packages(extras: set[str]) -> list[str]:
    """Return the packages whose file is in none of the usual folders: a look at the disk, no call of dpkg."""
    tops = [Path("/lib"), Path("/usr/lib"), Path("/usr/local/lib")]
    folders = tops + [folder for top in tops for folder in top.glob("*-linux-gnu*")]
    there = {entry.name for folder in folders if folder.is_dir() for entry in folder.iterdir()}
    builds = not extras.isdisjoint({"dev", *EDITIONS})
    libraries = SYSTEM_LIBRARIES | (PYTHON_LIBRARY if builds and sys.base_prefix == "/usr" else {})
    programs = (TEST_PROGRAMS if "dev" in extras else {}) | (BUILD_PROGRAMS if builds else {})
    missing = [package for package, library in libraries.items() if library not in there]
    missing += [package for package, program in programs.items() if not shutil.which(program)]
    try:
        import ensurepip  # noqa: F401  # Debian's Python comes without it
    except ImportError:
        missing.append("python3-venv")
    return missing


def install_with_apt(command: list[str]) -> bool:
    """Install as root or by a sudo that asks no password; the package lists are fetched if it does not work without."""
    before: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or not quiet(["sudo", "-n", "true"]):
            return False
        before = ["sudo", "-n"]
    say("Installing system libraries for the window")

    def apt(*words: str) -> bool:
        return quiet([*before, *words], DEBIAN_FRONTEND="noninteractive")

    return apt(*command) or (apt("apt-get", "update") and apt(*command))


# ---------------------------------------------------------------- talking


def say(text: str) -> None:
    """Print to stderr: stdout belongs to the program's answers."""
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    """Print what went wrong, with the end of the log, and leave."""
    if LOG.exists():
        lines = [line for line in LOG.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        say("\n".join(lines[-8:]))
        text += f"\nAll messages are in {LOG}."
    sys.exit(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
