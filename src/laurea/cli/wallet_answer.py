"""`laurea wallet present --request`: who asks for what, by which credentials; and, when that is agreed to, the answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from laurea.cli import output
from laurea.cli.wallet_options import now
from laurea.core.claim_names import name_of
from laurea.core.vp_request import VpRequest
from laurea.errors import InputError
from laurea.fetch.guard import FetchPolicy
from laurea.services import vp_exchange
from laurea.services.holding import Holding
from laurea.services.holding.answering import Match, chosen, matching, picked, vp_token
from laurea.services.holding.choice import SUBJECT_ID
from laurea.services.holding.entry import find

DENIED = "access_denied"
SIGNED = "signed by you, for this verifier and this once"
BARE = "not signed by you: whoever gets it can show it as you can"


@dataclass(frozen=True, slots=True)
class Named:
    """What the command line names: credentials, for whom, and the claims that may be shown."""

    credentials: tuple[str, ...]
    audience: str | None
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether it is agreed to beforehand, or refused."""

    yes: bool
    refuse: bool


def answer(link: str, named: Named, policy: FetchPolicy | None, opened: Callable[[], Holding], consent: Consent) -> None:
    """Answer a verifier's request, having shown it and asked; raises InputError when it cannot be answered, or is not agreed to."""
    request = vp_exchange.ask(link, at=now(), policy=policy)
    for line in _asker(request):
        output.talk(output.printable(line))
    if consent.refuse:
        vp_exchange.refuse(request, DENIED)
        output.talk(f"told {request.host} that nothing comes")
        return
    if consent.yes and not (named.audience and named.credentials):
        raise InputError(
            "--yes needs to know to whom, and what", hint=f"pass --audience {request.host}, ID, and --show CLAIM for each claim"
        )
    if named.audience is not None and named.audience not in {request.client_id, request.host, request.did}:
        raise InputError(f"{request.host} asks, and {named.audience} is meant: nothing was sent")
    holding = opened()
    entries = holding.entries()
    found = matching(entries, request.query)
    taken = _taken(found, frozenset(find(entries, name).number for name in named.credentials))
    for line in (line for match in taken for line in _shown(match)):
        output.talk(output.printable(line))
    if consent.yes or named.claims:
        _require_named(taken, named.claims)
    output.confirm(f"send this to {request.host}", yes=consent.yes)
    _done(request, vp_exchange.send(request, vp_token(holding.opened(), request, taken, at=now())))


def _taken(found: Mapping[str, tuple[Match, ...]], numbers: frozenset[int]) -> tuple[Match, ...]:
    """Return which credentials answer: those that were named, else where there is a choice those that somebody chooses."""
    if not numbers and any(len(matches) > 1 for matches in found.values()):
        return picked(found, {name: _asked(name, matches) for name, matches in found.items()})
    return chosen(found, numbers)


def _asked(name: str, matches: Sequence[Match]) -> int:
    if len(matches) == 1:
        return matches[0].entry.number
    for match in matches:
        output.talk(output.printable(f"number {match.entry.number}: {match.entry.name or 'a credential without a name'}"))
    said = output.ask(f"which number to show for {name}", hint="name the credentials by their numbers")
    return next((match.entry.number for match in matches if str(match.entry.number) == said.strip()), 0)


def _require_named(taken: Sequence[Match], claims: Sequence[str]) -> None:
    for match in taken:
        for pointer in match.claims:
            if not _is_implied(pointer, claims) and not any(pointer == each or pointer.startswith(f"{each}/") for each in claims):
                raise InputError(
                    f"{pointer} of number {match.entry.number} would be shown, and --show does not name it: nothing was sent",
                    hint=f"pass --show {pointer} if it may be shown",
                )


def _is_implied(pointer: str, claims: Sequence[str]) -> bool:
    # Whose it is, and the types of the objects in which something is shown.
    above, _, last = pointer.rpartition("/")
    return pointer == SUBJECT_ID or (last == "type" and any(each.startswith(f"{above}/") for each in claims))


def _asker(request: VpRequest) -> Iterator[str]:
    yield f"{request.host} asks"
    yield f"signed by {request.did}" if request.did else "nobody has signed that: who asks is known by this address alone"
    if request.name:
        yield f'it calls itself "{request.name}", which nobody has checked'


def _shown(match: Match) -> Iterator[str]:
    entry = match.entry
    yield f"number {entry.number}, {entry.name or 'a credential without a name'}, would be shown for {match.query.id}:"
    yield "   who issued it, its type and dates"
    for pointer in match.claims:
        yield f"   {name_of(pointer)} ({pointer})"
    if match.beyond:
        yield "   it is not anchored, so it can only be shown as a whole: more than was asked for"
    yield f"   {SIGNED if match.query.bound else BARE}"


def _done(request: VpRequest, told: vp_exchange.Told) -> None:
    output.talk(f"sent to {request.host}")
    if told.redirect_uri:
        output.talk("it asks you to go on here, if you like:")
        output.data(output.printable(told.redirect_uri))
