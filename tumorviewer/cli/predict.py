"""``tumorviewer predict``: one row of results for each scan.

Without --output the rows come as lines of JSON on stdout, as they are made. With it they go into a .jsonl or .csv
file that takes its place whole at the end; Ctrl-C leaves what was done, and --resume goes on. Exit code 0: every
scan was read; 1: some were not, all others are answered; 2: the command was wrong.
"""

import argparse
import hashlib
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    CommandError,
    Progress,
    count,
    plural,
    progress_bar,
    say,
)
from tumorviewer.cli.judging import bundle_of, counted, found_in

if TYPE_CHECKING:
    from tumorviewer.cli.results import Earlier, ResultsFile, Sink
    from tumorviewer.cli.series import SeriesTable
    from tumorviewer.imaging.discover import Found
    from tumorviewer.inference.batch import Answer
    from tumorviewer.inference.bundle import Bundle


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "predict", help="say what the model sees in each scan", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="scans, or folders to search for them")
    parser.add_argument("--output", type=Path, help="a .jsonl or .csv file; default: lines of JSON on stdout")
    parser.add_argument(
        "--model", help="name, name-version or a bundle's folder; default: the active one of `models list`"
    )
    parser.add_argument("--threads", type=count, help="at most this many; default: one for each core")
    parser.add_argument(
        "--resume", action="store_true", help="keep the rows of --output whose scan and model are unchanged"
    )
    parser.add_argument(
        "--series", action="store_true",
        help="a row for each series as well: in NAME.series.csv beside --output NAME.csv, else after the slices",
    )  # fmt: skip
    parser.add_argument("--folders-as-series", action="store_true", help="--series, also of the pictures of one folder")
    parser.add_argument("--quiet", action="store_true", help="no progress, no line for each unreadable file")
    cluster = parser.add_argument_group("several processes or machines (needs tumorviewer[cluster])")
    cluster.add_argument("--workers", type=count, metavar="N", help="share the work out among N processes here")
    cluster.add_argument(
        "--cluster", metavar="ADDRESS", help="use the workers of this Dask scheduler; they must see the same files"
    )
    for name, what in (("ca", "certificate authority"), ("cert", "certificate"), ("key", "key of the certificate")):
        cluster.add_argument(f"--tls-{name}", type=Path, metavar="FILE", help=f"{what}, for an encrypted cluster")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Predict, and return the exit code."""
    _check(options)
    bundle = bundle_of(options.model)
    found, skipped = found_in(options.paths)
    table = _series_table(bundle, options)
    if options.output is not None:
        return _predict_into_file(bundle, found, options, _Tally(skipped=skipped), table)
    from tumorviewer.cli.results import Stdout

    sink = Stdout()
    code = _predict(bundle, found, _noted(sink, table), options, _Tally(skipped=skipped))
    for row in table.rows() if table is not None else ():
        sink.write(row)
    return code


class _Tally:
    """What was done so far."""

    def __init__(self, skipped: int) -> None:
        self.answered = 0
        self.failed = 0
        self.kept = 0
        self.skipped = skipped
        self._started = time.monotonic()

    def __str__(self) -> str:
        seconds = time.monotonic() - self._started
        parts = [f"{plural(self.answered, 'scan')} answered"]
        if self.kept:
            parts.append(f"{plural(self.kept, 'file')} kept from before")
        if self.failed:
            parts.append(f"{self.failed:,} could not be read")
        if self.skipped:
            parts.append(f"{plural(self.skipped, 'file')} skipped that {'is' if self.skipped == 1 else 'are'} no image")
        speed = f", {self.answered / seconds:.0f} scans/s" if self.answered > 1 and seconds > 0 else ""
        return f"{', '.join(parts)}. {seconds:.1f} s{speed}."


def _series_table(bundle: "Bundle", options: argparse.Namespace) -> "SeriesTable | None":
    if not (options.series or options.folders_as_series):
        return None
    from tumorviewer.cli.series import SeriesTable  # with the next two: only where series are asked for

    return SeriesTable(bundle, folders=options.folders_as_series)


def _noted(sink: "Sink", table: "SeriesTable | None") -> "Sink":
    """Return a place for rows that shows them to the table, if there is one."""
    if table is None:
        return sink
    from tumorviewer.cli.series import WithSeries

    return WithSeries(sink, table)


def _predict_into_file(
    bundle: "Bundle", found: "list[Found]", options: argparse.Namespace, tally: _Tally, table: "SeriesTable | None"
) -> int:
    from tumorviewer.cli.results import Earlier, ResultsFile

    results = ResultsFile(options.output, bundle.classes)
    earlier = Earlier()
    if options.resume:
        earlier = results.earlier(bundle.name, bundle.model_sha256)
        every, found = found, _still_to_do(found, results, earlier)
        tally.kept = len(every) - len(found)
        if table is not None:
            _note_kept(table, every, results, earlier)
    elif results.partial.exists():
        say(
            f"{str(results.partial)!r}, left by a run that did not end, is replaced; "
            "--resume would have gone on from it."
        )
    results.open(earlier)
    try:
        code = _predict(bundle, found, _noted(results, table), options, tally)
        results.finish()
        if table is not None:
            _write_series(table, options.output)
    except KeyboardInterrupt:
        results.finish()
        say(
            f"Stopped. {plural(results.rows, 'row')} in {str(options.output)!r} so far; "
            "the same command with --resume goes on."
        )
        return EXIT_INTERRUPTED
    finally:
        results.abandon()  # does nothing after finish(); after a failure the partial file stays
    return code


def _note_kept(table: "SeriesTable", every: "list[Found]", results: "ResultsFile", earlier: "Earlier") -> None:
    """Show the table the rows that are kept from before."""
    from tumorviewer.cli.series import parsed

    for item in every:
        for old in earlier.rows.get(results.key_path(item.path), {}).values():
            table.take(item.path, parsed(old.line, results.columns))


def _write_series(table: "SeriesTable", output: Path) -> None:
    from tumorviewer.cli.series import beside, write_series

    rows = list(table.rows())
    write_series(beside(output), rows)
    say(f"{plural(len(rows), 'row')} of series in {str(beside(output))!r}.")


def _predict(
    bundle: "Bundle", found: "Sequence[Found]", sink: "Sink", options: argparse.Namespace, tally: _Tally
) -> int:
    """Judge what was found, write a row each, and say what became of it."""
    from tumorviewer.cli.rows import make_row
    from tumorviewer.inference.card import BundleError

    bar: Progress
    with progress_bar(len(found), "scans", quiet=options.quiet) as bar:
        try:
            with closing(_answers(bundle, counted(found, bar), options)) as answers:
                for answer in answers:
                    sink.write(make_row(answer, bundle.name, bundle.model_sha256))
                    if answer.error is None:
                        tally.answered += 1
                        continue
                    tally.failed += 1
                    if not options.quiet:
                        bar.write(str(answer.error))
        except BundleError as error:
            raise CommandError(str(error)) from error
    if not (found or tally.kept):
        say("No images were found there.")
    if not options.quiet:
        say(str(tally))
    return EXIT_FAILED if tally.failed else EXIT_DONE


def _answers(
    bundle: "Bundle", files: "Iterable[Found]", options: argparse.Namespace
) -> "Generator[Answer, None, None]":
    """Yield the answers, from this process or from a cluster."""
    from tumorviewer.inference.batch import judge_files

    if options.cluster is None and options.workers is None:
        yield from judge_files(bundle, files, threads=options.threads)
        return
    from tumorviewer.cluster.judging import ClusterError, ClusterOptions, Tls, judge_on_cluster

    given = (options.tls_ca, options.tls_cert, options.tls_key)
    tls = Tls(*given) if all(given) else None
    try:
        yield from judge_on_cluster(bundle, files, ClusterOptions(options.cluster or "", options.workers or 1, tls))
    except ClusterError as error:
        raise CommandError(str(error)) from error
    except ModuleNotFoundError as error:
        if error.name not in ("dask", "distributed"):
            raise
        raise CommandError('Several workers need Dask. Get it with: pip install "tumorviewer[cluster]"') from error


def _still_to_do(found: "list[Found]", results: "ResultsFile", earlier: "Earlier") -> "list[Found]":
    """Return the files without a good row of this model and this content; their old rows are dropped from `earlier`."""
    todo = []
    for item in found:
        key = results.key_path(item.path)
        sha256 = earlier.finished(key)
        if sha256 is None or item.error is not None or _sha256(item.path) != sha256:
            earlier.drop(key)
            todo.append(item)
    return todo


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None  # the prediction will say what is wrong with it


def _check(options: argparse.Namespace) -> None:
    from tumorviewer.cli.results import SUFFIXES

    given = (options.tls_ca, options.tls_cert, options.tls_key)
    if any(given) and not (all(given) and options.cluster):
        raise CommandError("--tls-ca, --tls-cert and --tls-key belong together, and to --cluster.", EXIT_USAGE)
    if options.cluster and options.workers:
        raise CommandError("--workers starts processes here; with --cluster there are workers already.", EXIT_USAGE)
    if options.resume and options.output is None:
        raise CommandError("--resume needs the --output to go on with.", EXIT_USAGE)
    if options.output is None:
        return
    if options.output.suffix.lower() not in SUFFIXES:
        raise CommandError(f"--output must end in .jsonl or .csv, not {options.output.name!r}.", EXIT_USAGE)
    if options.output.is_dir():
        raise CommandError(f"--output {str(options.output)!r} is a folder; name a file.", EXIT_USAGE)
