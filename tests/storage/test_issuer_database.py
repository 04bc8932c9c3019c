"""The issuer's database: the schema, what it refuses, and what a fault leaves behind."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

from laurea.errors import Busy, InputError
from laurea.storage import schema
from laurea.storage.db import DRIVERS, SCHEMA, Database
from laurea.storage.issuer.audit import Audit
from laurea.storage.issuer.batches import Batches, Transactions
from laurea.storage.issuer.bulk import NewCredential
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.directory import IssuerDirectory
from laurea.storage.issuer.due import Due, count
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.tables import AchievementRow, BatchRow, BatchState, IssuerRow, KeyRow, KeyState, Role, TransactionRow
from tests.postgres import Postgres
from tests.storage.rows import new_credential

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = b"\x01" * 20
BIG = 400_000  # bytes: more than the database may grow by in the test of a full disk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is in the tests of what only SQLite has."""
    return tmp_path / "issuer.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.dropping():
        yield server.new()


on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url, busy_seconds=0.1)
    with opened.write() as session:
        Keys(session).add(KeyRow(address=KEY, name="anchor", roles=Role.ANCHOR, created_at=NOON))
        Profiles(session).add_issuer(issuer_row())
        Profiles(session).add_achievement(AchievementRow(id="sql", document=b"{}", added_at=NOON))
    yield opened
    opened.close()


def issuer_row() -> IssuerRow:
    who = {"did": "did:web:example.edu", "name": "Example", "chain_id": "31337", "created_at": NOON}
    return IssuerRow.model_validate({**who, "registry_address": KEY, "salt": bytes(32), "issuer_id": KEY, "admin": KEY})


def credential(name: str, *, learner: str | None = None, document: bytes = b"{}") -> NewCredential:
    return new_credential(name, NOON, learner=learner or name, document=document)


def batch(database: Database, root: bytes, **facts: str | bytes | int) -> int:
    row = BatchRow(root=root * 32, size=1, sealed_at=NOON)
    for name, value in facts.items():
        setattr(row, name, value)
    with database.write() as session:
        return Batches(session).add(row)


def enrol(database: Database, *rows: NewCredential) -> None:
    with database.write() as session:
        Credentials(session).add_all(rows)


def due(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(uuid for part in Due(session, NOON).parts() for uuid in part)


def test_the_migrated_schema_is_what_the_models_say(url: str) -> None:
    Database(url).close()

    engine = create_engine(make_url(url).set(drivername=DRIVERS[make_url(url).drivername]))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


@on_sqlite
def test_a_commit_is_on_disk_before_it_is_reported(database: Database) -> None:
    with database.read() as session:
        values = [
            session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert values == ["wal", 2, 1]  # 2 is FULL


def test_a_transaction_within_another_is_part_of_it_and_is_lost_with_it(database: Database) -> None:
    class Killed(Exception):
        pass

    def write_and_die() -> None:
        with database.write():
            enrol(database, credential("inner"))
            assert due(database) == ["inner"], "a read within a transaction sees what it wrote"
            raise Killed

    with pytest.raises(Killed):
        write_and_die()

    assert due(database) == []
    enrol(database, credential("later"))
    assert due(database) == ["later"]


def test_a_migration_that_was_killed_leaves_no_trace(url: str) -> None:
    class Killed(Exception):
        pass

    opened = Database(url)

    def migrate_and_die() -> None:
        with opened.write() as session:
            schema.downgrade(session.connection())
            assert not inspect(session.connection()).has_table("batch")
            raise Killed

    with pytest.raises(Killed):
        migrate_and_die()

    with opened.read() as session:
        assert Batches(session).all() == []
    opened.close()


def test_a_migration_can_be_taken_back_and_made_again(url: str) -> None:
    opened = Database(url)
    with opened.write() as session:
        schema.downgrade(session.connection())
    opened.close()

    again = Database(url)
    with again.read() as session:
        assert Batches(session).all() == []
    again.close()


def test_the_code_knows_its_newest_migration() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_current_head() == SCHEMA


def test_a_database_of_a_newer_laurea_is_refused(url: str) -> None:
    opened = Database(url)
    with opened.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    opened.close()

    with pytest.raises(InputError, match="cannot be migrated"):
        Database(url)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"no database " * 100)

    with pytest.raises(InputError, match="cannot be read"):
        Database(f"sqlite:///{path}")


def test_times_come_back_in_utc_whatever_zone_they_were_in(database: Database) -> None:
    with database.write() as session:
        sealed = NOON.astimezone(timezone(timedelta(hours=5)))
        number = Batches(session).add(BatchRow(root=b"r" * 32, size=1, sealed_at=sealed))

    with database.read() as session:
        found = Batches(session).get(number)

    assert found is not None
    assert (found.sealed_at, found.sealed_at.tzinfo) == (NOON, UTC)


def test_a_nonce_of_a_key_belongs_to_one_batch(database: Database) -> None:
    batch(database, b"a", key=KEY, nonce=7)

    with pytest.raises(IntegrityError):
        batch(database, b"b", key=KEY, nonce=7)


def test_batches_without_a_nonce_do_not_collide(database: Database) -> None:
    assert batch(database, b"a") != batch(database, b"b")


@pytest.mark.parametrize("facts", [{"state": "lost"}, {"key": KEY}, {"nonce": 1}, {"key": b"\x02" * 20, "nonce": 1}])
def test_a_batch_in_no_known_state_or_half_reserved_is_refused(database: Database, facts: dict[str, str | bytes | int]) -> None:
    with pytest.raises(IntegrityError):
        batch(database, b"a", **facts)


def test_the_nonces_of_a_key_are_all_that_anything_of_ours_holds(database: Database) -> None:
    first = batch(database, b"a", key=KEY, nonce=7)
    batch(database, b"b", key=KEY, nonce=3)
    with database.write() as session:
        Transactions(session).add(TransactionRow(batch=first, key=KEY, nonce=9, hash=b"h", raw=b"r", signed_at=NOON))

    with database.read() as session:
        assert Transactions(session).nonces(KEY, at_least=4) == {7, 9}
        assert Transactions(session).nonces(b"\x02" * 20, at_least=0) == set()


def test_released_batches_that_may_have_lost_their_anchor_are_the_newest_and_those_of_compromised_keys(database: Database) -> None:
    compromised = b"\x09" * 20
    with database.write() as session:
        Keys(session).add(KeyRow(address=compromised, name="lost", roles=Role.ANCHOR, state=KeyState.COMPROMISED, created_at=NOON))
    first = batch(database, b"a", state=BatchState.RELEASED, key=compromised, nonce=1)
    batch(database, b"b", state=BatchState.RELEASED, key=KEY, nonce=1)
    third = batch(database, b"c", state=BatchState.RELEASED, key=KEY, nonce=2)
    batch(database, b"d", state=BatchState.FAILED)

    with database.read() as session:
        assert Batches(session).endangered(newest=1) == [first, third]


def test_every_signature_is_kept_and_none_twice(database: Database) -> None:
    number = batch(database, b"a", key=KEY, nonce=7)
    for hash_ in (b"1" * 32, b"2" * 32):
        with database.write() as session:
            Transactions(session).add(TransactionRow(batch=number, key=KEY, nonce=7, hash=hash_, raw=b"raw", signed_at=NOON))

    with pytest.raises(IntegrityError), database.write() as session:
        Transactions(session).add(TransactionRow(batch=number, key=KEY, nonce=7, hash=b"2" * 32, raw=b"raw", signed_at=NOON))
    with database.read() as session:
        assert [row.hash for row in Transactions(session).of_batch(number, key=KEY, nonce=7)] == [b"1" * 32, b"2" * 32]


def test_a_credential_becomes_a_member_of_one_batch_only(database: Database) -> None:
    enrol(database, credential("one"), credential("two"))
    first, second = batch(database, b"a"), batch(database, b"b")

    with database.write() as session:
        Credentials(session).seal(first, [(0, "one")])
    with pytest.raises(IntegrityError), database.write() as session:
        Credentials(session).seal(second, [(0, "one")])

    with database.read() as session:
        found = Credentials(session).get("one")
        assert found is not None
        assert (found.batch, due(database)) == (first, ["two"])


def test_two_credentials_cannot_have_one_index(database: Database) -> None:
    enrol(database, credential("one"), credential("two"))
    number = batch(database, b"a")

    with pytest.raises(IntegrityError), database.write() as session:
        Credentials(session).seal(number, [(0, "one"), (0, "two")])

    assert due(database) == ["one", "two"]


def test_what_is_open_is_found_since_the_oldest_of_it_even_when_the_clock_was_set_back(database: Database) -> None:
    def enrolled(name: str, at: datetime) -> None:
        enrol(database, credential(name)._replace(enrolled_at=at))

    def since() -> datetime | None:
        with database.read() as session:
            issuer = Profiles(session).issuer()
            assert issuer is not None
            return issuer.open_since

    def seal(*names: str) -> None:
        number = batch(database, names[0][:1].encode())
        with database.write() as session:
            found = Due(session, NOON)
            Credentials(session).seal(number, list(enumerate(names)))
            found.settle()

    assert (since(), due(database)) == (None, [])
    enrolled("one", NOON)
    enrolled("two", NOON + timedelta(hours=1))
    assert (since(), due(database)) == (NOON, ["one", "two"])
    seal("one", "two")
    assert (since(), due(database)) == (None, [])
    enrolled("later", NOON + timedelta(days=1))
    enrolled("earlier", NOON - timedelta(days=1))
    assert (since(), due(database)) == (NOON - timedelta(days=1), ["earlier", "later"])


def test_what_waits_is_still_found_when_the_rest_was_sealed(database: Database) -> None:
    later = NOON + timedelta(minutes=1)
    waiting = [credential(f"w{number}")._replace(enrolled_at=at, waits_until=later) for number, at in enumerate((NOON, later))]
    enrol(database, credential("one")._replace(enrolled_at=NOON - timedelta(days=1)), *waiting)
    number = batch(database, b"a")
    with database.write() as session:
        found = Due(session, NOON)
        Credentials(session).seal(number, enumerate(uuid for part in found.parts() for uuid in part))
        found.settle()

    with database.read() as session:
        issuer = Profiles(session).issuer()
        assert issuer is not None
        assert issuer.open_since == NOON
        assert Credentials(session).waiting(NOON) == (2, later)
        assert [len(part) for part in Due(session, later).parts()] == [2]
        assert (count(session, later), count(session, later, most=1)) == (2, 1)


def test_a_document_of_a_form_is_read_as_it_was_and_another_one_takes_its_place(database: Database) -> None:
    text = b'{"id":\x00,"name":"%s","x":\x00}'
    with database.write() as session:
        numbers = [Credentials(session).form(sha256(text).digest(), text) for _ in range(2)]
        rows = [credential(name)._replace(form=numbers[0], document=b'"%b"\x00[1]' % name.encode()) for name in ("a", "b")]
        Credentials(session).add_all(rows)
    assert numbers[0] == numbers[1]

    with database.read() as session:
        found = list(Credentials(session).some(["a", "b"]))
    assert sorted(row.document for row in found) == [b'{"id":"a","name":"%s","x":[1]}', b'{"id":"b","name":"%s","x":[1]}']

    with database.write() as session:
        row = next(Credentials(session).some(["a"]))
        row.seed, row.committed = b"s", b"c"
        row.write(b"{}")
    with database.read() as session:
        row = next(Credentials(session).some(["a"]))
    assert (row.document, row.seed, row.committed) == (b"{}", None, None)


def test_a_learner_has_an_achievement_once_unless_it_was_taken_back(database: Database) -> None:
    enrol(database, credential("one", learner="L"))
    with pytest.raises(IntegrityError):
        enrol(database, credential("two", learner="L"))

    with database.write() as session:
        found = Credentials(session).get("one")
        assert found is not None
        found.withdrawn_at = NOON
    enrol(database, credential("two", learner="L"))

    assert due(database) == ["two"]


@on_sqlite
def test_an_error_of_the_database_tells_nothing_of_the_rows(database: Database) -> None:
    enrol(database, credential("one", learner="L"))

    with pytest.raises(IntegrityError) as caught:
        enrol(database, credential("two", learner="L", document=b'{"name":"Ada"}'))

    assert "one_standing_credential" in str(caught.value) or "credential.learner" in str(caught.value)
    assert "Ada" not in str(caught.value)


def test_what_stands_is_found_among_more_learners_than_one_query_takes(database: Database) -> None:
    enrol(database, *[credential(f"c{number}") for number in range(1200)])

    with database.read() as session:
        assert len(Credentials(session).standing(f"c{number}" for number in range(0, 2400, 2))) == 600


def test_an_exception_keeps_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError):
        enrol(database, credential("one"), credential("two"), credential("one"))

    assert due(database) == []


def test_a_locked_database_is_busy_and_nothing_is_written(database: Database, url: str) -> None:
    other = Database(url)

    with other.write():
        with pytest.raises(Busy, match=r"cannot be used now: .*lock"):
            enrol(database, credential("one"))
        assert due(database) == [], "reading needs no lock"

    other.close()
    enrol(database, credential("one"))
    assert due(database) == ["one"]


def test_a_writer_holds_the_database_from_its_first_look(database: Database, url: str) -> None:
    """What it decides on cannot change under it: the other is turned away before it reads."""
    other = Database(url, busy_seconds=0.05)

    with database.write(), pytest.raises(Busy), other.write():
        pytest.fail("two writers at once")

    with other.write():
        pass
    other.close()


def test_what_a_reader_sees_does_not_change_while_it_looks(database: Database, url: str) -> None:
    other = Database(url)

    with other.read() as session:
        assert Due(session, NOON).size == 0
        enrol(database, credential("one"))
        assert Due(session, NOON).size == 0

    other.close()
    assert due(database) == ["one"]


def test_a_batch_whose_sealing_was_rolled_back_leaves_its_number_to_the_next(database: Database) -> None:
    class Killed(Exception):
        pass

    def seal_and_die() -> None:
        with database.write() as session:
            assert Batches(session).add(BatchRow(root=b"a" * 32, size=1, sealed_at=NOON)) == 1
            raise Killed

    with pytest.raises(Killed):
        seal_and_die()

    assert batch(database, b"b") == 1


@pytest.mark.parametrize("act", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_audit_log(database: Database, act: str) -> None:
    with database.write() as session:
        Audit(session).append(NOON, actor="cli", action="issuer.found", target="issuer:1")

    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.connection().exec_driver_sql(act)

    with database.read() as session:
        assert [row.actor for row in Audit(session).entries()] == ["cli"]


@on_postgresql
def test_a_connection_that_the_server_ended_is_busy_and_the_next_one_is_new(database: Database, url: str) -> None:
    other = Database(url)

    def end_all() -> None:
        with other.read() as session:
            connection = session.connection()
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def write_and_lose() -> None:
        with database.write() as session:
            Credentials(session).add_all([credential("one")])
            end_all()
            Credentials(session).get("one")

    with pytest.raises(Busy, match="cannot be used now"):
        write_and_lose()
    end_all()

    assert due(database) == [], "neither the broken connection nor what it had not committed is there"
    other.close()


@on_postgresql
def test_a_server_that_is_not_there_is_busy(url: str) -> None:
    nowhere = make_url(url).set(query={"host": "/nowhere"}).render_as_string(hide_password=False)

    with pytest.raises(Busy, match="cannot be used now"):
        Database(nowhere)


@on_postgresql
def test_a_user_without_rights_is_told_what_is_needed(database: Database, url: str, postgres: Postgres) -> None:
    postgres.sql("DROP ROLE IF EXISTS stranger")
    postgres.sql("CREATE ROLE stranger LOGIN")

    with pytest.raises(InputError, match="the database refuses: permission denied"):
        Database(make_url(url).set(username="stranger").render_as_string(hide_password=False))


@on_postgresql
def test_work_is_done_by_one_of_all_who_share_the_database(database: Database, url: str) -> None:
    other = Database(url)

    with database.lock("run"):
        with pytest.raises(Busy, match="at work on this database"), other.lock("run"):
            pytest.fail("two at one work")
        with other.lock("revoke"):
            pass  # another kind of work
    with other.lock("run"):
        pass
    other.close()


@on_postgresql
def test_work_can_be_begun_again_the_moment_it_has_ended(database: Database) -> None:
    for _ in range(100):
        with database.lock("run"):
            pass


@on_postgresql
def test_work_whose_connection_was_lost_ends_all_the_same(database: Database, postgres: Postgres) -> None:
    with database.lock("run"):
        postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    with database.read() as session:
        assert session.connection().exec_driver_sql("SELECT 1").scalar() == 1


@on_sqlite
def test_a_full_disk_rolls_back_and_the_next_attempt_succeeds(database: Database) -> None:
    with database.write() as session:
        pages = int(session.connection().exec_driver_sql("PRAGMA page_count").scalar_one())
        session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages + 10}")

    with pytest.raises(Busy, match="full"):
        enrol(database, credential("small"), credential("big", document=b"x" * BIG))
    assert due(database) == []

    with database.write() as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 100000")
    enrol(database, credential("small"), credential("big", document=b"x" * BIG))
    assert due(database) == ["big", "small"]


def test_the_files_are_their_owners_alone(tmp_path: Path) -> None:
    directory = IssuerDirectory(tmp_path / "issuer")
    directory.create()
    database = directory.open()
    with database.write() as session:
        Profiles(session).add_achievement(AchievementRow(id="sql", document=b"{}", added_at=NOON))

    modes = {str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "issuer").rglob("*")}
    database.close()

    assert stat.S_IMODE((tmp_path / "issuer").stat().st_mode) == 0o700
    assert modes == {
        "issuer/keys": 0o700,
        "issuer/levels": 0o700,
        "issuer/released": 0o700,
        "issuer/status": 0o700,
        "issuer/uploads": 0o700,
        "issuer/issuer.db": 0o600,
        "issuer/issuer.db-wal": 0o600,
        "issuer/issuer.db-shm": 0o600,
    }
