"""The nodes that an issuer works through, checked to be on the issuer's chain and to have the registry."""

from collections.abc import Sequence
from dataclasses import dataclass

from laurea.chain.blocks import check_chain
from laurea.chain.fees import SendPolicy
from laurea.chain.pool import Pool
from laurea.chain.registry import Registry
from laurea.chain.reverts import decode_revert
from laurea.chain.rpc import Call, NodeRefused, Rpc, quantity, to_hex
from laurea.chain.sender import Sender
from laurea.chain.sighting import Sighting, Sought, sight, used_nonces
from laurea.core.anchor import Anchor
from laurea.core.leaf import Domain
from laurea.errors import ChainError, Unreachable


@dataclass(frozen=True, slots=True)
class Chain:
    """The way to one issuer's place in the registry."""

    pool: Pool
    registry: Registry
    sender: Sender
    domain: Domain

    def sight(self, sought: Sought) -> Sighting:
        """Return what a majority of the nodes says about a root and the transactions signed for it."""
        return sight(self.pool.quorum(), self.domain, sought)

    def anchor_of(self, root: bytes, block: str = "latest") -> Anchor | None:
        """Return what the registry holds of a root of ours, by a majority of the nodes."""
        return self.registry.batch_of(self.domain.issuer_id, root, block)

    def used_nonces(self, key: bytes) -> tuple[int, int]:
        """Return how many nonces of a key are used up at `finalized` and at `latest`, by a majority of the nodes."""
        return used_nonces(self.pool.quorum(), self.domain.chain_id, key)

    def balance_of(self, address: bytes) -> int:
        """Return what an account has, in wei."""
        return self.pool.near(Call("eth_getBalance", (to_hex(address), "latest"), quantity))

    def gas_price(self) -> int:
        """Return what a unit of gas costs now, in wei."""
        return self.pool.middle(Call("eth_gasPrice", (), quantity))

    def why_reverted(self, sender: bytes, data: bytes, block: int) -> str:
        """Return in words why a call to the registry reverted in a block; for people, so any node may say it."""
        call = {"from": to_hex(sender), "to": to_hex(self.registry.address), "data": to_hex(data)}
        try:
            self.pool.call("eth_call", {**call}, to_hex(block))
        except NodeRefused as error:
            return decode_revert(error.data)
        except ChainError:
            pass
        return "the registry gives no reason any more"


def connect(urls: Sequence[str], domain: Domain, policy: SendPolicy) -> Chain:
    """Return the way through these nodes, of which a majority must be what the issuer uses; raises Unreachable or WrongChain."""
    if not urls:
        raise Unreachable("no RPC URL was given")
    # One URL given twice is one opinion.
    pool = Pool([Rpc(url) for url in dict.fromkeys(urls)])

    def check(node: Rpc) -> None:
        # The id is asked anew every time: a URL may have been pointed elsewhere since the last run (fault 21).
        check_chain(node.chain_id(), domain.chain_id, node.host)
        Registry(node, domain.registry).check()

    pool.require(check)
    return Chain(pool, Registry(pool, domain.registry), Sender(pool, domain.chain_id, policy), domain)
