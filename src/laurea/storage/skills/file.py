"""The file of skills: put frameworks in, look concepts up. It is the only module that knows its SQL."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from laurea.core.concept import Concept, uri_key
from laurea.core.frameworks import Entry, Framework, Stored
from laurea.core.stems import key
from laurea.errors import Busy, InputError
from laurea.storage.skills.schema import TABLES, VERSION

BUSY_SECONDS = 10
AT_ONCE = 500  # values of one statement

_CONCEPT = (
    "SELECT c.id, c.uri, c.label, f.name, f.version, c.code, c.kind, c.description FROM concept c JOIN framework f ON f.id = c.framework "
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A concept as the index has it: its rank by BM25, higher is better, the stems of its description, and its labels."""

    concept: int
    rank: float
    description: str
    labels: tuple[tuple[str, str, int], ...]  # text, stems, whether it is preferred


class SkillFile:
    """One file, by its path; it is made when a framework is first put in. Several processes may read it while one writes."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet."""
        self.path = path

    def state(self) -> tuple[int, ...]:
        """Return what is another after each change of the file; () when there is none."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        return (found.st_ino, found.st_size, found.st_mtime_ns)

    def put(self, framework: Framework) -> Stored:
        """Put a framework in, all of it or nothing, in place of what was there by that name; raises InputError, Busy."""
        with self._connected(write=True) as connection:
            _delete(connection, framework.name)
            row = (framework.name, framework.version)
            number = connection.execute("INSERT INTO framework (name, version) VALUES (?, ?)", row).lastrowid or 0
            for entry in framework.entries:
                _insert(connection, number, entry)
            connection.executemany(
                "INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)",
                ((uri_key(link.source), uri_key(link.target), link.relation, number) for link in framework.links),
            )
            connection.execute("INSERT INTO spoken (spoken) VALUES ('optimize')")
            return next(_stored(connection, framework.name))

    def remove(self, name: str) -> bool:
        """Take a framework out; tell whether it was there."""
        if not self.path.exists():
            return False
        with self._connected(write=True) as connection:
            return _delete(connection, name)

    def frameworks(self) -> list[Stored]:
        """Return what is there, by name."""
        with self._connected() as connection:
            return list(_stored(connection))

    def find(self, uri: str) -> Concept | None:
        """Return the concept of a URI."""
        with self._connected() as connection:
            rows = connection.execute(f"{_CONCEPT} WHERE c.uri_key = ?", (uri_key(uri),)).fetchall()
            return next(iter(_concepts(connection, rows).values()), None)

    def concepts(self, numbers: Sequence[int]) -> dict[int, Concept]:
        """Return concepts by their numbers in this file, in the order asked for."""
        with self._connected() as connection:
            marks = ",".join("?" * len(numbers))
            found = _concepts(connection, connection.execute(f"{_CONCEPT} WHERE c.id IN ({marks})", numbers).fetchall())
            return {number: found[number] for number in numbers if number in found}

    def related(self, uri: str) -> dict[str, str]:
        """Return the URIs next to a concept, as the framework writes them, and their relation to it."""
        own = uri_key(uri)
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT coalesce(c.uri, l.target), l.relation FROM link l LEFT JOIN concept c ON c.uri_key = l.target WHERE l.source = ? "
                "UNION ALL SELECT coalesce(c.uri, l.source), CASE l.relation WHEN 'broader' THEN 'narrower' ELSE l.relation END "
                "FROM link l LEFT JOIN concept c ON c.uri_key = l.source WHERE l.target = ?",
                (own, own),
            )
            return dict(rows)

    def named(self, keys: Sequence[str]) -> dict[str, list[int]]:
        """Return the numbers of the concepts that have a label with one of these keys (`stems.key`); those of a preferred one first."""
        found: dict[str, list[int]] = {}
        with self._connected() as connection:
            for begin in range(0, len(keys), AT_ONCE):
                some = keys[begin : begin + AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = connection.execute(
                    f"SELECT stems, concept, max(preferred) p FROM label WHERE stems IN ({marks}) GROUP BY stems, concept ORDER BY p DESC, concept",  # noqa: S608
                    some,
                )
                for stems, concept, _ in rows:
                    found.setdefault(stems, []).append(concept)
        return found

    def vocabulary(self) -> dict[str, int]:
        """Return the stems that labels and descriptions have, and how many concepts have each."""
        with self._connected() as connection:
            return dict(connection.execute("SELECT term, doc FROM vocabulary").fetchall())

    def spoken(self, stems: Sequence[str], limit: int) -> list[Spoken]:
        """Return the concepts that have any of some stems, the best by BM25 first."""
        match = " OR ".join('"' + word.replace('"', "") + '"' for word in stems)
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT rowid, -bm25(spoken, 8.0, 1.0) rank, description FROM spoken WHERE spoken MATCH ? ORDER BY 2 DESC LIMIT ?",
                (match, limit),
            ).fetchall()
            marks = ",".join("?" * len(rows))
            labels: dict[int, list[tuple[str, str, int]]] = {}
            for number, *label in connection.execute(
                f"SELECT concept, text, stems, preferred FROM label WHERE concept IN ({marks}) ORDER BY concept, preferred DESC, text",  # noqa: S608
                [row[0] for row in rows],
            ):
                labels.setdefault(number, []).append((label[0], label[1], label[2]))
            return [Spoken(number, rank, text, tuple(labels[number])) for number, rank, text in rows]

    @contextmanager
    def _connected(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            if write:
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place = self.path if write or self.path.exists() else ":memory:"
            connection = sqlite3.connect(place, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                _prepare(connection, self.path)
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()
        except (sqlite3.Error, OSError) as error:
            raise _translated(error, self.path) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == VERSION:
        return
    if version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise InputError(f"{path} is not a file of skills of this version", hint="remove it, and import the frameworks again")
    for statement in filter(str.strip, TABLES.split(";\n")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _translated(error: Exception, path: Path) -> Exception:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
        return Busy(
            f"{path} is being written by another process",
        )
    if isinstance(error, sqlite3.IntegrityError):
        return InputError(
            "two concepts have the same URI, in these files or in another framework that was imported", hint="laurea skills list"
        )
    return InputError(f"{path} cannot be used: {error}")


def _delete(connection: sqlite3.Connection, name: str) -> bool:
    # What a virtual table holds, no foreign key takes out.
    of_framework = "SELECT c.id FROM concept c JOIN framework f ON f.id = c.framework WHERE f.name = ?"
    connection.execute(f"DELETE FROM spoken WHERE rowid IN ({of_framework})", (name,))  # noqa: S608
    return connection.execute("DELETE FROM framework WHERE name = ?", (name,)).rowcount > 0


def _insert(connection: sqlite3.Connection, framework: int, entry: Entry) -> None:
    concept = entry.concept
    row = (framework, concept.uri, uri_key(concept.uri), concept.label, concept.code, concept.kind, concept.description)
    number = connection.execute(
        "INSERT INTO concept (framework, uri, uri_key, label, code, kind, description) VALUES (?, ?, ?, ?, ?, ?, ?)", row
    ).lastrowid
    keys = [key(label.text) for label in entry.labels]
    connection.executemany(
        "INSERT OR IGNORE INTO label VALUES (?, ?, ?, ?, ?)",
        [(number, label.language, label.text, stems, label.preferred) for label, stems in zip(entry.labels, keys, strict=True)],
    )
    connection.execute(
        "INSERT INTO spoken (rowid, labels, description) VALUES (?, ?, ?)", (number, " ".join(keys), key(concept.description))
    )


def _stored(connection: sqlite3.Connection, name: str | None = None) -> Iterator[Stored]:
    rows = connection.execute("SELECT id, name, version FROM framework WHERE ?1 IS NULL OR name = ?1 ORDER BY name", (name,)).fetchall()
    for number, found, version in rows:
        concepts = connection.execute("SELECT count(*) FROM concept WHERE framework = ?", (number,)).fetchone()[0]
        languages = connection.execute(
            "SELECT l.language, count(*) FROM label l JOIN concept c ON c.id = l.concept WHERE c.framework = ? GROUP BY 1 ORDER BY 1",
            (number,),
        ).fetchall()
        yield Stored(
            found, version, concepts, sum(count for _, count in languages), tuple(language for language, _ in languages if language)
        )


def _concepts(connection: sqlite3.Connection, rows: Sequence[tuple[int, str, str, str, str, str, str, str]]) -> dict[int, Concept]:
    found: dict[int, Concept] = {}
    for number, uri, label, framework, version, code, kind, description in rows:
        texts = connection.execute("SELECT DISTINCT text FROM label WHERE concept = ? ORDER BY preferred DESC, text", (number,)).fetchall()
        broader = connection.execute("SELECT target FROM link WHERE source = ? AND relation = 'broader' ORDER BY 1", (uri_key(uri),))
        others = tuple(text for (text,) in texts if text != label)
        above = tuple(target for (target,) in broader)
        found[number] = Concept(uri, label, framework, version, code, kind, description, others, above)
    return found
