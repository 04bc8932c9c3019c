"""`laurea verifier serve`: what `laurea verify` answers, over HTTP and on a page, for others who need not install anything."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from laurea.artefacts.report_html import Digested
from laurea.cli import output
from laurea.cli.context import command_group, options
from laurea.cli.fetching import NoFetch, sources_for_others
from laurea.cli.memory import MemoryOption, memory_of
from laurea.cli.serving import listen, service_log
from laurea.cli.verifier_options import (
    Accreditations,
    Asked,
    BlockHashes,
    IssuerProfiles,
    Known,
    Proof,
    RpcUrls,
    StatusLists,
    TrustFiles,
    TrustSigner,
)
from laurea.core.account import chain_name
from laurea.errors import ConfigError, InputError
from laurea.services import sharing
from laurea.services.stapled import parse_block
from laurea.services.verifying import Verifying
from laurea.web.limits import Limiter
from laurea.web.verifier.app import create_app
from laurea.web.verifier.challenges import Challenges
from laurea.web.verifier.crew import Crew
from laurea.web.verifier.readiness import Readiness
from laurea.web.verifier.service import VerifierService
from laurea.web.wallet.language import Languages

GIVEN = "the chain"  # of whatever id: the nodes are those of --rpc

app = command_group("Verify for others: an API and a page.")


@app.callback()
def verifier() -> None:
    """Verify for others: an API and a page."""


@app.command()
def serve(
    ctx: typer.Context,
    rpc: RpcUrls = None,
    proof: Proof = False,
    trust: TrustFiles = None,
    trust_signer: TrustSigner = None,
    status_list: StatusLists = None,
    block_hash: BlockHashes = None,
    accreditation: Accreditations = None,
    issuer_profile: IssuerProfiles = None,
    no_fetch: NoFetch = False,
    memory: MemoryOption = None,
    url: Annotated[
        str | None, typer.Option(metavar="PUBLIC_URL", help="The URL at which others reach it, and the audience that holders sign for.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8430,
    requests_a_minute: Annotated[int, typer.Option(min=1, help="How often one address may ask.")] = 60,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many documents are verified at once; one address has half of them.")] = 8,
) -> None:
    """Serve an API and a page that verify, until interrupted; nothing that is verified is kept or logged."""
    settings = options(ctx).settings
    public = sharing.base_url(url or f"http://{host}:{port}")
    vouched = tuple(map(parse_block, block_hash or ()))
    profiles = tuple(issuer_profile or ())
    known = Known(tuple(accreditation or ()), sources_for_others(settings, no_fetch=no_fetch), vouched, profiles)
    given = tuple(rpc or ()), tuple(trust or ()), trust_signer, tuple(status_list or ())
    asked = Asked(*given, memory_of(memory, settings), proof, known)
    current = Current(asked, settings.rpc)
    current()  # what is wrong with the files is told now
    nodes = {GIVEN: asked.rpc} if asked.rpc else {chain_name(chain): urls for chain, urls in settings.rpc.items()}
    service = VerifierService(
        verifying=current,
        url=public,
        crew=Crew(workers),
        requests=Limiter(requests_a_minute, time.monotonic),
        challenges=Challenges(time.monotonic),
        readiness=Readiness(nodes, time.monotonic),
        languages=Languages.of_package(UTC),
        now=_now,
        trusted=lambda: tuple(Digested.of(path.name, output.read(path)) for path in asked.trust),
    )
    service_log()
    output.talk(f"verifying for {public}, at http://{host}:{port}")
    for line in _missing(nodes, asked.trust):
        output.talk(f"warning: {line}")
    listen(create_app(service, time.monotonic), host, port)


class Current:
    """What verifies with the files as they are now: they are read again when one was changed, so that lists and trust need no restart."""

    def __init__(self, asked: Asked, configured: Mapping[int, Sequence[str]]) -> None:
        """Read nothing yet."""
        self._asked = asked
        self._configured = configured
        self._known: tuple[tuple[tuple[int, int], ...], Verifying] | None = None

    def __call__(self) -> Verifying:
        """Return it; raises ConfigError when a file cannot be read: a verifier that cannot tell whom it trusts does not go on with older files."""
        stamps = tuple(_stamp(path) for path in self._asked.files)
        if self._known is None or self._known[0] != stamps:
            try:
                self._known = stamps, self._asked.verifying(self._configured)
            except InputError as error:
                raise ConfigError(str(error), hint=error.hint) from error
        return self._known[1]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    return found.st_mtime_ns, found.st_size


def _now() -> datetime:
    return datetime.now(UTC)


def _missing(nodes: Mapping[str, Sequence[str]], trust: tuple[Path, ...]) -> list[str]:
    found = [] if any(nodes.values()) else ["no RPC URL is known: everything that is anchored stays undecided"]
    return found if trust else [*found, "no trust file is named: an issuer is known by its own website and the registry alone"]
