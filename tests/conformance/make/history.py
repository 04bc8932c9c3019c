"""The chain of the vectors: what happened in the registry, as signed transactions, each with the time of its block."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache

from eth_account.signers.local import LocalAccount

from laurea.chain import artefact, registry
from laurea.chain.devnode import dev_account
from laurea.chain.registry import ANCHOR, REVOKE
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time, parse_time
from tests.conformance.make import batches
from tests.conformance.make.actors import (
    CHAIN_ID,
    COLLEGE,
    ISSUERS,
    LATE_KEY,
    OTHER_REGISTRY,
    OTHER_SALT,
    REGISTRY,
    SCHOOL,
    STRANGER,
    UNIVERSITY,
    Issuer,
    address,
)
from tests.conformance.make.batches import Batch
from tests.conformance.make.endorsements import (
    ACADEMY,
    ACADEMYS,
    ACADEMYS_LATER,
    BY_ACADEMY,
    BY_ACADEMY_LATER,
    BY_SCHOOL,
    BY_STRANGER,
    COLLEGES_LATER,
    ENDORSEMENTS,
    PENDING,
)

START = datetime(2026, 1, 6, tzinfo=UTC)
STEP = timedelta(hours=1)  # from one block to the next
ETHER = 10**18
GAS = 400_000
DEPLOYMENT_GAS = 4_000_000
MOST_WEI, TIP_WEI = 100 * 10**9, 10**9  # a unit of gas, at most and for the miner
ERROR = 2  # a reason code of revocation


class History:
    """Transactions in their order, one a block."""

    def __init__(self) -> None:
        self.steps: list[JsonObject] = []
        self._nonces: Counter[str] = Counter()

    @property
    def time(self) -> datetime:
        """The time of the next block."""
        return START + STEP * len(self.steps)

    def send(self, by: LocalAccount, about: str, data: bytes, *, to: bytes = REGISTRY, wei: int = 0, gas: int = GAS) -> None:
        """Let an account send a transaction."""
        signed = by.sign_transaction(
            {
                "type": 2,
                "chainId": CHAIN_ID,
                "nonce": self._nonces[by.address],
                "to": to,
                "value": wei,
                "data": data,
                "gas": gas,
                "maxFeePerGas": MOST_WEI,
                "maxPriorityFeePerGas": TIP_WEI,
            }
        )
        self._nonces[by.address] += 1
        self.steps.append({"about": about, "time": format_time(self.time), "raw": "0x" + bytes(signed.raw_transaction).hex()})

    def anchor(self, by: LocalAccount, batch: Batch, *, size: int | None = None, to: bytes = REGISTRY) -> None:
        """Anchor a batch."""
        self.send(by, f"the batch {batch.name!r} is anchored", registry.anchor(batch.root, size or batch.size), to=to)

    def revoke(self, by: LocalAccount, about: str, batch: Batch, *names: str, gas: int = GAS) -> None:
        """Revoke credentials of a batch."""
        items = registry.revocations(batch.root, [batch.index(name) for name in names])
        self.send(by, about, registry.revoke(items, ERROR), gas=gas)


def found(chain: History) -> None:
    """Deploy the registry, create the issuers and their keys."""
    deployer = dev_account()
    for salt, what in ((artefact.SALT, "the registry is deployed"), (OTHER_SALT, "the same code is deployed at another address")):
        chain.send(deployer, what, salt + artefact.INIT_CODE, to=artefact.DEPLOYER, gas=DEPLOYMENT_GAS)
    for who in [issuer.admin for issuer in ISSUERS] + [LATE_KEY]:
        _pay(chain, who)
    for issuer in ISSUERS:
        _create(chain, issuer)
    chain.send(UNIVERSITY.admin, "Example University states its DID", registry.set_profile(UNIVERSITY.id, UNIVERSITY.did))
    chain.send(STRANGER.admin, "the stranger states the same DID", registry.set_profile(STRANGER.id, UNIVERSITY.did))
    chain.send(LATE_KEY, "a second key serves Example University", registry.serve(UNIVERSITY.id))
    chain.send(UNIVERSITY.admin, "and may anchor for it", registry.set_key(UNIVERSITY.id, address(LATE_KEY), ANCHOR))
    other = UNIVERSITY.admin
    chain.send(
        other,
        "an issuer with the same id in the other registry",
        registry.create_issuer(address(other), UNIVERSITY.salt),
        to=OTHER_REGISTRY,
    )
    chain.send(other, "its admin becomes its key", registry.set_key(UNIVERSITY.id, address(other), ANCHOR | REVOKE), to=OTHER_REGISTRY)


def _pay(chain: History, who: LocalAccount) -> None:
    chain.send(dev_account(), "an account gets money", b"", to=address(who), wei=100 * ETHER)


def _create(chain: History, issuer: Issuer) -> None:
    admin = address(issuer.admin)
    chain.send(issuer.admin, f"{issuer.name} is created", registry.create_issuer(admin, issuer.salt))
    chain.send(issuer.admin, "its admin becomes its key", registry.set_key(issuer.id, admin, ANCHOR | REVOKE))


def _anchor(chain: History) -> None:
    university = UNIVERSITY.admin
    for batch in (batches.MAIN, batches.ALONE, batches.WITHDRAWN, batches.JUST_REVOKED, batches.MISSHAPEN):
        chain.anchor(university, batch)
    chain.anchor(university, batches.MISSIZED, size=batches.MISSIZED.size + 1)
    chain.send(university, f"the batch {batches.RAW.name!r} is anchored", batches.RAW.root)
    for batch in (batches.COLLEGES, batches.SCHOOLS, batches.CLAIMED):
        chain.anchor(next(issuer.admin for issuer in ISSUERS if issuer.domain == batch.domain), batch)
    for batch in (batches.MAIN, batches.STOLEN):
        # A root is anchored by whoever wants to, for themselves.
        chain.send(STRANGER.admin, f"the stranger anchors the root of {batch.name!r}", registry.anchor(batch.root, batch.size))
    chain.anchor(university, batches.ELSEWHERE, to=OTHER_REGISTRY)


def _revoke(chain: History) -> None:
    chain.revoke(UNIVERSITY.admin, "two credentials of the main batch are revoked", batches.MAIN, "revoked", "revoked in the second word")
    chain.send(UNIVERSITY.admin, "a batch is revoked", registry.revoke_batch(batches.WITHDRAWN.root, ERROR))


def _lose_a_key(chain: History) -> None:
    chain.anchor(LATE_KEY, batches.BEFORE)
    since = chain.time - STEP / 2
    for batch in (batches.AFTER, batches.AGAIN):
        chain.anchor(LATE_KEY, batch)
    data = registry.set_compromised(UNIVERSITY.id, address(LATE_KEY), int(since.timestamp()))
    chain.send(UNIVERSITY.admin, f"the second key is declared compromised from {format_time(since)}", data)
    chain.anchor(UNIVERSITY.admin, batches.AGAIN)


def _accredit(chain: History) -> None:
    _pay(chain, ACADEMY.admin)
    _create(chain, ACADEMY)
    chain.anchor(ACADEMY.admin, ACADEMYS)
    chain.anchor(ACADEMY.admin, BY_ACADEMY)
    chain.anchor(STRANGER.admin, BY_STRANGER)
    chain.anchor(UNIVERSITY.admin, ENDORSEMENTS)
    chain.anchor(SCHOOL.admin, BY_SCHOOL)
    chain.revoke(UNIVERSITY.admin, "two endorsements are revoked", ENDORSEMENTS, "academy, revoked", "academy, may accredit, revoked")
    for admin, batch in ((ACADEMY.admin, ACADEMYS_LATER), (ACADEMY.admin, BY_ACADEMY_LATER), (COLLEGE.admin, COLLEGES_LATER)):
        chain.anchor(admin, batch)


@cache
def chain_document() -> JsonObject:
    """Return chain.json."""
    chain = History()
    for happen in (found, _anchor, _revoke, _lose_a_key, _accredit):
        happen(chain)
    final: list[Json] = [*chain.steps]
    chain.anchor(UNIVERSITY.admin, batches.RECENT)
    chain.anchor(UNIVERSITY.admin, PENDING)
    chain.revoke(UNIVERSITY.admin, "a credential is revoked, and that is not final", batches.JUST_REVOKED, "badge")
    return {
        "about": "What happened in the registry, as signed transactions, one a block (README.md). Every key is published: send them nowhere else.",
        "source": "scripts/conformance_vectors",
        "chainId": CHAIN_ID,
        "registry": "0x" + REGISTRY.hex(),
        "genesis": format_time(START - STEP),
        "final": final,
        "recent": [*chain.steps[len(final) :]],
    }


def when(about: str) -> datetime:
    """Return the time of a block, by what happened in it."""
    chain = chain_document()
    steps = [step for part in ("final", "recent") for step in _steps(chain[part])]
    (found,) = [step for step in steps if step["about"] == about]
    return parse_time(str(found["time"]))


def _steps(part: Json) -> list[JsonObject]:
    return [step for step in part if isinstance(step, dict)] if isinstance(part, list) else []
