"""A reading of the registry in which nodes are believed nothing but which blocks there are: what is stored is proven against their headers.

The hashes of the blocks are agreed by a majority, as in any reading. From there on one node is enough: it can neither forge an anchor nor
hide a revocation. One whose proof is bad is named, and another is asked.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import islice

from laurea.chain import headers
from laurea.chain.artefact import RUNTIME_HASH
from laurea.chain.headers import StateProof
from laurea.chain.quorum import Quorum
from laurea.chain.rpc import Call, Rpc, to_hex
from laurea.chain.tips import agree_on_fresh_tips
from laurea.core import registry_storage as storage
from laurea.core.anchor import AnchorRef, Block, By, Facts, View
from laurea.core.registry_storage import CREDENTIALS_A_WORD
from laurea.core.state_proof import Header, Nodes, read_account, read_header, read_slot
from laurea.errors import BadProof, ChainError, Refused, Unreachable, WrongChain

MAX_SLOTS = 100  # in one question: geth takes 1,024, and at a hundred a full trie's answer for both blocks stays below 2 MiB
MOST_WORDS = 200_000  # that are kept; what is forgotten is proven again

Leaf = tuple[AnchorRef, int]
Answers = tuple[bytes | StateProof | None, ...]


class ProvenSnapshot:
    """The registry at two blocks that a majority agrees on, as their headers commit to it."""

    def __init__(self, quorum: Quorum, chain_id: int, registry: bytes, read_at: datetime) -> None:
        """Agree on the blocks; raises ChainError."""
        self._read_at = read_at
        tips = agree_on_fresh_tips(quorum, chain_id)
        self._hosts = quorum.hosts
        self._nodes = list(quorum.nodes)
        self._failures: list[ChainError] = []
        self._states = tuple(ProvenState(tip, registry) for tip in (tips.finalized, tips.latest))

    def facts(self, leaves: Sequence[Leaf]) -> list[Facts]:
        """Return what is stored about each leaf; raises ChainError."""
        finalized, latest = self._states
        if len(latest.words) > MOST_WORDS:
            for state in self._states:
                state.forget()
        refs = dict.fromkeys(ref for ref, _ in leaves)
        words = dict.fromkeys((ref, index // CREDENTIALS_A_WORD) for ref, index in leaves)
        try:
            self._prove({slot for ref in refs for slot in places(ref)} | {revoked_place(*word) for word in words})
            self._prove({slot for ref in refs for state in self._states for slot in state.further(ref)})
            views = [(finalized.view(leaf), latest.view(leaf)) for leaf in leaves]
        except BadProof as error:  # what is proven is not what a registry stores
            raise Unreachable(f"the registry holds what makes no sense: {error}") from error
        notes = tuple(map(str, self._failures))
        return [
            Facts(*leaf, *both, self._read_at, sources=self._hosts, by=By.PROOF, notes=notes)
            for leaf, both in zip(leaves, views, strict=True)
        ]

    def _prove(self, slots: AbstractSet[int]) -> None:
        """Prove what is not known yet, at both blocks."""
        wanted = sorted(slots - self._states[0].words.keys())
        for start in range(0, len(wanted), MAX_SLOTS):
            self._prove_some(tuple(wanted[start : start + MAX_SLOTS]))

    def _prove_some(self, slots: tuple[int, ...]) -> None:
        while self._nodes:
            try:
                self._take(self._nodes[0], slots)
            except WrongChain:
                raise
            except ChainError as error:
                self._failures.append(error)
                del self._nodes[0]
            else:
                return
        reasons = "; ".join(map(str, self._failures))
        refused = any(isinstance(failure, Refused) for failure in self._failures)
        raise Refused(reasons) if refused else Unreachable(reasons)

    def _take(self, node: Rpc, slots: tuple[int, ...]) -> None:
        asked = [state.calls(slots) for state in self._states]
        answers = iter(node.batch([call for calls in asked for call in calls]))
        for state, calls in zip(self._states, asked, strict=True):
            try:
                state.take(tuple(islice(answers, len(calls))), slots)
            except BadProof as error:
                raise Unreachable(f"{node.host} proves nothing about block {state.block.number}: {error}") from error


class ProvenState:
    """What the registry holds at one block, by slot; all of it is proven."""

    def __init__(self, block: Block, registry: bytes) -> None:
        """Know nothing yet but the block."""
        self.block = block
        self.words: dict[int, int] = {}
        self._registry = registry
        self._header: Header | None = None
        self._revoked: dict[tuple[AnchorRef, int], int] = {}
        self._views: dict[tuple[AnchorRef, bool], View] = {}

    def forget(self) -> None:
        """Forget all words; what was proven of the block stays."""
        self.words.clear()
        self._revoked.clear()
        self._views.clear()

    def calls(self, slots: tuple[int, ...]) -> list[Call[bytes | StateProof | None]]:
        """Return what to ask a node for; `take` reads the answers."""
        proof = headers.proof(self._registry, slots, self.block.hash)
        return [proof] if self._header else [headers.header(self.block.hash), proof]

    def take(self, answers: Answers, slots: tuple[int, ...]) -> None:
        """Learn the words of some slots; raises BadProof, or WrongChain when there is no registry, and learns nothing then."""
        header, proof = self._read(answers)
        root = self._storage_root(header, proof)
        if len(proof.slots) != len(slots):
            raise BadProof(f"{len(proof.slots)} slots were answered for {len(slots)}")
        found = {slot: _word(root, slot, nodes) for slot, nodes in zip(slots, proof.slots, strict=True)}
        self._header = header
        self.words.update(found)

    def further(self, ref: AnchorRef) -> Iterable[int]:
        """Return the slots of an anchor that are known only when those of `places` are: of its key, and of a long profile."""
        batch, profile = places(ref)
        key = storage.anchoring_key(self.words[batch])
        return (*(() if key is None else (storage.key_slot(key),)), *storage.text_slots(profile, self.words[profile]))

    def view(self, leaf: Leaf) -> View:
        """Return what is stored about a leaf; raises BadProof for what no registry stores."""
        ref, index = leaf
        number, bit = divmod(index, CREDENTIALS_A_WORD)
        word = self._revoked.get((ref, number))
        if word is None:
            word = self._revoked[ref, number] = self.words[revoked_place(ref, number)]
        revoked = bool(word >> bit & 1)
        view = self._views.get((ref, revoked))
        if view is None:
            view = self._views[ref, revoked] = self._view(ref, revoked=revoked)
        return view

    def _view(self, ref: AnchorRef, *, revoked: bool) -> View:
        batch, profile = (self.words[slot] for slot in places(ref))
        key = storage.anchoring_key(batch)
        anchor = storage.read_anchor(batch, 0 if key is None else self.words[storage.key_slot(key)])
        text = storage.text_slots(places(ref)[1], profile)
        return View(self.block, anchor, revoked=revoked, profile=storage.read_text(profile, [self.words[slot] for slot in text]))

    def _read(self, answers: Answers) -> tuple[Header, StateProof]:
        match answers:
            case (StateProof() as proof,) if self._header:
                return self._header, proof
            case (bytes(raw), StateProof() as proof):
                header = read_header(raw, self.block.hash)
                if header.block != self.block:
                    raise BadProof("the header has another number or time")
                return header, proof
        raise BadProof("the block is not known")

    def _storage_root(self, header: Header, proof: StateProof) -> bytes:
        nodes = Nodes(proof.account)
        account = read_account(header.state_root, self._registry, nodes)
        nodes.end()
        if account is None or account.code_hash != RUNTIME_HASH:
            what = "no contract" if account is None else "another contract than the registry"
            raise WrongChain(f"there is {what} at {to_hex(self._registry)}, as is proven at block {self.block.number}")
        return account.storage_root


def places(ref: AnchorRef) -> tuple[int, int]:
    """Return the slots of an anchor's batch and of its issuer's profile."""
    return storage.batch_slot(ref.issuer_id, ref.root), storage.profile_slot(ref.issuer_id)


def revoked_place(ref: AnchorRef, word: int) -> int:
    """Return the slot of 256 revocation bits of an anchor's batch."""
    return storage.revoked_slot(ref.issuer_id, ref.root, word)


def _word(root: bytes, slot: int, proof: Sequence[bytes]) -> int:
    nodes = Nodes(proof)
    word = read_slot(root, slot, nodes)
    nodes.end()
    return word
