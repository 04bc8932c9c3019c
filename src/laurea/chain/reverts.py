"""What the registry's custom errors mean, in words."""

from collections.abc import Mapping

from laurea.chain.abi import decode
from laurea.chain.artefact import ERRORS

# One text for each error of IAnchorRegistry.sol, filled with its arguments in their order.
WORDS: Mapping[str, str] = {
    "ZeroAdmin": "an admin cannot be the zero address",
    "IssuerExists": "this account has created the issuer {0} before",
    "UnknownIssuer": "there is no issuer {0} on this chain",
    "NotAdmin": "{1} is not the admin of the issuer {0}",
    "NotProposed": "{1} is not the admin proposed for the issuer {0}",
    "KeyIsBound": "the key {0} serves the issuer {1} already, and for ever",
    "KeyDoesNotServe": "the key {0} does not serve the issuer {1}: it must say so itself first",
    "KeyIsCompromised": "the key {0} was declared compromised and gets no role again",
    "NotPermitted": "the key {0} may not {1}",
    "KeyExpired": "the key {0} was to act until the time {1} only",
    "UnknownRoles": "{0} is no combination of roles",
    "InvalidCompromise": "a compromise cannot begin at the time {0}: at 0, in the future, or later than declared before",
    "ZeroRoot": "the zero word is no root",
    "ZeroSize": "the batch {0} has no credential",
    "AlreadyAnchored": "the issuer {0} has anchored the root {1} before",
    "NotAnchored": "the issuer {0} has not anchored the root {1}",
    "InvalidLengths": "{0} roots and {1} sizes were given",
    "WordBeyondSize": "the word {1} is beyond the size of the batch {0}",
    "NothingToRevoke": "there is nothing to revoke",
    "AlreadyRevoked": "the issuer {0} has revoked the whole batch {1} before",
    "NotARoot": "a bare root has 32 bytes, not {0}",
}
ROLE_VERBS = {"1": "anchor", "2": "revoke"}

_BY_SELECTOR = {error.selector: error for error in ERRORS.values()}
_ERROR_STRING = bytes.fromhex("08c379a0")  # Error(string), Solidity's own
_PANIC = bytes.fromhex("4e487b71")  # Panic(uint256), Solidity's own
MAX_REASON = 200  # characters of a foreign contract's text that are passed on


def decode_revert(data: bytes) -> str:
    """Return what a revert says, name first: "AlreadyAnchored: the issuer 0x... has anchored the root 0x... before"."""
    error = _BY_SELECTOR.get(data[:4])
    try:
        if error is not None:
            arguments = [_text(argument) for argument in error.decode_inputs(data)]
            if error.name == "NotPermitted":
                arguments[1] = ROLE_VERBS.get(arguments[1], f"act in the role {arguments[1]}")
            return f"{error.name}: {WORDS[error.name].format(*arguments)}"
        if data[:4] == _ERROR_STRING:
            (reason,) = decode(["string"], data[4:])
            words = reason.decode(errors="replace") if isinstance(reason, bytes) else ""
            return "".join(letter for letter in words if letter.isprintable())[:MAX_REASON]
        if data[:4] == _PANIC:
            return f"the contract panicked ({data[4:].hex().lstrip('0')})"
    except ValueError:
        pass
    return f"the contract reverted with 0x{data[:36].hex()}" if data else "the contract reverted without a reason"


def _text(value: int | bytes) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
