"""`laurea wallet collection list` and `show`: what is put together for a goal, and what each of it does for that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.frameworks import skills_of
from laurea.cli.wallet_options import DEFAULT, AsJson, PassphraseFile, WalletPath, holding_of, now
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.services.holding import Entry, Holding, collecting
from laurea.services.holding.auditing import as_of
from laurea.services.holding.entry import entries
from laurea.services.holding.portfolio import NOTHING, Answered
from laurea.services.holding.relevance import Relevance
from laurea.storage.wallet import Collection as Kept

UNSAID = "laurea wallet collection change NAME --posting FILE says it"
UNREAD = "no skill was recognised in its text (laurea skills import brings frameworks of skills)"

Collection = Annotated[str, typer.Argument(metavar="NAME", help="The collection's name, its number in the list, or its id.")]


@dataclass(frozen=True, slots=True)
class Seen:
    """A collection as it is shown: its credentials, the rest of the wallet, and what each does for the goal."""

    kept: Kept
    members: tuple[Entry, ...]
    rest: tuple[Entry, ...]
    relevance: Relevance
    at: datetime

    def answered(self, entry: Entry) -> Answered:
        """Return what a credential does for the goal."""
        return self.relevance.answered.get(entry.held.digest, NOTHING)


def list_(wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None, *, as_json: AsJson = False) -> None:
    """List the collections, and how many credentials are in each."""
    Holding.expect(wallet, there=True)
    opened = holding_of(wallet, passphrase_file).opened()
    known = entries(opened)
    counts = [(each, len(collecting.members(each, known))) for each in opened.collections]
    if as_json:
        output.document([{**_about(each), "count": count} for each, count in counts])
        return
    for number, (each, count) in enumerate(counts, start=1):
        output.data(output.printable(f"{number}  {each.name}  {count} credential{'' if count == 1 else 's'}"))
    if not counts:
        output.talk("there is no collection; laurea wallet collection new NAME begins one")


def show(
    ctx: typer.Context,
    collection: Collection,
    rest: Annotated[bool, typer.Option("--rest", help="The credentials that are not in it, too.")] = False,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show a collection: the goal, what is in it, and what each credential does for the goal, by its last check."""
    Holding.expect(wallet, there=True)
    opened, at = holding_of(wallet, passphrase_file).opened(), now()
    found, known = collecting.find(opened, collection), entries(opened)
    relevance = Relevance.of(opened, found, skills_of(options(ctx).settings) or None, at=at)
    seen = Seen(found, collecting.members(found, known), collecting.rest(found, known), relevance, at)
    if as_json:
        output.document(_document(seen))
        return
    for line in _lines(seen, rest=rest):
        output.data(output.printable(line))


def _lines(seen: Seen, *, rest: bool) -> Iterator[str]:
    yield from _head(seen.kept)
    for entry in seen.members:
        yield from _entry(entry, seen)
    if seen.relevance.open:
        yield f"nothing here meets yet: {', '.join(seen.relevance.open)}"
    if not seen.relevance.known:
        yield f"what the goal asks for is not known: {UNREAD if seen.kept.posting else UNSAID}"
    if seen.rest:
        yield "not in it:" if rest else f"{len(seen.rest)} more in the wallet: --rest shows them"
    for entry in seen.rest if rest else ():
        yield from _entry(entry, seen)


def _head(kept: Kept) -> Iterator[str]:
    yield kept.name
    if kept.goal:
        yield kept.goal
    if kept.narrative and kept.narrative.text:
        yield f"in your own words (self-asserted): {kept.narrative.text}"


def _entry(entry: Entry, seen: Seen) -> Iterator[str]:
    yield f"{entry.number}  {entry.name or '(no name)'}  {as_of(entry, seen.at)}"
    if seen.relevance.known:
        yield f"   {in_words(seen.answered(entry))}"


def in_words(answered: Answered) -> str:
    """Return what a credential does for a goal, in English."""
    told = [f"meets {', '.join(answered.meets)}"] if answered.meets else []
    told += [f"in part {', '.join(answered.partly)}"] if answered.partly else []
    return "; ".join(told) or "names nothing that the goal asks for"


def _about(kept: Kept) -> JsonObject:
    told = kept.narrative
    said: JsonObject | None = (
        {"text": told.text, "written": format_time(told.written), "selfAsserted": True} if told and told.text else None
    )
    return {"id": kept.id, "name": kept.name, "goal": kept.goal, "hasPosting": bool(kept.posting), "narrative": said}


def _document(seen: Seen) -> JsonObject:
    inside: list[Json] = [_of(entry, seen) for entry in seen.members]
    outside: list[Json] = [_of(entry, seen) for entry in seen.rest]
    return {**_about(seen.kept), "open": list[Json](seen.relevance.open), "credentials": inside, "rest": outside}


def _of(entry: Entry, seen: Seen) -> JsonObject:
    answered = seen.answered(entry)
    return {
        "number": entry.number,
        "id": entry.credential.id,
        "name": entry.name,
        "checked": as_of(entry, seen.at),
        "meets": list[Json](answered.meets),
        "partly": list[Json](answered.partly),
    }
