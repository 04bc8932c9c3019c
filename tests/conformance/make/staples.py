"""The vectors of what carries a staple. Their blocks are of no chain: each is a header over a state made here, and the verifier is told its hash."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from laurea.chain.artefact import RUNTIME_HASH
from laurea.core import registry_storage as storage
from laurea.core import staple
from laurea.core.anchor import AnchorRef
from laurea.core.credential import Credential
from laurea.core.staple import Staple
from tests.conformance.make import batches
from tests.conformance.make.actors import CHAIN_ID, REGISTRY, UNIVERSITY, address
from tests.conformance.make.batches import MAIN, Batch
from tests.conformance.make.history import when
from tests.conformance.make.valid import NAME, bare, partial, released, revoked
from tests.conformance.make.vector import SILENT, WITHOUT, WRONG, Vector, fails, leaves_open, passes
from tests.core.tries import EMPTY, Trie, account, header, word

NUMBER = 1_000_000  # of the blocks
DEPLOYED = 1  # the nonce of a contract
ROLES = 3  # of the key: to anchor and to revoke
SIGNED = ("signature",)


def _slots(batch: Batch, *, size: int | None = None, bits: Mapping[int, int], compromised: int = 0) -> dict[int, int]:
    """Return what the registry stores of a batch, its key and its issuer, by slot."""
    at, key = batch.domain.issuer_id, address(UNIVERSITY.admin)
    time = int(when(f"the batch {batch.name!r} is anchored").timestamp())
    did = UNIVERSITY.did.encode()
    return {
        storage.batch_slot(at, batch.root): int.from_bytes(key) | time << 160 | (size or batch.size) << 200,
        storage.key_slot(key): int.from_bytes(at) | ROLES << 160 | compromised << 208,
        storage.profile_slot(at): int.from_bytes(did.ljust(31, b"\0") + bytes([2 * len(did)])),
        **{storage.revoked_slot(at, batch.root, number): mask for number, mask in bits.items()},
    }


def stapled(
    batch: Batch = MAIN,
    number: int = 0,
    *,
    size: int | None = None,
    bits: Mapping[int, int] | None = None,
    compromised: int = 0,
    code: bytes = RUNTIME_HASH,
) -> Staple:
    """Return the staple for a word of a batch, at a block where this is stored."""
    ref = AnchorRef(CHAIN_ID, REGISTRY, batch.domain.issuer_id, batch.root)
    held = _slots(batch, size=size, bits=bits or {}, compromised=compromised)
    stored = Trie({slot.to_bytes(32): word(value) for slot, value in held.items()})
    others = {bytes([each]) * 20: account(each, each, EMPTY, code) for each in range(1, 4)}
    state = Trie({**others, REGISTRY: account(DEPLOYED, 0, stored.root, code)})
    block = header(state.root, NUMBER, int((when(f"the batch {batch.name!r} is anchored") + timedelta(minutes=30)).timestamp()))
    wanted = staple.slots(ref, number, address(UNIVERSITY.admin), held[storage.profile_slot(ref.issuer_id)])
    nodes = staple.each_once([state.prove(REGISTRY), *(stored.prove(slot.to_bytes(32)) for slot in wanted)])
    return Staple(ref, number, block, nodes)


def block_hash(of: Staple, chain_id: int = CHAIN_ID) -> str:
    """Return the block of a staple as a verifier is told it."""
    return f"eip155:{chain_id}:0x{of.block_hash.hex()}"


def carrying(credential: Credential, *carried: Staple) -> Credential:
    """Return a credential with staples behind its proofs."""
    method = f"{UNIVERSITY.did}#anchor"
    return Credential(credential.document, (*credential.proofs, *(staple.staple_object(staple.encode(each), method) for each in carried)))


GOOD = stapled()
KNOWN = (block_hash(GOOD),)


def with_the_chain() -> Iterator[Vector]:
    """Give what carries a staple where the chain can be read: it decides nothing then."""
    yield Vector("stapled", "it carries a staple, and the chain can be read", carrying(released(), GOOD), passes(*SIGNED), blocks=KNOWN)
    shown = carrying(released(), _flipped_node())
    yield Vector(
        "stapled-unread", "a damaged staple, which nobody looks at while the chain can be read", shown, passes(*SIGNED), blocks=KNOWN
    )
    about = "revoked since the block of its staple, and the chain can be read"
    late = carrying(released("revoked"), GOOD)
    yield Vector("stapled-revoked-since", about, late, revoked(signed_by=SIGNED), "stapled", (11,), blocks=KNOWN)


def without_the_chain() -> Iterator[Vector]:
    """Give what carries a staple where no node answers: that it was anchored is known, and not what came since."""
    shown, rest = carrying(released(), GOOD), leaves_open("revocation", signed_by=SIGNED)
    about = "no node answers, its staple shows the anchor at a block that the verifier knows"
    yield Vector("stapled-silent", about, shown, rest, "stapled", blocks=KNOWN, chain=WITHOUT)
    about = "a node of another chain answers, and the staple shows the anchor"
    yield Vector("stapled-other-chain", about, shown, rest, "stapled", blocks=KNOWN, chain=WRONG)
    several = (block_hash(stapled(bits={0: 1})), *KNOWN)
    yield Vector(
        "stapled-several-blocks", "of the blocks that are known one is its staple's", shown, rest, "stapled", blocks=several, chain=WITHOUT
    )
    part = leaves_open("revocation")
    yield Vector("stapled-partial", "a part of it, with the staple", partial(shown, *NAME), part, "partial", blocks=KNOWN, chain=WITHOUT)
    second = stapled(number=1)
    late = carrying(released("revoked in the second word"), second)
    about = "of the second word, at a block where nothing was revoked yet"
    yield Vector("stapled-second-word", about, late, rest, "stapled", blocks=(block_hash(second),), chain=WITHOUT)


def revoked_then() -> Iterator[Vector]:
    """Give what was revoked already at the block of its staple: that decides, whatever came since."""
    gone = fails("revocation", signed_by=SIGNED, contract=None)
    single = stapled(bits={0: 1 << MAIN.index("revoked")})
    shown, blocks = carrying(released("revoked"), single), (block_hash(single),)
    yield Vector("stapled-revoked", "revoked as of the block of its staple", shown, gone, "stapled", blocks=blocks, chain=WITHOUT)
    beside = leaves_open("revocation", signed_by=SIGNED)
    about = "at that block the credential next to it was revoked"
    near = carrying(released("neighbour"), single)
    yield Vector("stapled-neighbour-revoked", about, near, beside, "stapled", blocks=blocks, chain=WITHOUT)


def _flipped_node() -> Staple:
    *others, last = GOOD.nodes
    return replace(GOOD, nodes=(*others, last[:-1] + bytes([last[-1] ^ 1])))


def _damages() -> Iterator[tuple[str, str, Staple]]:
    revoking = stapled(bits={0: 1 << MAIN.index("complete")})
    head = GOOD.header
    yield "node-flipped", "a bit of its last node is another", _flipped_node()
    yield "header-flipped", "a bit of its header is another", replace(GOOD, header=head[:-1] + bytes([head[-1] ^ 1]))
    yield "node-missing", "its last node is left out", replace(GOOD, nodes=GOOD.nodes[:-1])
    yield "node-more", "it has a node that it does not need", replace(GOOD, nodes=(*GOOD.nodes, b"\xc0"))
    yield "no-nodes", "it has no nodes", replace(GOOD, nodes=())
    yield "nodes-of-another", "its header is of one block, its nodes of another", replace(revoking, header=head)
    yield "another-block", "it is at a block that the verifier does not know", revoking
    yield "another-anchor", "it is that of another batch", stapled(batches.ALONE)
    yield "another-issuer", "it names another issuer", replace(GOOD, ref=replace(GOOD.ref, issuer_id=b"\x11" * 20))
    yield "another-word", "it is about other credentials of the batch", stapled(number=1)


def damaged() -> Iterator[Vector]:
    """Give staples that prove nothing, and so leave everything open; none makes anything invalid."""
    nothing = leaves_open(*SILENT, signed_by=SIGNED)
    rows = (11,)

    def silent(name: str, about: str, shown: Credential, *blocks: str) -> Vector:
        return Vector(f"stapled-{name}", about, shown, nothing, "stapled", rows, blocks=blocks, chain=WITHOUT)

    good = carrying(released(), GOOD)
    yield silent("unvouched", "nobody says that its staple's block is of the chain", good)
    yield silent("block-elsewhere", "the block of its staple is known to be of another chain", good, block_hash(GOOD, 1))
    for name, about, bad in _damages():
        yield silent(name, f"the staple: {about}", carrying(released(), bad), *KNOWN)
    # Of the blocks of these the verifier knows that they are of the chain; what is there is not what it takes.
    for name, about, bad in (
        ("other-code", "at its block another contract was there", stapled(code=b"\x22" * 32)),
        ("word-known", "its block is known, and it is about other credentials of the batch", stapled(number=1)),
        ("anchor-known", "its block is known, and it is that of another batch", stapled(batches.ALONE)),
        ("missized", "at its block the batch had another size", stapled(size=MAIN.size + 1)),
        ("void", "at its block the anchor was void: it may have been made again", stapled(compromised=1)),
    ):
        yield silent(name, f"the staple: {about}", carrying(released(), bad), block_hash(bad))
    nowhere, lent = bare("badge", batches.NOWHERE), stapled(batches.WITHDRAWN)
    about = "never anchored: it carries the staple of a batch of the same issuer and size"
    borrowed = (block_hash(lent),)
    nothing_signed = leaves_open(*SILENT)
    yield Vector("stapled-borrowed", about, carrying(nowhere, lent), nothing_signed, "stapled", rows, blocks=borrowed, chain=WITHOUT)
    yield silent("twice", "it has its staple twice", carrying(released(), GOOD, GOOD), *KNOWN)
    *others, carrier = good.proofs
    for name, about, change in (
        ("purpose", "its purpose is another", {"proofPurpose": "authentication"}),
        ("member", "it has a member more", {"created": "2026-01-07T00:00:00Z"}),
        ("cut", "its text is cut", {"proofValue": str(carrier["proofValue"])[:-4]}),
        ("no-text", "its proofValue is no text", {"proofValue": 1}),
    ):
        yield silent(name, f"the staple: {about}", Credential(good.document, (*others, {**carrier, **change})), *KNOWN)
