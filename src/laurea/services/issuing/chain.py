"""The node that an issuer works through, checked to be on the issuer's chain and to have the registry."""

from collections.abc import Sequence
from dataclasses import dataclass

from laurea.chain.registry import Registry
from laurea.chain.reverts import decode_revert
from laurea.chain.rpc import Call, NodeRefused, Rpc, quantity, to_hex
from laurea.chain.sender import Sender, SendPolicy
from laurea.core.anchor import Anchor
from laurea.core.leaf import Domain
from laurea.errors import Unreachable, WrongChain


@dataclass(frozen=True, slots=True)
class Chain:
    """The way to one issuer's place in the registry."""

    rpc: Rpc
    registry: Registry
    sender: Sender
    domain: Domain

    def anchor_of(self, root: bytes, block: str = "latest") -> Anchor | None:
        """Return what the registry holds of a root of ours."""
        return self.registry.batch_of(self.domain.issuer_id, root, block)

    def nonce_at(self, address: bytes, block: str) -> int:
        """Return how many transactions of an account are in the chain up to a block."""
        return self.rpc.ask(Call("eth_getTransactionCount", (to_hex(address), block), quantity))

    def balance_of(self, address: bytes) -> int:
        """Return what an account has, in wei."""
        return self.rpc.ask(Call("eth_getBalance", (to_hex(address), "latest"), quantity))

    def gas_price(self) -> int:
        """Return what a unit of gas costs now, in wei."""
        return self.rpc.ask(Call("eth_gasPrice", (), quantity))

    def why_reverted(self, sender: bytes, data: bytes, block: int) -> str:
        """Return in words why a call to the registry reverted in a block."""
        call = {"from": to_hex(sender), "to": to_hex(self.registry.address), "data": to_hex(data)}
        try:
            self.rpc.call("eth_call", {**call}, to_hex(block))
        except NodeRefused as error:
            return decode_revert(error.data)
        return "the registry gives no reason any more"


def connect(urls: Sequence[str], domain: Domain, policy: SendPolicy) -> Chain:
    """Return the first node that answers; raises Unreachable when none does, WrongChain when it is not what the issuer uses."""
    trouble = Unreachable("no RPC URL was given")
    for url in urls:
        rpc = Rpc(url)
        try:
            found = rpc.chain_id()
        except Unreachable as error:
            trouble = error
            continue
        # The id is asked anew every time: a URL may have been pointed elsewhere since the last run (fault 21).
        if found != domain.chain_id:
            raise WrongChain(f"{rpc.host} is on chain {found}, the issuer on chain {domain.chain_id}")
        registry = Registry(rpc, domain.registry)
        registry.check()
        return Chain(rpc, registry, Sender(rpc, domain.chain_id, policy), domain)
    raise trouble
