"""Who shares the work on large batches: other processes on this machine, one for each of its processors, or a Dask cluster."""

import gc
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from urllib.parse import urlsplit

from laurea.errors import InputError, Unreachable
from laurea.services.issuing.crew import Helpers

DASK = {"dask": "tcp", "dasks": "tls"}  # how Dask calls what is asked for
CONNECT_SECONDS = 30


def helpers_of(url: str | None) -> Helpers:
    """Return the helpers that an operator asks for: "dask://HOST:PORT" is a cluster (dasks:// with TLS), None the processors of this machine.

    Raises InputError for any other.
    """
    if url is None:
        return processes
    found = urlsplit(url)
    if found.scheme not in DASK or not found.hostname or found.path.strip("/"):
        raise InputError(f"{url!r} is not the scheduler of a cluster", hint="give one like dask://scheduler:8786")
    return partial(cluster, f"{DASK[found.scheme]}://{found.netloc}")


def processes() -> Executor:
    """Return processes that share the work, started when there is some; they have nothing of this one but what they are given."""
    # Of a server that has read our modules once: to read them takes as long as ten thousand credentials.
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["__main__", "laurea.core.drafts", "laurea.core.leaves"])
    # What was read is there to stay: else the collector of garbage looks through all of it again and again.
    return ProcessPoolExecutor(os.cpu_count(), mp_context=server, initializer=gc.freeze)


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Give the workers of a Dask cluster, which need this version of laurea; raises InputError without Dask, Unreachable without workers."""
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise InputError("Dask is not installed here", hint="pip install 'laurea[dask]'") from error
    try:
        with distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            executor = client.get_executor(pure=False)
            try:
                yield executor
            finally:
                executor.shutdown(wait=False)  # of workers that are gone nothing comes any more
    except (OSError, TimeoutError) as error:  # what a worker fails with does not come here: the work is done by us then
        raise Unreachable(f"the Dask cluster at {address} has no scheduler or no workers: {error}") from error
