"""Where the rows of `predict` go: to stdout as they come, or into a file that is always whole.

A file is written beside its place under the name ``<name>.partial``, row by row, and takes its place at the end or
when the person stops the command. If the machine fails, or the disk is full, the old file is untouched and the
partial one holds what was done: `--resume` reads both.
"""

import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Protocol, Self

from tumorviewer.cli.common import DISK_FULL, CommandError
from tumorviewer.cli.rows import Row, csv_cells, csv_columns, json_line
from tumorviewer.files import sync_folder
from tumorviewer.storage.csv_cells import csv_line, csv_text

SUFFIXES: Final = (".jsonl", ".csv")


class Sink(Protocol):
    """Takes rows."""

    def write(self, row: Row) -> None:
        """Write one row so that a reader sees it at once."""


class Stdout:
    """Lines of JSON on stdout."""

    def write(self, row: Row) -> None:
        """Write and flush one line.

        Raises
        ------
        BrokenPipeError
            If the reader is gone.
        CommandError
            If the line cannot be written, for instance because the disk behind stdout is full.
        """
        try:
            # Bytes, because the console's encoding need not be UTF-8 and Windows would change the line ends.
            buffer = getattr(sys.stdout, "buffer", None)
            if buffer is None:
                sys.stdout.write(json_line(row))
            else:
                buffer.write(json_line(row).encode("utf-8"))
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CommandError(f"The results cannot be written to stdout: {why(error)}") from error


@dataclass(slots=True)
class Earlier:
    """Rows that are in the file already, by path and frame.

    Attributes
    ----------
    rows : dict of path to dict of frame to Old
        Paths as they stand in the file; the order of the file is kept.
    """

    rows: dict[str, dict[int, "Old"]] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """Yield all rows as they stand in the file."""
        for frames in self.rows.values():
            for old in frames.values():
                yield old.line

    def finished(self, path: str) -> str | None:
        """Return the SHA-256 of the scan if all its frames have good rows of this model, else None."""
        frames = self.rows.get(path, {})
        if not frames or any(not old.good for old in frames.values()):
            return None
        one = next(iter(frames.values()))
        whole = all((old.frames, old.sha256) == (one.frames, one.sha256) for old in frames.values())
        return one.sha256 if whole and set(frames) == set(range(one.frames)) else None

    def drop(self, path: str) -> None:
        """Forget the rows of a path: it will be judged again."""
        self.rows.pop(path, None)


@dataclass(frozen=True, slots=True)
class Old:
    """One row of an earlier run: its line, and whether it need not be made again as long as the scan is the same."""

    line: str
    good: bool
    sha256: str
    frames: int


class ResultsFile:
    """A JSONL or CSV file in the making.

    Parameters
    ----------
    path : Path
        Ends in ``.jsonl`` or ``.csv``.
    classes : sequence of str
        The model's classes; they name columns of a CSV.

    Attributes
    ----------
    columns : list of str or None
        The header of a CSV.
    """

    def __init__(self, path: Path, classes: Sequence[str]) -> None:
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        self.columns = csv_columns(classes) if path.suffix.lower() == ".csv" else None
        self._stream: IO[str] | None = None
        self.rows = 0

    def earlier(self, model: str, model_sha256: str) -> Earlier:
        """Return what the file and a partial one left by a crash hold; the later row of the same frame wins."""
        found = Earlier()
        for path in (self.path, self.partial):
            try:
                text = path.read_bytes().decode("utf-8", "replace")
            except FileNotFoundError:
                continue
            except OSError as error:
                raise CommandError(f"{str(path)!r} cannot be read: {why(error)}") from error
            (self._read_csv if self.columns else self._read_json)(text, found, (model, model_sha256))
        return found

    def key_path(self, path: Path) -> str:
        """Return `path` as it stands in the file's rows."""
        return csv_text(str(path)) if self.columns else str(path)

    def open(self, keep: Earlier) -> Self:
        """Start the file with the rows to keep."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # The name is known, and not that of `atomic_write`, because the next start has to find it after a crash.
            fresh = self.path.with_name(self.path.name + ".new")
            with fresh.open("w", encoding="utf-8", newline="") as stream:
                stream.write(csv_line(self.columns) if self.columns else "")
                stream.writelines(keep.lines())
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(fresh, self.partial)
            self._stream = self.partial.open("a", encoding="utf-8", newline="")
        except OSError as error:
            raise self._failed(error) from error
        self.rows = sum(map(len, keep.rows.values()))
        return self

    def write(self, row: Row) -> None:
        """Add one row to the partial file; other programs see it at once."""
        if self._stream is None:
            raise RuntimeError("the file is not open")
        try:
            self._stream.write(csv_line(csv_cells(row, self.columns)) if self.columns else json_line(row))
            self._stream.flush()
        except OSError as error:
            raise self._failed(error) from error
        self.rows += 1

    def finish(self) -> None:
        """Let the partial file take its place, on disk for certain."""
        if self._stream is None:
            return
        try:
            os.fsync(self._stream.fileno())
            self._stream.close()
            os.replace(self.partial, self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise self._failed(error) from error
        self._stream = None

    def abandon(self) -> None:
        """Close the partial file and leave it where it is, for `--resume`."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            try:
                stream.close()
            except OSError:
                return  # the row that could not be written is said already; the rows before it are on disk

    def _failed(self, error: OSError) -> CommandError:
        kept = (
            f" {self.rows} rows are kept in {str(self.partial)!r}; give the same command with --resume to go on."
            if self.rows
            else ""
        )
        return CommandError(f"{str(self.path)!r} cannot be written: {why(error)}{kept}")

    def _read_json(self, text: str, found: Earlier, model: tuple[str, str]) -> None:
        for line in text.split("\n")[:-1]:  # a last line without its end was torn
            try:
                row = json.loads(line)
                good = row["status"] == "ok" and (row["model"], row["model_sha256"]) == model
                old = Old(line + "\n", good, str(row["sha256"]), int(row["frames"] or 0))
                _remember(found, str(row["path"]), int(row["frame"]), old)
            except (ValueError, KeyError, TypeError):
                continue  # no row of ours: it is not carried on

    def _read_csv(self, text: str, found: Earlier, model: tuple[str, str]) -> None:
        rows = csv.reader(io.StringIO(text[: text.rfind("\r\n") + 2], newline=""))
        header = next(rows, [])
        if header and header != self.columns:
            raise CommandError(
                f"{str(self.path)!r} has other columns than the results of this model; choose another --output.", 2
            )
        for cells in rows:
            row = dict(zip(header, cells, strict=False))
            if len(cells) == len(header) and row["frame"].isdigit():
                good = row["status"] == "ok" and (row["model"], row["model_sha256"]) == model
                frames = int(row["frames"]) if row["frames"].isdigit() else 0
                _remember(found, row["path"], int(row["frame"]), Old(csv_line(cells), good, row["sha256"], frames))


def _remember(found: Earlier, path: str, frame: int, old: Old) -> None:
    found.rows.setdefault(path, {})[frame] = old


def why(error: OSError) -> str:
    """Return the cause in words."""
    if error.errno in DISK_FULL:
        return "the disk is full (or a limit on the size of files is reached); make room first."
    return f"{error.strerror or error}."
