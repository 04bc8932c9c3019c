"""JSON-RPC over HTTP to one node: strict about answers, silent about secrets.

Messages name the node's host and nothing else of its URL, which often holds an API key or a password.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Generic, Never, TypeVar, overload

from laurea.core.canonical import MAX_DEPTH, Json, check_nesting
from laurea.errors import ChainError, FormatError, Refused, Unreachable
from laurea.wire import Wire

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
T_co = TypeVar("T_co", covariant=True)

TIMEOUT_SECONDS = 10.0
MAX_CALLS = 100  # in one request: public nodes refuse longer batches
MAX_WORDS = 300  # characters of a node's message that are passed on
QUANTITY = re.compile("0x[0-9a-fA-F]{1,64}")
DATA = re.compile("0x(?:[0-9a-fA-F]{2})*")
LIMIT_EXCEEDED = frozenset({-32005, 429})  # EIP-1474, and what some providers write into the answer itself


class NodeRefused(Refused):
    """The node answered with a JSON-RPC error: `code`, and `data` with what a revert returned, if anything."""

    def __init__(self, message: str, *, code: int, words: str, data: bytes) -> None:
        """Keep the node's own `words` apart from the message, which also names its host."""
        super().__init__(message)
        self.code = code
        self.words = words
        self.data = data


@dataclass(frozen=True, slots=True)
class Call(Generic[T_co]):
    """A question to a node, and how its answer is read; `read` raises ValueError for what is no answer."""

    method: str
    params: tuple[Json, ...]
    read: Callable[[Json], T_co]


class Rpc:
    """One node. A silent or senseless one raises Unreachable, one that answers with an error NodeRefused."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        """Open nothing yet; `timeout` bounds a whole request in seconds. Raises InputError for what is no URL."""
        self.url = url
        self._wire = Wire(url, timeout)
        self.host = self._wire.host
        self._ids = count(1)

    def call(self, method: str, *params: Json) -> Json:
        """Ask one question and return the answer as it came."""
        return self.ask(Call(method, params, _as_it_is))

    def ask(self, call: Call[T]) -> T:
        """Ask one question and return the answer as `call` reads it."""
        request = self._request(call)
        return self._read(call, request, self._exchange(request))

    @overload
    def batch(self, calls: tuple[Call[T], Call[U]]) -> tuple[T, U]: ...
    @overload
    def batch(self, calls: tuple[Call[T], Call[U], Call[V]]) -> tuple[T, U, V]: ...
    @overload
    def batch(self, calls: Sequence[Call[T]]) -> Sequence[T]: ...
    def batch(self, calls: Sequence[Call[object]]) -> Sequence[object]:
        """Ask all questions, up to MAX_CALLS in one request, and return the answers in the order of the questions."""
        chunks = (calls[start : start + MAX_CALLS] for start in range(0, len(calls), MAX_CALLS))
        return tuple(answer for chunk in chunks for answer in self._chunk(chunk))

    def near(self, call: Call[int]) -> int:
        """Ask for a number that other nodes would see a little differently; see `Pool.near`."""
        return self.ask(call)

    def middle(self, call: Call[int]) -> int:
        """Ask for a number that is each node's own; see `Pool.middle`."""
        return self.ask(call)

    def tell(self, call: Call[T]) -> list[T | ChainError]:
        """Ask the node to take something and return what became of it; see `Pool.tell`."""
        try:
            return [self.ask(call)]
        except ChainError as error:
            return [error]

    def chain_id(self) -> int:
        """Return the id of the node's chain."""
        return self.ask(CHAIN_ID)

    def close(self) -> None:
        """Close the kept connections; the next question opens new ones."""
        self._wire.close()

    def unreadable(self, method: str) -> Unreachable:
        """Return the error for an answer that makes no sense."""
        return Unreachable(f"{self.host} gave no sensible answer to {method}")

    def _request(self, call: Call[object]) -> dict[str, object]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": call.method, "params": list(call.params)}

    def _chunk(self, calls: Sequence[Call[object]]) -> list[object]:
        requests = [self._request(call) for call in calls]
        answers = self._exchange(requests)
        if isinstance(answers, dict) and "error" in answers:
            raise self._refusal("the batch", answers["error"])
        if not isinstance(answers, list) or len(answers) != len(requests):
            raise self.unreadable("a batch")
        # A node may answer in any order; two answers with one id leave another question without any.
        by_id = {answer["id"]: answer for answer in answers if isinstance(answer, dict) and _is_id(answer.get("id"))}
        return [self._read(call, request, by_id.get(request["id"])) for call, request in zip(calls, requests, strict=True)]

    def _exchange(self, content: object) -> object:
        body = self._wire.post(json.dumps(content).encode())
        try:
            text = body.decode()
            check_nesting(text, max_depth=MAX_DEPTH)
            answer: object = json.loads(text, parse_constant=_no_json)
        except (ValueError, FormatError) as error:
            raise Unreachable(f"{self.host} did not answer in JSON") from error
        return answer

    def _read(self, call: Call[T], request: dict[str, object], answer: object) -> T:
        if not isinstance(answer, dict) or answer.get("jsonrpc") != "2.0":
            raise self.unreadable(call.method)
        if answer.get("error") is not None:
            raise self._refusal(call.method, answer["error"])
        if not _is_id(answer.get("id")) or answer["id"] != request["id"] or "result" not in answer:
            raise self.unreadable(call.method)
        try:
            return call.read(answer["result"])
        except ValueError as error:
            raise self.unreadable(call.method) from error

    def _refusal(self, method: str, error: object) -> Refused | Unreachable:
        code, text = (error.get("code"), error.get("message")) if isinstance(error, dict) else (None, None)
        if not isinstance(error, dict) or not isinstance(code, int) or not isinstance(text, str):
            return self.unreadable(method)
        words = self._wire.without_secrets(text)[:MAX_WORDS]
        words = "".join(letter if letter.isprintable() else " " for letter in words)
        message = f"{self.host} refused {method}: {words}"
        if code in LIMIT_EXCEEDED:
            return Unreachable(message)
        return NodeRefused(message, code=code, words=words, data=_revert_data(error.get("data")))


def quantity(value: Json) -> int:
    """Return the number that a JSON-RPC quantity such as "0x1f" means; raises ValueError for anything else."""
    if not isinstance(value, str) or QUANTITY.fullmatch(value) is None:
        raise ValueError("not a quantity")
    return int(value, 16)


def blob(value: Json) -> bytes:
    """Return the bytes that JSON-RPC data such as "0x1f2e" means; raises ValueError for anything else."""
    if not isinstance(value, str) or DATA.fullmatch(value) is None:
        raise ValueError("not data")
    return bytes.fromhex(value[2:])


def word(value: Json) -> bytes:
    """Return 32 bytes of data, such as a hash; raises ValueError for anything else."""
    raw = blob(value)
    if len(raw) != 32:
        raise ValueError("not 32 bytes")
    return raw


def to_hex(value: bytes | int) -> str:
    """Return bytes as JSON-RPC data, or a number as a quantity."""
    return hex(value) if isinstance(value, int) else f"0x{value.hex()}"


def fields(value: Json) -> dict[str, Json]:
    """Return an object's members; raises ValueError for anything else."""
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the data is wrong, not the program
    return value


CHAIN_ID = Call("eth_chainId", (), quantity)


def _as_it_is(value: Json) -> Json:
    return value


def _no_json(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")


def _is_id(value: object) -> bool:
    return type(value) is int  # True and 1.0 are equal to 1


def _revert_data(data: object) -> bytes:
    # Geth and most others put the hex there, some an object around it, some a word in front.
    if isinstance(data, dict):
        data = data.get("data")
    if not isinstance(data, str):
        return b""
    try:
        return bytes.fromhex(data.removeprefix("Reverted ").removeprefix("0x"))
    except ValueError:
        return b""
