"""What staples say, where nothing newer was read of the chain, and only when somebody vouches for their blocks."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from laurea.chain.artefact import RUNTIME_HASH
from laurea.chain.canonical import canonical_problem
from laurea.core import staple
from laurea.core.anchor import Block, By, Facts, View
from laurea.core.checks import Examined
from laurea.core.staple import Staple
from laurea.errors import BadProof, FormatError, InputError
from laurea.services.registries import Registries

NAMED_BLOCK = re.compile("eip155:([1-9][0-9]{0,19}):0x([0-9a-fA-F]{64})")
MOST_FAILURES = 8  # of asking nodes for blocks: a folder of made-up staples must not keep us waiting for ever

KnownBlock = tuple[int, bytes]
"""A block that whoever verifies knows to be of the chain: the chain's id and the 32-byte hash."""
BlockProblem = Callable[[int, Block], str]
"""Tells why a block of a chain, by its id, does not count; "" when it does."""


def no_nodes(_chain_id: int, _block: Block) -> str:
    """Say that there is nobody to ask for a block."""
    return "no RPC URL is known that could tell whether its block is of the chain, and no --block-hash names it"


def blocks(rpc: Mapping[int, Sequence[str]]) -> BlockProblem:
    """Return what asks the nodes of a chain whether a block is of it."""

    def problem_of(chain_id: int, block: Block) -> str:
        urls = rpc.get(chain_id, ())
        return canonical_problem(urls, chain_id, block) if urls else no_nodes(chain_id, block)

    return problem_of


def blocks_at(urls: Sequence[str]) -> BlockProblem:
    """Return what asks the same URLs, whatever chain a block is of."""
    return lambda chain_id, block: canonical_problem(urls, chain_id, block) if urls else no_nodes(chain_id, block)


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who vouches for the blocks of staples: whoever verifies, for those that they know, and nodes that are asked for others."""

    known: tuple[KnownBlock, ...] = ()
    problem_of: BlockProblem = no_nodes


NOBODY = Vouched()


class Staples:
    """What one run knows of anchors, staples included; each block that these are about is asked for once."""

    def __init__(self, registries: Registries, vouched: Vouched) -> None:
        """Ask nothing yet."""
        self._registries = registries
        self._problem_of = vouched.problem_of
        self._answers: dict[KnownBlock, str] = dict.fromkeys(vouched.known, "")
        self._failures = 0

    def facts(self, examined: Sequence[Examined]) -> list[Facts | None]:
        """Return what the registries say about each credential, and where they say nothing what its staple shows."""
        return [self._one(each, facts) for each, facts in zip(examined, self._registries.facts(examined), strict=True)]

    def dated(self, facts: Facts, after: datetime) -> Facts:
        """Return facts about what is revoked with when that was, if it was after the time of a block."""
        return self._registries.dated(facts, after)

    def _one(self, examined: Examined, facts: Facts | None) -> Facts | None:
        if facts is None or not facts.trouble or not staple.staple_objects(examined.shown.credential):
            return facts
        try:
            carried, view = _read(examined, facts)
        except (BadProof, FormatError) as error:
            return replace(facts, trouble=f"{facts.trouble}; what the credential carries of its anchor proves nothing: {error}")
        problem = self._block_problem(carried, view.block)
        if problem:
            return replace(facts, trouble=f"{facts.trouble}; of what the credential carries of its anchor: {problem}")
        return replace(facts, finalized=view, by=By.STAPLE)

    def _block_problem(self, carried: Staple, block: Block) -> str:
        place = carried.ref.chain_id, block.hash
        if place not in self._answers:
            if self._failures >= MOST_FAILURES:
                return f"its block was not asked for: {MOST_FAILURES} others were not found before"
            self._answers[place] = self._problem_of(carried.ref.chain_id, block)
            self._failures += bool(self._answers[place])
        return self._answers[place]


def _read(examined: Examined, facts: Facts) -> tuple[Staple, View]:
    carried = staple.staple_of(examined.shown.credential)
    if carried is None or carried.ref != facts.ref:
        raise BadProof("it is about another anchor")
    return carried, staple.view(carried, facts.index, RUNTIME_HASH)


def parse_block(text: str) -> KnownBlock:
    """Return the block that a text such as "eip155:1:0x…" names; raises InputError."""
    found = NAMED_BLOCK.fullmatch(text)
    if found is None:
        raise InputError(
            f"{text[:100]} does not name a block", hint="the chain and the hash, for example eip155:1:0x followed by 64 hexadecimal digits"
        )
    return int(found[1]), bytes.fromhex(found[2])
