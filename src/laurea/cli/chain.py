"""`laurea chain`: a chain of one's own, the registry on another, and how the nodes are."""

import json
import re
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from eth_utils.address import to_checksum_address

from laurea.chain.account import load_account
from laurea.chain.artefact import canonical_address
from laurea.chain.deployment import deploy, record, shipped
from laurea.chain.devnode import DevNode, dev_account, find_anvil, fund
from laurea.chain.fees import GWEI, SendPolicy
from laurea.chain.node import Condition, condition
from laurea.chain.rpc import Rpc
from laurea.chain.sender import Sender
from laurea.cli import chain_nodes, output, passphrase
from laurea.cli.chain_add import add
from laurea.cli.context import command_group, options
from laurea.cli.memory import forget
from laurea.core.account import chain_name, parse_chain
from laurea.core.anchor import Block
from laurea.core.canonical import JsonObject
from laurea.errors import ConfigError, InputError

KEY_VARIABLE = "LAUREA_KEY_PASSPHRASE"
MAX_GWEI = 1_000_000
ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")

app = command_group("Run a chain of your own, name others, deploy the registry, and see how the nodes are.")
app.command()(add)
app.command()(forget)

ChainOption = Annotated[str, typer.Option("--chain", metavar="CAIP-2", help='The chain, for example "eip155:11155111".')]
UrlsOption = Annotated[
    list[str] | None, typer.Option("--rpc", metavar="URL", help="A node's RPC URL, else the configured ones; repeatable.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def dev(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on this machine; 0 takes any free one.")] = 8545,
    chain_id: Annotated[int, typer.Option(min=1, help="The chain's id.")] = 31337,
    state: Annotated[Path | None, typer.Option(help="Load the chain from this file, and keep it there at the end.")] = None,
    anvil: Annotated[Path | None, typer.Option(help="The anvil to run; else the one of npm or on the PATH.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Run a chain for trying things out, with the registry on it, until interrupted.

    Nothing on it is worth anything. A block comes with every transaction and every second, and is final two blocks later.
    """
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a shell lets those that it starts in the background ignore the first
        signal.signal(stop, signal.default_int_handler)
    try:
        with DevNode(find_anvil(anvil, Path.cwd()), chain_id=chain_id, port=port, state=state) as node:
            deployment = deploy(Sender(Rpc(node.url), chain_id, SendPolicy(poll_seconds=0.1)), dev_account())
            found = {"chain": chain_name(chain_id), "rpc": node.url, "registry": to_checksum_address(deployment.address)}
            output.data(json.dumps(found) if as_json else _table(found))
            output.talk(f"running until interrupted; fund an account with: laurea chain fund ADDRESS --rpc {node.url}")
            node.wait()
    except KeyboardInterrupt:
        output.talk("stopped")


@app.command("fund")
def fund_account(
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS...", help="The accounts, each 0x and 40 hexadecimal digits.")],
    rpc: Annotated[str, typer.Option("--rpc", metavar="URL", help="The chain's RPC URL.")] = "http://127.0.0.1:8545",
) -> None:
    """Give accounts of a development chain 100 units of its currency each. Other chains refuse."""
    for address in addresses:
        if ADDRESS.fullmatch(address) is None:
            raise InputError(f"{address!r} is no address", hint="an address is 0x and 40 hexadecimal digits")
    for address in addresses:
        fund(Rpc(rpc), bytes.fromhex(address.removeprefix("0x")))
        output.talk(f"{address} has 100 now")


@app.command("deploy")
def deploy_registry(
    ctx: typer.Context,
    chain: ChainOption,
    key: Annotated[Path, typer.Option(help="The keystore file of the account that pays.")],
    record_folder: Annotated[Path, typer.Option("--record", metavar="DIR", help="Where to write <chain-id>.json.")],
    rpc: Annotated[str | None, typer.Option("--rpc", metavar="URL", help="The node's RPC URL, else the first configured one.")] = None,
    passphrase_file: Annotated[Path | None, typer.Option(help=f"A file with the passphrase; else {KEY_VARIABLE}, else a prompt.")] = None,
    max_fee: Annotated[float, typer.Option(metavar="GWEI", help="The most to pay for a unit of gas.")] = 200,
) -> None:
    """Put the registry at its address, unless it is there, and record the deployment."""
    chain_id = parse_chain(chain)
    url = options(ctx).rpc_of(chain_id, [rpc] if rpc else None)[0]
    if not 0 < max_fee <= MAX_GWEI:  # nan and inf too
        raise InputError(f"--max-fee {max_fee} is not above 0 and up to {MAX_GWEI:,} gwei")
    account = load_account(output.read(key), passphrase.obtain(passphrase_file, KEY_VARIABLE, f"the key {key}"))
    deployment = deploy(Sender(Rpc(url), chain_id, SendPolicy(max_fee_per_gas=int(max_fee * GWEI))), account)
    path = record(record_folder, deployment)
    output.document(deployment.document())
    done = "was there before" if deployment.transaction is None else "is deployed"
    output.talk(f"the registry {done} on {chain}, at {to_checksum_address(deployment.address)}; recorded in {path}")


@app.command()
def info(
    ctx: typer.Context,
    chain: Annotated[str | None, typer.Option("--chain", metavar="CAIP-2", help="The chain; else all that are configured.")] = None,
    rpc: UrlsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every node for its head, its finalized block and the registry. Ends 75 when one is silent, 1 when one is wrong."""
    chains = _chains(ctx, chain, rpc)
    found = [(chain_id, [condition(Rpc(url), chain_id, canonical_address()) for url in urls]) for chain_id, urls in chains]
    if as_json:
        output.document([_document(chain_id, conditions) for chain_id, conditions in found])
    else:
        output.data("\n\n".join(_page(chain_id, conditions) for chain_id, conditions in found))
    chain_nodes.require_usable([each for _, conditions in found for each in conditions])


def _chains(ctx: typer.Context, chain: str | None, rpc: list[str] | None) -> list[tuple[int, tuple[str, ...]]]:
    if chain is not None:
        chain_id = parse_chain(chain)
        return [(chain_id, options(ctx).rpc_of(chain_id, rpc))]
    if rpc:
        return [(Rpc(rpc[0]).chain_id(), tuple(rpc))]
    configured = sorted(options(ctx).settings.rpc.items())
    if not configured:
        raise ConfigError("no chain is configured", hint="pass --rpc URL, or name chains in the configuration")
    return configured


def _document(chain_id: int, conditions: Sequence[Condition]) -> JsonObject:
    recorded = shipped(chain_id)
    return {
        "chain": chain_name(chain_id),
        "registry": to_checksum_address(canonical_address()),
        "recorded": None if recorded is None else recorded.document(),
        "nodes": [
            {
                "host": each.host,
                "latest": _block_document(each.latest),
                "finalized": _block_document(each.finalized),
                "registry": each.registry.value,
                "problem": str(each.problem) if each.problem else None,
            }
            for each in conditions
        ],
    }


def _block_document(block: Block | None) -> JsonObject | None:
    if block is None:
        return None
    return {"number": block.number, "hash": f"0x{block.hash.hex()}", "time": block.time.isoformat()}


def _page(chain_id: int, conditions: Sequence[Condition]) -> str:
    recorded = shipped(chain_id)
    record_words = "no record of this version" if recorded is None else recorded.note or "deployed, as recorded with this version"
    head = {
        "chain": chain_name(chain_id),
        "registry": f"{to_checksum_address(canonical_address())} ({record_words})",
    }
    return "\n".join([_table(head), *(chain_nodes.line(each) for each in conditions)])


def _table(rows: dict[str, str]) -> str:
    return "\n".join(f"{name:<9} {value}" for name, value in rows.items())
