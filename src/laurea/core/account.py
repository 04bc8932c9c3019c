"""An issuer's account as text: the chain by CAIP-2, the registry and the issuer id in hexadecimal."""

import re

from laurea.core.canonical import Json, JsonObject
from laurea.core.leaf import ADDRESS_BYTES, Domain
from laurea.errors import FormatError

_CHAIN = re.compile(r"eip155:([1-9][0-9]{0,19})")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


def chain_name(chain_id: int) -> str:
    """Return the CAIP-2 name of a chain."""
    return f"eip155:{chain_id}"


def account_document(account: Domain) -> JsonObject:
    """Return an account as JSON: chain by CAIP-2, registry and issuer id in hexadecimal."""
    return {
        "chain": chain_name(account.chain_id),
        "registry": "0x" + account.registry.hex(),
        "issuerId": "0x" + account.issuer_id.hex(),
    }


def parse_account(value: Json) -> Domain:
    """Read an account; raises FormatError."""
    if not isinstance(value, dict) or set(value) != {"chain", "registry", "issuerId"}:
        raise FormatError("an account has the members chain, registry and issuerId and no other")
    return Domain(parse_chain(value["chain"]), parse_address(value["registry"]), parse_address(value["issuerId"]))


def parse_chain(value: Json) -> int:
    """Return the chain id of a CAIP-2 name; raises FormatError."""
    match = _CHAIN.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) >= 1 << 64:
        raise FormatError(f"{str(value)[:60]!r} is not a chain by CAIP-2, such as eip155:1")
    return int(match[1])


def parse_address(value: Json) -> bytes:
    """Return the 20 bytes of an address or issuer id in hexadecimal; raises FormatError."""
    if not isinstance(value, str) or _ADDRESS.fullmatch(value) is None:
        raise FormatError(f"{str(value)[:60]!r} is not 0x and {2 * ADDRESS_BYTES} hexadecimal digits")
    return bytes.fromhex(value[2:])
