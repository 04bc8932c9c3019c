"""What of a collection is shown to others: a portfolio, the signed statement in it, and the presentation."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from laurea.artefacts.portfolio import Item, Portfolio, Proof
from laurea.core import signature
from laurea.core.canonical import JsonObject
from laurea.core.digests import Likeness
from laurea.core.keys import SigningKey
from laurea.core.narrative import Narrative
from laurea.core.proof_set import ASSERTION
from laurea.core.statement import MAX_FILES, FileNamed
from laurea.errors import InputError
from laurea.services.holding import collecting, keyring
from laurea.services.holding.attaching import filed
from laurea.services.holding.entry import Entry, entries
from laurea.services.holding.portion import Portion
from laurea.services.holding.resume import in_resume
from laurea.storage.wallet import Collection, Wallet


@dataclass(frozen=True, slots=True)
class Answered:
    """What a credential does for a goal: the names of the requirements that it meets, and of those that it meets in part."""

    meets: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()


NOTHING = Answered()


@dataclass(frozen=True, slots=True)
class Dress:
    """How a portfolio is made: its language, whether the credentials go along to be checked, and what each, by its digest, does for the goal.

    `signed` is False where only its texts are wanted.
    """

    language: str = ""
    documents: bool = True
    answered: Mapping[bytes, Answered] = field(default_factory=dict)
    signed: bool = True


def statement(kept: Wallet, name: str, *, at: datetime) -> JsonObject:
    """Return what a holder says in a collection, signed by them as a credential about themselves; raises InputError when they say nothing."""
    found = collecting.find(kept, name)
    if found.narrative is None or not found.narrative.text:
        raise InputError(f"in {found.name!r} you say nothing yet", hint='laurea wallet collection narrative NAME "your words"')
    inside = collecting.members(found, entries(kept))
    key = _key(kept, inside)
    files = _files(kept, inside)
    document = Narrative(key.did, found.name, found.narrative.text, found.narrative.written, files).document()
    proof = signature.sign(document, key, method=key.method, purpose=ASSERTION, created=at)
    return {**document, "proof": proof}


def portfolio(kept: Wallet, name: str, dress: Dress, *, at: datetime) -> Portfolio:
    """Return the portfolio of a collection; what its holder says in it is signed at a moment."""
    found = collecting.find(kept, name)
    told = "" if found.narrative is None else found.narrative.text
    signed = json.dumps(statement(kept, name, at=at), ensure_ascii=False, indent=2).encode() + b"\n" if told and dress.signed else b""
    items = tuple(_item(kept, each, dress) for each in collecting.members(found, entries(kept)))
    return Portfolio(found.name, found.goal, items, told, signed)


def evidence(kept: Wallet, found: Collection) -> int:
    """Return how many files of evidence the credentials of a collection have."""
    return sum(len(each.held.evidence) for each in collecting.members(found, entries(kept)))


def _item(kept: Wallet, entry: Entry, dress: Dress) -> Item:
    proofs = tuple(Proof(each.file.name, each.file.digest, each.likeness is Likeness.SAME) for each in filed(kept, entry.lasting_name))
    answered = dress.answered.get(entry.held.digest, NOTHING)
    # Of an anchored one goes no more than its claims; any other can only go as a whole.
    document = Portion(complete=not entry.anchored).of(entry) if dress.documents else b""
    return Item(in_resume(entry, dress.language), proofs, answered.meets, answered.partly, document)


def _key(kept: Wallet, inside: Sequence[Entry]) -> SigningKey:
    """Return the key that all the credentials name, if it is one: by another, whoever sees both would learn that the two are one person's."""
    named = {each.credential.subject_id for each in inside if each.bound}
    return keyring.key_of(kept, named.pop() if len(named) == 1 else None)


def _files(kept: Wallet, inside: Sequence[Entry]) -> tuple[FileNamed, ...]:
    found = {each.file.digest: each.file for entry in inside for each in filed(kept, entry.lasting_name)}
    if len(found) > MAX_FILES:
        raise InputError(f"{len(found)} files are attached to these credentials, and a statement names {MAX_FILES}", hint="detach some")
    return tuple(FileNamed.of(each.name, each.media_type, each.data) for each in found.values())
