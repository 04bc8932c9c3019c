"""Signers: a secret in the environment, and a signer on the network that is trusted with the secret and with nothing else."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from eth_account import Account
from eth_utils.address import to_canonical_address

from laurea.chain.rpc import Rpc
from laurea.chain.signer import RemoteSigner, account_of_secret
from laurea.chain.transaction import fees_of, fields_of, read, sender_of
from laurea.errors import InputError, Refused, Unreachable
from tests.chain.conftest import Chain
from tests.chain.http_node import HttpNode, relay, replies, result
from tests.chain.web3signer import Web3Signer

SECRET = secrets.token_bytes(32)
OTHER = secrets.token_bytes(32)
ACCOUNT = Account.from_key(SECRET)
TRANSFER: dict[str, Any] = {
    "type": 2,
    "maxFeePerGas": 2 * 10**9,
    "maxPriorityFeePerGas": 10**9,
    "to": "0x" + "11" * 20,
    "chainId": 31337,
    "nonce": 7,
    "gas": 50_000,
    "value": 3,
    "data": b"\x12\x34",
}
LEGACY: dict[str, Any] = {
    **{name: value for name, value in TRANSFER.items() if name not in {"type", "maxFeePerGas", "maxPriorityFeePerGas"}},
    "gasPrice": 5 * 10**9,
}


@pytest.fixture(scope="module")
def signer() -> Iterator[Web3Signer]:
    with Web3Signer(SECRET) as running:
        yield running


@pytest.mark.parametrize("transaction", [TRANSFER, LEGACY], ids=["EIP-1559", "legacy"])
def test_a_remote_signer_signs_just_what_a_local_one_does(signer: Web3Signer, transaction: dict[str, Any]) -> None:
    remote = RemoteSigner(Rpc(signer.url))

    signed = remote.sign_transaction(transaction)

    assert remote.address == ACCOUNT.address
    assert signed.raw_transaction == ACCOUNT.sign_transaction(transaction).raw_transaction
    assert signed.hash == ACCOUNT.sign_transaction(transaction).hash
    assert sender_of(signed.raw_transaction) == to_canonical_address(ACCOUNT.address)


def test_what_a_remote_signer_signed_is_mined(signer: Web3Signer, chain: Chain) -> None:
    remote = RemoteSigner(Rpc(signer.url))
    chain.node.rpc("anvil_setBalance", remote.address, hex(10**18))

    receipt = chain.sender.transact(remote, to_canonical_address(remote.address), b"")

    assert receipt.success
    assert receipt.fee == receipt.gas_used * int(
        chain.node.rpc("eth_getTransactionReceipt", "0x" + receipt.hash.hex())["effectiveGasPrice"], 16
    )


def test_a_signer_of_several_accounts_must_be_told_which(signer: Web3Signer) -> None:
    with Web3Signer(SECRET, OTHER) as two:
        with pytest.raises(InputError, match="holds 2 accounts"):
            RemoteSigner(Rpc(two.url))
        assert RemoteSigner(Rpc(two.url), ACCOUNT.address).address == ACCOUNT.address
    with replies(lambda request: result(request, ["0x12"])) as odd, pytest.raises(Unreachable, match="no sensible answer"):
        RemoteSigner(Rpc(odd.url))


def test_a_signer_that_does_not_hold_the_account_refuses_in_its_own_words(signer: Web3Signer) -> None:
    stranger = RemoteSigner(Rpc(signer.url), Account.from_key(OTHER).address)

    with pytest.raises(Refused, match=r"the signer 127\.0\.0\.1:\d+ refused eth_signTransaction: Signing from address is not an unlocked"):
        stranger.sign_transaction(TRANSFER)


def test_a_signer_for_another_chain_is_not_believed() -> None:
    with Web3Signer(SECRET, chain_id=5) as other, pytest.raises(Refused, match="returned another transaction"):
        RemoteSigner(Rpc(other.url)).sign_transaction(TRANSFER)


def changing(signer: Web3Signer, **change: Any) -> HttpNode:
    def request(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "params": [{**one["params"][0], **change}]} if one["method"] == "eth_signTransaction" else one

    return relay(signer.url, request=request)


@pytest.mark.parametrize(
    "change",
    [{"to": "0x" + "22" * 20}, {"value": "0x4"}, {"data": "0x1235"}, {"nonce": "0x8"}, {"gas": "0xffff"}, {"maxFeePerGas": hex(10**15)}],
    ids=lambda change: next(iter(change)),
)
def test_a_signer_that_signs_anything_else_is_not_believed(signer: Web3Signer, change: dict[str, str]) -> None:
    with changing(signer, **change) as wrong, pytest.raises(Refused, match="returned another transaction"):
        RemoteSigner(Rpc(wrong.url)).sign_transaction(TRANSFER)


@pytest.mark.parametrize("answer", ["0x", "0x00", "0x02c0", "0xc0", "0xc3010203", "0x" + "ff" * 60])
def test_a_signer_that_returns_no_transaction_is_not_believed(answer: str) -> None:
    with replies(lambda request: result(request, answer)) as odd, pytest.raises(Refused, match="returned another transaction"):
        RemoteSigner(Rpc(odd.url), ACCOUNT.address).sign_transaction(TRANSFER)


def test_a_signer_that_is_down_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        RemoteSigner(Rpc("http://127.0.0.1:1"), ACCOUNT.address).sign_transaction(TRANSFER)


def test_a_signed_transaction_is_read_again() -> None:
    for transaction in (TRANSFER, LEGACY):
        raw = bytes(ACCOUNT.sign_transaction(transaction).raw_transaction)
        found = read(raw)
        assert (found.key, found.nonce, found.raw) == (to_canonical_address(ACCOUNT.address), 7, raw)
        assert fields_of(raw)["data"] == b"\x12\x34"
    assert (fees_of(raw).most, fees_of(raw).tip) == (5 * 10**9, None)


def test_a_secret_is_taken_in_hexadecimal_and_never_repeated() -> None:
    assert account_of_secret(f" 0x{SECRET.hex()}\n").address == ACCOUNT.address
    for wrong in ("", "0x12", SECRET.hex()[:-2], SECRET.hex() + "00", "z" * 64, "00" * 32):
        with pytest.raises(InputError) as caught:
            account_of_secret(wrong)
        assert wrong == "" or wrong not in str(caught.value)
