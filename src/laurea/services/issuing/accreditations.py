"""Who accredits the issuer: endorsements that its credentials carry, so that a verifier finds them."""

from dataclasses import dataclass
from datetime import datetime

from laurea.core import accreditation, canonical, openbadge
from laurea.core.badge import IssuerProfile
from laurea.core.canonical import JsonObject
from laurea.core.checks import check_integrity, examine
from laurea.core.credential import Credential, format_time
from laurea.core.cryptosuites import SUITES
from laurea.core.presentation import Presentation
from laurea.core.report import Outcome
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.issuing.issuer import Issuer
from laurea.storage.issuer.accreditations import Accreditations
from laurea.storage.issuer.tables import AccreditationRow

MAX_BYTES = 64 << 10  # of all together: a credential has 256 KiB, of which the achievement may take half


@dataclass(frozen=True, slots=True)
class Kept:
    """An accreditation of the issuer: the credential's id, who made it, until when it holds, and how far the issuer may accredit."""

    id: str
    by: str
    valid_until: datetime | None
    may_accredit: int

    def document(self) -> JsonObject:
        """Return it as JSON."""
        until = None if self.valid_until is None else format_time(self.valid_until)
        return {"id": self.id, "by": self.by, "validUntil": until, "mayAccredit": self.may_accredit}


def add(issuer: Issuer, data: bytes) -> Kept:
    """Keep an accreditation of this issuer, which what is enrolled from now on carries; the same again changes nothing.

    Raises InputError for one that would make this issuer known to nobody, FormatError for what is none. Whether it is anchored and by whom it
    is, is for verifiers to judge.
    """
    credential = _read(issuer, data)
    text = canonical.dump(credential.secured())
    with issuer.database.write() as session:
        kept = Accreditations(session)
        others = [row for row in kept.all() if row.id != credential.id]
        _require_room(issuer, [row.document for row in others] + [text])
        row = kept.get(str(credential.id)) or AccreditationRow(id=str(credential.id), document=text, added_at=issuer.now())
        row.document = text
        kept.add(row)
        issuer.record(session, "accreditation.add", f"accreditation:{row.id}")
    return _kept(credential)


def known(issuer: Issuer) -> list[Kept]:
    """Return the accreditations that are kept."""
    return [_kept(Credential.parse(text)) for text in _texts(issuer)]


def remove(issuer: Issuer, credential: str) -> None:
    """Forget an accreditation: what is enrolled from now on does not carry it. Raises NotFound."""
    with issuer.database.write() as session:
        row = Accreditations(session).get(credential)
        if row is None:
            raise NotFound(f"no accreditation {credential[:200]!r} is kept", hint="see `laurea issuer accreditation list`")
        Accreditations(session).remove(row)
        issuer.record(session, "accreditation.remove", f"accreditation:{row.id}")


def carried(issuer: Issuer) -> tuple[bytes, ...]:
    """Return the accreditations that hold now, as JSON texts, for credentials to carry."""
    ends = [(text, Credential.parse(text).valid_until) for text in _texts(issuer)]
    return tuple(text for text, end in ends if end is None or issuer.now() < end)


def _texts(issuer: Issuer) -> list[bytes]:
    with issuer.database.read() as session:
        return [row.document for row in Accreditations(session).all()]


def _read(issuer: Issuer, data: bytes) -> Credential:
    examined = examine(Presentation.parse(data))
    for check in (examined.form, check_integrity(examined)):
        if check.outcome is not Outcome.PASSED:
            raise FormatError(f"this is no anchored accreditation: {check.reason}")
    credential = examined.shown.credential
    did = issuer.profile.did
    if accreditation.endorsed(credential) != did:
        raise InputError("this is no accreditation of this issuer", hint=f"ask for an endorsement of {did}")
    if credential.issuer == did or credential.id is None:
        raise InputError("this accreditation is by this issuer itself, or has no id")
    found = accreditation.said(credential, credential.issuer)
    if found.problem or issuer.profile.domain not in found.accounts:
        raise InputError(
            f"the accreditation makes nobody known: {found.problem or 'it names another issuer id, registry or chain'}",
            hint="send the accreditor what `laurea issuer did-document` prints",
        )
    if credential.valid_until is not None and issuer.now() >= credential.valid_until:
        raise InputError(f"the accreditation ended at {format_time(credential.valid_until)}")
    return credential


def _require_room(issuer: Issuer, texts: list[bytes]) -> None:
    """Refuse what verifiers would not look at, or what our suites could not sign with the credentials that carry it."""
    if len(texts) > accreditation.MAX_EMBEDDED or sum(map(len, texts)) > MAX_BYTES:
        raise InputError(
            f"credentials carry at most {accreditation.MAX_EMBEDDED} accreditations and {MAX_BYTES >> 10} KiB of them",
            hint="remove one first: laurea issuer accreditation remove ID",
        )
    profile = IssuerProfile(issuer.profile.did, issuer.profile.name, issuer.profile.url, endorsements=tuple(texts))
    example: JsonObject = {
        "@context": [openbadge.CONTEXT, openbadge.BADGE_CONTEXT],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": profile.document(),
    }
    for name in issuer.signatures:
        try:
            SUITES[name].transform(example)
        except FormatError as error:
            hint = "ask for one whose @context defines its terms, as `laurea issuer accredit` makes it"
            raise InputError(f"credentials that carry this could not be signed with {name}: {error}", hint=hint) from error


def _kept(credential: Credential) -> Kept:
    return Kept(str(credential.id), credential.issuer, credential.valid_until, accreditation.may_accredit(credential))
