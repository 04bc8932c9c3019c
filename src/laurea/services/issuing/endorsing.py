"""Accredit: make an endorsement of another issuer, due at the next run as any other credential."""

from uuid import uuid4

from sqlmodel import Session

from laurea.core import canonical, endorsement
from laurea.core.canonical import JsonObject
from laurea.core.endorsement import Endorsing
from laurea.core.vc_draft import with_status
from laurea.errors import FormatError, InputError
from laurea.services.issuing.drafting import problems_of, shown_profile
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.revocation import Reason, take_back
from laurea.services.issuing.status_places import Drawing, Place
from laurea.storage.issuer.bulk import NewCredential
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.tables import ACCREDITATION, BatchProfile


def accredit(issuer: Issuer, wanted: Endorsing, *, replace: bool = False) -> str:
    """Enrol an endorsement of another issuer and return its UUID.

    Raises InputError when one of the same DID stands already; with `replace` that is taken back as superseded, in the same transaction.
    """
    if wanted.did == issuer.profile.did:
        raise InputError("nobody accredits itself", hint="name the DID of another issuer")
    with issuer.database.write() as session:
        standing = Credentials(session).standing([wanted.did]).get((wanted.did, ACCREDITATION))
        if standing is not None:
            if not replace:
                hint = "revoke that first, or pass --replace: it ends then, and counts for what was anchored until then"
                raise InputError(f"{wanted.did} is accredited already, by urn:uuid:{standing.id}", hint=hint)
            take_back(session, issuer, [standing.id], Reason.SUPERSEDED)
            session.flush()  # before the new one comes, which it would stand in the way of
        return _enrol(session, issuer, wanted, replaces=None if standing is None else standing.id)


def _enrol(session: Session, issuer: Issuer, wanted: Endorsing, *, replaces: str | None) -> str:
    uuid = str(uuid4())
    (place,) = Drawing(session, issuer).draw(1)
    made = NewCredential(
        id=uuid,
        learner=wanted.did,
        achievement=ACCREDITATION,
        profile=BatchProfile.LAUREA,
        document=canonical.dump(_document(issuer, wanted, uuid, place)),
        form=None,
        seed=None,  # drawn when it is sealed
        committed=None,
        email=None,
        holder=wanted.did,
        status_list=None if place is None else place.status_list.id,
        status_index=None if place is None else place.index,
        replaces=replaces,
        enrolled_at=issuer.now(),
        waits_until=None,
    )
    Credentials(session).add_all([made])
    issuer.record(session, "credential.accredit", f"credential:{uuid}")
    return uuid


def _document(issuer: Issuer, wanted: Endorsing, uuid: str, place: Place | None) -> JsonObject:
    made = endorsement.build(wanted, shown_profile(issuer), f"urn:uuid:{uuid}")
    document = with_status(made, [] if place is None else place.entries())
    problems = problems_of(document)
    if problems:
        raise FormatError("\n  ".join(["the accreditation would be wrong:", *problems]))
    return document
