"""What must hold whatever happens: every credential in one batch, every batch anchored once, nothing of ours mined in vain."""

import sqlite3
from collections import Counter
from typing import Any

from eth_utils.address import to_checksum_address

import laurea
from laurea.chain.artefact import FUNCTIONS, canonical_address
from laurea.storage.issuer.tables import BatchState
from tests.chaos.ledger import Ledger
from tests.services.issuing_world import World

CAPSTONE = "expert"  # which every other credential is worth
VERIFIED = 12  # credentials, of all that were released
HANDED_OUT = (BatchState.RELEASED.value, BatchState.FINAL.value)


class Invariants:
    """Looks at the database and, without any proxy between, at the chain."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        """Judge one issuer."""
        self._world = world
        self._node = world.node
        self._ledger = ledger
        with world.issuer() as issuer:
            self._issuer_id = issuer.profile.domain.issuer_id
        self._key = world.account("anchor").address

    def during(self) -> None:
        """Judge what may never be, not even for a moment: credentials handed out whose anchor is not final."""
        for root, size in self.query(f"SELECT root, size FROM batch WHERE state IN {HANDED_OUT}"):
            if self._anchored_size(root, "finalized") != size:
                self._ledger.violate(f"a batch is handed out and its root 0x{root.hex()} is not final")

    def unfinished(self) -> int:
        """Return how many credentials are not released yet."""
        ((count,),) = self.query(
            "SELECT count(*) FROM credential c LEFT JOIN member m ON m.credential = c.id LEFT JOIN batch b ON b.id = m.batch "
            "WHERE b.state IS NULL OR b.state != 'released'"
        )
        return int(count) + self._unawarded()

    def standing(self) -> list[tuple[str, int]]:
        """Return how many credentials are in batches of which state, and how many in none."""
        return [
            (state or "open", count)
            for state, count in self.query(
                "SELECT b.state, count(*) FROM credential c LEFT JOIN member m ON m.credential = c.id "
                "LEFT JOIN batch b ON b.id = m.batch GROUP BY b.state ORDER BY b.state"
            )
        ]

    def _unawarded(self) -> int:
        """Return how many learners have no capstone yet."""
        ((count,),) = self.query(
            "SELECT count(*) FROM credential c WHERE achievement = 'sql' "
            f"AND NOT EXISTS (SELECT 1 FROM credential k WHERE k.learner = c.learner AND k.achievement = '{CAPSTONE}')"
        )
        return int(count)

    def at_the_end(self, enrolled: int) -> None:
        """Judge the whole run."""
        enrolled += self._judge_capstones()
        batches = self.query("SELECT id, root, size, state, error FROM batch")
        for number, _, _, state, error in batches:
            if state in (BatchState.FAILED, BatchState.SUSPENDED):
                self._ledger.violate(f"batch {number} is {state} {error}")
            elif state != BatchState.RELEASED:
                self._ledger.violate(f"batch {number} is {state}")
        members = Counter(batch for (batch,) in self.query("SELECT batch FROM member"))
        open_ = len(self.query("SELECT 1 FROM credential WHERE id NOT IN (SELECT credential FROM member)"))
        if open_ and open_ + sum(members.values()) == enrolled:
            self._ledger.violate(f"{open_} credentials are not sealed")
        elif sum(members.values()) != enrolled:
            self._ledger.violate(f"{enrolled} credentials were enrolled and {sum(members.values())} are in batches")
        if dict(members) != {number: size for number, _, size, _, _ in batches}:
            self._ledger.violate("a batch has more or fewer credentials than its size")
        self._judge_anchors(
            {root: size for _, root, size, _, _ in batches}, {root for _, root, _, state, _ in batches if state in HANDED_OUT}
        )
        self._judge_transactions()
        self._judge_released(sum(size for _, _, size, state, _ in batches if state == BatchState.RELEASED))

    def _judge_capstones(self) -> int:
        """Judge that every learner was awarded one capstone, and return how many there are."""
        awarded = Counter(learner for (learner,) in self.query(f"SELECT learner FROM credential WHERE achievement = '{CAPSTONE}'"))
        twice = sum(count > 1 for count in awarded.values())
        if twice:
            self._ledger.violate(f"{twice} learners were awarded a capstone more than once")
        if self._unawarded():
            self._ledger.violate(f"{self._unawarded()} learners were awarded no capstone")
        unlinked = self.query(
            f"SELECT 1 FROM credential c WHERE achievement = '{CAPSTONE}' AND NOT EXISTS (SELECT 1 FROM award_part p WHERE p.credential = c.id)"
        )
        if unlinked:
            self._ledger.violate(f"{len(unlinked)} capstones are not written down with their parts")
        return awarded.total()

    def _judge_anchors(self, batches: dict[bytes, int], handed_out: set[bytes]) -> None:
        anchored = Counter(self._world.anchored())
        for (root, size), count in anchored.items():
            if count != 1:
                self._ledger.violate(f"the root 0x{root.hex()} was anchored {count} times")
            if batches.get(root) != size:
                self._ledger.violate(f"the registry has 0x{root.hex()} with {size} credentials, the database {batches.get(root)}")
        for root in handed_out - {root for root, _ in anchored}:
            self._ledger.violate(f"the root 0x{root.hex()} was never anchored")

    def _judge_transactions(self) -> None:
        known = {f"0x{row[0].hex()}" for row in self.query('SELECT hash FROM "transaction"')}
        head = int(self._node.rpc("eth_blockNumber"), 16)
        for number in range(head + 1):
            block = self._node.rpc("eth_getBlockByNumber", hex(number), True)
            for each in block["transactions"]:
                if each["from"].lower() == self._key.lower() and each["hash"] not in self._ledger.foreign:
                    self._judge_one(each, known)

    def _judge_one(self, transaction: dict[str, Any], known: set[str]) -> None:
        serves = to_checksum_address(canonical_address()) == to_checksum_address(transaction["to"])
        if serves and transaction["input"].startswith("0x" + FUNCTIONS["serve"].selector.hex()):
            return  # from before: the key has bound itself to the issuer
        if transaction["hash"] not in known:
            self._ledger.violate(f"{transaction['hash']} was mined, and nobody has written it down")
        receipt = self._node.rpc("eth_getTransactionReceipt", transaction["hash"])
        if receipt["status"] != "0x1":
            self._ledger.violate(f"{transaction['hash']} of ours was mined and reverted")

    def _judge_released(self, expected: int) -> None:
        released = self._world.released()
        if len(released) < expected:  # a kill while releasing leaves files of a batch that is not done yet
            self._ledger.violate(f"{expected} credentials are in released batches and {len(released)} are released")
        trust = self._world.trust()
        for name in sorted(released)[:: 1 + len(released) // VERIFIED]:
            report = laurea.verify(released[name], chain=self._node.url, trust=trust)
            if report.verdict is not laurea.Verdict.VALID:
                self._ledger.violate(f"a released credential is {report.verdict}: {report.headline}")

    def _anchored_size(self, root: bytes, block: str) -> int:
        call = {"to": to_checksum_address(canonical_address()), "data": "0x" + FUNCTIONS["batchOf"].encode(self._issuer_id, root).hex()}
        answer = bytes.fromhex(self._node.rpc("eth_call", call, block)[2:])
        _, time, size, _, _ = FUNCTIONS["batchOf"].decode_outputs(answer)
        return int(size) if time else -1

    def query(self, text: str) -> list[Any]:
        """Ask the database, beside whoever writes to it."""
        path = self._world.path / "issuer.db"
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute(text).fetchall()
        finally:
            connection.close()
