"""An issuer of the first schema becomes one of the newest with all it had, and can be taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlmodel import select as select_rows

from laurea.storage import schema
from laurea.storage.db import DRIVERS, Database
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.due import Due
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.revocations import Revocations
from laurea.storage.issuer.signing_keys import SigningKeys
from laurea.storage.issuer.status_lists import StatusLists
from laurea.storage.issuer.tables import BatchRow, IssuanceRow, LinkRow, RevocationState, SigningKeyRow, StatusListRow
from tests.postgres import Postgres
from tests.storage.rows import new_credential

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = b"\x01" * 20
PUBLIC = b"\x02" * 32


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the first schema."""
    if request.param == "sqlite":
        yield at_first(f"sqlite:///{tmp_path}/issuer.db")
        return
    server = request.getfixturevalue("postgres")
    assert isinstance(server, Postgres)
    with server.dropping():
        yield at_first(server.new())


def engine_of(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername=DRIVERS[make_url(url).drivername]))


def at_first(url: str) -> str:
    engine = engine_of(url)
    with engine.begin() as connection:
        schema.upgrade(connection, "0001")
        fill(connection)
    engine.dispose()
    return url


def fill(connection: Connection) -> None:
    """Put a batch of three there: one revoked, one whose revocation was signed twice and is not mined, one that stands."""

    def add(table: str, **values: Any) -> None:
        connection.execute(insert(Table(table, MetaData(), autoload_with=connection)), values)

    add(
        "issuer",
        id=1,
        did="did:web:example.edu",
        name="Example",
        chain_id="31337",
        registry_address=KEY,
        salt=bytes(32),
        issuer_id=KEY,
        admin=KEY,
        signing_public=PUBLIC,
        created_at=NOON,
    )
    add("key", address=KEY, name="anchor", roles=3, state="granted", created_at=NOON)
    add("achievement", id="sql", document=b"{}", added_at=NOON)
    add("batch", id=1, state="released", root=b"r" * 32, size=3, sealed_at=NOON, key=KEY, nonce=1, error="")
    credentials: dict[str, dict[str, Any]] = {"done": {"revoked_at": LATER, "reason": 1}, "begun": {"reason": 2}, "stands": {}}
    for index, (name, facts) in enumerate(credentials.items()):
        values: dict[str, Any] = {"id": name, "learner": name, "achievement": "sql", "document": b"{}", "enrolled_at": NOON, **facts}
        add("credential", **values, batch=1, index=index, seed=bytes([index]) * 32)
    for number, (credential, nonce) in enumerate([("done", 2), ("begun", 3), ("begun", 4)], start=1):
        add("transaction", id=number, credential=credential, key=KEY, nonce=nonce, hash=bytes([nonce]) * 32, raw=b"raw", signed_at=NOON)


def test_what_was_revoked_stays_revoked_and_what_was_begun_goes_on(url: str) -> None:
    database = Database(url)
    with database.read() as session:
        done, begun, stands = Credentials(session).members(1)
        revocations = {row.id: Revocations(session).get(row.revocation or 0) for row in (done, begun)}
    database.close()

    assert (done.revoked_at, begun.revoked_at, stands.revoked_at, stands.revocation) == (LATER, None, None, None)
    first, second = revocations["done"], revocations["begun"]
    assert first is not None
    assert second is not None
    assert (first.state, first.reason, first.batch) == (RevocationState.MINED, 1, 1)
    assert (second.state, second.reason, second.key, second.nonce) == (RevocationState.SIGNED, 2, KEY, 4), "the last signature counts"
    assert (stands.seed, stands.document, stands.enrolled_at) == (b"\x02" * 32, b"{}", NOON)


def test_every_signature_belongs_to_its_revocation(url: str) -> None:
    Database(url).close()

    engine = engine_of(url)
    with engine.begin() as connection:
        transaction = Table("transaction", MetaData(), autoload_with=connection)
        found = connection.execute(select(transaction.c.nonce, transaction.c.revocation).order_by(transaction.c.nonce)).all()
    engine.dispose()

    assert [tuple(row) for row in found] == [(2, 1), (3, 2), (4, 2)]


def test_the_one_signing_key_is_the_first_of_several(url: str) -> None:
    database = Database(url)
    with database.read() as session:
        (row,) = SigningKeys(session).all()
        issuer = Profiles(session).issuer()
    database.close()

    assert (row.public, row.name, row.created_at, row.signs_from, row.compromised_from) == (PUBLIC, "signing", NOON, NOON, None)
    assert issuer is not None
    assert issuer.did == "did:web:example.edu"


def test_the_first_signing_key_is_there_when_it_is_taken_back_and_comes_again(url: str) -> None:
    database = Database(url)
    with database.write() as session:
        SigningKeys(session).add(SigningKeyRow(public=b"\x03" * 32, name="second", created_at=LATER, signs_from=LATER))
        StatusLists(session).add(StatusListRow(id="a", url="https://x.example", purposes="suspension", created_at=LATER))
        stands = Credentials(session).get("stands")
        assert stands is not None
        stands.status_list, stands.status_index, stands.suspended_at = "a", 7, LATER
        session.add(LinkRow(hash=b"h", credential="stands", purpose="claim", created_at=NOON, expires_at=LATER))
    database.close()

    engine = engine_of(url)
    with engine.begin() as connection:
        schema.downgrade(connection, "0003")
        issuer = Table("issuer", MetaData(), autoload_with=connection)
        assert connection.execute(select(issuer.c.signing_public)).scalar_one() == PUBLIC
        assert not issuer.c.signing_public.nullable
    engine.dispose()

    again = Database(url)
    with again.read() as session:
        assert [row.name for row in SigningKeys(session).all()] == ["signing"]
        stands = Credentials(session).get("stands")
        assert stands is not None
        assert (stands.status_list, stands.suspended_at, stands.seed) == (None, None, b"\x02" * 32)
    again.close()


def test_documents_of_forms_are_written_out_and_places_written_back_when_it_is_taken_back(url: str) -> None:
    text = b'{"id":\x00,"name":"%"}'
    database = Database(url)
    with database.write() as session:
        credentials = Credentials(session)
        form = credentials.form(sha256(text).digest(), text)
        facts = {"form": form, "seed": b"s" * 32, "committed": b"c" * 36}
        credentials.add_all([new_credential(name, LATER, document=f'"{name}"'.encode(), **facts) for name in ("open", "sealed")])
        batch = Batches(session).add(BatchRow(root=b"x" * 32, size=1, sealed_at=LATER))
        credentials.seal(batch, [(0, "sealed")])
    database.close()

    engine = engine_of(url)
    with engine.begin() as connection:
        schema.downgrade(connection, "0004")
        row = Table("credential", MetaData(), autoload_with=connection).c
        found = connection.execute(
            select(row.id, row.document, row.batch, row.index, row.seed).where(row.id.in_(["open", "sealed", "begun"]))
        )
        assert sorted(tuple(each) for each in found) == [
            ("begun", b"{}", 1, 1, b"\x01" * 32),
            ("open", b'{"id":"open","name":"%"}', None, None, None),
            ("sealed", b'{"id":"sealed","name":"%"}', batch, 0, b"s" * 32),
        ]
    engine.dispose()

    again = Database(url)
    with again.read() as session:
        assert [uuid for part in Due(session, LATER).parts() for uuid in part] == ["open"]
        assert [member.id for member in Credentials(session).members(batch)] == ["sealed"]
        issuer = Profiles(session).issuer()
        assert issuer is not None
        assert issuer.open_since == LATER
    again.close()


def test_what_refers_to_credentials_is_there_and_refers_to_them_after_the_migration(url: str) -> None:
    database = Database(url)
    with database.write() as session:
        session.add(LinkRow(hash=b"h", credential="stands", purpose="claim", created_at=NOON, expires_at=LATER))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(LinkRow(hash=b"i", credential="nobody", purpose="claim", created_at=NOON, expires_at=LATER))
    database.close()


def test_an_issuer_can_be_taken_back_to_the_first_schema(url: str) -> None:
    Database(url).close()

    engine = engine_of(url)
    with engine.begin() as connection:
        schema.downgrade(connection, "0001")
        credential = Table("credential", MetaData(), autoload_with=connection)
        found = connection.execute(select(credential.c.id, credential.c.reason).order_by(credential.c.index)).all()
        assert "revocation" not in credential.c
    engine.dispose()

    assert [tuple(row) for row in found] == [("done", 1), ("begun", 2), ("stands", None)]


def test_what_there_was_is_of_the_one_kind_that_there_was(url: str) -> None:
    database = Database(url)
    with database.read() as session:
        assert [row.profile for row in Batches(session).all()] == ["laurea"]
        assert {row.profile for row in Credentials(session).members(1)} == {"laurea"}
    database.close()


def test_batches_of_blockcerts_are_not_lost_when_it_is_taken_back(url: str) -> None:
    database = Database(url)
    with database.write() as session:
        Batches(session).add(BatchRow(root=b"x" * 32, size=1, sealed_at=LATER, profile="blockcerts"))
    database.close()

    engine = engine_of(url)
    with pytest.raises(RuntimeError, match="batches of Blockcerts"), engine.begin() as connection:
        schema.downgrade(connection, "0005")
    engine.dispose()

    again = Database(url)
    with again.read() as session:
        assert [row.profile for row in Batches(session).all()] == ["laurea", "blockcerts"]
    again.close()


def test_what_comes_after_the_migration_can_be_added(url: str) -> None:
    database = Database(url)
    with database.write() as session:
        Credentials(session).add_all([new_credential("new", NOON)])
    with database.read() as session:
        assert [uuid for part in Due(session, NOON).parts() for uuid in part] == ["new"]
    database.close()


def test_wallets_on_their_way_refer_to_their_credentials_and_are_forgotten_when_it_is_taken_back(url: str) -> None:
    def on_its_way(name: str, credential: str | None, purpose: str = "bind") -> IssuanceRow:
        key = name.encode()
        return IssuanceRow(id=name, credential=credential, purpose=purpose, link=key, token=key, token_until=LATER, expires_at=LATER)

    database = Database(url)
    with database.write() as session:
        session.add_all([on_its_way("a", "stands"), on_its_way("b", None)])
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(on_its_way("c", "nobody"))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(on_its_way("d", None, "look"))
    database.close()

    engine = engine_of(url)
    with engine.begin() as connection:
        schema.downgrade(connection, "0005")
        assert not inspect(connection).has_table("issuance")
    engine.dispose()

    again = Database(url)
    with again.read() as session:
        assert session.exec(select_rows(IssuanceRow)).all() == []
    again.close()


def test_a_renewed_credential_beside_the_one_in_its_place_is_not_lost_when_it_is_taken_back(url: str) -> None:
    database = Database(url)
    with database.write() as session:
        stands = Credentials(session).get("stands")
        assert stands is not None
        stands.renewed_at = LATER
        session.add(stands)
        session.flush()
        Credentials(session).add_all([new_credential("newer", LATER, learner="stands", achievement="sql", replaces="stands")])
        assert [row.id for row in Credentials(session).standing(["stands"]).values()] == ["newer"]
    database.close()

    engine = engine_of(url)
    with engine.begin() as connection:
        schema.downgrade(connection, "0009")
    with pytest.raises(RuntimeError, match="renewed credentials"), engine.begin() as connection:
        schema.downgrade(connection, "0008")
    with engine.begin() as connection:
        credential = Table("credential", MetaData(), autoload_with=connection)
        connection.execute(credential.update().where(credential.c.id == "newer").values(withdrawn_at=LATER))
        connection.execute(credential.update().where(credential.c.id == "stands").values(renewed_at=None))
        schema.downgrade(connection, "0008")
        assert not inspect(connection).has_table("notice")
    engine.dispose()
    Database(url).close()
