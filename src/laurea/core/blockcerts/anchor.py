"""The anchors of Blockcerts proofs: `blink:eth:sepolia:0x…`, which chain, which of its networks, which transaction."""

from dataclasses import dataclass

from laurea.errors import FormatError

HASH_BYTES = 32
MOCKNET = "mocknet"
CHAINS = {
    "btc": (0, {"mainnet": 1, "regtest": 2, "testnet": 3}),
    "eth": (1, {"mainnet": 1, "ropsten": 3, "rinkeby": 4, "goerli": 5, "sepolia": 11155111}),
    "mtc": (2, {"mainnet": 137, "mumbai": 80001}),
    MOCKNET: (-1, {MOCKNET: -1}),
}
"""The chains by name: the number that CBOR has for each, and those of its networks (lds-merkle-proof-2019, Keymap)."""

_CHAIN_NAMES = {number: name for name, (number, _) in CHAINS.items()}
_EVM = ("eth", "mtc")  # their networks' numbers are chain ids


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a root is anchored, by the numbers of CBOR: a chain, one of its networks, a transaction's hash.

    A test chain that is none (`mocknet`) may lack the network and the hash.
    """

    chain: int
    network: int | None
    transaction: bytes | None

    @property
    def chain_name(self) -> str:
        """The name of the chain, or its number when that has none."""
        return _CHAIN_NAMES.get(self.chain, str(self.chain))

    @property
    def network_name(self) -> str:
        """The name of the network, or its number when that has none; "" without one."""
        if self.network is None:
            return ""
        _, networks = CHAINS.get(self.chain_name, (0, {}))
        return next((name for name, number in networks.items() if number == self.network), str(self.network))

    @property
    def chain_id(self) -> int | None:
        """The EVM chain id, None on a chain that has none."""
        return self.network if self.chain_name in _EVM else None

    def __str__(self) -> str:
        """Return the anchor as a blink (`blink:eth:sepolia:0x…`)."""
        tx = None if self.transaction is None else ("0x" if self.chain_name in _EVM else "") + self.transaction.hex()
        return ":".join(part for part in ("blink", self.chain_name, self.network_name, tx) if part)


def on_evm(chain_id: int, transaction: bytes) -> Anchor:
    """Return the anchor in a transaction of an EVM chain; raises FormatError when Blockcerts has no name for that chain."""
    for name in _EVM:
        number, networks = CHAINS[name]
        if chain_id in networks.values():
            return Anchor(number, chain_id, transaction)
    known = ", ".join(str(number) for name in _EVM for number in CHAINS[name][1].values())
    raise FormatError(f"Blockcerts has no name for the chain {chain_id}", hint=f"it knows the chains {known}")


def parse(text: str) -> Anchor:
    """Return the anchor that a blink stands for; raises FormatError for what is none, and for chains and networks that have no number."""
    word, chain, network, transaction = [*text.split(":"), "", "", ""][:4]
    if word != "blink" or text.count(":") > 3 or chain not in CHAINS:
        raise FormatError("an anchor is a blink of a known chain, such as blink:eth:mainnet:0x…")
    number, networks = CHAINS[chain]
    if network not in networks and not (chain == MOCKNET and not network):
        raise FormatError(f"an anchor is on an unknown network of {chain}")
    return Anchor(number, networks.get(network), transaction_of(transaction) if transaction or chain != MOCKNET else None)


def transaction_of(text: str) -> bytes:
    """Return the hash that hex digits stand for, with or without `0x`; raises FormatError."""
    digits = text.removeprefix("0x")
    if not digits.isascii() or not digits.isalnum() or len(digits) % 2:
        raise FormatError("an anchor names a transaction by the hex digits of its hash")
    try:
        return bytes.fromhex(digits)
    except ValueError as error:
        raise FormatError("an anchor names a transaction by the hex digits of its hash") from error
