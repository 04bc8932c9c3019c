"""What the commands that verify have in common: which nodes are asked, and whom the verifier trusts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.core.presentation import Demand
from laurea.services.sources import Sources
from laurea.services.verifying import Verifying, read_accreditations, read_lists, read_trust, readers, readers_at

RpcUrls = Annotated[
    list[str] | None, typer.Option("--rpc", help="An RPC URL of the chain; again for more, of which a majority must agree.")
]
TrustFiles = Annotated[list[Path] | None, typer.Option("--trust", help="A trust file: the issuers that you accept. May be given again.")]
TrustSigner = Annotated[str | None, typer.Option("--trust-signer", help="Take only trust files that the key of this did:key has signed.")]
StatusLists = Annotated[
    list[Path] | None,
    typer.Option("--status-list", help="A status list that the credential names, as you fetched it. May be given again."),
]
Accreditations = Annotated[
    list[Path] | None,
    typer.Option("--accreditation", help="An endorsement of an issuer by an accreditor of your trust file. May be given again."),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was given to verify with."""

    rpc: tuple[str, ...]
    trust: tuple[Path, ...]
    signer: str | None
    lists: tuple[Path, ...]
    accreditations: tuple[Path, ...] = ()
    sources: Sources | None = None

    def verifying(self, configured: Mapping[int, Sequence[str]], demand: Demand | None = None) -> Verifying:
        """Return what verifies with it; without an RPC URL given, at those that are configured. Raises InputError for a file that is wrong."""
        accepted = read_trust([output.read(path) for path in self.trust], demand, signer=self.signer)
        reading_of = readers_at(self.rpc) if self.rpc else readers(configured)
        lists = read_lists(output.read(path) for path in self.lists)
        vouching = read_accreditations(output.read(path) for path in self.accreditations)
        return Verifying(reading_of, accepted, lists, accreditations=vouching, sources=self.sources)
