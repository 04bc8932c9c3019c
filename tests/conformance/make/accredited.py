"""The vectors of issuers that no trust file names, and that somebody vouches for, or seems to."""

from collections.abc import Iterator

from tests.conformance.make import batches
from tests.conformance.make.endorsements import ACADEMYS, ENDORSEMENTS, JCS
from tests.conformance.make.history import when
from tests.conformance.make.valid import SECOND
from tests.conformance.make.vector import ACTIVE, Vector, fails, leaves_open, passes

TRUST = "accreditor"


def vouched() -> Iterator[Vector]:
    """Give what is valid by an accreditation."""
    signed, signature = ACADEMYS.credential("badge", JCS), passes("signature")
    about = "an accreditor vouches for its issuer: account and key are in its DID document"
    yield Vector("accredited", about, signed, signature, trust=TRUST, accreditations=("academy",))
    about = "an accreditor vouches for its issuer's account, and no signature is there"
    yield Vector("accredited-accounts", about, ACADEMYS.credential("badge"), passes(), trust=TRUST, accreditations=("accounts",))
    about = "it carries its issuer's accreditation itself"
    yield Vector("accredited-carried", about, ACADEMYS.credential("carrying", JCS), signature, trust=TRUST)
    about = "of several accreditations one counts"
    several = ("revoked", "by-stranger", "accounts")
    yield Vector("accredited-by-one", about, ACADEMYS.credential("badge"), passes(), trust=TRUST, accreditations=several)


NO_USE = {
    "by-stranger": "by a stranger, not by an accreditor",
    "forged": "in the accreditor's name, anchored by a stranger",
    "by-itself": "by the issuer itself",
    "revoked": "revoked",
    "ended": "over since months",
    "of-another": "of another issuer",
    "stripped": "without its anchor",
    "altered": "of another issuer, and was changed to be of this one",
    "pending": "anchored in a block that is not final",
}


def unvouched() -> Iterator[Vector]:
    """Give what an accreditation does not decide."""
    signed, twin = ACADEMYS.credential("badge", JCS), "accredited"
    nobody = leaves_open("issuer", "signature", contract=ACTIVE)
    yield Vector("accredited-by-nobody", "no accreditation is there", signed, nobody, twin, trust=TRUST)
    for name, about in NO_USE.items():
        yield Vector(
            f"accreditation-{name}", f"the accreditation is {about}", signed, nobody, twin, (39,), trust=TRUST, accreditations=(name,)
        )
    about = "the accreditor is not on the trust list"
    yield Vector("accreditor-unlisted", about, signed, nobody, twin, (39,), trust="nobody", accreditations=("academy",))
    about = "who vouches is on the trust list, and not as an accreditor"
    yield Vector("accreditor-unmarked", about, signed, nobody, twin, (39,), accreditations=("academy",))
    open_ = leaves_open("issuer", contract=ACTIVE)
    about = "the accreditation names another account"
    other = ("another-account",)
    yield Vector(
        "accreditation-another-account",
        about,
        ACADEMYS.credential("badge"),
        open_,
        "accredited-accounts",
        trust=TRUST,
        accreditations=other,
    )
    about = "the accreditation that it carries is revoked"
    yield Vector(
        "accredited-carried-revoked", about, ACADEMYS.credential("carrying what is revoked", JCS), nobody, "accredited-carried", trust=TRUST
    )
    about = "its issuer is accredited by one that is itself accredited, and by nobody else"
    college = batches.COLLEGES.credential("badge", JCS)
    known = leaves_open("issuer", signed_by=("signature",), contract=ACTIVE)
    yield Vector("accredited-in-a-chain", about, college, known, twin, (39,), trust=TRUST, accreditations=("academy", "by-academy"))
    wrong = fails("signature", contract=ACTIVE)
    about = "the accreditor vouches for another key than signed it"
    yield Vector("accreditation-another-key", about, signed, wrong, twin, trust=TRUST, accreditations=("another-key",))
    before = when(f"the batch {ENDORSEMENTS.name!r} is anchored") - SECOND
    early = leaves_open("issuer", "signature")
    about = "a second before the accreditation was anchored"
    yield Vector("past-not-yet-accredited", about, signed, early, twin, trust=TRUST, accreditations=("academy",), at=before)
