"""Sending: explicit fields, nothing on the wire that would revert, the same bytes as often as needed."""

import secrets
import time
from typing import Any

import pytest
from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_hash.auto import keccak
from eth_utils.address import to_canonical_address
from hexbytes import HexBytes

from laurea.chain import registry
from laurea.chain.artefact import canonical_address
from laurea.chain.fees import GWEI, SendPolicy
from laurea.chain.receipts import Receipt
from laurea.chain.rpc import Rpc, to_hex
from laurea.chain.send_state import Answer
from laurea.chain.sender import DEFAULT_TIP, Sender
from laurea.chain.transaction import SignedTransaction
from laurea.errors import Costly, Refused, Unfunded, Unreachable, WrongChain
from tests.anvil import Anvil
from tests.chain.conftest import POLICY, Chain, Issuer, connect, with_registry
from tests.chain.http_node import relay, result


def fresh_anchor(issuer: Issuer, *, nonce: int | None = None, sender: Sender | None = None) -> SignedTransaction:
    """Sign, and do not send, a transaction that anchors a fresh root."""
    sender = sender or issuer.chain.sender
    next_nonce = sender.next_nonce(issuer.address) if nonce is None else nonce
    return sender.sign(issuer.account, canonical_address(), registry.anchor(secrets.token_bytes(32), 9), nonce=next_nonce)


def mined(chain: Chain, *hashes: bytes) -> Receipt:
    """Return the receipt, which Anvil has a moment after it took the transaction."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = chain.sender.receipt(hashes)
        if found is not None:
            return found
        time.sleep(0.01)
    raise TimeoutError("the transaction was not mined")


def members(signed: SignedTransaction) -> dict[str, Any]:
    return TypedTransaction.from_bytes(HexBytes(signed.raw)).as_dict()


def stopped_mining(chain: Chain) -> None:
    chain.node.rpc("evm_setAutomine", False)


def test_a_signed_transaction_states_every_field_and_is_not_sent(chain: Chain) -> None:
    issuer = chain.issuer()
    data = registry.anchor(b"\1" * 32, 9)
    chain.node.rpc("anvil_setNextBlockBaseFeePerGas", hex(3 * GWEI))
    chain.node.mine()

    signed = chain.sender.sign(issuer.account, canonical_address(), data, nonce=2)

    sent = members(signed)
    estimate = int(
        chain.node.rpc("eth_estimateGas", {"from": to_hex(issuer.address), "to": to_hex(canonical_address()), "data": to_hex(data)}), 16
    )
    tip = int(chain.node.rpc("eth_maxPriorityFeePerGas"), 16)
    assert (sent["chainId"], sent["nonce"], sent["to"], sent["data"], sent["value"]) == (31337, 2, canonical_address(), data, 0)
    assert sent["gas"] == estimate * 120 // 100
    assert (sent["maxFeePerGas"], sent["maxPriorityFeePerGas"]) == (2 * 3 * GWEI + tip, tip)
    assert (signed.key, signed.nonce, signed.hash) == (issuer.address, 2, keccak(signed.raw))
    assert chain.sender.next_nonce(issuer.address) == 2
    assert chain.sender.receipt([signed.hash]) is None


def test_sending_leads_to_a_receipt_with_block_and_time(chain: Chain) -> None:
    signed = fresh_anchor(chain.issuer())

    chain.sender.send(signed.raw)

    receipt = mined(chain, signed.hash)
    block = chain.node.rpc("eth_getBlockByNumber", "latest", False)
    assert (receipt.hash, receipt.success, to_hex(receipt.block_hash)) == (signed.hash, True, block["hash"])
    assert (receipt.block_number, receipt.block_time.timestamp()) == (int(block["number"], 16), int(block["timestamp"], 16))
    assert 40_000 < receipt.gas_used <= 50_000


def test_the_same_bytes_can_be_sent_again_before_and_after_they_are_mined(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    signed = fresh_anchor(chain.issuer())
    stopped_mining(chain)

    for _ in range(3):
        chain.sender.send(signed.raw)  # "already known" from the second time on
    chain.node.mine()
    for _ in range(2):
        chain.sender.send(signed.raw)  # "nonce too low"

    assert mined(chain, signed.hash)
    assert chain.sender.next_nonce(signed.key) == signed.nonce + 1


def test_the_next_nonce_counts_what_is_not_mined_yet(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    issuer = chain.issuer()
    first = chain.sender.next_nonce(issuer.address)
    stopped_mining(chain)

    chain.sender.send(fresh_anchor(issuer).raw)

    assert chain.sender.next_nonce(issuer.address) == first + 1


def test_a_nonce_used_by_another_transaction_is_for_the_receipt_to_tell(chain: Chain) -> None:
    issuer = chain.issuer()
    ours = fresh_anchor(issuer)
    theirs = fresh_anchor(issuer)
    assert theirs.nonce == ours.nonce
    chain.sender.send(theirs.raw)

    chain.sender.send(ours.raw)  # "nonce too low", and no error

    assert chain.sender.receipt([ours.hash]) is None
    found = mined(chain, ours.hash, theirs.hash)
    assert found.hash == theirs.hash


def test_what_would_revert_is_refused_with_the_reason_and_never_signed(chain: Chain) -> None:
    issuer = chain.issuer()
    ref = issuer.anchored()

    with pytest.raises(Refused, match=r"^AlreadyAnchored: "):
        chain.sender.sign(issuer.account, canonical_address(), registry.anchor(ref.root, 1), nonce=9)


def test_the_receipt_of_a_transaction_that_reverted_all_the_same_says_so(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    issuer = chain.issuer()
    data = registry.anchor(b"\1" * 32, 9)
    first, second = (chain.sender.sign(issuer.account, canonical_address(), data, nonce=nonce) for nonce in (2, 3))
    stopped_mining(chain)
    chain.sender.send(first.raw)
    chain.sender.send(second.raw)
    chain.node.mine()

    receipt = mined(chain, second.hash)

    assert receipt is not None
    assert not receipt.success


def test_transact_refuses_what_was_mined_and_reverted(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    issuer = chain.issuer()

    def race(request: Any) -> Any:
        if request["method"] == "eth_sendRawTransaction":  # the admin takes the role away in the same block, before
            chain.node.rpc("evm_setAutomine", False)
        return request

    def mine(request: Any, answer: Any) -> Any:
        if request["method"] == "eth_sendRawTransaction":
            chain.node.rpc("anvil_setCode", to_hex(canonical_address()), "0xfe")  # invalid opcode: whatever reaches it reverts
            chain.node.rpc("evm_setAutomine", True)
            chain.node.mine()
        return answer

    with (
        relay(chain.node.url, request=race, answer=mine) as node,
        pytest.raises(Refused, match=r"^the transaction 0x[0-9a-f]{64} was mined in block \d+ and reverted$"),
    ):
        Sender(Rpc(node.url), 31337, POLICY).transact(issuer.account, canonical_address(), registry.anchor(b"\1" * 32, 9))


def test_an_account_without_money_is_told_how_much_is_missing(chain: Chain) -> None:
    account = Account.create()
    address = to_canonical_address(account.address)
    data = registry.create_issuer(address, bytes(32))

    with pytest.raises(
        Unfunded, match=rf"^{account.address} holds 0 and needs up to 0\.0\d+: 0\.0\d+ of the currency of eip155:31337 are missing$"
    ) as caught:
        chain.sender.sign(account, canonical_address(), data, nonce=0)

    assert caught.value.hint == f"fund {account.address} on eip155:31337, then do the same again"
    missing = str(caught.value).split(": ")[1].split()[0]
    chain.node.rpc("anvil_setBalance", to_hex(address), hex(round(float(missing) * 10**18) + GWEI * GWEI // 100))
    assert chain.sender.sign(account, canonical_address(), data, nonce=0).nonce == 0


def test_money_that_is_gone_between_signing_and_sending_is_unfunded_and_the_same_bytes_go_after_a_top_up(chain: Chain) -> None:
    issuer = chain.issuer()
    signed = fresh_anchor(issuer)
    sent = members(signed)
    cost = sent["gas"] * sent["maxFeePerGas"]
    chain.node.rpc("anvil_setBalance", to_hex(issuer.address), hex(cost - 1))

    with pytest.raises(Unfunded, match=r"0.000000000000000001 of the currency of eip155:31337 are missing"):
        chain.sender.send(signed.raw)

    assert chain.sender.receipt([signed.hash]) is None
    chain.node.rpc("anvil_setBalance", to_hex(issuer.address), hex(cost))
    chain.sender.send(signed.raw)
    assert mined(chain, signed.hash)


def test_a_node_that_counts_otherwise_is_still_understood(chain: Chain) -> None:
    error = {"code": -32000, "message": "insufficient funds for l1 cost"}  # a second layer adds the cost of the first

    def refuse(request: Any, answer: Any) -> Any:
        return {"jsonrpc": "2.0", "id": request["id"], "error": error} if request["method"] == "eth_sendRawTransaction" else answer

    signed = fresh_anchor(chain.issuer())
    with relay(chain.node.url, answer=refuse) as node, pytest.raises(Unfunded, match="insufficient funds for l1 cost"):
        Sender(Rpc(node.url), 31337, POLICY).send(signed.raw)


def test_a_node_that_says_so_before_it_estimates_is_understood(chain: Chain) -> None:
    error = {"code": -32000, "message": "insufficient funds for gas * price + value: balance 0"}

    def refuse(request: Any, answer: Any) -> Any:
        return {"jsonrpc": "2.0", "id": request["id"], "error": error} if request["method"] == "eth_estimateGas" else answer

    issuer = chain.issuer()
    with relay(chain.node.url, answer=refuse) as node, pytest.raises(Unfunded, match="insufficient funds"):
        fresh_anchor(issuer, nonce=2, sender=Sender(Rpc(node.url), 31337, POLICY))


def test_a_node_that_cannot_estimate_gets_no_default_gas(chain: Chain) -> None:
    def refuse(request: Any, answer: Any) -> Any:
        error = {"code": -32000, "message": "gas required exceeds allowance"}
        return {"jsonrpc": "2.0", "id": request["id"], "error": error} if request["method"] == "eth_estimateGas" else answer

    issuer = chain.issuer()
    with relay(chain.node.url, answer=refuse) as node, pytest.raises(Refused, match="gas required exceeds allowance"):
        fresh_anchor(issuer, nonce=2, sender=Sender(Rpc(node.url), 31337, POLICY))


def test_fees_stay_under_the_cap_and_a_base_fee_above_it_waits(chain: Chain) -> None:
    issuer = chain.issuer()
    chain.node.rpc("anvil_setNextBlockBaseFeePerGas", hex(10 * GWEI))
    chain.node.mine()
    base_fee = int(chain.node.rpc("eth_getBlockByNumber", "latest", False)["baseFeePerGas"], 16)
    above, below = (Sender(chain.rpc, 31337, SendPolicy(max_fee_per_gas=cap)) for cap in (base_fee + 5, base_fee - 1))

    sent = members(fresh_anchor(issuer, sender=above))

    assert (sent["maxFeePerGas"], sent["maxPriorityFeePerGas"]) == (base_fee + 5, min(base_fee + 5, GWEI))
    with pytest.raises(Costly, match="the base fee is 10 gwei now, above the cap of 10 gwei"):
        fresh_anchor(issuer, sender=below)


def test_a_node_that_suggests_no_tip_is_given_one(chain: Chain) -> None:
    def refuse(request: Any, answer: Any) -> Any:
        error = {"code": -32601, "message": "the method does not exist"}
        return {"jsonrpc": "2.0", "id": request["id"], "error": error} if request["method"] == "eth_maxPriorityFeePerGas" else answer

    issuer = chain.issuer()
    with relay(chain.node.url, answer=refuse) as node:
        signed = fresh_anchor(issuer, sender=Sender(Rpc(node.url), 31337, POLICY))

    assert members(signed)["maxPriorityFeePerGas"] == DEFAULT_TIP


def test_a_chain_without_base_fees_gets_transactions_of_the_old_kind() -> None:
    with Anvil(hardfork="berlin", arguments=("--gas-price", "7")) as node:
        chain = connect(node)
        account = chain.account()

        signed = chain.sender.sign(account, b"\7" * 20, b"\1\2", nonce=0, value=5)
        receipt = chain.sender.transact(account, b"\7" * 20, b"")

        assert signed.raw[0] >= 0xC0, "an RLP list, not a typed envelope"
        assert receipt.success
        price = int(node.rpc("eth_getTransactionByHash", to_hex(receipt.hash))["gasPrice"], 16)
        assert price == int(node.rpc("eth_gasPrice"), 16)
        with pytest.raises(Costly, match=r"the gas price is .* above the cap"):
            Sender(chain.rpc, 31337, SendPolicy(max_fee_per_gas=1)).sign(account, None, b"", nonce=1)


def test_a_replacement_that_pays_too_little_is_told_apart_and_one_that_offers_an_eighth_more_is_taken(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    issuer = chain.issuer()
    stopped_mining(chain)
    first, second = fresh_anchor(issuer), fresh_anchor(issuer)
    chain.sender.send(first.raw)

    assert chain.sender.send(second.raw) is Answer.UNDERPRICED

    again = chain.sender.sign_again(issuer.account, first.raw)
    assert chain.sender.send(again.raw) is Answer.SENT
    chain.node.mine()
    assert mined(chain, first.hash, again.hash).hash == again.hash
    before, after = members(first), members(again)
    assert {name: after[name] for name in ("to", "data", "nonce", "gas", "value")} == {
        name: before[name] for name in ("to", "data", "nonce", "gas", "value")
    }
    for fee in ("maxFeePerGas", "maxPriorityFeePerGas"):
        assert after[fee] * 8 >= before[fee] * 9


def test_a_filler_uses_a_nonce_and_does_nothing(chain: Chain) -> None:
    issuer = chain.issuer()
    nonce = chain.sender.next_nonce(issuer.address)

    signed = chain.sender.sign_filler(issuer.account, nonce=nonce)
    chain.sender.send(signed.raw)

    assert mined(chain, signed.hash).gas_used == 21_000
    assert (members(signed)["to"], members(signed)["value"], members(signed)["data"]) == (issuer.address, 0, b"")


def test_a_node_that_answers_with_another_hash_is_not_believed(chain: Chain) -> None:
    def lie(request: Any, answer: Any) -> Any:
        return result(request, "0x" + "ab" * 32) if request["method"] == "eth_sendRawTransaction" else answer

    signed = fresh_anchor(chain.issuer())
    with relay(chain.node.url, answer=lie) as node, pytest.raises(Unreachable, match="no sensible answer to eth_sendRawTransaction"):
        Sender(Rpc(node.url), 31337, POLICY).send(signed.raw)


def test_another_transactions_receipt_is_not_believed(chain: Chain) -> None:
    signed = fresh_anchor(chain.issuer())
    chain.sender.send(signed.raw)
    other = secrets.token_bytes(32)

    def lie(request: Any) -> Any:
        return {**request, "params": [to_hex(signed.hash)]} if request["method"] == "eth_getTransactionReceipt" else request

    with relay(chain.node.url, request=lie) as node, pytest.raises(Unreachable, match="no sensible answer to eth_getTransactionReceipt"):
        Sender(Rpc(node.url), 31337, POLICY).receipt([other])


# Finality and reorganisations


def test_a_receipt_is_final_when_its_block_is(chain: Chain) -> None:
    receipt = chain.issuer().act(registry.anchor(b"\1" * 32, 9))

    seen = []
    for _ in range(4):
        seen.append(chain.sender.final(receipt))
        chain.node.mine()

    assert seen == [False, False, True, True]


def test_a_reorganisation_takes_the_receipt_away_and_the_same_bytes_bring_it_back(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    signed = fresh_anchor(chain.issuer())
    chain.sender.send(signed.raw)
    before = mined(chain, signed.hash)

    chain.node.rpc("anvil_reorg", 1, [])

    assert chain.sender.receipt([signed.hash]) is None
    chain.node.mine(4)
    assert not chain.sender.final(before), "its height is final, with another block"
    chain.sender.send(signed.raw)
    after = mined(chain, signed.hash)
    assert after.block_hash != before.block_hash
    chain.node.mine(2)
    assert chain.sender.final(after)


def test_a_rollback_takes_the_receipt_away(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    signed = fresh_anchor(chain.issuer())
    chain.sender.send(signed.raw)
    receipt = mined(chain, signed.hash)

    chain.node.rpc("anvil_rollback", 1)

    assert chain.sender.receipt([signed.hash]) is None
    assert not chain.sender.final(receipt)


def test_a_receipt_whose_block_is_gone_is_none(chain: Chain) -> None:
    signed = fresh_anchor(chain.issuer())
    chain.sender.send(signed.raw)

    def forget(request: Any, answer: Any) -> Any:
        return result(request, None) if request["method"] == "eth_getBlockByHash" else answer

    with relay(chain.node.url, answer=forget) as node:
        assert Sender(Rpc(node.url), 31337, POLICY).receipt([signed.hash]) is None


def test_no_hashes_have_no_receipt(chain: Chain) -> None:
    assert chain.sender.receipt([]) is None


def test_transact_sends_the_same_bytes_again_when_a_node_dropped_them(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    issuer = chain.issuer()
    dropped: list[str] = []

    def drop(request: Any, answer: Any) -> Any:
        if request["method"] == "eth_sendRawTransaction" and not dropped:
            dropped.append(chain.node.rpc("anvil_dropTransaction", answer["result"]))
            chain.node.rpc("evm_setAutomine", True)
        return answer

    stopped_mining(chain)
    with relay(chain.node.url, answer=drop) as node:
        receipt = Sender(Rpc(node.url), 31337, POLICY).transact(issuer.account, canonical_address(), registry.anchor(b"\1" * 32, 9))

    assert dropped == [to_hex(receipt.hash)]
    assert receipt.success


def test_transact_outlives_a_node_that_is_silent_for_a_moment(chain: Chain) -> None:
    issuer = chain.issuer()
    silences = iter([True, True, False])

    def stumble(request: Any, answer: Any) -> Any:
        return {} if request["method"] == "eth_getTransactionReceipt" and next(silences, False) else answer

    with relay(chain.node.url, answer=stumble) as node:
        receipt = Sender(Rpc(node.url), 31337, POLICY).transact(issuer.account, canonical_address(), registry.anchor(b"\1" * 32, 9))

    assert receipt.success


def test_transact_does_not_wait_for_ever(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    issuer = chain.issuer()
    stopped_mining(chain)
    impatient = Sender(chain.rpc, 31337, SendPolicy(poll_seconds=0.05, mine_seconds=0.3))
    began = time.monotonic()

    with pytest.raises(Unreachable, match=r"was not mined within 0.3 s") as caught:
        impatient.transact(issuer.account, canonical_address(), registry.anchor(b"\1" * 32, 9))

    assert time.monotonic() - began < 2
    assert caught.value.hint == "it may still be: look for it before you do the same again"


def test_nothing_is_signed_or_sent_on_another_chain(empty_chain: Chain) -> None:
    chain = with_registry(empty_chain.node)
    issuer = chain.issuer()
    signed = fresh_anchor(issuer)

    chain.node.rpc("anvil_setChainId", 31338)

    for act in (
        lambda: chain.sender.next_nonce(issuer.address),
        lambda: fresh_anchor(issuer, nonce=2),
        lambda: chain.sender.send(signed.raw),
        lambda: chain.sender.transact(issuer.account, canonical_address(), registry.anchor(b"\1" * 32, 9)),
    ):
        with pytest.raises(WrongChain, match="is on eip155:31338, not on eip155:31337"):
            act()
    assert chain.sender.receipt([signed.hash]) is None
