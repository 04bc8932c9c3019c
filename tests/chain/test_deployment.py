"""Deployment: one address on every chain, put there once, recorded in one file."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from laurea.chain import artefact
from laurea.chain.artefact import DEPLOYER, canonical_address
from laurea.chain.deployment import Deployment, deploy, read, record, shipped
from laurea.chain.devnode import dev_account
from laurea.chain.node import Presence, condition
from laurea.chain.rpc import to_hex
from laurea.errors import FormatError, InputError, Unfunded, WrongChain
from tests.anvil import Anvil
from tests.chain.conftest import Chain, connect


def code_at(chain: Chain, address: bytes) -> str:
    return str(chain.node.rpc("eth_getCode", to_hex(address), "latest"))


@pytest.mark.parametrize("chain_id", [31337, 11155111])
def test_the_registry_has_one_address_on_every_chain(chain_id: int) -> None:
    with Anvil(chain_id=chain_id) as node:
        chain = connect(node)
        assert code_at(chain, canonical_address()) == "0x"

        deployment = deploy(chain.sender, dev_account())

        assert deployment.chain_id == chain_id
        assert deployment.address == canonical_address()
        chain.registry.check()
        assert deployment.transaction is not None
        receipt = chain.sender.receipt([deployment.transaction])
        assert receipt is not None
        assert receipt.block_number == deployment.block


def test_deploying_again_sends_nothing_and_whoever_asks_needs_no_money(chain: Chain) -> None:
    head = chain.node.rpc("eth_blockNumber")

    deployment = deploy(chain.sender, Account.create())

    assert (deployment.deployed, deployment.transaction, deployment.block) == (True, None, None)
    assert chain.node.rpc("eth_blockNumber") == head


def test_a_chain_without_the_deployer_is_refused_with_a_way_to_get_it(empty_chain: Chain) -> None:
    empty_chain.node.rpc("anvil_setCode", to_hex(DEPLOYER), "0x")

    with pytest.raises(
        WrongChain, match="eip155:31337 has no deterministic deployer at 0x4e59b44847b379578588920cA78FbF26c0B4956C"
    ) as caught:
        deploy(empty_chain.sender, dev_account())

    assert "https://github.com/Arachnid/deterministic-deployment-proxy" in caught.value.hint


def test_other_code_at_the_address_is_refused(empty_chain: Chain) -> None:
    empty_chain.node.rpc("anvil_setCode", to_hex(canonical_address()), "0x00")

    with pytest.raises(WrongChain, match="another contract"):
        deploy(empty_chain.sender, dev_account())


def test_a_deployer_that_puts_nothing_there_is_noticed(empty_chain: Chain) -> None:
    empty_chain.node.rpc("anvil_setCode", to_hex(DEPLOYER), "0x00")

    with pytest.raises(WrongChain, match="has no contract"):
        deploy(empty_chain.sender, dev_account())


def test_deploying_without_money_is_unfunded(empty_chain: Chain) -> None:
    with pytest.raises(Unfunded, match="holds 0"):
        deploy(empty_chain.sender, Account.create())


DONE = Deployment(5, deployed=True, transaction=b"\7" * 32, block=9)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = record(tmp_path / "deployments", DONE)

    assert path == tmp_path / "deployments" / "5.json"
    assert read(path.read_bytes()) == DONE
    content = json.loads(path.read_text())
    assert (content["chainId"], content["address"], content["block"]) == (5, to_checksum_address(canonical_address()), 9)
    assert "abi" not in content


def test_a_record_that_knows_the_transaction_is_kept(tmp_path: Path) -> None:
    record(tmp_path, DONE)

    record(tmp_path, Deployment(5, deployed=True, note="it was there before"))

    assert read((tmp_path / "5.json").read_bytes()) == DONE


def test_a_prediction_is_replaced_by_the_deed(tmp_path: Path) -> None:
    record(tmp_path, Deployment(5, deployed=False))

    record(tmp_path, DONE)

    assert read((tmp_path / "5.json").read_bytes()) == DONE


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match="cannot be written"):
        record(tmp_path / "file", DONE)


@pytest.mark.parametrize(
    "change",
    [
        {"runtimeCodeHash": "0x" + "00" * 32},
        {"address": "0x" + "00" * 20},
        {"chainId": "5"},
        {"deployed": "yes"},
        {"transaction": "0x12"},
        {"transaction": None},
        {"block": None},
    ],
)
def test_a_record_of_anything_else_is_refused(change: dict[str, Any]) -> None:
    assert read(json.dumps(DONE.document()).encode()) == DONE

    with pytest.raises(FormatError):
        read(json.dumps({**DONE.document(), **change}).encode())


def test_the_records_that_ship_are_of_this_contract_and_named_after_their_chain() -> None:
    files = [file for file in resources.files("laurea").joinpath("deployments").iterdir() if file.name.endswith(".json")]

    assert files
    for file in files:
        deployment = read(file.read_bytes())
        assert file.name == f"{deployment.chain_id}.json"
        assert shipped(deployment.chain_id) == deployment
        assert json.loads(file.read_text()) == deployment.document()


def test_sepolia_is_predicted_and_says_that_we_did_not_deploy_there() -> None:
    sepolia = shipped(11155111)

    assert sepolia is not None
    assert not sepolia.deployed
    assert "not deployed by us" in sepolia.note
    assert shipped(1) is None


def test_a_record_says_what_the_artefact_says_without_its_bulk() -> None:
    assert set(artefact.DESCRIPTION) >= {"address", "deployer", "salt", "initCodeHash", "runtimeCodeHash", "compiler", "settings"}


def test_the_condition_of_a_node_tells_what_it_has_at_the_address(empty_chain: Chain) -> None:
    def presence() -> tuple[Presence, bool]:
        found = condition(empty_chain.rpc, 31337, canonical_address())
        return found.registry, found.problem is None

    assert presence() == (Presence.ABSENT, True)
    deploy(empty_chain.sender, dev_account())
    assert presence() == (Presence.PRESENT, True)
    empty_chain.node.rpc("anvil_setCode", to_hex(canonical_address()), "0x00")
    assert presence() == (Presence.DIFFERENT, True)
    empty_chain.node.rpc("anvil_setChainId", 5)
    assert presence() == (Presence.UNKNOWN, False)
