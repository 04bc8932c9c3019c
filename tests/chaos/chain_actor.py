"""The chain and its weather: blocks, reorganisations, wiped mempools, dear gas, empty accounts, and somebody else with our key."""

import http.client
import sqlite3
import threading
from pathlib import Path
from random import Random
from typing import Any

from eth_account import Account
from eth_utils.address import to_canonical_address

from tests.anvil import Anvil, RpcError
from tests.chaos.ledger import Ledger

BLOCK_SECONDS = 0.2
PATIENCE = 3  # times as long does a block take, once the workers are waited for
AWAITED_TICKS = 20  # in which one of ours may follow a foreign transaction, while the workers are waited for
OUTPRICED = (
    0.5  # the part of the blocks over which gas becomes dear, if that is waited for and one of ours waits; else something else happens
)
HELD_BLOCKS = 10  # after a nonce was left open or gas became dear, while the workers are waited for
DEEPEST = 3  # blocks that a reorganisation takes at most: `finalized` is the fourth
GWEI = 10**9
SIGNED = 'SELECT 1 FROM "transaction" WHERE nonce = ?'
FUNDS = 10**18


class ChainActor:
    """Mines a block now and then, and does to the chain what chains do."""

    def __init__(self, node: Anvil, database: Path, secret: bytes, ledger: Ledger, random: Random) -> None:
        """Act on a node on which nothing else mines; `secret` is that of the anchoring key."""
        self._node = node
        self._database = database
        self._account = Account.from_key(secret)
        self._ledger = ledger
        self._random = random
        self._spike = 0  # blocks for which gas stays dear
        self._broke = 0  # blocks for which the account stays empty
        self._foreign: tuple[int, int] | None = None  # (nonce, block) of the last transaction of somebody else
        self._awaited = 0  # ticks without a block
        self._held = 0  # blocks for which nothing else happens
        self.calm = threading.Event()
        self.patient = threading.Event()  # on a busy machine: whatever is to happen, the workers get the time to meet it
        self.missing: frozenset[str] = frozenset()  # the failpoints that are waited for: what leads to them comes more often
        self.stop = threading.Event()

    def act(self) -> None:
        """Act until told to stop; mine only, once it is to be calm."""
        try:
            while not self.stop.wait(BLOCK_SECONDS * (PATIENCE if self.patient.is_set() else 1)):
                self._act()
        except Exception as error:
            self._ledger.violate(f"the chain stood still, since the harness itself failed: {error!r}")
            raise

    def _act(self) -> None:
        try:
            if self.calm.is_set():
                self._settle()
            elif self.patient.is_set() and self._is_awaiting_a_follower():
                return
            else:
                self._disturb()
            self._node.mine()
        except (RpcError, OSError, http.client.HTTPException, sqlite3.Error) as error:
            self._ledger.count(f"failed to act: {error}")

    def _disturb(self) -> None:
        self._weather()
        chance = self._random.random()
        if self._held:
            self._held -= 1
            return
        if self._open_gap() or self._mine_an_older_offer() or self._outprice():
            return
        if chance < 0.14:
            self._reorganise(self._random.randint(1, DEEPEST), drop=self._random.random() < 0.5)
        elif chance < 0.20:
            self._node.rpc("anvil_dropAllTransactions")
            self._ledger.count("mempools wiped")
        elif chance < 0.27 and not self._spike:
            self._spike = self._random.randint(8, 18)
            self._ledger.count("fee spikes")
        elif chance < 0.29 and not self._broke:
            self._broke = self._random.randint(2, 5)
            self._ledger.count("empty accounts")
        elif chance < (0.8 if any(each.startswith("filler") for each in self.missing) else 0.37):
            self._send_foreign()

    def _weather(self) -> None:
        self._node.rpc("anvil_setNextBlockBaseFeePerGas", hex(self._random.randint(20, 60) * GWEI if self._spike else GWEI))
        self._spike = max(self._spike - 1, 0)
        if self._broke:
            self._broke -= 1
            self._node.rpc("anvil_setBalance", self._account.address, hex(0 if self._broke else FUNDS))

    def _settle(self) -> None:
        self._spike = self._broke = 0
        self._node.rpc("anvil_setBalance", self._account.address, hex(FUNDS))
        self._node.rpc("anvil_setNextBlockBaseFeePerGas", hex(GWEI))

    def _head(self) -> int:
        return int(self._node.rpc("eth_blockNumber"), 16)

    def _reorganise(self, depth: int, *, drop: bool, pairs: list[list[Any]] | None = None) -> None:
        if self._head() <= depth + 1:
            return
        self._node.rpc("anvil_reorg", depth, pairs or [])
        if drop:
            self._node.rpc("anvil_dropAllTransactions")
        self._ledger.count("reorganisations")

    def _send_foreign(self) -> None:
        """Use the key's next nonces behind the issuer's back, as another program with the same key would."""
        first = int(self._node.rpc("eth_getTransactionCount", self._account.address, "latest"), 16)
        last = first + self._random.randint(0, 2)
        for nonce in range(first, last + 1):
            raw = self._foreign_transaction(nonce)
            try:
                self._node.rpc("eth_sendRawTransaction", raw)
            except RpcError:
                return
            self._ledger.count("foreign transactions")
        self._foreign = (last, self._head() + 1)

    def _foreign_transaction(self, nonce: int) -> str:
        fees = {"maxFeePerGas": 150 * GWEI, "maxPriorityFeePerGas": 90 * GWEI}
        call = {"to": self._account.address, "value": 0, "gas": 21_000}
        signed = self._account.sign_transaction({"type": 2, "chainId": self._node.chain_id, "nonce": nonce, **call, **fees})
        self._ledger.foreign.add("0x" + signed.hash.hex())
        return "0x" + str(signed.raw_transaction.hex())

    def _open_gap(self) -> bool:
        """Take a foreign transaction out of the chain again, when one of ours has the nonce behind it: that nonce is open then."""
        if self._foreign is None:
            return False
        nonce, block = self._foreign
        depth = self._head() - block + 1
        if depth > DEEPEST:
            self._foreign = None
            return False
        if depth < 1 or not self._query(SIGNED, nonce + 1):
            return False
        self._foreign = None
        self._reorganise(depth, drop=True)
        self._ledger.count("nonces left open")
        self._held = HELD_BLOCKS if self.patient.is_set() else 0
        return True

    def _is_awaiting_a_follower(self) -> bool:
        """Tell whether no block is to come before one of ours has the nonce behind a foreign transaction, so that a gap can be opened there."""
        if self._foreign is None or self._head() < self._foreign[1] or self._query(SIGNED, self._foreign[0] + 1):
            self._awaited = 0
            return False
        self._awaited += 1
        return self._awaited <= AWAITED_TICKS

    def _outprice(self) -> bool:
        """While the workers are waited for, let gas become dear over a transaction that waits, until its fees are raised."""
        count = int(self._node.rpc("eth_getTransactionCount", self._account.address, "latest"), 16)
        wanted = self.patient.is_set() and any(each.startswith("bump") for each in self.missing) and self._random.random() < OUTPRICED
        if not wanted or self._spike or not self._query(SIGNED, count):
            return False
        self._spike = self._held = HELD_BLOCKS
        self._ledger.count("fee spikes")
        return True

    def _mine_an_older_offer(self) -> bool:
        """Let a reorganisation put in place of what was mined an earlier signature for the same nonce."""
        count = int(self._node.rpc("eth_getTransactionCount", self._account.address, "latest"), 16)
        rows = self._query('SELECT raw FROM "transaction" WHERE nonce = ? ORDER BY id', count - 1)
        if len(rows) < 2 or self._random.random() < 0.6:
            return False
        head = self._head()
        mined = [number for number in range(head, max(head - DEEPEST, 0), -1) if self._mined_at(number, count - 1)]
        if not mined:
            return False
        raw = self._random.choice(rows[:-1])[0]
        self._reorganise(head - mined[0] + 1, drop=True, pairs=[["0x" + raw.hex(), 0]])
        self._ledger.count("earlier signatures mined")
        return True

    def _mined_at(self, number: int, nonce: int) -> bool:
        block = self._node.rpc("eth_getBlockByNumber", hex(number), True)
        ours = self._account.address.lower()
        return any(each["from"].lower() == ours and int(each["nonce"], 16) == nonce for each in block["transactions"])

    def _query(self, text: str, *values: int) -> list[Any]:
        connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=5)
        try:
            key = to_canonical_address(self._account.address)
            return connection.execute(text.replace("WHERE", "WHERE key = ? AND"), (key, *values)).fetchall()
        finally:
            connection.close()
