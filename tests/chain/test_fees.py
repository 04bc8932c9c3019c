"""What is offered for gas, and what nodes mean by what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.chain.fees import GWEI, Fees, SendPolicy, amount, bumped, dynamic_fees, legacy_fees
from laurea.chain.send_state import Answer, answer_of
from laurea.errors import ConfigError, Costly

WEI = st.integers(0, 10**30)


@given(WEI, WEI, st.integers(1, 10**30))
def test_fees_are_between_the_base_fee_and_the_cap_or_there_are_none(base_fee: int, tip: int, cap: int) -> None:
    policy = SendPolicy(max_fee_per_gas=cap)
    if base_fee > cap:
        with pytest.raises(Costly, match="above the cap"):
            dynamic_fees(base_fee, tip, policy)
        return

    fees = dynamic_fees(base_fee, tip, policy)

    assert fees.tip is not None
    assert base_fee <= fees.most <= cap
    assert 0 <= fees.tip <= min(tip, fees.most)
    assert fees.fields() == {"type": 2, "maxFeePerGas": fees.most, "maxPriorityFeePerGas": fees.tip}


def test_the_offer_lasts_for_five_full_blocks() -> None:
    fees = dynamic_fees(100 * GWEI, GWEI, SendPolicy(max_fee_per_gas=1000 * GWEI))

    assert fees.most > 100 * GWEI * 1.125**5 + GWEI


def test_a_legacy_price_is_the_node_s_own() -> None:
    assert legacy_fees(7, SendPolicy()) == Fees(7, None)
    assert legacy_fees(7, SendPolicy()).fields() == {"gasPrice": 7}
    with pytest.raises(Costly, match="the gas price is 300 gwei now, above the cap of 200 gwei"):
        legacy_fees(300 * GWEI, SendPolicy())


@given(WEI, WEI, WEI, WEI, st.integers(1, 10**31))
def test_a_replacement_raises_both_fees_by_an_eighth_at_least_and_stays_under_the_cap(
    most: int, tip: int, base: int, now: int, cap: int
) -> None:
    policy = SendPolicy(max_fee_per_gas=cap)
    old, new = Fees(max(most, tip), min(most, tip)), Fees(max(base, now), min(base, now))
    if old.most + -(-old.most // 8) + 1 > cap:
        with pytest.raises(Costly, match="the fee of a replacement is"):
            bumped(old, new, policy)
        return

    fees = bumped(old, new, policy)

    assert fees.tip is not None
    assert old.tip is not None
    assert fees.most * 8 >= old.most * 9
    assert fees.tip * 8 >= old.tip * 9
    assert fees.tip <= fees.most <= cap
    assert fees.most >= min(new.most, cap)


def test_a_replacement_of_the_old_kind_raises_its_one_price() -> None:
    assert bumped(Fees(800, None), Fees(10, None), SendPolicy()) == Fees(901, None)
    assert bumped(Fees(800, None), Fees(5000, None), SendPolicy()) == Fees(5000, None)


@pytest.mark.parametrize(
    ("wei", "text"), [(0, "0"), (1, "0.000000000000000001"), (10**18, "1"), (15 * 10**17, "1.5"), (10**21 + 10, "1000.00000000000000001")]
)
def test_amounts_are_exact(wei: int, text: str) -> None:
    assert amount(wei) == text


def test_a_policy_that_could_send_nothing_names_all_that_is_wrong() -> None:
    with pytest.raises(ConfigError, match="max_fee_per_gas, gas_margin_percent, poll_seconds, mine_seconds"):
        SendPolicy(max_fee_per_gas=0, gas_margin_percent=-1, poll_seconds=0, mine_seconds=0)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("already known", Answer.SENT),  # geth, reth, erigon
        ("AlreadyKnown", Answer.SENT),  # nethermind
        ("Known transaction", Answer.SENT),  # besu
        ("transaction already imported", Answer.SENT),  # anvil
        ("Transaction with the same hash was already imported.", Answer.SENT),  # openethereum
        ("existing tx with same hash", Answer.SENT),  # erigon
        ("nonce too low: next nonce 5, tx nonce 4", Answer.SENT),  # geth, reth
        ("Nonce too low", Answer.SENT),  # besu
        ("OldNonce, Current nonce: 5, nonce of rejected tx: 4", Answer.SENT),  # nethermind
        ("Transaction nonce is too low. Try incrementing the nonce.", Answer.SENT),  # openethereum
        ("insufficient funds for gas * price + value: balance 0, tx cost 5, overshot 5", Answer.UNFUNDED),  # geth
        ("InsufficientFunds, Account balance: 0, cumulative cost: 5", Answer.UNFUNDED),  # nethermind
        ("Upfront cost exceeds account balance", Answer.UNFUNDED),  # besu
        ("replacement transaction underpriced", Answer.UNDERPRICED),
        ("ReplacementNotAllowed", Answer.UNDERPRICED),
        ("nonce too high: address 0x01, tx: 7 state: 5", Answer.EARLY),
        ("NonceGap, Future nonce. Expected nonce: 5", Answer.EARLY),
        ("nonce gap too large", Answer.EARLY),
        ("gapped-nonce tx from delegated accounts", Answer.EARLY),
        ("transaction underpriced", Answer.UNDERPRICED),
        ("unknown transaction type", Answer.REFUSED),
        ("max fee per gas less than block base fee", Answer.UNDERPRICED),
        ("", Answer.REFUSED),
    ],
)
def test_every_wording_that_clients_use_is_understood(words: str, answer: Answer) -> None:
    assert answer_of(words) is answer
