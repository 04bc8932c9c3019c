"""Where the registry is deployed: put there by the deterministic deployer, recorded in one small file a chain."""

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from laurea.chain import artefact
from laurea.chain.registry import Registry, check_code
from laurea.chain.rpc import to_hex, word
from laurea.chain.sender import Sender
from laurea.chain.views import code
from laurea.core.canonical import JsonObject, parse
from laurea.errors import FormatError, InputError, WrongChain

DEPLOYER_GUIDE = "https://github.com/Arachnid/deterministic-deployment-proxy"


@dataclass(frozen=True, slots=True)
class Deployment:
    """The registry on one chain; `deployed` is False for an address that is only predicted.

    `transaction` and `block` are None when it is not known how it came there.
    """

    chain_id: int
    deployed: bool
    transaction: bytes | None = None
    block: int | None = None
    note: str = ""

    @property
    def address(self) -> bytes:
        """The 20-byte address, the same on every chain."""
        return artefact.canonical_address()

    def document(self) -> JsonObject:
        """Return the record as it stands in its file."""
        return {
            "chainId": self.chain_id,
            "deployed": self.deployed,
            **({"note": self.note} if self.note else {}),
            **artefact.DESCRIPTION,
            "transaction": None if self.transaction is None else to_hex(self.transaction),
            "block": self.block,
        }


def deploy(sender: Sender, account: LocalAccount) -> Deployment:
    """Put the registry at its address, unless it is there: then nothing is sent.

    Raises WrongChain when the chain has no deterministic deployer, or other code at the address.
    """
    address = artefact.canonical_address()
    sender.check_chain()
    found, deployer = sender.rpc.batch((code(address, "latest"), code(artefact.DEPLOYER, "latest")))
    if found:
        check_code(found, address, sender.rpc.host)
        return Deployment(sender.chain_id, deployed=True, note="it was there before")
    if not deployer:
        raise WrongChain(
            f"eip155:{sender.chain_id} has no deterministic deployer at {to_checksum_address(artefact.DEPLOYER)}",
            hint=f"anybody can put it there: {DEPLOYER_GUIDE}",
        )
    receipt = sender.transact(account, artefact.DEPLOYER, artefact.SALT + artefact.INIT_CODE)
    Registry(sender.rpc, address).check()
    return Deployment(sender.chain_id, deployed=True, transaction=receipt.hash, block=receipt.block_number)


def record(folder: Path, deployment: Deployment) -> Path:
    """Write <folder>/<chain-id>.json and return its path; a record that knows the transaction is not replaced by one that does not."""
    path = folder / f"{deployment.chain_id}.json"
    if deployment.transaction is None and path.is_file() and read(path.read_bytes()).transaction is not None:
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(deployment.document(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def read(data: bytes) -> Deployment:
    """Return the deployment that a record describes; raises FormatError when it is none of this registry."""
    content = parse(data)
    if not isinstance(content, dict) or any(content.get(name) != value for name, value in artefact.DESCRIPTION.items()):
        raise FormatError("the deployment record describes another contract than this version's registry")
    match content:
        case {"chainId": int(chain_id), "deployed": bool(deployed), "transaction": None, "block": None}:
            return Deployment(chain_id, deployed, note=str(content.get("note", "")))
        case {"chainId": int(chain_id), "deployed": True, "transaction": str(transaction), "block": int(block)}:
            return Deployment(chain_id, True, _hash(transaction), block, str(content.get("note", "")))
    raise FormatError("the deployment record lacks chainId, deployed, transaction or block")


def shipped(chain_id: int) -> Deployment | None:
    """Return the record for a chain that came with this package, if there is one."""
    try:
        data = resources.files("laurea").joinpath("deployments", f"{chain_id}.json").read_bytes()
    except FileNotFoundError:
        return None
    return read(data)


def _hash(text: str) -> bytes:
    try:
        return word(text)
    except ValueError as error:
        raise FormatError("the deployment record's transaction is not a hash") from error
