"""What a node's answer to a transaction means; pure, so that every wording met in the field is one line of a test."""

from enum import Enum


class Answer(Enum):
    """What became of a transaction that was handed to a node."""

    SENT = "sent"  # the node has it, or its nonce was used: the receipt decides
    EARLY = "early"  # there are nonces to be used before its own, and the node does not keep it until then
    UNDERPRICED = "underpriced"  # it offers too little now: for the blocks to come, or to take another's place
    UNFUNDED = "unfunded"
    REFUSED = "refused"


# Each client has its own words (geth, reth, erigon, nethermind, besu, anvil, and what came before them).
_KNOWN = ("already known", "alreadyknown", "already imported", "same hash", "already in mempool")
_KNOWN_TO_BESU = "known transaction"  # as a whole: within "unknown transaction type" it means something else
_NONCE_USED = ("nonce too low", "nonce is too low", "oldnonce")
_NONCE_AHEAD = ("nonce too high", "nonce is too high", "nonce gap", "noncegap", "gapped-nonce")
_UNFUNDED = ("insufficient funds", "insufficientfunds", "exceeds account balance", "insufficient balance")
# Too little for this moment's blocks, or to replace the transaction that has the nonce.
_UNDERPRICED = (
    "underpriced",
    "replacementnotallowed",
    "max fee per gas less than block base fee",
    "fee cap less than",
    "gas price too low",
    "feetoolow",
    "gas price below",
)


def answer_of(words: str) -> Answer:
    """Return what a node means by the message of its error to eth_sendRawTransaction or eth_estimateGas."""
    lower = words.lower()
    # "Nonce too low" is also what a node says about our own transaction once it is mined.
    if lower == _KNOWN_TO_BESU or any(phrase in lower for phrase in (*_KNOWN, *_NONCE_USED)):
        return Answer.SENT
    if any(phrase in lower for phrase in _NONCE_AHEAD):
        return Answer.EARLY
    if any(phrase in lower for phrase in _UNDERPRICED):
        return Answer.UNDERPRICED
    if any(phrase in lower for phrase in _UNFUNDED):
        return Answer.UNFUNDED
    return Answer.REFUSED
