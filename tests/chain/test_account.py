"""Keystores: made, opened, and refused when they are wrong or hostile."""

import json
import time
from typing import Any

import pytest
from eth_account import Account
from eth_utils.address import to_canonical_address

from laurea.chain.account import load_account, new_keystore
from laurea.errors import FormatError, Locked

KEY = bytes.fromhex("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d")

# The test vector of the Web3 Secret Storage definition, PBKDF2.
PUBLISHED = {
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf": "pbkdf2",
        "kdfparams": {
            "c": 262144,
            "dklen": 32,
            "prf": "hmac-sha256",
            "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
        },
        "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3,
}


def test_a_new_keystore_opens_with_its_passphrase_and_no_other() -> None:
    address, keystore = new_keystore("correct horse ñ 马")

    assert to_canonical_address(load_account(keystore, "correct horse ñ 马").address) == address
    with pytest.raises(Locked, match="the passphrase is wrong, or the file is damaged"):
        load_account(keystore, "correct horse")


def test_two_new_keystores_are_two_accounts() -> None:
    assert new_keystore("x")[0] != new_keystore("x")[0]


def test_a_new_keystore_costs_as_much_to_guess_as_other_programs_make_it() -> None:
    crypto = json.loads(new_keystore("x")[1])["crypto"]

    assert (crypto["kdf"], crypto["kdfparams"]["n"], crypto["kdfparams"]["r"]) == ("scrypt", 1 << 18, 8)


def test_the_published_keystore_opens() -> None:
    account = load_account(json.dumps(PUBLISHED).encode(), "testpassword")

    assert account.key == KEY
    assert account.address == Account.from_key(KEY).address


def damaged(**change: Any) -> bytes:
    return json.dumps({**PUBLISHED, "crypto": {**PUBLISHED["crypto"], **change}}).encode()  # type: ignore[dict-item] # JSON


@pytest.mark.parametrize("keystore", [damaged(mac="00" * 32), damaged(ciphertext="00"), damaged(kdf="md5"), damaged(cipherparams={})])
def test_a_damaged_keystore_does_not_open(keystore: bytes) -> None:
    with pytest.raises(Locked):
        load_account(keystore, "testpassword")


@pytest.mark.parametrize(
    "keystore",
    [
        b"",
        b"[]",
        b"{}",
        b'{"version": 3}',
        b'{"version": 3, "crypto": {}}',
        b"x" * 20_000,
        damaged(kdfparams={"c": "1"}),
        damaged(kdfparams={"c": -1}),
    ],
)
def test_what_is_no_keystore_is_refused(keystore: bytes) -> None:
    with pytest.raises(FormatError):
        load_account(keystore, "testpassword")


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 1 << 22, "r": 8, "p": 1, "dklen": 32, "salt": "00"},
        {"n": 1 << 18, "r": 1 << 20, "p": 1, "dklen": 32, "salt": "00"},
        {"n": 2, "r": 1, "p": 1 << 30, "dklen": 32, "salt": "00"},
        {"c": 1 << 40, "dklen": 32, "prf": "hmac-sha256", "salt": "00"},
    ],
)
def test_hostile_parameters_are_refused_before_any_work(parameters: dict[str, Any]) -> None:
    began = time.process_time()

    with pytest.raises(FormatError, match="more work"):
        load_account(damaged(kdf="pbkdf2" if "c" in parameters else "scrypt", kdfparams=parameters), "testpassword")

    assert time.process_time() - began < 0.05


def test_a_keystore_that_names_another_address_than_its_key_has_is_refused() -> None:
    address = Account.from_key(KEY).address
    named = {**PUBLISHED, "address": address[2:].lower()}

    assert load_account(json.dumps(named).encode(), "testpassword").address == address
    with pytest.raises(FormatError, match="another address"):
        load_account(json.dumps({**named, "address": "00" * 20}).encode(), "testpassword")
