"""did:pkh: an account on a chain as a DID (did:pkh Method Specification), by CAIP-10."""

import re

from eth_utils.address import to_checksum_address

from laurea.core.account import chain_name, parse_chain
from laurea.errors import FormatError

DID_PKH = "did:pkh:"

_DID = re.compile(r"did:pkh:(eip155:[0-9]{1,20}):(0x[0-9a-fA-F]{40})", re.ASCII)


def did_of(chain_id: int, address: bytes) -> str:
    """Return the DID that an account on an Ethereum chain is; the address in its checksum form (ERC-55)."""
    return f"{DID_PKH}{chain_name(chain_id)}:{to_checksum_address(address)}"


def account_of(did: str) -> tuple[int, bytes]:
    """Return the chain id and the address of an account that is a DID; raises FormatError for other chains, and when it is none."""
    match = _DID.fullmatch(did)
    if match is None:
        raise FormatError(f"{did[:120]!r} is not a did:pkh of an Ethereum chain")
    return parse_chain(match[1]), bytes.fromhex(match[2][2:])
