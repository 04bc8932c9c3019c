"""What a holder presents together: credentials, of each what was chosen, why, and what they say themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.disclosure import derive
from laurea.core.presentation import MAX_CREDENTIALS, MAX_LIFE, Demand, present_all
from laurea.core.statement import MAX_FILES, MAX_WORDS, FileNamed, NoteOn, Statement
from laurea.errors import InputError
from laurea.services.holding import entry, keyring
from laurea.services.holding.choice import Choice
from laurea.services.holding.entry import Entry
from laurea.storage.wallet import Attachment, Wallet

EVERYTHING = Choice()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A credential to present, by its number or id, and what is shown of it."""

    name: str
    choice: Choice = EVERYTHING


@dataclass(frozen=True, slots=True)
class Showing:
    """What to present together: credentials of one key, why, and whether the holder's notes and files go along.

    `narrative` is what the holder tells of themselves; the verifier reads it as a note that is about no credential.
    """

    wanted: tuple[Wanted, ...]
    purpose: str = ""
    notes: bool = False
    files: bool = False
    narrative: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """A presentation, and the files that go with it."""

    document: JsonObject
    files: tuple[Attachment, ...] = ()


def compose(opened: Wallet, showing: Showing, *, demand: Demand, at: datetime, life: timedelta = MAX_LIFE) -> Composed:
    """Return a presentation signed once, by the key that all its credentials name; raises InputError when there is no such key."""
    known = entry.entries(opened)
    chosen = [(entry.find(known, wanted.name), wanted.choice) for wanted in showing.wanted]
    if not 0 < len(chosen) <= MAX_CREDENTIALS or len({each.number for each, _ in chosen}) != len(chosen):
        raise InputError(f"a presentation shows 1 to {MAX_CREDENTIALS} credentials, each once", hint="name others, or leave some out")
    entries = [each for each, _ in chosen]
    if len(showing.purpose) > MAX_WORDS:
        raise InputError(f"the purpose is longer than {MAX_WORDS:,} characters")
    if len(entries) > 1:
        _require_one_key(entries)
    files = _files(opened, entries) if showing.files else ()
    statement = Statement(
        showing.purpose,
        (*([NoteOn("", showing.narrative)] if showing.narrative else []), *(_notes(entries) if showing.notes else ())),
        tuple(FileNamed.of(file.name, file.media_type, file.data) for file in files),
    )
    shown = [_shown(each, choice) for each, choice in chosen]
    key = keyring.key_of(opened, entries[0].credential.subject_id)
    return Composed(present_all(shown, key, demand=demand, created=at, life=life, statement=statement), files)


def _shown(found: Entry, choice: Choice) -> Credential:
    credential = found.credential
    if found.jwt:
        raise InputError(f"number {found.number} is a JWT, which no presentation here can hold", hint="leave it out")
    if not found.anchored:
        if choice != EVERYTHING:
            raise InputError(
                f"number {found.number} is not anchored: it can be shown as a whole alone", hint="leave --show and --hide out for it"
            )
        return credential
    shown = choice.of(credential)
    return derive(credential, shown.__contains__)


def _require_one_key(entries: Sequence[Entry]) -> None:
    keys = {each.credential.subject_id for each in entries if each.bound}
    if len(keys) == 1 and all(each.bound for each in entries):
        return
    named = "; ".join(
        f"number {each.number} names {each.credential.subject_id if each.bound else 'no key of this wallet'}" for each in entries
    )
    raise InputError(
        f"the credentials are not bound to one key, and a presentation is signed by one: {named}",
        hint="present those of each key by themselves",
    )


def _notes(entries: Sequence[Entry]) -> Iterator[NoteOn]:
    for each in entries:
        if each.note:
            yield NoteOn(each.credential.id or "", each.note)


def _files(opened: Wallet, entries: Sequence[Entry]) -> tuple[Attachment, ...]:
    wanted = {digest for each in entries for digest in each.held.evidence}
    found = tuple(file for file in opened.attachments if file.digest in wanted)
    if len(found) > MAX_FILES:
        raise InputError(f"{len(found)} files are attached to these credentials, and {MAX_FILES} go with one presentation")
    twice = sorted({file.name for file in found if sum(file.name == other.name for other in found) > 1})
    if twice:
        raise InputError(f"two files are called {twice[0]}", hint="attach one of them under another name: laurea wallet attach")
    return found
