"""The trust files and status lists of the vectors."""

from datetime import UTC, datetime

from laurea.core import did_document
from laurea.core.account import account_document
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.leaf import Domain
from tests.conformance.make.actors import CHAIN_ID, COLLEGE, OTHER_REGISTRY, SCHOOL, STRANGER, UNIVERSITY, Issuer
from tests.conformance.make.batches import sign
from tests.conformance.make.documents import REVOCATION_URL, STATUS_URL, V2
from tests.conformance.make.endorsements import ACADEMY

DATE = datetime(2026, 1, 5, tzinfo=UTC)
AFTER_THE_ANCHORS = datetime(2026, 3, 1, tzinfo=UTC)
BEFORE_THE_ANCHORS = datetime(2026, 1, 5, 13, tzinfo=UTC)
# The bits of lists as GZIP wrote them once: another version of zlib may write another text of the same bits.
CLEAR = "uH4sIAAAAAAACA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
SET = "uH4sIAAAAAAACA-3BIQEAAAACIP1_2hkWoAEAAAAAAAAAAAAAAAAAAADeBjn7xTYAQAAA"
SHORT = "uH4sIAAAAAAACA-3BAQ0AAADCoPdPbQ43oAAAAAAAAACAdwOUmfTYACAAAA"  # half as many as there have to be


def _pinned(issuer: Issuer, revoked: datetime | None = None) -> JsonObject:
    """Return the entry of an issuer with its DID document."""
    assert issuer.key is not None
    since = {} if revoked is None else {issuer.method: revoked}
    document = did_document.build(issuer.did, {issuer.method: issuer.key.public}, issuer.domain, revoked=since)
    return {"did": issuer.did, "name": issuer.name, "date": format_time(DATE), "didDocument": document}


def _accounts(issuer: Issuer, *accounts: Domain) -> JsonObject:
    """Return the entry of an issuer with nothing but its accounts."""
    named: list[Json] = [account_document(account) for account in accounts or (issuer.domain,)]
    return {"did": issuer.did, "name": issuer.name, "date": format_time(DATE), "accounts": named}


def _file(*issuers: JsonObject, **more: Json) -> JsonObject:
    return {"laurea": "trust", "version": 1, "issuers": [*issuers], **more}


def trust_files() -> dict[str, JsonObject]:
    """Return the trust files by name."""
    elsewhere = Domain(CHAIN_ID, OTHER_REGISTRY, UNIVERSITY.id)
    named: list[Json] = [{"chain": f"eip155:{CHAIN_ID}", "address": "0x" + OTHER_REGISTRY.hex()}]
    return {
        "university": _file(_pinned(UNIVERSITY), _accounts(COLLEGE), _accounts(SCHOOL)),
        "nobody": _file(),
        "accreditor": _file({**_pinned(UNIVERSITY), "accredits": True}),
        "academy-listed": _file({**_pinned(UNIVERSITY), "accredits": True}, _accounts(ACADEMY)),
        "another-account": _file(_accounts(UNIVERSITY, STRANGER.domain)),
        "other-registry": _file(_accounts(UNIVERSITY, UNIVERSITY.domain, elsewhere), registries=named),
        "other-account": _file(_accounts(UNIVERSITY, UNIVERSITY.domain, elsewhere)),
        "key-lost-later": _file(_pinned(UNIVERSITY, AFTER_THE_ANCHORS)),
        "key-lost-before": _file(_pinned(UNIVERSITY, BEFORE_THE_ANCHORS)),
    }


def _list(bits: str, *, url: str = STATUS_URL, purpose: str = "suspension", until: str = "2126-01-01T00:00:00Z") -> JsonObject:
    return {
        "@context": [V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": UNIVERSITY.did,
        "validFrom": "2026-01-05T00:00:00Z",
        "validUntil": until,
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": bits,
            "ttl": 1000 * 60 * 60 * 24 * 365 * 100,
        },
    }


def _signed(document: JsonObject, by: Issuer = UNIVERSITY) -> JsonObject:
    return {**document, "proof": sign(document, by, method=UNIVERSITY.method)}


def status_lists() -> dict[str, JsonObject]:
    """Return the status lists by name."""
    return {
        "clear": _signed(_list(CLEAR)),
        "suspended": _signed(_list(SET)),
        "stale": _signed(_list(CLEAR, until="2026-02-01T00:00:00Z")),
        "short": _signed(_list(SHORT)),
        "unsigned": _list(CLEAR),
        "forged": _signed(_list(CLEAR), STRANGER),
        "of-another-place": _signed(_list(CLEAR, url="https://university.example/status/another")),
        "revoked": _signed(_list(SET, url=REVOCATION_URL, purpose="revocation")),
    }
