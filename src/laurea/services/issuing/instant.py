"""Credentials that are issued when they are asked for: signed and handed out at once, and enrolled for the next batch, each once.

The leaf is over the document without `proof`, so the anchor proof comes later: whoever asks again then gets it, too.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlmodel import Session

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.did_pkh import DID_PKH
from laurea.core.vc_draft import draft, is_legacy, issuer_of, with_status
from laurea.errors import ConfigError, InputError, NotFound, Taken
from laurea.services.issuing import signing_keys
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.lookup import credential_uuid
from laurea.services.issuing.publishing import publish
from laurea.services.issuing.sealing import parsed
from laurea.services.issuing.signatures import Signatures
from laurea.services.issuing.signing_keys import Kind, Signer
from laurea.services.issuing.status_places import Drawing, Place, place_of
from laurea.storage.issuer.bulk import NewCredential
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.status_lists import StatusLists
from laurea.storage.issuer.tables import AT_ONCE, BatchProfile, CredentialRow, StatusListRow

KINDS = {
    "eddsa-rdfc-2022": Kind.ED25519,
    "eddsa-jcs-2022": Kind.ED25519,
    "ecdsa-rdfc-2019": Kind.P256,
    "ecdsa-jcs-2019": Kind.P256,
}
"""The suites, and the keys that they sign with."""

MAX_NAME = 2000  # characters of what a credential is called


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a credential: a suite, else those of the service; and what it is called, where it has no id of its own."""

    suite: str | None = None
    name: str | None = None


class Instant:
    """Issues at once; `suites` are used where none is asked for, and credentials of VC 1.1 are issued, too, if `legacy` is true. Threads may share it."""

    def __init__(self, issuer: Issuer, keyring: Keyring, suites: Sequence[str], *, enrols: bool = True, legacy: bool = False) -> None:
        """Unlock the keys that sign with the suites, so that nobody waits for that; raises ConfigError for what cannot sign with them."""
        if issuer.profile.did.startswith(DID_PKH):
            raise ConfigError("an issuer with a did:pkh has no key that verifiers could find: it cannot sign credentials at once")
        if not suites or not set(suites) <= set(KINDS) or len({KINDS[suite] for suite in suites}) != 1:
            raise ConfigError(f"the suites are to be some of {', '.join(KINDS)}, of keys of one kind")
        self._issuer = issuer
        self._keyring = keyring
        self._suites = tuple(suites)
        self._enrols = enrols
        self._legacy = legacy
        self._unlocked: dict[bytes, Signer] = {}
        self._lock = threading.Lock()
        self._signer(KINDS[suites[0]])

    @property
    def issuer(self) -> Issuer:
        """Who issues."""
        return self._issuer

    def dids(self) -> dict[str, str]:
        """Return as whom each suite signs, of those that there are keys for."""
        found = {}
        for suite, kind in KINDS.items():
            try:
                found[suite] = signing_keys.did_with(self._issuer, signing_keys.current(self._issuer, kind).public)
            except InputError:
                continue
        return found

    def issue(self, value: JsonObject, wanted: Wanted) -> JsonObject:
        """Return a credential with its proof, or its proofs in a list; the same request again gets the same.

        Raises ModelError for what would be no credential of ours, Taken when another one has its name, InputError for a suite that there is
        no key for.
        """
        suites = self._suites_for(value, wanted.suite)
        signer = self._signer(KINDS[suites[0]])
        did = signer.method.partition("#")[0]
        document = draft(value, did, legacy=self._legacy)
        # A did:key of another kind is another issuer, whose credentials are not anchored by this one; nor are those of VC 1.1.
        if not self._enrols or did != self._issuer.profile.did or is_legacy(document):
            return self._signed(document, signer, suites)
        with self._issuer.database.write() as session:
            found = self._standing(session, document, wanted) or self._enrol(session, document, wanted)
            signed = self._signed(parsed(found.document), signer, suites, found)
            status_list = None if found.status_list is None else StatusLists(session).get(found.status_list)
        if status_list is not None:
            self._publish_new(status_list)
        return signed

    def newest(self, name: str) -> JsonObject:
        """Return a credential by its id, its name or its UUID: as it was released, or until then as it was handed out. Raises NotFound."""
        row = self.find(name)
        if row.withdrawn_at is None and row.erased_at is None:
            try:
                return parsed(self._issuer.directory.read_released(row.id))
            except InputError:
                pass  # its batch is not released yet
        if row.achievement != AT_ONCE or row.erased_at is not None or row.withdrawn_at is not None:
            raise NotFound(f"the credential {name[:200]} is not handed out: it was taken back, or its batch is not released yet")
        return self._signed(parsed(row.document), self._signer(KINDS[self._suites[0]]), self._suites, row)

    def find(self, name: str) -> CredentialRow:
        """Return the credential that has an id, a name or a UUID; raises NotFound."""
        with self._issuer.database.read() as session:
            rows = Credentials(session).of_learner(AT_ONCE + name)
            uuid = credential_uuid(name)
            row = rows[-1] if rows else None if uuid is None else Credentials(session).get(uuid)
        if row is None:
            raise NotFound(f"there is no credential {name[:200]!r}")
        return row

    def publish(self) -> None:
        """Publish the status lists that say other than they should."""
        publish(self._issuer, self._keyring)

    def _suites_for(self, value: JsonObject, suite: str | None) -> tuple[str, ...]:
        if suite is not None:
            if suite not in KINDS:
                raise InputError(f"the suite {suite[:60]!r} is none of {', '.join(KINDS)}")
            return (suite,)
        named = issuer_of(value)
        if named is None or named == self.dids().get(self._suites[0]):
            return self._suites
        # Who is named may be the key of the other kind, which signs with the suites that do the same.
        others = tuple(each for each in KINDS if KINDS[each] is not KINDS[self._suites[0]] and self.dids().get(each) == named)
        return others[:1] or self._suites

    def _signer(self, kind: Kind) -> Signer:
        row = signing_keys.current(self._issuer, kind)
        with self._lock:
            if row.public not in self._unlocked:
                self._unlocked[row.public] = signing_keys.signer(self._issuer, self._keyring, kind)
            return self._unlocked[row.public]

    def _signed(self, document: JsonObject, signer: Signer, suites: Sequence[str], row: CredentialRow | None = None) -> JsonObject:
        created = self._issuer.now() if row is None else row.enrolled_at
        proofs: list[Json] = [*Signatures(signer.key, signer.method, suites, max(created, signer.since)).under(document)]
        # One proof stands alone, as most verifiers expect it.
        return {**document, "proof": proofs[0] if len(proofs) == 1 else proofs}

    def _standing(self, session: Session, document: JsonObject, wanted: Wanted) -> CredentialRow | None:
        """Return the credential of that name, if it says the same; raises Taken for another, or one that was taken back."""
        name = _name_of(document, wanted)
        uuid = None if name is None else credential_uuid(name)
        rows = [] if name is None else Credentials(session).of_learner(AT_ONCE + name)
        if not rows and (uuid is None or Credentials(session).get(uuid) is None):
            return None
        row = rows[-1] if rows else None
        if row is None or row.withdrawn_at or row.revoked_at or row.revocation or row.erased_at:
            raise Taken("another credential has this id, or had it", hint="give this one another id")
        place = place_of(parsed(row.document), now=self._issuer.now()) if row.status_list is not None else None
        if canonical.dump(with_status(document, _entries(place))) != row.document:
            raise Taken("another credential has this id", hint="give this one another id")
        return row

    def _enrol(self, session: Session, document: JsonObject, wanted: Wanted) -> CredentialRow:
        name = _name_of(document, wanted)
        uuid = (None if name is None else credential_uuid(name)) or str(uuid4())
        (place,) = Drawing(session, self._issuer).draw(1)
        made = NewCredential(
            id=uuid,
            learner=AT_ONCE + (name or uuid),
            achievement=AT_ONCE,
            profile=BatchProfile.LAUREA,
            document=canonical.dump(with_status(document, _entries(place))),
            form=None,
            seed=None,  # drawn when it is sealed
            committed=None,
            email=None,
            holder=None,
            status_list=None if place is None else place.status_list.id,
            status_index=None if place is None else place.index,
            replaces=None,
            enrolled_at=self._issuer.now(),
            waits_until=None,
        )
        Credentials(session).add_all([made])
        self._issuer.record(session, "credential.issue", f"credential:{uuid}")
        row = Credentials(session).get(uuid)
        if row is None:  # pragma: no cover - it was just kept
            raise NotFound(f"there is no credential {uuid}")
        return row

    def _publish_new(self, row: StatusListRow) -> None:
        """Publish a list that is new: whoever looks a credential up finds it from the beginning."""
        if any(self._issuer.directory.read_status(row.file_name(purpose)) is None for purpose in row.purposes.split()):
            publish(self._issuer, self._keyring)


def _name_of(document: JsonObject, wanted: Wanted) -> str | None:
    found = document.get("id", wanted.name)
    if found is not None and (not isinstance(found, str) or len(found) > MAX_NAME):
        raise InputError(f"a credential's id has at most {MAX_NAME:,} characters")
    return found


def _entries(place: Place | None) -> list[Json]:
    return [] if place is None else place.entries()
