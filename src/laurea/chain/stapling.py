"""Making staples: one node proves what the registry holds of an anchor at the finalized block that a majority agrees on."""

from collections.abc import Sequence

from laurea.chain import headers
from laurea.chain.artefact import RUNTIME_HASH
from laurea.chain.proven import MAX_SLOTS
from laurea.chain.quorum import Quorum
from laurea.chain.rpc import Rpc
from laurea.chain.tips import agree_on_tips
from laurea.core import registry_storage as storage
from laurea.core import staple
from laurea.core.anchor import AnchorRef, Block
from laurea.core.registry_storage import CREDENTIALS_A_WORD
from laurea.core.staple import Staple
from laurea.core.state_proof import Nodes, read_account, read_header, read_slot
from laurea.errors import BadProof, ChainError, Unreachable


def make_staples(quorum: Quorum, ref: AnchorRef, size: int) -> list[Staple]:
    """Return a staple of an anchor for each 256 of its credentials, in their order, all of which prove what they should.

    Raises ChainError when no node of the quorum gives a proof.
    """
    tips, _ = agree_on_tips(quorum, ref.chain_id)
    troubles: list[str] = []
    for node in quorum.nodes:
        try:
            return _from(node, tips.finalized, ref, size)
        except BadProof as error:
            troubles.append(f"{node.host} proves nothing about block {tips.finalized.number}: {error}")
        except ChainError as error:
            troubles.append(str(error))
    raise Unreachable("; ".join(troubles))


def _from(node: Rpc, block: Block, ref: AnchorRef, size: int) -> list[Staple]:
    header = node.ask(headers.header(block.hash))
    if header is None:
        raise BadProof("the block is not known")
    batch, profile = storage.batch_slot(ref.issuer_id, ref.root), storage.profile_slot(ref.issuer_id)
    account, held = _prove(node, block, ref, (batch, profile))
    root = _storage_root(header, block, ref, account)
    key = storage.anchoring_key(read_slot(root, batch, Nodes(held[0])))
    if key is None:
        raise BadProof("nothing is anchored")
    texts = storage.text_slots(profile, read_slot(root, profile, Nodes(held[1])))
    _, further = _prove(node, block, ref, (storage.key_slot(key), *texts))
    words = [storage.revoked_slot(ref.issuer_id, ref.root, word) for word in range(-(-size // CREDENTIALS_A_WORD))]
    made: list[Staple] = []
    for start in range(0, len(words), MAX_SLOTS):
        for bits in _prove(node, block, ref, tuple(words[start : start + MAX_SLOTS]))[1]:
            nodes = staple.each_once([account, held[0], further[0], bits, held[1], *further[1:]])
            made.append(Staple(ref, len(made), header, nodes))
            staple.view(made[-1], (len(made) - 1) * CREDENTIALS_A_WORD, RUNTIME_HASH)
    return made


def _prove(node: Rpc, block: Block, ref: AnchorRef, slots: tuple[int, ...]) -> tuple[Sequence[bytes], Sequence[Sequence[bytes]]]:
    proof = node.ask(headers.proof(ref.registry, slots, block.hash))
    if len(proof.slots) != len(slots):
        raise BadProof(f"{len(proof.slots)} slots were answered for {len(slots)}")
    return proof.account, proof.slots


def _storage_root(header: bytes, block: Block, ref: AnchorRef, nodes: Sequence[bytes]) -> bytes:
    account = read_account(read_header(header, block.hash).state_root, ref.registry, Nodes(nodes))
    if account is None:
        raise BadProof("there is no registry")
    return account.storage_root
