"""Records: what one learner was issued, in one Comprehensive Learner Record 2.0 that is signed when it is asked for (docs/stacks.md)."""

import secrets
from collections.abc import Sequence
from uuid import uuid4

from sqlmodel import Session

from laurea.core import canonical, signature
from laurea.core.badge import IssuerProfile, identity_hash, identity_type
from laurea.core.canonical import JsonObject
from laurea.core.clr import MAX_HELD, Association, Record
from laurea.core.composition import achievement_of
from laurea.core.credential import Credential
from laurea.core.did_pkh import DID_PKH
from laurea.core.drafts import SALT_BYTES
from laurea.core.part import parts_of
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.issuing import signing_keys
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.sealing import parsed
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import BatchProfile, BatchState, CredentialRow

SUITE = (
    "eddsa-jcs-2022"  # signs the text itself: what JSON-LD makes of CLR's terms nobody can tell without its context, which no package has
)


def record(issuer: Issuer, keyring: Keyring, learner: str, only: Sequence[str] | None = None) -> bytes:
    """Return the record of a learner, of some achievements by their keys or of all: what is released and neither revoked nor suspended.

    It is signed, and neither kept nor anchored: what it holds is. Raises NotFound when there is nothing, InputError for an issuer without
    a key that verifiers could find, and for more than one record holds.
    """
    if issuer.profile.did.startswith(DID_PKH):
        raise InputError(
            "an issuer with a did:pkh has no key that verifiers could find: it cannot sign a record", hint="hand out the credentials"
        )
    with issuer.database.read() as session:
        rows = [row for row in Credentials(session).of_learner(learner) if learner and _counts(session, row)]
    wanted = [row for row in rows if only is None or row.achievement in only]
    if not wanted:
        raise NotFound("no credential of this learner can be handed out", hint="name the learner exactly as the roster did")
    if len(wanted) > MAX_HELD:
        raise InputError(f"the learner has {len(wanted)} credentials, and a record holds {MAX_HELD}", hint="name some: --achievement KEY")
    held = [parsed(issuer.directory.read_released(row.id)) for row in wanted]
    made = Record(held, _associations(held), partial=len(wanted) < len(rows))
    shown = IssuerProfile(issuer.profile.did, issuer.profile.name, issuer.profile.url).document()
    document = made.document(f"urn:uuid:{uuid4()}", shown, _subject(wanted[-1]), issuer.now())
    return _signed(issuer, keyring, document)


def _counts(session: Session, row: CredentialRow) -> bool:
    taken = (row.withdrawn_at, row.revoked_at, row.revocation, row.erased_at, row.suspended_at)
    batch = None if row.batch is None else Batches(session).get(row.batch)
    released = batch is not None and batch.state == BatchState.RELEASED
    return released and row.profile == BatchProfile.LAUREA and not any(each is not None for each in taken)


def _associations(held: Sequence[JsonObject]) -> list[Association]:
    """Return what is part of what, of the achievements that are in the record."""
    there = {str(each.get("id")): achievement_of(each)[0] for each in held}
    found = [(part.achievement, there[str(each.get("id"))]) for each in held for part in parts_of(each) if part.id in there]
    return [Association(part, whole) for part, whole in dict.fromkeys(found)]


def _subject(newest: CredentialRow) -> JsonObject:
    """Return whom it is about, as the newest of the credentials has them; the hash of the identifier has a salt of its own.

    Their name is in what the record holds: CLR 2.0 has no identityType for it.
    """
    salt = secrets.token_hex(SALT_BYTES)
    known: JsonObject = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash(newest.learner, salt),
        "identityType": identity_type(newest.learner),
        "salt": salt,
    }
    return {**({"id": newest.holder} if newest.holder else {}), "identifier": [known]}


def _signed(issuer: Issuer, keyring: Keyring, document: JsonObject) -> bytes:
    try:
        Credential.of(document)
    except FormatError as error:
        raise InputError(f"the record is more than a credential can be: {error}", hint="name some: --achievement KEY") from error
    signer = signing_keys.signer(issuer, keyring)
    options = signature.proof_options(SUITE, method=signer.method, purpose="assertionMethod", created=max(issuer.now(), signer.since))
    return canonical.dump({**document, "proof": signature.secure(document, signer.key, options)})
