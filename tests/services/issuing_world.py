"""An issuer for tests: a real directory and database, a real node; keystores that open fast, and a clock of blocks."""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Self

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from eth_account import Account
from sqlmodel import Session, col, select

import laurea
from laurea.chain.artefact import EVENTS, canonical_address
from laurea.chain.deployment import deploy
from laurea.chain.devnode import dev_account
from laurea.chain.fees import SendPolicy
from laurea.chain.rpc import Rpc
from laurea.chain.sender import Sender
from laurea.chain.signer import Signer
from laurea.core import canonical
from laurea.core.credential import Credential
from laurea.core.disclosure import integrity_problem
from laurea.core.problem import Sink
from laurea.core.proof import BaseProof, anchor_proof
from laurea.core.roster import Row
from laurea.services.issuing import achievements, enrolment, showing
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.chain import Chain, connect
from laurea.services.issuing.dispatch import Checkpoint, pass_by
from laurea.services.issuing.events import Event
from laurea.services.issuing.founding import ADMIN, FIRST, FIRST_KEYS, Founding, found
from laurea.services.issuing.issuer import Issuer, opened
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.patience import Patience
from laurea.services.issuing.publishing import publish
from laurea.services.issuing.registration import Desk, register
from laurea.services.issuing.running import Outcome, Run
from laurea.services.issuing.status_policy import NO_STATUS, StatusPolicy
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.directory import IssuerDirectory
from laurea.storage.issuer.due import Due
from laurea.storage.issuer.tables import BatchRow, CredentialRow, TransactionRow
from tests.anvil import Anvil
from tests.chain.http_node import relay
from tests.postgres import Postgres

PASSPHRASE = "correct horse battery staple"
POLICY = SendPolicy(poll_seconds=0.02, mine_seconds=10)
EAGER = SendPolicy(poll_seconds=0.02, mine_seconds=10, bump_seconds=1)  # a second of a run's clock is a block
DID = "did:web:badges.example.edu"
FUNDS = 10**18
MANY_BLOCKS = 40
MANY_MEMBERS = 150  # of more, some are looked at
ACHIEVEMENT = {
    "id": "https://example.edu/achievements/sql",
    "type": ["Achievement"],
    "humanCode": "sql",
    "name": "SQL",
    "description": "Joins and windows.",
    "criteria": {"narrative": "Passed a project."},
    "assessmentMethodType": ["Project"],
}
_learners = count(1)

# For tests of what only one of the two databases has: every other test that takes `world` or `template` runs on both.
on_sqlite = pytest.mark.parametrize("template", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("template", [pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)


def started(node: Anvil) -> Anvil:
    """Put the registry on a node and make it final."""
    deploy(Sender(Rpc(node.url), node.chain_id, POLICY), dev_account())
    node.mine(4)
    return node


def roster(size: int, *, prefix: str = "L") -> bytes:
    """Return a roster of so many learners that no other roster had."""
    lines = [f"{prefix}-{next(_learners)},Łukasz Król,sql" for _ in range(size)]
    return "\n".join(["learner,name,achievement", *lines, ""]).encode()


def fast_keys(directory: IssuerDirectory) -> None:
    """Put keys there as `found` would make them, but for the work of guessing their passphrase, which would slow every test."""
    directory.create()
    for name in (ADMIN, *(name for name, _ in FIRST_KEYS)):
        fast_keystore(directory, name)
    signing = Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(32))
    pem = signing.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode()))
    directory.signing_key(FIRST).write_bytes(pem)


def fast_keystore(directory: IssuerDirectory, name: str) -> None:
    keystore = Account.encrypt(secrets.token_bytes(32), PASSPHRASE, kdf="pbkdf2", iterations=1)
    directory.keystore(name).write_text(json.dumps(keystore))


@dataclass
class World:
    """One issuer on one node. Every act opens the directory anew, as another process would."""

    path: Path
    node: Anvil
    postgres: Postgres | None = None  # where its tables are, if not in SQLite
    ticks: int = 0
    told: list[str] = field(default_factory=list)
    statuses: StatusPolicy = NO_STATUS
    staples: bool = False
    blockcerts: str = ""

    @classmethod
    def founded(
        cls, path: Path, node: Anvil, postgres: Postgres | None = None, *, did: str = DID, name: str = "Example University"
    ) -> Self:
        """Return an issuer that the registry knows, with one achievement."""
        world = cls(path, node, postgres)
        directory = IssuerDirectory(path)
        fast_keys(directory)
        founding = Founding(did, name, None, node.chain_id, canonical_address())
        found(directory, founding, world.keyring(), now(), database_url=None if postgres is None else postgres.new())
        with world.issuer() as issuer:
            for key in (ADMIN, "anchor", "revoke"):
                world.fund(key)
            register(world.desk(issuer))
            achievements.add(issuer, json.dumps(ACHIEVEMENT).encode())
        return world

    def copy(self, path: Path) -> "World":
        """Copy the directory, and the database if that is elsewhere, as they are now."""
        shutil.copytree(self.path, path)
        if self.postgres is not None:
            url = path / "database"
            url.write_text(self.postgres.new(like=url.read_text().strip()))
        return replace(self, path=path, ticks=0, told=[])

    def dump(self) -> bytes:
        """Return every byte that the database keeps."""
        if self.postgres is not None:
            return self.postgres.dump((self.path / "database").read_text().strip())
        return b"".join(path.read_bytes() for path in sorted(self.path.glob("issuer.db*")))

    def keyring(self) -> Keyring:
        return Keyring(IssuerDirectory(self.path), lambda: PASSPHRASE)

    def account(self, name: str) -> Signer:
        return self.keyring().account(name)

    def secret(self, name: str) -> bytes:
        """Return the secret of an account, which its keystore keeps."""
        return bytes(Account.decrypt(json.loads(IssuerDirectory(self.path).keystore(name).read_text()), PASSPHRASE))

    def fund(self, name: str, wei: int = FUNDS) -> None:
        self.node.rpc("anvil_setBalance", self.account(name).address, hex(wei))

    @contextmanager
    def issuer(self, busy_seconds: float | None = None) -> Iterator[Issuer]:
        with opened(self.path, now) as found_here:
            issuer = replace(found_here, statuses=self.statuses, staples=self.staples, blockcerts=self.blockcerts)
            if busy_seconds is None:
                yield issuer
                return
            database = issuer.directory.open(busy_seconds=busy_seconds)
            try:
                yield replace(issuer, database=database)
            finally:
                database.close()

    def chain(self, issuer: Issuer, *urls: str, policy: SendPolicy = POLICY) -> Chain:
        return connect(urls or [self.node.url], issuer.profile.domain, policy)

    def desk(self, issuer: Issuer) -> Desk:
        return Desk(issuer, self.chain(issuer), self.keyring(), self.told.append)

    def patience(self, blocks: int) -> Patience:
        """Wait for so many blocks at most: time passes by mining."""

        def sleep(_seconds: float) -> None:
            self.ticks += 1
            self.node.mine()

        start = self.ticks
        return Patience(max_wait=blocks, elapsed=lambda: self.ticks - start, sleep=sleep)

    def enrol(self, size: int) -> bytes:
        data = roster(size)
        with self.issuer() as issuer:
            enrolment.enrol(issuer, data)
        return data

    def run(
        self,
        *,
        blocks: int = MANY_BLOCKS,
        checkpoint: Checkpoint = pass_by,
        urls: tuple[str, ...] = (),
        busy_seconds: float | None = None,
        policy: SendPolicy = POLICY,
    ) -> Outcome:
        """Do what `laurea issuer run` does."""
        with self.issuer(busy_seconds) as issuer, issuer.lock("run"):
            publish(issuer, self.keyring())
            chain, patience = self.chain(issuer, *urls, policy=policy), self.patience(blocks)
            anchoring = Anchoring(issuer, chain, self.keyring(), checkpoint=checkpoint, elapsed=patience.elapsed)
            return Run(issuer, anchoring, patience, self.tell, publish=partial(publish, issuer, self.keyring())).work()

    def tell(self, event: Event) -> None:
        self.told.append(str(event))

    def advance_to(self, state: str, *, batch: int = 1) -> None:
        """Advance a batch, a block between two steps that wait, until it is in a state."""
        with self.issuer() as issuer:
            anchoring = Anchoring(issuer, self.chain(issuer), self.keyring())
            for _ in range(MANY_BLOCKS):
                if self.batch(batch).state == state:
                    return
                if not anchoring.advance(batch):
                    self.node.mine()
        raise AssertionError(f"batch {batch} did not become {state} but {self.batch(batch).state}")

    def unmine(self, batch: int = 1) -> None:
        """Let a reorganisation take out the block with a batch's anchor, and all after it; the node forgets the transaction."""
        head = int(self.node.rpc("eth_blockNumber"), 16)
        self.node.rpc("anvil_reorg", head - (self.batch(batch).mined_block or 0) + 1, [])
        self.node.rpc("anvil_dropAllTransactions")
        assert self.anchored() == []

    def batches(self) -> list[BatchRow]:
        with self.issuer() as issuer, issuer.database.read() as session:
            return Batches(session).all()

    def batch(self, number: int = 1) -> BatchRow:
        return self.batches()[number - 1]

    def members(self, number: int = 1) -> list[CredentialRow]:
        with self.issuer() as issuer, issuer.database.read() as session:
            return list(Credentials(session).members(number))

    def anchored(self) -> list[tuple[bytes, int]]:
        """Return the (root, size) of every anchor that the registry ever recorded for this issuer."""
        with self.issuer() as issuer:
            identity = issuer.profile.domain.issuer_id
        topics = ["0x" + EVENTS["Anchored"].selector.hex(), "0x" + identity.rjust(32, b"\0").hex()]
        query = {"address": "0x" + canonical_address().hex(), "topics": topics, "fromBlock": "0x0", "toBlock": "latest"}
        logs = self.node.rpc("eth_getLogs", query)
        return [(bytes.fromhex(log["topics"][2][2:]), int(log["data"], 16)) for log in logs]

    def spent(self, name: str = "anchor") -> int:
        """Return how many transactions of an account are in the chain."""
        return int(self.node.rpc("eth_getTransactionCount", self.account(name).address, "latest"), 16)

    def reverted(self) -> int:
        """Return how many transactions of the issuer's accounts were mined and refused."""
        senders = {self.account(name).address.lower() for name in (ADMIN, "anchor", "revoke")}
        head = int(self.node.rpc("eth_blockNumber"), 16)
        blocks = [self.node.rpc("eth_getBlockByNumber", hex(number), True) for number in range(head + 1)]
        mined = [each["hash"] for block in blocks for each in block["transactions"] if each["from"].lower() in senders]
        return sum(self.node.rpc("eth_getTransactionReceipt", each)["status"] != "0x1" for each in mined)

    def signatures(self, batch: int = 1) -> list[str]:
        """Return every transaction ever signed for a batch, as hexadecimal."""
        with self.issuer() as issuer, issuer.database.read() as session:
            query = select(TransactionRow.raw).where(TransactionRow.batch == batch).order_by(col(TransactionRow.id))
            return ["0x" + raw.hex() for raw in session.exec(query)]

    @contextmanager
    def silenced_after(self, line: str) -> Iterator[str]:
        """Give the URL of a node that passes all on to ours until the run tells `line`, and talks nonsense from then on."""
        with relay(self.node.url, answer=lambda _, one: "nonsense" if line in self.told else one) as silent:
            yield silent.url

    def released(self) -> dict[str, bytes]:
        """Return the released files by their credential's UUID."""
        return {path.stem: path.read_bytes() for path in sorted((self.path / "released").iterdir())}

    def trust(self) -> str:
        with self.issuer() as issuer:
            return json.dumps(showing.trust_file(issuer))

    def verdict(self, data: bytes) -> laurea.Report:
        return laurea.verify(data, chain=self.node.url, trust=self.trust())

    def require_whole(self, sizes: list[int]) -> None:
        """Assert that batches of these sizes are released: anchored once, every credential in one place, and proven to the root."""
        batches = self.batches()
        assert [(batch.state, batch.size, batch.error) for batch in batches] == [("released", size, "") for size in sizes]
        assert sorted(self.anchored()) == sorted((batch.root, batch.size) for batch in batches)
        released = self.released()
        assert len(released) == sum(sizes)
        for batch in batches:
            members = self.members(batch.number)
            assert [member.index for member in members] == list(range(batch.size))
            for member in members[:: 1 + len(members) // MANY_MEMBERS]:
                require_proven(released[member.id], batch, member)


def require_proven(data: bytes, batch: BatchRow, member: CredentialRow) -> None:
    """Assert that a released credential is the enrolled document, with a base proof that leads to its batch's root."""
    credential = Credential.parse(data)
    proof = anchor_proof(credential)
    assert isinstance(proof, BaseProof)
    assert integrity_problem(credential) == ""
    assert canonical.dump(credential.document) == member.document
    assert (proof.anchoring.root, proof.anchoring.size, proof.anchoring.index, proof.seed) == (batch.root, batch.size, *member.place)
    assert [entry["cryptosuite"] for entry in credential.proofs] == ["eddsa-rdfc-2022", "eddsa-jcs-2022", "merkle-anchor-2026"]


@dataclass
class Template:
    """An issuer just founded, and the chain at that moment: each test gets a copy of the one and the other as it was."""

    world: World
    snapshot: str

    @classmethod
    def on(cls, node: Anvil, folder: Path, postgres: Postgres | None = None) -> Self:
        """Found an issuer on a node where the registry is not deployed yet."""
        world = World.founded(folder / "template", started(node), postgres)
        node.mine(4)
        return cls(world, node.rpc("evm_snapshot"))

    @property
    def node(self) -> Anvil:
        """The node of all copies."""
        return self.world.node

    def copy(self, path: Path) -> World:
        self.node.rpc("evm_revert", self.snapshot)
        self.snapshot = self.node.rpc("evm_snapshot")  # each can be returned to once
        return self.world.copy(path)


@dataclass(frozen=True)
class Given:
    """Rows that were read already."""

    found: Sequence[Row]

    def rows(self, _: Sink, /) -> Iterator[Row]:
        """Give the rows."""
        return iter(self.found)


def due(session: Session) -> list[CredentialRow]:
    """Return the credentials that a run would seal now."""
    return list(Credentials(session).some(uuid for part in Due(session, now()).parts() for uuid in part))


@contextmanager
def base_fee(node: Anvil, wei: int) -> Iterator[None]:
    """Let gas cost so much; afterwards a gwei again, which going back to a snapshot alone does not bring about."""
    node.rpc("anvil_setNextBlockBaseFeePerGas", hex(wei))
    node.mine()
    try:
        yield
    finally:
        node.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**9))
        node.mine()


def now() -> datetime:
    return datetime.now(UTC)


class Killed(Exception):
    """What a checkpoint raises in place of a kill: nothing after it is done, nothing is tidied up."""


def killing_at(place: str, *, after: int = 0) -> tuple[Checkpoint, Callable[[], int]]:
    """Return a checkpoint that raises at a place, once, after it let it pass so often; and how often the place was met."""
    met = 0

    def checkpoint(name: str) -> None:
        nonlocal met
        if name == place:
            met += 1
            if met == after + 1:
                raise Killed(place)

    return checkpoint, lambda: met
