"""`laurea wallet present`: show one verifier what was chosen of one credential or several, once."""

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.fetching import NO_FETCH_VARIABLE
from laurea.cli.wallet_answer import Consent, Named, answer
from laurea.cli.wallet_evidence import write_into
from laurea.cli.wallet_options import DEFAULT, PassphraseFile, WalletPath, holding_of, now
from laurea.core.digests import Likeness
from laurea.core.presentation import MAX_LIFE, Demand
from laurea.errors import InputError
from laurea.services.holding import Choice, Entry, Filed, Holding, Showing, Wanted
from laurea.services.holding.entry import find

SECONDS = int(MAX_LIFE.total_seconds())

_OF_ONE = re.compile(r"(\d+):(.+)", re.ASCII | re.DOTALL)  # as 2:/credentialSubject/result


def present(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID…", help="Credentials of one key of yours, by number or id; with --request, which answer it."),
    ] = None,
    audience: Annotated[str | None, typer.Option(help="Whom it is for, by the name that the verifier gave.")] = None,
    challenge: Annotated[str | None, typer.Option(help="The challenge that the verifier gave.")] = None,
    request: Annotated[
        str | None,
        typer.Option(
            metavar="LINK", help="Answer what a verifier asks: openid4vp://… or the https URL of the request. You see it before it goes."
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Answer --request unasked: who is meant (--audience), ID, and every claim (--show) must be named.")
    ] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Tell whoever sent --request that nothing comes.")] = False,
    no_fetch: Annotated[
        bool,
        typer.Option(
            "--no-fetch",
            envvar=NO_FETCH_VARIABLE,
            help="Of a --request: do not fetch the DID document of who asks; a request that is signed in its name is then refused.",
        ),
    ] = False,
    purpose: Annotated[
        str, typer.Option(metavar="TEXT", help="What it is for, in your words; the verifier reads it, and you sign it.")
    ] = "",
    show: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CLAIM", help="Show only this and what is under it, by pointer or name; of number 2 alone: 2:CLAIM; repeat for more."
        ),
    ] = None,
    hide: Annotated[list[str] | None, typer.Option(metavar="CLAIM", help="Hide this and all that is under it; else as --show.")] = None,
    with_note: Annotated[bool, typer.Option("--with-note", help="Add your notes on these credentials, as your own words.")] = False,
    with_files: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Add the digests of the attached files, and write the files into this folder.")
    ] = None,
    valid_for: Annotated[int, typer.Option(metavar="SECONDS", min=1, max=SECONDS, help="How long it can be used.")] = SECONDS,
    output_: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write it here instead of stdout.")] = None,
    wallet: WalletPath = DEFAULT,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a presentation of credentials, or of parts of them, that one audience can use once.

    A credential's own members (who issued it, its type and dates) and /credentialSubject/id are always shown; --show also brings the
    types of the objects in which something is shown. --hide counts after --show.

    With --request a verifier says what it wants (OpenID4VP 1.0, DCQL), and no more than that is shown. Nothing is sent before you agree.
    """
    Holding.expect(wallet, there=True)
    if request is not None:
        _refuse_beside(challenge, purpose, hide, with_files, output_, with_note=with_note)
        named = Named(tuple(names or ()), audience, tuple(show or ()))
        policy = None if no_fetch else options(ctx).settings.fetch.policy
        answer(request, named, policy, lambda: holding_of(wallet, passphrase_file), Consent(yes=yes, refuse=refuse))
        return
    if not names or audience is None or challenge is None or yes or refuse:
        raise InputError("name a credential, --audience and --challenge; or --request", hint="laurea wallet present --help")
    holding = holding_of(wallet, passphrase_file)
    entries = holding.entries()
    chosen = [find(entries, name) for name in names]
    wanted = wanted_of(chosen, show or (), hide or ())
    showing = Showing(wanted, purpose, notes=with_note, files=with_files is not None)
    composed = holding.present_all(showing, demand=Demand(audience, challenge), at=now(), life=timedelta(seconds=valid_for))
    if with_files is not None:
        write_into(with_files, tuple(Filed(file, Likeness.UNNAMED) for file in composed.files))
    if output_ is None:
        output.document(composed.document)
    else:
        output.write(output_, json.dumps(composed.document, ensure_ascii=False, indent=2).encode() + b"\n")
        output.talk(f"wrote {output_}, for {audience}, good for {valid_for} seconds")


def _refuse_beside(*given: object, with_note: bool) -> None:
    if with_note or any(each not in {None, ""} if not isinstance(each, list) else each for each in given):
        raise InputError("with --request the verifier says what is shown, and nothing goes beside it", hint="leave the other options out")


def wanted_of(chosen: Sequence[Entry], show: Sequence[str], hide: Sequence[str]) -> tuple[Wanted, ...]:
    """Return what is shown of each credential: what names no number counts for all that have such a claim. Raises InputError for a slip."""
    for given in (*show, *hide):
        _refuse_slip(given, chosen)
    return tuple(Wanted(entry.lasting_name, _choice(entry, chosen, show, hide)) for entry in chosen)


def _choice(entry: Entry, chosen: Sequence[Entry], show: Sequence[str], hide: Sequence[str]) -> Choice:
    own, common = (Choice(tuple(_for(entry, show, own=own)), tuple(_for(entry, hide, own=own))) for own in (True, False))
    within = common.within(entry.credential) if len(chosen) > 1 else common
    # What is meant for this one alone decides what is shown of it; what is hidden anywhere is hidden.
    return Choice(own.show or within.show, (*within.hide, *own.hide))


def _for(entry: Entry, given: Sequence[str], *, own: bool) -> list[str]:
    found = [(_OF_ONE.fullmatch(each), each) for each in given]
    return (
        [match[2] for match, _ in found if match and int(match[1]) == entry.number] if own else [each for match, each in found if not match]
    )


def _refuse_slip(given: str, chosen: Sequence[Entry]) -> None:
    match = _OF_ONE.fullmatch(given)
    if match and int(match[1]) not in {entry.number for entry in chosen}:
        raise InputError(f"{given!r} is about number {match[1]}, which is not presented")
    if match is None and len(chosen) > 1 and not any(_has(entry, given) for entry in chosen):
        raise InputError(f"none of these credentials has a claim {given!r}", hint="laurea wallet show ID lists what there is")


def _has(entry: Entry, given: str) -> bool:
    return bool(Choice(hide=(given,)).within(entry.credential).hide)
