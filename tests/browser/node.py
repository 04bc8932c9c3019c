"""The modules of the in-browser verifier in Node: asked line by line, so that thousands of cases take seconds."""

import base64
import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from laurea.core.account import account_document, chain_name
from laurea.core.canonical import Json
from laurea.core.credential import format_time
from laurea.core.keys import multikey
from laurea.core.status import ReadList
from laurea.core.trust import Trust, TrustedIssuer

JUDGE = Path(__file__).with_name("judge.mjs")


class Refused(Exception):
    """The modules refused what was given, with the reason for people."""


class Node:
    """A context manager around one Node process with the modules of the page in it; `arguments` are those of Node."""

    def __init__(self, *arguments: str) -> None:
        """Start nothing yet."""
        self._command = ["node", *arguments, str(JUDGE)]

    def __enter__(self) -> Self:
        """Start the process."""
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End it."""
        self._process.communicate()

    def ask(self, question: str, **given: Any) -> Any:
        """Return the answer to one question; raises Refused when the modules refuse what was given."""
        (answer,) = self.ask_each(question, [given])
        if isinstance(answer, Refused):
            raise answer
        return answer

    def ask_each(self, question: str, given: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Return the answers to one question about many things; of what is refused the refusal."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([{"ask": question, **each} for each in given]) + "\n")
        self._process.stdin.flush()
        answers = json.loads(self._process.stdout.readline())
        assert [each["fault"] for each in answers if "fault" in each] == []
        return [Refused(each["refused"]) if "refused" in each else each["answer"] for each in answers]

    def report(
        self,
        document: bytes,
        facts: Mapping[str, Json],
        trust: Trust,
        *,
        at: datetime,
        lists: Mapping[str, ReadList] | None = None,
        history: str = "",
    ) -> Any:
        """Return the report about a document, from facts that are given as the report of the library has them; `history` is in its words alone."""
        demand = None if trust.demand is None else {"audience": trust.demand.audience, "challenge": trust.demand.challenge}
        return self.ask(
            "report",
            document=text(document),
            facts={**facts, "history": history} if facts else None,
            trust=[text(json.dumps(trust_document(trust)).encode())],
            canonical=["0x" + address.hex() for address in trust.canonical],
            demand=demand,
            at=at.isoformat(),
            lists=[text(each.data) for each in (lists or {}).values()],
        )


def text(data: bytes) -> str:
    """Return bytes as they go to the process."""
    return base64.b64encode(data).decode()


def trust_document(trust: Trust) -> dict[str, Any]:
    """Return whom a verifier trusts as a trust file."""
    return {
        "laurea": "trust",
        "version": 1,
        "issuers": [_entry(each) for each in trust.issuers.values()],
        "registries": [{"chain": chain_name(chain_id), "address": "0x" + address.hex()} for chain_id, address in trust.registries],
    }


def _entry(entry: TrustedIssuer) -> dict[str, Any]:
    methods = [
        {
            "id": method,
            "type": "Multikey",
            "controller": entry.did,
            "publicKeyMultibase": multikey(public),
            **({"revoked": format_time(entry.revoked[method])} if method in entry.revoked else {}),
        }
        for method, public in entry.methods.items()
    ]
    document = {"id": entry.did, "verificationMethod": methods, "assertionMethod": list(entry.methods)}
    accounts: Sequence[Any] = [account_document(each) for each in entry.accounts]
    return {
        "did": entry.did,
        "name": entry.name,
        "date": format_time(entry.date),
        "accounts": accounts,
        "didDocument": document,
        "accredits": entry.accredits,
    }
