"""The issuer as verifiers of Blockcerts see it: its profile, which has its anchoring keys, and its revocation list. Both are found by their URLs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from laurea.core.blockcerts import anchor
from laurea.core.blockcerts.document import CONTEXT
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time
from laurea.errors import FormatError, InputError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.revocation import Reason
from laurea.services.issuing.status_policy import NO_STATUS
from laurea.storage.issuer.batches import Batches, Transactions
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.tables import BatchProfile, BatchRow, CredentialRow, KeyRow, KeyState, Role

PROFILE_FILE = "profile.json"
REVOCATIONS_FILE = "revocations.json"
KEY_PREFIX = "ecdsa-koblitz-pubkey:"
BADGES_CONTEXT = "https://w3id.org/openbadges/v2"
A_SECOND = timedelta(seconds=1)


def enrolling(issuer: Issuer) -> Issuer:
    """Return the issuer as it makes credentials of Blockcerts; raises InputError when it cannot.

    They have no status entries: what its verifiers read of them is StatusList2021, which is not what our lists are.
    """
    require_place(issuer)
    try:
        anchor.on_evm(issuer.profile.domain.chain_id, bytes(anchor.HASH_BYTES))
    except FormatError as error:
        raise InputError(str(error), hint=error.hint) from error
    return replace(issuer, enrols=BatchProfile.BLOCKCERTS, statuses=NO_STATUS)


def acting_on(issuer: Issuer, row: CredentialRow) -> Issuer:
    """Return the issuer as it makes credentials of the kind that this one is of."""
    return enrolling(issuer) if row.profile == BatchProfile.BLOCKCERTS else issuer


def require_place(issuer: Issuer) -> None:
    """Raise InputError when the profile has no URL."""
    if not issuer.blockcerts:
        raise InputError(
            "verifiers of Blockcerts have nowhere to look for this issuer",
            hint="name the folder of its profile under [blockcerts] in the configuration, or the service's url",
        )


def profile_url(issuer: Issuer) -> str:
    """Return where the profile is: the id of the issuer in its credentials. Raises InputError."""
    require_place(issuer)
    return f"{issuer.blockcerts}/{PROFILE_FILE}"


def method(issuer: Issuer, batch: BatchRow) -> str:
    """Return the verification method of a batch that is mined: the key that sent its transaction, as the profile has it."""
    with issuer.database.read() as session:
        key = next(row.key for row in Transactions(session).ever_of_batch(batch.number) if row.hash == batch.mined_hash)
    return f"{profile_url(issuer)}#{KEY_PREFIX}0x{key.hex()}"


def profile(issuer: Issuer) -> JsonObject:
    """Return the profile; raises InputError when it has no URL.

    Keys that may not anchor any more keep what they anchored: they are revoked from the moment after the last of it.
    """
    url = profile_url(issuer)
    with issuer.database.read() as session:
        keys = [key for key in Keys(session).all() if key.roles & Role.ANCHOR and key.state != KeyState.NEW]
        batches, senders = Batches(session).all(), Transactions(session).senders()
    # By the transaction: a batch that a retry found anchored has no key of its own.
    mined = [(senders.get(batch.mined_hash or b"", batch.key), batch.mined_at) for batch in batches if batch.mined_at]
    found: JsonObject = {
        "@context": [BADGES_CONTEXT, CONTEXT],
        "type": "Profile",
        "id": url,
        "name": issuer.profile.name,
        "publicKey": [_key(key, [at for sender, at in mined if sender == key.address]) for key in keys],
        "revocationList": f"{issuer.blockcerts}/{REVOCATIONS_FILE}",
    }
    return found | ({"url": issuer.profile.url} if issuer.profile.url else {})


def revocations(issuer: Issuer) -> JsonObject:
    """Return the list of all credentials of Blockcerts that were revoked, by their ids, which say nothing of whose they are."""
    with issuer.database.read() as session:
        rows = Credentials(session).revoked_of(BatchProfile.BLOCKCERTS)
    return {
        "@context": BADGES_CONTEXT,
        "id": f"{issuer.blockcerts}/{REVOCATIONS_FILE}",
        "type": "RevocationList",
        "issuer": profile_url(issuer),
        "revokedAssertions": [
            {"id": f"urn:uuid:{uuid}", "revocationReason": Reason(reason or 0).word.capitalize()} for uuid, reason in rows
        ],
    }


def _key(key: KeyRow, mined: Sequence[datetime]) -> JsonObject:
    # A verifier wants a transaction to be later than this, by whole seconds: a clock that is ahead of the chain's must not rule out what there is.
    created = min([key.created_at, *mined]) - A_SECOND
    found: JsonObject = {"id": f"{KEY_PREFIX}0x{key.address.hex()}", "created": _time(created)}
    if key.until is not None:
        found["expires"] = _time(key.until)
    if key.state == KeyState.COMPROMISED and key.compromised_from is not None:
        found["revoked"] = _time(key.compromised_from)
    elif key.state == KeyState.REMOVED:
        found["revoked"] = _time(max([key.created_at, *mined]) + A_SECOND)
    return found


def _time(moment: datetime) -> str:
    return format_time(moment.replace(microsecond=0))
