"""The batches that are anchored: credentials by name in their order, the tree over them, their proofs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from laurea.core import canonical, claims, leaf, signature, tree
from laurea.core.canonical import JsonObject
from laurea.core.credential import MAX_BYTES, Credential
from laurea.core.leaf import Domain
from laurea.core.proof import Anchoring, BaseProof, proof_object
from tests.conformance.make import documents as made
from tests.conformance.make.actors import CHAIN_ID, COLLEGE, HOLDER, OTHER_REGISTRY, SCHOOL, STRANGER, UNIVERSITY, Issuer, secret
from tests.conformance.make.documents import badge, plain

SIGNED = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
WORD = 256  # credentials whose revocation bits share one word
LARGEST = (1 << 53) - 1


@dataclass(frozen=True)
class Batch:
    """A batch of documents by name, in the order of the tree."""

    name: str
    domain: Domain
    documents: Mapping[str, JsonObject]
    signer: Issuer = field(default=UNIVERSITY)

    @cached_property
    def levels(self) -> tree.Levels:
        """The tree of the batch."""
        return tree.build([self._leaf(index, name) for index, name in enumerate(self.documents)])

    @property
    def root(self) -> bytes:
        """Its root."""
        return self.levels.root

    @property
    def size(self) -> int:
        """How many credentials it has."""
        return len(self.documents)

    def index(self, name: str) -> int:
        """Return the index of a credential."""
        return list(self.documents).index(name)

    def seed(self, name: str) -> bytes:
        """Return the seed of a credential."""
        return secret(f"seed {self.name} {name}")

    def base(self, name: str) -> BaseProof:
        """Return the base proof of a credential."""
        at, domain = self.index(name), self.domain
        place = Anchoring(domain.chain_id, domain.registry, domain.issuer_id, self.root, self.size, at, self.levels.path(at))
        return BaseProof(place, self.seed(name))

    def credential(self, name: str, *suites: str) -> Credential:
        """Return a credential as it is released, signed in some suites before it is anchored."""
        document = self.documents[name]
        anchor = proof_object(self.base(name), f"{self.signer.did}#anchor")
        return Credential(document, (*(sign(document, self.signer, suite) for suite in suites), anchor))

    def _leaf(self, index: int, name: str) -> bytes:
        found = claims.split(self.documents[name])
        return leaf.leaf_hash(self.domain, index, len(found), claims.claims_root(found, self.seed(name)))


def sign(document: JsonObject, by: Issuer, suite: str = signature.SUITE, *, method: str = "") -> JsonObject:
    """Return an issuer's signature over a document."""
    assert by.key is not None
    options = signature.proof_options(suite, method=method or by.method, purpose="assertionMethod", created=SIGNED)
    return signature.secure(document, by.key, options)


def full() -> JsonObject:
    """Return the credential that is as long as one may be."""
    room = MAX_BYTES - len(canonical.dump(made.long("")))
    return made.long("x" * room)


def _others(count: int) -> dict[str, JsonObject]:
    return {f"other {number}": plain({"name": f"Other {number}"}) for number in range(count)}


def _main() -> dict[str, JsonObject]:
    suspension, revocation = made.status(made.STATUS_URL, "suspension"), made.status(made.REVOCATION_URL, "revocation")
    named: dict[str, JsonObject] = {
        "complete": badge(1),
        "revoked": badge(2),
        "neighbour": badge(3),
        "expired": badge(4, validUntil="2026-02-01T00:00:00Z"),
        "early": badge(5, validFrom="2126-01-04T00:00:00Z"),
        "endless": badge(6, without=("validUntil", "evidence")),
        "suspendable": badge(7, credentialStatus=suspension),
        "listed": badge(8, credentialStatus=[revocation, suspension]),
        "legacy": made.legacy(),
        "legacy expired": made.legacy(expirationDate="2026-02-01T00:00:00Z"),
        "odd names": made.odd_names(),
        "embedding": made.embedding(),
        "deep": made.deep(32),
        "wide": made.wide(made.CLAIMS_LIMIT),
        "long": full(),
        "numbers": made.numbers(LARGEST),
        "of several subjects": plain({}, credentialSubject=[{"id": HOLDER.did}, {"name": "another"}]),
        "of nobody": badge(10, credentialSubject={name: value for name, value in made.subject().items() if name != "id"}),
    }
    others = _others(WORD + 44 - len(named) - 1)
    return {**named, **others, "revoked in the second word": badge(11)}


def misshapen() -> dict[str, JsonObject]:
    """Return documents that an issuer should not have anchored: their proofs fit, and yet they are refused."""
    good = badge(40)
    return {
        "boolean-number": {**good, "credentialSubject": made.subject(creditsEarned=True)},
        "text-number": {**good, "credentialSubject": made.subject(creditsEarned="3")},
        "no-type": {name: value for name, value in good.items() if name != "type"},
        "no-issuer": {name: value for name, value in good.items() if name != "issuer"},
        "wrong-context": {**good, "@context": ["https://example.com/v2", made.V2]},
        "wrong-date": {**good, "validUntil": "2126-01-05T00:00:00"},
        "no-date": {**good, "validUntil": "2126-02-30T00:00:00Z"},
        "ends-first": {**good, "validUntil": "2026-01-01T00:00:00Z"},
        "beyond-depth": made.deep(33),
        "beyond-size": made.long("x" * (len(str(full()["credentialSubject"]["note"])) + 1)),  # type: ignore[index,call-overload]
    }


def _few(number: int) -> dict[str, JsonObject]:
    return {"other": plain({"name": f"Other {number}"}), "badge": badge(number), "last": plain({"name": f"Last {number}"})}


def _of(name: str, number: int) -> Batch:
    return Batch(name, UNIVERSITY.domain, _few(number))


MAIN = Batch("main", UNIVERSITY.domain, _main())
ALONE = Batch("alone", UNIVERSITY.domain, {"badge": badge(20)})
WITHDRAWN = _of("withdrawn as a whole", 21)
BEFORE = _of("before the key was compromised", 22)
AFTER = _of("after the key was compromised", 23)
AGAIN = _of("void, and anchored again", 24)
MISSIZED = _of("anchored with another size", 25)
RAW = _of("anchored as a bare root", 26)
STOLEN = _of("anchored by a stranger alone", 27)
NOWHERE = _of("not anchored", 28)
RECENT = _of("anchored in a recent block", 29)
JUST_REVOKED = _of("revoked in a recent block", 30)
MISSHAPEN = Batch("of what is no credential", UNIVERSITY.domain, misshapen())
CLAIMED = Batch("of a stranger who claims to be the university", STRANGER.domain, _few(31))
ELSEWHERE = Batch("in another registry with the same code", Domain(CHAIN_ID, OTHER_REGISTRY, UNIVERSITY.id), _few(32))
COLLEGES = Batch("of a did:key", COLLEGE.domain, {**_others(2), "badge": made.of_college()}, COLLEGE)
SCHOOLS = Batch("of a did:pkh", SCHOOL.domain, {"badge": made.of_school(), **_others(1)}, SCHOOL)
