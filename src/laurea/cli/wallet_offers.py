"""Offers of OpenID for Verifiable Credential Issuance: taken by `laurea wallet receive`; what is deferred is listed and collected."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.exit_codes import DONE, USAGE
from laurea.cli.wallet_options import DEFAULT, AsJson, PassphraseFile, WalletPath, holding_of, now
from laurea.cli.wallet_received import rescue, say
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time
from laurea.core.credential_offer import TransactionCode
from laurea.errors import InputError, LaureaError
from laurea.services.exchange import origin_of
from laurea.services.holding import Holding, waiting
from laurea.services.holding.waiting import Collected, State, Wait
from laurea.services.offers import discovery, taking
from laurea.services.offers.delivery import ACCEPTED, FAILED, Delivered, Difference
from laurea.services.offers.discovery import Found, Offered
from laurea.services.offers.taking import Taken

CODE_LIMIT = 1024  # bytes of a file with a code
DELIVERED = "what the issuer delivered"


@dataclass(frozen=True, slots=True)
class Terms:
    """How an offer is to be taken: without being asked, by which key, with which code."""

    yes: bool
    own_key: bool | None
    code_file: Path | None


def preview(found: Found) -> None:
    """Say what an offer is of, and take nothing."""
    for line in _lines(discovery.look(found)):
        output.data(output.printable(line))


def receive(holding: Holding, found: Found, terms: Terms) -> None:
    """Take an offer, once its learner agrees; keep what comes at once, and note what comes later.

    Raises the first error of what could not be kept, after all the rest was.
    """
    taken = _taken(holding, discovery.look(found), terms)
    # First of all: the code is used up, and nobody else knows where to ask for it.
    problems = list(taken.troubles)
    try:
        waiting.keep(holding, taken.waiting)
    except LaureaError as full:  # what came at once is not lost with it
        problems.append(full)
    for each in () if problems[len(taken.troubles) :] else taken.waiting:
        output.talk(output.printable(f"{each.name} comes later: laurea wallet collect asks for it, from {format_time(each.after)} on"))
    problems += [error for each in taken.delivered if (error := _kept(holding, each))]
    for error in problems[1:]:
        output.problem(error)
    if problems:
        raise problems[0]


def _taken(holding: Holding, offered: Offered, terms: Terms) -> Taken:
    taking.require_takeable(offered)
    for line in _lines(offered):
        output.talk(output.printable(line))
    output.confirm(f"take this from {offered.host}", yes=terms.yes)
    code = _code(offered.offer.transaction_code, terms.code_file)
    key = holding.key_for(origin_of(offered.metadata.issuer), at=now(), own_key=terms.own_key)
    return taking.take(offered, key, now=now, transaction_code=code)


def _kept(holding: Holding, delivered: Delivered) -> LaureaError | None:
    """Keep what came, and tell its issuer; what cannot be kept is put into a file, and the reason returned."""
    try:
        differences = delivered.differences()
        received = holding.receive_all(delivered.data, at=now())
    except LaureaError as error:
        rescue(delivered.data, DELIVERED)
        delivered.receipt.tell(FAILED)
        return error
    delivered.receipt.tell(ACCEPTED)
    for entry, fresh in received:
        say(entry, fresh=fresh)
    _warn(differences)
    return None


def _warn(differences: tuple[Difference, ...]) -> None:
    """Say where what came is not what was offered."""
    for each in differences:
        output.talk(output.printable(f"warning: {each}"))


def list_waiting(
    remove: Annotated[
        int | None, typer.Option(metavar="NUMBER", min=1, help="Wait for this one no more, and take it off the list.")
    ] = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List what issuers promised to this wallet and have yet to deliver, and from when on they may be asked; nobody is asked."""
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    if remove is not None:
        found = waiting.find(holding.opened(), remove)
        waiting.remove(holding, found, at=now())
        output.talk(output.printable(f"{_title(found)} is not waited for any more"))
        return
    waits = waiting.waits(holding.opened())
    if as_json:
        output.document([_document(each) for each in waits])
        return
    for each in waits:
        output.data(output.printable(f"{each.number}  {_title(each)}: {_standing(each)}"))
    if not waits:
        output.talk("nothing is waited for")


def collect(wallet: WalletPath = DEFAULT, passphrase_file: PassphraseFile = None) -> None:
    """Ask for what is waited for, each once and none sooner than its issuer said; what comes is checked and kept, and its id printed.

    Ends with 2 when one was refused, cannot be kept or could not be asked for; it stays on the list.
    """
    Holding.expect(wallet, there=True)
    holding = holding_of(wallet, passphrase_file)
    waits = waiting.waits(holding.opened())
    if not waits:
        output.talk("nothing is waited for")
    results = [_collected(waiting.collect(holding, each, now=now)) for each in waits]
    raise typer.Exit(DONE if all(results) else USAGE)


def _collected(found: Collected) -> bool:
    """Say what a question brought, and whether nothing is wrong."""
    for entry, fresh in found.received:
        say(entry, fresh=fresh)
    _warn(found.differences)
    if found.trouble is not None:
        output.talk(output.printable(f"{_title(found.wait)}:"))
        output.problem(found.trouble)
        if found.data:
            rescue(found.data, DELIVERED)
        return False
    if not found.received:
        output.talk(output.printable(f"{_title(found.wait)}: {_standing(found.wait)}"))
    return bool(found.received) or found.wait.state(now()) in (State.DUE, State.EARLY)


def _lines(offered: Offered) -> list[str]:
    said = offered.metadata.name
    return [
        f"{offered.host} offers{f' (it calls itself {said})' if said else ''}:",
        *(f"   {each.name}, as it calls it" for each in offered.items),
        *(f"   {each}, in a format that this wallet does not take: it is left out" for each in offered.left_out),
    ]


def _code(asked: TransactionCode | None, file: Path | None) -> str:
    """Return the code that the issuer sent on another way, "" when it wants none."""
    if asked is None:
        return ""
    if file is not None:
        with suppress(UnicodeDecodeError):
            return output.read(file, limit=CODE_LIMIT).decode().strip()
        raise InputError(f"{file} is not UTF-8 text")
    kind = "digits" if asked.numeric else "characters"
    form = f"{asked.length} {kind}" if asked.length else kind
    said = f"; the issuer says: {asked.description}" if asked.description else ""
    return output.ask(output.printable(f"the code that the issuer sent you ({form}{said})"), hint="pass --tx-code-file FILE").strip()


def _title(wait: Wait) -> str:
    return f"{wait.waiting.name or 'a credential'} of {wait.host}"


def _standing(wait: Wait) -> str:
    match wait.state(now()):
        case State.REFUSED:
            return f"refused: {wait.waiting.refused}; laurea wallet waiting --remove {wait.number} takes it off the list"
        case State.EXPIRED:
            return f"{State.EXPIRED}; ask the issuer for another offer; laurea wallet waiting --remove {wait.number} takes it off the list"
        case State.EARLY:
            return f"not ready, to be asked for again from {format_time(wait.waiting.after)} on"
    return "laurea wallet collect asks for it"


def _document(wait: Wait) -> JsonObject:
    kept = wait.waiting
    return {
        "number": wait.number,
        "issuer": kept.issuer,
        "name": kept.name,
        "holder": kept.did,
        "made": format_time(kept.made),
        "after": format_time(kept.after),
        "expires": None if kept.expires is None else format_time(kept.expires),
        "state": wait.state(now()).name.lower(),
        "reason": kept.refused,
    }
