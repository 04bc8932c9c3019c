"""Commands of `laurea issuer` about who the issuer is: for those who are to recognise it, and for those whom it vouches for."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, Directory, PassphraseFile, issuer_in, keyring
from laurea.core.country import country_code
from laurea.core.did_web import DID_WEB, location
from laurea.core.keys import did_key
from laurea.errors import InputError
from laurea.services.issuing import place, showing, signing_keys


def did_document(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Print the issuer's DID document: for a did:web, to be put where its DID says; `laurea issuer serve` has it there, too."""
    with issuer_in(directory) as issuer:
        output.document(showing.did_document(issuer))
        if issuer.profile.did.startswith(DID_WEB):
            output.talk("it belongs at https://" + "".join(location(issuer.profile.did)))


def country(
    code: Annotated[str | None, typer.Argument(help="Its two letters by ISO 3166-1, for example AT; else it is printed.")] = None,
    none: Annotated[bool, typer.Option("--none", help="Let credentials show no country.")] = False,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Set the issuer's country: every credential that is enrolled from then on shows it. Without CODE, print it."""
    if code is not None and none:
        raise InputError("a country and none cannot both be meant", hint="leave one out")
    with issuer_in(directory) as issuer:
        if code is None and not none:
            output.data(issuer.profile.country or "")
            return
        place.move(issuer, None if code is None else country_code(code))
    output.talk(
        "credentials show no country from now on" if code is None else f"credentials show the country {country_code(code)} from now on"
    )


def trust_file(directory: Directory = DEFAULT_DIRECTORY) -> None:
    """Print the trust file with which a verifier accepts this issuer: its DID, keys and registry account."""
    with issuer_in(directory) as issuer:
        output.document(showing.trust_file(issuer))
        if showing.status(issuer)["registered"] is None:
            output.talk("warning: the issuer is not registered yet; `laurea issuer init` goes on with that")


def sign_trust_file(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A trust file that others are to take from you.", metavar="FILE")],
    directory: Directory = DEFAULT_DIRECTORY,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print a trust file with the signature of this issuer, and say by which key it can be demanded."""
    data = output.read(file)
    with issuer_in(directory) as issuer:
        output.document(showing.signed_trust_file(issuer, data, keyring(ctx, directory, passphrase_file)))
        output.talk(f"demand it with --trust-signer {did_key(signing_keys.current(issuer).public)}")
