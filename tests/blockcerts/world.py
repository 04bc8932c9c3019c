"""An issuer of Blockcerts: documents of both versions, their Merkle proofs made by hand, and a real chain that they are anchored on."""

import json
import subprocess
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import base58
import cbor2
from pyld import jsonld

from laurea import CheckId, FetchPolicy, Outcome, Report, verify
from laurea.core.linked_data.contexts import bundled
from tests.anvil import ROOT, Anvil
from tests.fetch.site import Site

SEPOLIA = 11155111
HOST = "issuer.example"  # the site has a certificate for it
ISSUER, REVOKED = "/issuer.json", "/revoked.json"
OB2, V2 = "https://w3id.org/openbadges/v2", "https://w3id.org/blockcerts/v2"
VC1, VC2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
REVERTS = "0x6460006000fd6000526005601bf3"  # makes a contract that refuses whatever it is sent

Json = dict[str, Any]


def assertion(issuer: str, **members: Any) -> Json:
    """A document of v2; `members` take the place of its own, None removes one."""
    document: Json = {
        "@context": [OB2, V2],
        "type": "Assertion",
        "id": "urn:uuid:0b7a9b4e-0000-4000-8000-000000000001",
        "recipient": {"type": "email", "identity": "ada@learner.example", "hashed": False},
        "recipientProfile": {"type": ["RecipientProfile", "Extension"], "name": "Ada Example"},
        "badge": {
            "type": "BadgeClass",
            "id": "urn:uuid:0b7a9b4e-0000-4000-8000-0000000000b1",
            "name": "SQL for Analysts",
            "description": "Queries and joins on real data",
            "image": "data:image/png;base64,iVBORw0KGgo=",
            "criteria": {"narrative": "Passed a proctored project"},
            "issuer": {"type": "Profile", "id": issuer, "name": "Example School", "url": "https://school.example"},
        },
        "verification": {"type": ["MerkleProofVerification2017", "Extension"]},
        "issuedOn": "2024-05-01T12:00:00+00:00",
    }
    return {name: value for name, value in (document | members).items() if value is not None}


def credential(issuer: str, context: str = VC2, blockcerts: str = "3.2", **members: Any) -> Json:
    """A document of v3, of VC 2.0 or 1.1."""
    dates = {"validFrom": "2024-05-01T12:00:00Z"} if context == VC2 else {"issuanceDate": "2024-05-01T12:00:00Z"}
    document: Json = {
        "@context": [context, f"https://w3id.org/blockcerts/v{blockcerts.removesuffix('.0')}"],
        "id": "urn:uuid:0b7a9b4e-0000-4000-8000-000000000003",
        "type": ["VerifiableCredential", "BlockcertsCredential"],
        "issuer": issuer,
        **dates,
        "credentialSubject": {"id": "did:example:ada", "name": "Ada Example"},
        "display": {"contentMediaType": "text/html", "content": "<b>SQL for Analysts</b>"},
    }
    return {name: value for name, value in (document | members).items() if value is not None}


def digest(document: Json) -> bytes:
    """What a Merkle proof of a document is over, by PyLD alone, which drops what no context defines."""

    def load(url: str, _: Any) -> Json:
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": bundled()[url]}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return sha256(jsonld.normalize(document, options).encode()).digest()


def two(target: bytes) -> tuple[bytes, list[dict[str, str]]]:
    """The root over a document and its neighbour in the batch, and the path to it."""
    other = sha256(b"the neighbour").digest()
    return sha256(target + other).digest(), [{"right": other.hex()}]


@dataclass
class School:
    """An issuer with an account on a chain, and a web site on which it publishes its profile and what it has revoked."""

    anvil: Anvil
    site: Site
    transactions: dict[bytes, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.account: str = self.anvil.rpc("eth_accounts")[0]
        self.publish()

    @property
    def url(self) -> str:
        return self.site.url(ISSUER, HOST)

    @property
    def policy(self) -> FetchPolicy:
        return self.site.policy(HOST)

    def publish(self, *revoked: str, keys: Sequence[Any] = (), **key: Any) -> None:
        self.put(ISSUER, self.profile(keys or [{"id": f"ecdsa-koblitz-pubkey:{self.account}", "created": "2020-01-01T00:00:00Z", **key}]))
        listed = [{"id": each, "revocationReason": "issued in error"} for each in revoked]
        self.put(
            REVOKED,
            {
                "@context": OB2,
                "type": "RevocationList",
                "id": self.site.url(REVOKED, HOST),
                "issuer": self.url,
                "revokedAssertions": listed,
            },
        )

    def put(self, path: str, value: Any) -> None:
        self.site.pages[path] = json.dumps(value).encode()

    @property
    def pages(self) -> dict[str, str]:
        """What it publishes, by URL, for who is to read it without asking."""
        return {self.site.url(path, HOST): page.decode() for path, page in self.site.pages.items() if isinstance(page, bytes)}

    def profile(self, keys: Sequence[Any], **members: Any) -> Json:
        return {
            "@context": [OB2, V2],
            "type": "Profile",
            "id": self.url,
            "name": "Example School",
            "url": "https://school.example",
            "email": "a@school.example",
            "revocationList": self.site.url(REVOKED, HOST),
            "publicKey": list(keys),
        } | members

    def v2(self, **members: Any) -> Json:
        return assertion(self.url, **members)

    def v3(self, context: str = VC2, blockcerts: str = "3.2", **members: Any) -> Json:
        return credential(self.url, context, blockcerts, **members)

    def verify(self, document: Json, **options: Any) -> Report:
        """What laurea says, with its own node and the site."""
        given: Json = {"chain": self.anvil.url, "fetch": self.policy} | options
        return verify(json.dumps(document), **given)

    def send(self, data: bytes, *, to: str | None = None, sender: int = 0, final: bool = True) -> str:
        """Send raw calldata, to oneself if to nobody else, and wait until it is final."""
        account = self.anvil.rpc("eth_accounts")[sender]
        call = {"from": account, "to": to or account, "data": "0x" + data.hex(), "gas": hex(200_000)}
        tx: str = self.anvil.rpc("eth_sendTransaction", call)
        self.anvil.receipt(tx)
        if final:
            self.anvil.mine(3)
        return tx

    def reverter(self) -> str:
        tx = self.anvil.rpc("eth_sendTransaction", {"from": self.account, "data": REVERTS, "gas": hex(200_000)})
        address: str = self.anvil.receipt(tx)["contractAddress"]
        return address

    def issue_v2(
        self, document: Json | None = None, *, chain: str | None = "ethereumSepolia", tx: str | None = None, kind: str = "ETHData"
    ) -> Json:
        document = self.v2() if document is None else document
        target = digest(document)
        root, path = two(target)
        signature = {
            "type": ["MerkleProof2017", "Extension"],
            "merkleRoot": root.hex(),
            "targetHash": target.hex(),
            "proof": path,
            "anchors": [{"sourceId": tx or self.anchor(root), "type": kind, **({"chain": chain} if chain else {})}],
        }
        return {**document, "signature": signature}

    def issue_v3(
        self, document: Json | None = None, *, network: str = "sepolia", tx: str | None = None, raw: bool = False, suite: bool = False
    ) -> Json:
        document = self.v3() if document is None else document
        target = digest(document)
        root, path = two(target)
        value = proof_value(root, target, path, network, "" if network == "mocknet" else tx or self.anchor(root), raw=raw)
        kind = {"type": "DataIntegrityProof", "cryptosuite": "merkle-proof-2019"} if suite else {"type": "MerkleProof2019"}
        proof = {
            **kind,
            "created": "2024-05-01T12:00:00Z",
            "proofPurpose": "assertionMethod",
            "verificationMethod": f"{self.url}#key-1",
            "proofValue": value,
        }
        return {**document, "proof": proof}

    def anchor(self, root: bytes) -> str:
        if root not in self.transactions:
            self.transactions[root] = self.send(root)
        return self.transactions[root]


NETWORKS = {"mainnet": 1, "ropsten": 3, "sepolia": SEPOLIA}


def proof_value(root: bytes, target: bytes, path: list[dict[str, str]], network: str, tx: str, *, raw: bool) -> str:
    """A proofValue in either form of CBOR, by another library's CBOR than the product's own."""

    def wrapped(digits: str) -> bytes:
        return cbor2.dumps(bytes.fromhex(digits) if raw else digits)

    place = (
        [[0, -1]]
        if network == "mocknet"
        else [[0, 1], [1, NETWORKS[network]], [2, wrapped(tx.removeprefix("0x")) if raw else cbor2.dumps(tx)]]
    )
    steps = [[0 if "left" in step else 1, wrapped(next(iter(step.values())))] for step in path]
    return "z" + base58.b58encode(cbor2.dumps([[0, wrapped(root.hex())], [1, wrapped(target.hex())], [2, [place]], [3, steps]])).decode()


def incumbent(cases: Sequence[Json]) -> list[Json]:
    """What cert-verifier-js says of each case."""
    script = ROOT / "tests/blockcerts/incumbent.mjs"
    done = subprocess.run(["node", str(script)], input=json.dumps(cases).encode(), capture_output=True, timeout=120, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr.decode()
    answers: list[Json] = json.loads(done.stdout)
    return answers


def altered(document: Json, pointer: str, value: Any) -> Json:
    """A copy with another value at a path of member names."""
    copy = deepcopy(document)
    *above, last = pointer.split("/")
    place = copy
    for name in above:
        place = place[name]
    place[last] = value
    return copy


def outcome(report: Report, check: CheckId, expected: Outcome, *words: str) -> None:
    """Demand what a report says of one check."""
    found = report[check]
    assert found.outcome is expected, found.reason
    assert all(word in found.reason for word in words), found.reason
