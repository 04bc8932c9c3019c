"""The vectors of issuers that no trust file names, and that somebody vouches for, or seems to."""

from collections.abc import Iterator

from tests.conformance.make import batches
from tests.conformance.make.endorsements import ACADEMYS, ACADEMYS_LATER, COLLEGES_LATER, ENDORSEMENTS, JCS
from tests.conformance.make.history import when
from tests.conformance.make.valid import SECOND
from tests.conformance.make.vector import ACTIVE, Vector, fails, leaves_open, passes

TRUST = "accreditor"
BACKDATING, DELEGATION = 46, 47  # rows of docs/reliability.md


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
    several = ("another-account", "by-stranger", "accounts")
    yield Vector("accredited-by-one", about, ACADEMYS.credential("badge"), passes(), trust=TRUST, accreditations=several)
    for name, verb in (("revoked", "was revoked"), ("ended", "ended")):
        about = f"the accreditation {verb} after its credential was anchored: that takes effect from its time, not before"
        yield Vector(f"accredited-then-{name}", about, signed, signature, trust=TRUST, accreditations=(name,))
    about = "the accreditation that it carries was revoked after it was anchored"
    yield Vector("accredited-carried-then-revoked", about, ACADEMYS.credential("carrying what is revoked", JCS), signature, trust=TRUST)


COLLEGES = {
    "by-chain": ("its issuer is accredited by one that may accredit", ("by-academy", "may-accredit")),
    "by-chain-of-three": ("a chain of three, whose first may let others accredit", ("by-school", "school-by-academy", "may-let-accredit")),
    "by-chain-then-revoked": (
        "the accreditation of the one between was revoked after all else was anchored",
        ("may-accredit-revoked", "by-academy"),
    ),
}


def chained() -> Iterator[Vector]:
    """Give what is valid by a chain of accreditations."""
    signed = batches.COLLEGES.credential("badge", JCS)
    for name, (about, given) in COLLEGES.items():
        yield Vector(f"accredited-{name}", about, signed, passes("signature"), trust=TRUST, accreditations=given)


BROKEN = {
    "without-the-word": ("nobody says that the one between may accredit", ("academy", "by-academy")),
    "without-a-word": ("that the one between may accredit is said by what is no number", ("no-word", "by-academy")),
    "too-long": ("the first may accredit, and not let others accredit", ("may-accredit", "school-by-academy", "by-school")),
    "without-its-first": ("nobody on the trust list vouches for the one between", ("by-academy",)),
    "without-its-last": ("the one between vouches for another", ("may-accredit", "school-by-academy")),
    "forged": ("its last link is in the name of the one between, anchored by a stranger", ("may-accredit", "by-academy-forged")),
    "backdated": (
        "its last link was anchored after the one between had lost the word, and says that it is older",
        ("may-accredit-revoked", "by-academy-later"),
    ),
}


def unchained() -> Iterator[Vector]:
    """Give what a chain of accreditations does not decide."""
    signed = batches.COLLEGES.credential("badge", JCS)
    known = leaves_open("issuer", signed_by=("signature",), contract=ACTIVE)
    for name, (about, given) in BROKEN.items():
        row = BACKDATING if name == "backdated" else DELEGATION
        yield Vector(f"chain-{name}", about, signed, known, "accredited-by-chain", (row,), trust=TRUST, accreditations=given)
    about = "it was anchored after the accreditation of the one between had been revoked"
    late, given = COLLEGES_LATER.credential("badge", JCS), ("may-accredit-revoked", "by-academy")
    yield Vector("chain-ended", about, late, known, "accredited-by-chain", (BACKDATING,), trust=TRUST, accreditations=given)
    about = "who stands between is on the trust list, and not as an accreditor"
    given = ("may-accredit", "by-academy")
    yield Vector(
        "chain-through-a-listed", about, signed, known, "accredited-by-chain", (DELEGATION,), trust="academy-listed", accreditations=given
    )


NO_USE = {
    "by-stranger": "by a stranger, not by an accreditor",
    "forged": "in the accreditor's name, anchored by a stranger",
    "by-itself": "by the issuer itself",
    "ended-before": "one that had ended before",
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
    late = ACADEMYS_LATER.credential("badge", JCS)
    about = "the accreditation was revoked before it was anchored"
    yield Vector("accreditation-revoked", about, late, nobody, twin, (BACKDATING,), trust=TRUST, accreditations=("revoked",))
    about = "the accreditation that it carries was revoked before it was anchored"
    late = ACADEMYS_LATER.credential("carrying what is revoked", JCS)
    yield Vector("accredited-carried-revoked", about, late, nobody, "accredited-carried", (BACKDATING,), trust=TRUST)
    wrong = fails("signature", contract=ACTIVE)
    about = "the accreditor vouches for another key than signed it"
    yield Vector("accreditation-another-key", about, signed, wrong, twin, trust=TRUST, accreditations=("another-key",))
    before = when(f"the batch {ENDORSEMENTS.name!r} is anchored") - SECOND
    early = leaves_open("issuer", "signature")
    about = "a second before the accreditation was anchored"
    yield Vector("past-not-yet-accredited", about, signed, early, twin, trust=TRUST, accreditations=("academy",), at=before)
