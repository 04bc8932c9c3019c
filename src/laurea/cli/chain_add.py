"""`laurea chain add`: name a chain and its nodes in the configuration file, after a look at them."""

from typing import Annotated

import typer
from eth_utils.address import to_checksum_address

from laurea.chain.artefact import canonical_address
from laurea.chain.node import Presence, condition
from laurea.chain.rpc import Rpc
from laurea.cli import chain_nodes, output
from laurea.cli.context import options
from laurea.config.adding import add_chain
from laurea.core.account import chain_name, parse_chain
from laurea.errors import WrongChain


def add(
    ctx: typer.Context,
    chain: Annotated[str, typer.Argument(metavar="CAIP-2", help='The chain, for example "eip155:11155111".')],
    rpc: Annotated[list[str], typer.Option("--rpc", metavar="URL", help="A node's RPC URL; again for more.")],
) -> None:
    """Name a chain and its nodes in the configuration file, once each of them has shown that it is one of that chain and knows what is final.

    Ends 75 when one is silent, 1 when one is wrong; then the file stays as it is. Of a URL nothing but its host is printed.
    """
    chain_id, urls = parse_chain(chain), tuple(dict.fromkeys(rpc))
    found = [condition(Rpc(url), chain_id, canonical_address()) for url in urls]
    output.data("\n".join(map(chain_nodes.line, found)))
    chain_nodes.require_usable(found)
    different = [each.host for each in found if each.registry is Presence.DIFFERENT]
    if different:
        raise WrongChain(f"{different[0]} has another contract at the registry's address, {to_checksum_address(canonical_address())}")
    chosen = options(ctx)
    fresh = add_chain(chosen.file, chain_id, urls)
    output.talk(f"{chain_name(chain_id)} {'is now' if fresh else 'was already, with these nodes,'} in {chosen.file}")
    if any(each.registry is Presence.ABSENT for each in found):
        output.talk(
            f"the registry is not on it yet; whoever pays can put it there: laurea chain deploy --chain {chain} --key FILE --record DIR"
        )
