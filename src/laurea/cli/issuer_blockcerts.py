"""`laurea issuer blockcerts-profile`: what verifiers of Blockcerts fetch of an issuer."""

from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.issuer_options import DEFAULT_DIRECTORY, Directory, issuer_in
from laurea.core import canonical
from laurea.services.issuing import blockcerts
from laurea.storage import files

READABLE = 0o644  # a web server is another user


def blockcerts_profile(
    ctx: typer.Context,
    export: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Put the profile and the revocation list into a folder that a web server serves.")
    ] = None,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Print the issuer's profile as Blockcerts has it, with the keys that anchor; `laurea issuer serve` has it where its id says, too.

    With --export it is written beside the revocation list. Do that again after each new key and each revocation.
    """
    with issuer_in(directory, settings=options(ctx).settings) as issuer:
        profile, revocations = blockcerts.profile(issuer), blockcerts.revocations(issuer)
    if export is None:
        output.document(profile)
    else:
        export.mkdir(parents=True, exist_ok=True)
        for name, document in ((blockcerts.PROFILE_FILE, profile), (blockcerts.REVOCATIONS_FILE, revocations)):
            files.replace(export / name, canonical.dump(document), mode=READABLE)
        output.talk(f"the profile and the revocation list are in {export}")
    output.talk(f"verifiers look for them at {issuer.blockcerts}")
