"""`laurea vc-api serve`: issuer, verifier and holder for software that speaks the VC API, each if it is named."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.cli.context import options
from laurea.cli.fetching import NoFetch, sources_for_others
from laurea.cli.issuer_options import PassphraseFile
from laurea.cli.memory import MemoryOption, memory_of
from laurea.cli.serving import Tls, listen, service_log
from laurea.cli.vc_api_roles import Doors, Issuing, holding, issuing, key_in
from laurea.cli.verifier_options import Accreditations, Asked, Known, Proof, RpcUrls, StatusLists, TrustFiles, TrustSigner
from laurea.cli.verifier_serve import Current
from laurea.errors import InputError
from laurea.services.issuing.signatures import DEFAULT
from laurea.web.limits import Limiter
from laurea.web.vc_api import verifier as verifier_role
from laurea.web.vc_api.app import Role, create_app
from laurea.web.vc_api.verifier import VerifierService
from laurea.web.verifier.crew import Crew

LOCALHOST = "localhost"
ANY = ("*",)


def serve(
    ctx: typer.Context,
    directory: Annotated[
        Path | None, typer.Option("--dir", help="The issuer's directory: with it, the issuer's endpoints are served.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    suite: Annotated[
        list[str] | None,
        typer.Option(help="A suite that credentials are signed with where none is asked for; may be given again. Else eddsa-rdfc-2022."),
    ] = None,
    enrol: Annotated[bool, typer.Option("--enrol/--no-enrol", help="Enrol what is issued for the next batch, too.")] = True,
    legacy: Annotated[
        bool, typer.Option("--legacy", help="Issue credentials of VC 1.1, too, to whoever asks for one; they are never enrolled.")
    ] = False,
    verifier: Annotated[bool, typer.Option("--verifier/--no-verifier", help="Serve the verifier's endpoints.")] = True,
    rpc: RpcUrls = None,
    proof: Proof = False,
    trust: TrustFiles = None,
    trust_signer: TrustSigner = None,
    status_list: StatusLists = None,
    accreditation: Accreditations = None,
    no_fetch: NoFetch = False,
    memory: MemoryOption = None,
    wallet: Annotated[Path | None, typer.Option("--wallet", help="A wallet file: with it, the holder's endpoints are served.")] = None,
    wallet_passphrase_file: Annotated[
        Path | None, typer.Option(help="A file with the passphrase of the wallet; else LAUREA_WALLET_PASSPHRASE, else a prompt.")
    ] = None,
    holder_key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file with the key that the holder's endpoints take: 32 characters or more.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Ask for no access key: for tests, and on this machine alone.")] = False,
    tls_certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A certificate (PEM), to serve https; with --tls-key.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="The private key of the certificate (PEM).")] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8440,
    requests_a_minute: Annotated[int, typer.Option(min=1, help="How often one address may ask, of each role.")] = 600,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many documents are verified at once; one address has half of them.")] = 8,
) -> None:
    """Serve the VC API until interrupted: the verifier's endpoints, with --dir the issuer's, with --wallet the holder's.

    Nothing that is verified is kept or logged. To issue takes an access key of the issuer (laurea issuer access new).
    """
    settings = options(ctx).settings
    if open_:
        _require_loopback(host)
    tls = _tls(tls_certificate, tls_key)
    doors = Doors(requests_a_minute, open_)
    known = Known(tuple(accreditation or ()), sources_for_others(settings, no_fetch=no_fetch))
    given = tuple(rpc or ()), tuple(trust or ()), trust_signer, tuple(status_list or ())
    current = Current(Asked(*given, memory_of(memory, settings), proof, known), settings.rpc)
    roles: list[Role] = []
    with ExitStack() as stack:
        if directory is not None:
            asked = Issuing(directory, passphrase_file, tuple(suite or DEFAULT[:1]), enrol, legacy)
            role, dids = stack.enter_context(issuing(ctx, asked, doors))
            roles.append(role)
            for name, did in dids.items():
                output.talk(f"issuing as {did} with {name}")
        crew = Crew(workers)
        if verifier:
            current()  # what is wrong with the files is told now
            service = VerifierService(current, crew, Limiter(requests_a_minute, time.monotonic), _now)
            roles.append(Role("verifier", verifier_role.router(service)))
        if wallet is not None:
            roles.append(holding(wallet, wallet_passphrase_file, key_in(holder_key_file, open_=open_), doors))
        if not roles:
            raise InputError("there is no role to play", hint="name an issuer with --dir or a wallet, or leave --no-verifier out")
        service_log()
        scheme = "https" if tls else "http"
        output.talk(f"the VC API ({', '.join(role.name for role in roles)}) is at {scheme}://{host}:{port}")
        hosts = (LOCALHOST, host) if open_ else ANY
        listen(create_app(roles, time.monotonic, close=crew.close, hosts=hosts), host, port, tls=tls)


def _require_loopback(host: str) -> None:
    try:
        inside = host == LOCALHOST or ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise InputError(f"--open would let everybody issue who reaches {host}", hint="leave it out, or listen on 127.0.0.1")


def _tls(certificate: Path | None, key: Path | None) -> Tls | None:
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise InputError("--tls-certificate and --tls-key go together")
    for path in (certificate, key):
        output.read(path)  # that it can be, before anything listens
    return Tls(certificate, key)


def _now() -> datetime:
    return datetime.now(UTC)
