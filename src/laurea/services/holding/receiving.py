"""What somebody is about to take into their wallet, looked at before anything is kept. Nothing is fetched."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from laurea.core import openbadge
from laurea.core.checks import MAX_QUOTED
from laurea.core.disclosure import integrity_problem
from laurea.core.incoming import Incoming, Parcel
from laurea.core.issuer_signature import check_signature
from laurea.core.keys import DID_KEY
from laurea.core.report import MAX_NAMED, Check, Outcome
from laurea.core.summary import Summary
from laurea.core.trust import Trust
from laurea.errors import FormatError, InputError
from laurea.services.holding import entry, keyring
from laurea.services.holding.entry import Entry, Remark, is_anchored
from laurea.storage.wallet import Held, Wallet

SECOND = timedelta(seconds=1)
ANOTHER = "ask the issuer for it again"


@dataclass(frozen=True, slots=True)
class Offer:
    """A credential that may be received: what it says, whose it is, and what there is to know of it. Nothing is kept yet.

    `holder` is the DID of the wallet's key that it names, "" when it names none; `known` its number when the wallet has it already;
    `signature` how far its issuer's signatures could be checked; `problems` are where it breaks the data model; `refusal`, if any, is why it cannot
    be kept.
    """

    incoming: Incoming
    summary: Summary
    holder: str
    known: int | None
    remarks: tuple[Remark, ...]
    signature: Check
    problems: tuple[str, ...]
    refusal: InputError | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file brings: credentials, and whether a presentation was around them."""

    offers: tuple[Offer, ...]
    presentation: bool


def preview(kept: Wallet, data: bytes, *, at: datetime, language: str = "") -> Preview:
    """Return what a file brings to a wallet; raises FormatError that says what it is instead of a credential."""
    parcel = Parcel.parse(data)
    known = entry.entries(kept)
    return Preview(tuple(_offer(kept, known, each, at, language) for each in parcel.credentials), parcel.presentation)


def taken(kept: Wallet, offers: tuple[Offer, ...], *, at: datetime) -> Wallet:
    """Return the wallet with what was offered to it, the same when it has all of it; raises the refusal of the first that cannot be kept."""
    for offer in offers:
        if offer.refusal is not None:
            raise offer.refusal
    fresh = []
    for offer in offers:
        credential = offer.incoming.credential
        if offer.known is None and credential not in fresh:
            fresh.append(credential)
            keyed = keyring.with_key_of(kept, credential.subject_id, at=at)
            kept = replace(keyed, held=(*keyed.held, _held(keyed, offer.incoming.data, at)))
    return kept


def _held(kept: Wallet, data: bytes, at: datetime) -> Held:
    held = Held(data, at)
    gone = next((each.at for each in kept.removed if each.digest == held.digest), None)
    # Later than it was taken out, though that was in the same second, or the clock was put back since: a merge goes by which was later.
    return held if gone is None or at > gone else replace(held, received=gone + SECOND)


def _offer(kept: Wallet, known: tuple[Entry, ...], incoming: Incoming, at: datetime, language: str) -> Offer:
    credential = incoming.credential
    subject = credential.subject_id or ""
    owned = {key.did for key in keyring.with_key_of(kept, subject, at=at).keys}
    refusal = _unfit(incoming)
    signature = check_signature(credential, Trust(), at=at)
    if refusal is None:
        refusal = _unsigned(incoming, signature) or _somebody_elses(subject, owned, kept.key.did)
    return Offer(
        incoming,
        Summary.of(credential.document, language),
        subject if subject in owned else "",
        next((each.number for each in known if each.credential == credential), None),
        () if refusal else tuple(entry.remarks(credential, incoming.data, bound=subject in owned)),
        signature,
        tuple(line[:MAX_QUOTED] for line in openbadge.problems(credential.document, partial=is_anchored(credential))[:MAX_NAMED]),
        refusal,
    )


def _unfit(incoming: Incoming) -> InputError | None:
    """Return why an anchored credential and its proof do not fit together, or None."""
    if not is_anchored(incoming.credential):
        return None
    try:
        problem = integrity_problem(incoming.credential)
    except FormatError as error:
        problem = str(error)
    return FormatError(f"the credential was not taken: {problem}", hint=ANOTHER) if problem else None


def _unsigned(incoming: Incoming, signature: Check) -> InputError | None:
    """Return why a credential that is not anchored proves nothing, or None."""
    if is_anchored(incoming.credential) or incoming.jwt:
        return None
    if not incoming.credential.proofs:
        return FormatError("the credential was not taken: it has no proof, so anybody may have written it", hint=ANOTHER)
    if signature.outcome is Outcome.FAILED:
        return FormatError(f"the credential was not taken: {signature.reason}", hint=ANOTHER)
    return None


def _somebody_elses(subject: str, owned: set[str], wallet: str) -> InputError | None:
    if not subject.startswith(DID_KEY) or subject in owned:
        return None
    return InputError(
        f"the credential was issued to {subject}, this wallet is {wallet}",
        hint="receive it into the wallet that it was issued to, or ask the issuer for one to this DID",
    )
