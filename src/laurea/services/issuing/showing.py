"""What the operator asks to see: the state of everything, one credential, the trust document for verifiers."""

from collections.abc import Sequence
from dataclasses import dataclass

from laurea.chain.artefact import canonical_address
from laurea.core.account import account_document
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.did_document import build
from laurea.core.did_pkh import DID_PKH
from laurea.core.keys import did_key
from laurea.core.trust import trust_document
from laurea.core.trust_file import sign
from laurea.errors import NotFound
from laurea.services.issuing import signing_keys, suspension
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.lookup import require
from laurea.services.issuing.registration import Shortfall, role_words
from laurea.services.issuing.revocation import Reason
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials, standing_word
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.tables import BatchRow, BatchState, CredentialRow, KeyRow, SigningKeyRow


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential as the operator sees it; `state` is erased, open, withdrawn, revoked, or the state of its batch."""

    id: str
    learner: str
    achievement: str
    state: str
    batch: int | None
    index: int | None
    reason: str | None
    released: bool
    suspended: bool
    status_waits: bool  # the published status list is yet to say so

    def document(self) -> JsonObject:
        """Return it as JSON."""
        return {
            "id": f"urn:uuid:{self.id}",
            "learner": self.learner,
            "achievement": self.achievement,
            "state": self.state,
            "batch": self.batch,
            "index": self.index,
            "reason": self.reason,
            "released": self.released,
            "suspended": self.suspended,
            "statusWaits": self.status_waits,
        }


def status(issuer: Issuer) -> JsonObject:
    """Return who the issuer is, its keys, how many credentials stand where, and its batches."""
    with issuer.database.read() as session:
        row = Profiles(session).issuer()
        counts = dict(sorted(Credentials(session).counts().items()))
        batches = [_batch(batch) for batch in Batches(session).all()]
    registered = None if row is None or row.registered_at is None else format_time(row.registered_at)
    profile = issuer.profile
    return {
        "did": profile.did,
        "name": profile.name,
        "account": account_document(profile.domain),
        "registered": registered,
        "keys": [*keys(issuer)],
        "credentials": {**counts},
        "batches": [*batches],
    }


def lines(shown: JsonObject) -> list[str]:
    """Return a status for people, one fact a line."""
    account = shown["account"]
    where = f"{account['chain']}, issuer {account['issuerId']}" if isinstance(account, dict) else ""
    found = [
        f"{shown['name']}, {shown['did']}",
        f"{where}, {'registered ' + str(shown['registered']) if shown['registered'] else 'not registered'}",
    ]
    found.extend(
        f"key {key['name']}: {key['state']}, may {key['may']}, {key.get('address') or key.get('key')}" for key in _objects(shown["keys"])
    )
    credentials = shown["credentials"]
    counts = [f"{count} {state}" for state, count in credentials.items()] if isinstance(credentials, dict) else []
    found.append(f"credentials: {', '.join(counts) or 'none'}")
    for batch in _objects(shown["batches"]):
        found.append(
            f"batch {batch['batch']}: {batch['state']}, {batch['size']} credentials, sealed {batch['sealed']}, root {batch['root']}"
        )
        found.extend([f"  {batch['error']}"] if batch["error"] else [])
    return found


def credential(issuer: Issuer, row: CredentialRow) -> Shown:
    """Return one credential as the operator sees it."""
    with issuer.database.read() as session:
        batch = None if row.batch is None else Batches(session).get(row.batch)
    erased, withdrawn, revoked = (moment is not None for moment in (row.erased_at, row.withdrawn_at, row.revoked_at))
    return Shown(
        id=row.id,
        learner=row.learner,
        achievement=row.achievement,
        state=standing_word(erased=erased, withdrawn=withdrawn, revoked=revoked, batch=None if batch is None else batch.state),
        batch=row.batch,
        index=row.index,
        reason=None if row.reason is None else Reason(row.reason).word,
        released=batch is not None and batch.state in (BatchState.RELEASED, BatchState.SUSPENDED) and not withdrawn and not erased,
        suspended=row.suspended_at is not None,
        status_waits=suspension.waits(issuer, row),
    )


def document(issuer: Issuer, identifier: str) -> bytes:
    """Return a released credential as it is handed out; raises NotFound when it is not released."""
    row = require(issuer, identifier)
    if not credential(issuer, row).released:
        raise NotFound(f"the credential {identifier} is not released")
    return issuer.directory.read_released(row.id)


def of_learner(issuer: Issuer, learner: str) -> list[Shown]:
    """Return the credentials of a learner, by the reference that the roster used."""
    with issuer.database.read() as session:
        rows = Credentials(session).of_learner(learner)
    return [credential(issuer, row) for row in rows]


def keys(issuer: Issuer) -> list[JsonObject]:
    """Return every key there ever was: accounts, then those that sign credentials."""
    with issuer.database.read() as session:
        accounts = [_key(key) for key in Keys(session).all()]
    signing = signing_keys.listed(issuer)
    signs = {
        signing_keys.current(issuer, kind).name
        for kind in signing_keys.Kind
        if any(len(row.public) == kind.public_bytes for row in signing)
    }
    return accounts + [_signing_key(issuer, row, signs=row.name in signs) for row in signing]


def to_fund(issuer: Issuer, short: Sequence[Shortfall]) -> JsonObject:
    """Return who the issuer is and which accounts to fund before it can be registered; amounts in wei, as text: JSON's integers are too small."""
    return {
        "did": issuer.profile.did,
        "account": account_document(issuer.profile.domain),
        "fund": [
            {"name": each.name, "address": f"0x{each.address.hex()}", "balance": str(each.has), "needed": str(each.needs)} for each in short
        ],
    }


def did_document(issuer: Issuer) -> JsonObject:
    """Return the issuer's DID document: the keys that it signs with, did and will, and its account in the registry."""
    profile = issuer.profile
    # An account that is a DID has no other keys: whoever finds some under it was told so by a trust file.
    rows = [] if profile.did.startswith(DID_PKH) else signing_keys.listed(issuer)
    rows = [row for row in rows if signing_keys.did_with(issuer, row.public) == profile.did]
    methods = {profile.method(row.public): row.public for row in rows}
    revoked = {profile.method(row.public): row.compromised_from for row in rows if row.compromised_from is not None}
    return build(profile.did, methods, profile.domain, revoked=revoked)


def trust_file(issuer: Issuer) -> JsonObject:
    """Return the trust document with which a verifier accepts this issuer, its servers being switched off."""
    profile = issuer.profile
    known = profile.domain.registry == canonical_address()
    registries = [] if known else [(profile.domain.chain_id, profile.domain.registry)]
    return trust_document([(profile.name, did_document(issuer))], date=issuer.now(), registries=registries)


def signed_trust_file(issuer: Issuer, data: bytes, keyring: Keyring) -> JsonObject:
    """Return a trust file with this issuer's signature; raises FormatError when it is none, Locked without the passphrase."""
    with_key = signing_keys.signer(issuer, keyring)
    return sign(data, with_key.key, method=with_key.method, created=issuer.now())


def _key(row: KeyRow) -> JsonObject:
    return {
        "name": row.name,
        "address": f"0x{row.address.hex()}",
        "state": row.state,
        "may": role_words(row.roles),
        "until": None if row.until is None else format_time(row.until),
        "compromisedFrom": None if row.compromised_from is None else format_time(row.compromised_from),
    }


def _signing_key(issuer: Issuer, row: SigningKeyRow, *, signs: bool) -> JsonObject:
    to_come = row.signs_from > issuer.now()
    state = "compromised" if row.compromised_from else signing_keys.TO_COME if to_come else "granted" if signs else "replaced"
    return {
        "name": row.name,
        "key": did_key(row.public),
        "state": state,
        "may": "sign credentials" if signs or to_come else "do nothing",
        "from": format_time(row.signs_from),
        "compromisedFrom": None if row.compromised_from is None else format_time(row.compromised_from),
    }


def _batch(row: BatchRow) -> JsonObject:
    return {
        "batch": row.id,
        "state": row.state,
        "size": row.size,
        "root": f"0x{row.root.hex()}",
        "sealed": format_time(row.sealed_at),
        "key": None if row.key is None else f"0x{row.key.hex()}",
        "nonce": row.nonce,
        "transaction": None if row.mined_hash is None else f"0x{row.mined_hash.hex()}",
        "block": row.mined_block,
        "error": row.error or None,
    }


def _objects(value: Json) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
