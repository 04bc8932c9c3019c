"""What the commands that verify have in common: which nodes are asked, and whom the verifier trusts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from laurea.cli import output
from laurea.core.presentation import Demand
from laurea.services.stapled import parse_block
from laurea.services.verifying import Verifying, blocks, blocks_at, read_lists, read_trust, readers, readers_at

RpcUrls = Annotated[
    list[str] | None, typer.Option("--rpc", help="An RPC URL of the chain; again for more, of which a majority must agree.")
]
TrustFiles = Annotated[list[Path] | None, typer.Option("--trust", help="A trust file: the issuers that you accept. May be given again.")]
TrustSigner = Annotated[str | None, typer.Option("--trust-signer", help="Take only trust files that the key of this did:key has signed.")]
StatusLists = Annotated[
    list[Path] | None,
    typer.Option("--status-list", help="A status list that the credential names, as you fetched it. May be given again."),
]

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
class Asked:
    """What was given to verify with."""

    rpc: tuple[str, ...]
    trust: tuple[Path, ...]
    signer: str | None
    lists: tuple[Path, ...]
    proof: bool = False
    blocks: tuple[str, ...] = ()

    def verifying(self, configured: Mapping[int, Sequence[str]], demand: Demand | None = None) -> Verifying:
        """Return what verifies with it; without an RPC URL given, at those that are configured. Raises InputError for a file that is wrong."""
        accepted = read_trust([output.read(path) for path in self.trust], demand, signer=self.signer)
        reading_of = readers_at(self.rpc, proof=self.proof) if self.rpc else readers(configured, proof=self.proof)
        return Verifying(
            reading_of,
            accepted,
            read_lists(output.read(path) for path in self.lists),
            known=[parse_block(each) for each in self.blocks],
            problem_of=blocks_at(self.rpc) if self.rpc else blocks(configured),
        )
