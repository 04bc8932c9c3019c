"""What the commands that verify have in common: which nodes are asked, and whom the verifier trusts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.core.credential import parse_time
from laurea.core.moment import judged_at
from laurea.core.presentation import Demand
from laurea.services.certificates import Blockcerts, read_profiles, transactions, transactions_at
from laurea.services.sources import Sources
from laurea.services.stapled import KnownBlock, Vouched, blocks, blocks_at
from laurea.services.verifying import Verifying, read_accreditations, read_lists, read_trust, readers, readers_at
from laurea.storage.finality import FinalityFile

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
IssuerProfiles = Annotated[
    list[Path] | None,
    typer.Option("--issuer-profile", help="An issuer's profile of Blockcerts, as you fetched it. May be given again."),
]
At = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Judge as of this moment in the past, for example 2026-11-23T02:00:00Z (RFC 3339)."),
]


def moment(given: str | None) -> datetime:
    """Return the moment to judge as of: the one given, else now; raises InputError for one that cannot be read or is in the future."""
    return judged_at(None if given is None else parse_time(given), datetime.now(UTC))


Proof = Annotated[
    bool,
    typer.Option("--proof", help="Believe nodes only which blocks there are; have what is stored proven against them (eth_getProof)."),
]

BlockHashes = Annotated[
    list[str] | None,
    typer.Option(
        "--block-hash",
        metavar="CHAIN:HASH",
        help="A block that you know to be of the chain, such as eip155:1:0x…: for credentials that carry a proof of their anchor at it. "
        "May be given again.",
    ),
]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the chain: accreditations and profiles as files, how the web is read, if it is, and blocks that are of a chain."""

    accreditations: tuple[Path, ...] = ()
    sources: Sources | None = None
    blocks: tuple[KnownBlock, ...] = ()
    profiles: tuple[Path, ...] = ()


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was given to verify with."""

    rpc: tuple[str, ...]
    trust: tuple[Path, ...]
    signer: str | None
    lists: tuple[Path, ...]
    memory: FinalityFile | None = None
    proof: bool = False
    known: Known = NOTHING

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that are read to verify with."""
        return (*self.trust, *self.lists, *self.known.accreditations, *self.known.profiles)

    def verifying(self, configured: Mapping[int, Sequence[str]], demand: Demand | None = None) -> Verifying:
        """Return what verifies with it; without an RPC URL given, at those that are configured. Raises InputError for a file that is wrong."""
        accepted = read_trust([output.read(path) for path in self.trust], demand, signer=self.signer)
        if self.rpc:
            reading_of = readers_at(self.rpc, memory=self.memory, proof=self.proof)
            transactions_of = transactions_at(self.rpc, memory=self.memory, proof=self.proof)
        else:
            reading_of = readers(configured, memory=self.memory, proof=self.proof)
            transactions_of = transactions(configured, memory=self.memory, proof=self.proof)
        lists = read_lists(output.read(path) for path in self.lists)
        vouching = read_accreditations(output.read(path) for path in self.known.accreditations)
        vouched = Vouched(self.known.blocks, blocks_at(self.rpc) if self.rpc else blocks(configured))
        blockcerts = Blockcerts(transactions_of, read_profiles([output.read(path) for path in self.known.profiles]))
        return Verifying(
            reading_of, accepted, lists, accreditations=vouching, sources=self.known.sources, vouched=vouched, blockcerts=blockcerts
        )
