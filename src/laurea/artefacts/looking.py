"""Look into pictures and PDFs of strangers, one after the other, in a process of its own: none of them can hold up the others, or take all memory.

What reads them bounds sizes and numbers; some files still take a minute, and an extension module may crash. Then that process ends, and
the file is one that cannot be read.
"""

import multiprocessing
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from laurea.artefacts.baked import Carried
from laurea.errors import InputError

SECONDS = 10.0  # for one file; a photograph of 24 million pixels takes two
PATIENCE_SECONDS = 300.0  # that all files together may take beyond a second each; then each has one
LEAST_SECONDS = 1.0
START_SECONDS = 60.0  # until the process is there: it imports what reads pictures and PDFs
MAX_ANSWER = 32 << 20  # bytes; what is carried has at most one
MAX_MEMORY = 4 << 30  # bytes of address space, most of which is only reserved

# What the process answers begins with one of these; it is never unpickled: what read a hostile file may say anything.
_DOCUMENT, _LINK, _REFUSAL, _READY = b"D", b"L", b"R", b"!"


class Looking:
    """Tells what files carry, within a time for each. To be used as a context: its process ends with it."""

    def __init__(self, *, seconds: float = SECONDS, patience: float = PATIENCE_SECONDS) -> None:
        """Start nothing yet: a folder without pictures needs no process."""
        self._seconds = seconds
        self._patience = patience
        self._helper: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the process."""
        self._end()

    def look(self, data: bytes) -> Carried:
        """Return what a file carries, as `carrier.carried` does; raises InputError for what that refuses, for too much work, and for a crash."""
        pipe = self._pipe or self._start()
        bound = min(self._seconds, max(LEAST_SECONDS, self._patience))
        began = time.monotonic()
        answer: Carried | InputError | None = None
        with suppress(OSError, EOFError):  # it has crashed
            pipe.send_bytes(data)
            answer = (
                _read(pipe.recv_bytes(MAX_ANSWER)) if pipe.poll(bound) else InputError(f"it takes more than {bound:g} seconds to look into")
            )
        took = time.monotonic() - began
        self._patience -= max(0.0, took - LEAST_SECONDS)
        if answer is None or took >= bound:
            self._end()
        if isinstance(answer, Carried):
            return answer
        raise answer or InputError("it cannot be looked into: what reads it gave up")

    def _start(self) -> Connection:
        # A fresh interpreter: a fork would take over whatever threads and locks the caller has.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._helper = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._helper.start()
        theirs.close()
        with suppress(OSError, EOFError):
            if self._pipe.poll(START_SECONDS) and self._pipe.recv_bytes() == _READY:
                return self._pipe
        self._end()
        raise InputError("it cannot be looked into: no process for it could be started")

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._helper is not None:
            self._helper.kill()
            self._helper.join()
            self._helper.close()
        self._pipe = self._helper = None


def _read(answer: bytes) -> Carried | InputError:
    kind, content = answer[:1], answer[1:]
    if kind == _DOCUMENT:
        return Carried(content)
    text = content.decode(errors="replace")
    return Carried(link=text) if kind == _LINK else InputError(text)


def _answer(carried: Callable[[bytes], Carried], data: bytes) -> bytes:
    try:
        found = carried(data)
    except InputError as error:
        return _REFUSAL + str(error).encode(errors="replace")
    return _LINK + found.link.encode(errors="replace") if found.link else _DOCUMENT + found.data


def _serve(pipe: Connection) -> None:  # pragma: no cover - in a process of its own
    """Answer what each file carries, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    with suppress(ValueError, OSError):  # where a system knows no such bound
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    carried: Callable[[bytes], Carried] = import_module("laurea.artefacts.carrier").carried
    pipe.send_bytes(_READY)
    with suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(_answer(carried, pipe.recv_bytes()))
