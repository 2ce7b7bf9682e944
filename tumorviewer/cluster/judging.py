"""`inference.batch.judge_files`, spread over the workers of a Dask cluster: the same answers in the same order.

Workers read the files by their paths, so the archive has to lie where all of them see it under the same names. The
model goes along with the work. A worker that is lost costs time only: Dask gives its groups to others. Only a group
that takes one worker after the other down with it is taken apart, until the file that does so is known.
"""

import logging
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumorviewer.imaging.discover import Found
from tumorviewer.imaging.errors import UnreadableError
from tumorviewer.inference.batch import Answer, judge_files
from tumorviewer.inference.bundle import Bundle

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster, Security

TOGETHER: Final = 48
"""Files of a task: half a second of work, against some forty milliseconds to make an interpreter."""
AHEAD: Final = 4
"""Tasks that wait for each worker: none stands idle, and a long archive is not listed in the scheduler's memory."""
CONNECT_SECONDS: Final = 20
_TRIES: Final = 10
_GONE: Final = "The cluster went away. What was answered is kept; the same command with --resume goes on."


class ClusterError(Exception):
    """The cluster cannot be reached, or has no workers; a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Files of the certificate authority, the certificate and its key (PEM), as Dask's `Security` takes them."""

    ca: Path
    cert: Path
    key: Path


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """Where the work goes.

    Attributes
    ----------
    address : str
        Of a scheduler that runs, such as ``tls://host:8786``; "" starts one on this machine, for this work only.
    workers : int
        Processes that are started on this machine where there is no address.
    tls : Tls or None
    """

    address: str = ""
    workers: int = 2
    tls: Tls | None = None


def judge_on_cluster(bundle: Bundle, files: Iterable[Found], options: ClusterOptions) -> Generator[Answer, None, None]:
    """Yield the answers for `files`, in their order.

    Raises
    ------
    ClusterError
        If there is no cluster to work on, or it went away for good.
    BundleError
        If the model does not run.
    """
    with _client(options) as client:
        work = _Work(client, bundle)
        waiting: deque[tuple[list[Found], Future]] = deque()
        rest = iter(files)
        room = AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        try:
            while True:
                while len(waiting) < room and (group := list(islice(rest, TOGETHER))):
                    waiting.append((group, work.submit(group)))
                if not waiting:
                    return
                yield from work.answers(*waiting.popleft())
        finally:
            client.cancel([future for _, future in waiting])


def judge_group(bundle: Bundle, group: Sequence[Found]) -> list[Answer]:
    """Judge some files with one thread; runs on a worker."""
    return list(judge_files(bundle, group, threads=1))


class _Work:
    """Tasks of one bundle on one cluster."""

    def __init__(self, client: "Client", bundle: Bundle) -> None:
        self._client, self._bundle = client, bundle
        self._model = self._handed_out()

    def submit(self, group: list[Found]) -> "Future":
        """Have a group judged."""
        return self._client.submit(judge_group, self._model, group, pure=False)

    def answers(self, group: list[Found], future: "Future") -> Iterator[Answer]:
        """Wait for a group, and yield its answers."""
        from distributed import CancelledError, KilledWorker  # only who works on a cluster has it

        for _ in range(_TRIES):
            try:
                yield from future.result()
                return
            except KilledWorker:
                yield from self._apart(group)
                return
            except CancelledError:
                # All workers that held the model were lost at once; those that came instead get it anew.
                self._model = self._handed_out()
                future = self.submit(group)
            except (OSError, TimeoutError) as error:
                raise ClusterError(_GONE) from error
        raise ClusterError(_GONE)

    def _apart(self, group: list[Found]) -> Iterator[Answer]:
        """Judge the halves of a group that ended every process which took it; of a single file, say so."""
        if len(group) == 1:
            reason = "the process that read it ended, several times; look at the file by itself"
            yield Answer(group[0].path, 0, 0, "", None, UnreadableError(group[0].path, reason))
            return
        middle = len(group) // 2
        for part in (group[:middle], group[middle:]):
            yield from self.answers(part, self.submit(part))

    def _handed_out(self) -> "Future":
        from distributed import CancelledError  # as above

        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            return self._client.scatter(self._bundle, broadcast=True, hash=False)
        except (CancelledError, OSError, TimeoutError) as error:
            raise ClusterError(_GONE) from error


@contextmanager
def _client(options: ClusterOptions) -> Iterator["Client"]:
    from distributed import Client  # as above

    where = options.address or "this machine"
    with ExitStack() as stack:
        try:
            scheduler = options.address or stack.enter_context(_own_cluster(options))
            client = stack.enter_context(Client(scheduler, timeout=CONNECT_SECONDS, security=_security(options)))
        except (OSError, TimeoutError, ValueError, RuntimeError) as error:
            raise ClusterError(f"No cluster can be reached at {where}: {error}") from error
        if not client.scheduler_info(n_workers=-1)["workers"]:
            raise ClusterError(f"The cluster at {where} has no workers; start some, then try again.")
        yield client


def _own_cluster(options: ClusterOptions) -> "LocalCluster":
    """Start processes that only this machine can reach, without the web page that Dask would serve."""
    from distributed import LocalCluster  # as above

    return LocalCluster(
        n_workers=options.workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        silence_logs=logging.ERROR,
    )  # fmt: skip


def _security(options: ClusterOptions) -> "Security | None":
    from distributed import Security  # as above

    tls = options.tls
    if tls is None:
        return None
    return Security(
        tls_ca_file=str(tls.ca), tls_client_cert=str(tls.cert), tls_client_key=str(tls.key), require_encryption=True
    )
