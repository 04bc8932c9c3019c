"""The compiled registry, as it ships in the package: its code, its hashes, its one address and its interface."""

import json
from dataclasses import dataclass
from importlib import resources
from typing import NotRequired, TypedDict, cast

from eth_hash.auto import keccak

from laurea.chain.abi import Value, decode, encode
from laurea.core.canonical import JsonObject


class _Parameter(TypedDict):
    name: str
    type: str
    components: NotRequired[list["_Parameter"]]


class _Entry(TypedDict):
    type: str
    name: NotRequired[str]
    inputs: NotRequired[list[_Parameter]]
    outputs: NotRequired[list[_Parameter]]


@dataclass(frozen=True, slots=True)
class Item:
    """A function, custom error or event of the registry; `selector` is the whole hash for an event."""

    name: str
    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def encode(self, *values: Value) -> bytes:
        """Return the calldata of a call with these arguments."""
        return self.selector + encode(self.inputs, values)

    def decode_outputs(self, data: bytes) -> tuple[int | bool | bytes, ...]:
        """Return what a call answered; raises ValueError when that is not what the function returns."""
        return decode(self.outputs, data)

    def decode_inputs(self, data: bytes) -> tuple[int | bool | bytes, ...]:
        """Return the arguments behind the selector in `data`; raises ValueError when they are not the item's."""
        return decode(self.inputs, data.removeprefix(self.selector))


def _canonical(parameter: _Parameter) -> str:
    kind = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    members = ",".join(_canonical(member) for member in parameter["components"])
    return f"({members}){kind.removeprefix('tuple')}"


def _item(entry: _Entry) -> Item:
    name = entry["name"]
    inputs = tuple(map(_canonical, entry.get("inputs", [])))
    digest = keccak(f"{name}({','.join(inputs)})".encode())
    selector = digest if entry["type"] == "event" else digest[:4]
    return Item(name, selector, inputs, tuple(map(_canonical, entry.get("outputs", []))))


def _items(kind: str) -> dict[str, Item]:
    entries = cast("list[_Entry]", _CONTENT["abi"])
    return {item.name: item for item in (_item(entry) for entry in entries if entry["type"] == kind)}


def _bytes(name: str) -> bytes:
    return bytes.fromhex(str(_CONTENT[name]).removeprefix("0x"))


def create2_address(deployer: bytes, salt: bytes, init_code_hash: bytes) -> bytes:
    """Return the 20-byte address at which `deployer` puts the code of that hash (EIP-1014)."""
    return keccak(b"\xff" + deployer + salt + init_code_hash)[12:]


_CONTENT: JsonObject = json.loads(resources.files("laurea.chain").joinpath("AnchorRegistry.json").read_bytes())

# What identifies the contract, without the bulk: deployment records repeat it.
DESCRIPTION: JsonObject = {name: value for name, value in _CONTENT.items() if name not in {"abi", "bytecode"}}

INIT_CODE = _bytes("bytecode")
INIT_CODE_HASH = _bytes("initCodeHash")
RUNTIME_HASH = _bytes("runtimeCodeHash")
DEPLOYER = _bytes("deployer")
SALT = _bytes("salt")

FUNCTIONS = _items("function")
ERRORS = _items("error")
EVENTS = _items("event")


def canonical_address() -> bytes:
    """Return the 20-byte address that the registry has on every chain."""
    return create2_address(DEPLOYER, SALT, INIT_CODE_HASH)
