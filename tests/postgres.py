"""A real PostgreSQL for tests: one server in a folder of its own, reached by a socket there, ended when the block ends."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from sqlalchemy.engine import make_url

START_SECONDS = 60
ADMIN = "postgres"
# What makes it safe against a power loss also makes it slow, and no test cuts the power.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "listen_addresses": "",
}


class Postgres:
    """A context manager around one server, of the package pgserver, and the databases in it."""

    def __init__(self, **settings: str) -> None:
        """Make the folder; the server starts with the `with` block, with these settings in the place of FAST's."""
        self._settings = {**FAST, **settings}
        # Not below pytest's own, which a path too long for a socket may have, and which the server's user may not enter.
        self.folder = Path(tempfile.mkdtemp(prefix="laurea-postgres-"))
        self._numbers = count(1)
        self._made: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server and wait until it answers; raises RuntimeError when it does not."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the server and forget its data."""
        self.stop()

    def stop(self) -> None:
        """End this process and no other; a second call does nothing."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
            try:
                self._process.wait(timeout=START_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://{ADMIN}@/{name}?host={self.folder}"

    def new(self, *, like: str | None = None) -> str:
        """Make an empty database, or a copy of the one that has the URL `like` and that nobody uses; return its URL."""
        name = f"laurea_{next(self._numbers)}"
        template = "" if like is None else f" TEMPLATE {_name_in(like)} STRATEGY FILE_COPY"
        self.sql(f"CREATE DATABASE {name}{template}")
        self._made.append(self.url(name))
        return self._made[-1]

    @contextmanager
    def dropping(self) -> Iterator[None]:
        """Remove the databases that are made within the block at its end."""
        before = len(self._made)
        try:
            yield
        finally:
            for url in self._made[before:]:
                self.drop(url)
            del self._made[before:]

    def drop(self, url: str) -> None:
        """Remove a database, and end what still uses it."""
        self.sql(f"DROP DATABASE {_name_in(url)} WITH (FORCE)")

    def dump(self, url: str) -> bytes:
        """Return every byte of every row of a database."""
        found = b""
        with psycopg.connect(url) as connection:
            tables = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'").fetchall()
            for (table,) in tables:
                with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)'.encode()) as copied:
                    found += b"".join(bytes(block) for block in copied)
        return found

    def sql(self, statement: str, database: str = ADMIN) -> None:
        """Run a statement outside of a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _start(self) -> None:
        data = self.folder / "data"
        user = _user()
        if user is not None:
            os.chown(self.folder, *user)
        made = self._program("initdb", "-D", str(data), "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        if made.wait(timeout=START_SECONDS) != 0:
            raise RuntimeError(f"initdb failed: {self._log()}")
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        self._process = self._program("postgres", "-D", str(data), "-k", str(self.folder), *options)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"postgres did not start: {self._log()}")
            time.sleep(0.05)

    def _program(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        user, group = _user() or (None, None)
        command = [str(_binary(name)), *arguments]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=user,
                group=group,
                extra_groups=None if user is None else [],
            )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(ADMIN)).close()
        except psycopg.OperationalError:
            return False
        return True

    def _log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")


def _binary(name: str) -> Path:
    """Return a program of PostgreSQL. The package's own way to start it is not taken: it ends servers that it did not start."""
    package = find_spec("pgserver")
    if package is None or package.origin is None:
        raise FileNotFoundError("the package pgserver is missing: run scripts/setup")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _user() -> tuple[int, int] | None:
    """Return whom the server runs as, when we are root, as whom it refuses to run."""
    if os.geteuid() != 0:
        return None
    found = pwd.getpwnam("nobody")
    return found.pw_uid, found.pw_gid


def _name_in(url: str) -> str:
    return make_url(url).database or ""
