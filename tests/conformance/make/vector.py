"""A vector: what is shown, to whom and when, and what every verifier has to answer."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential, format_time
from laurea.core.presentation import Demand
from laurea.core.report import ORDER, CheckId
from tests.conformance.make.actors import AT

FORMAT = ("format",)
NOT_ANCHORED = ("integrity", "anchor", "revocation", "issuer")
SILENT = ("anchor", "revocation")
REPLAYED, WITHOUT, WRONG, OLD = "replayed", "silent", "other", "stale"  # the chain as the verifier finds it
ACTIVE, INACTIVE, UNPROVEN = (True, True), (False, False), (True, False)  # isActive, and verifyLeaf of the leaf that is shown
_SKIPPED = ("signature", "holder")


@dataclass(frozen=True, slots=True)
class Expect:
    """The outcome of each check, by name; and what the contract answers about the leaf, None when there is none to ask about."""

    outcomes: Mapping[str, str]
    contract: tuple[bool, bool] | None

    @property
    def verdict(self) -> str:
        """The verdict that follows."""
        found = set(self.outcomes.values())
        return "invalid" if "failed" in found else "undecided" if "unknown" in found else "valid"

    def document(self) -> JsonObject:
        """Return it as it stands in a vector."""
        return {
            "verdict": self.verdict,
            "checks": {**self.outcomes},
            "contract": None if self.contract is None else {"isActive": self.contract[0], "verifyLeaf": self.contract[1]},
        }


def passes(*signed_by: str, contract: tuple[bool, bool] | None = ACTIVE) -> Expect:
    """Every check passes; of `signature` and `holder` those that are named, the others are skipped."""
    return Expect(_outcomes({}, signed_by), contract)


def fails(
    *checks: str, signed_by: tuple[str, ...] = (), contract: tuple[bool, bool] | None = ACTIVE, open_: tuple[str, ...] = ()
) -> Expect:
    """Some checks fail, and those that are `open_` are unknown; all else is as `passes` has it."""
    return Expect(_outcomes(dict.fromkeys(open_, "unknown") | dict.fromkeys(checks, "failed"), signed_by), contract)


def leaves_open(*checks: str, signed_by: tuple[str, ...] = (), contract: tuple[bool, bool] | None = None) -> Expect:
    """Some checks are unknown; all else is as `passes` has it."""
    return Expect(_outcomes(dict.fromkeys(checks, "unknown"), signed_by), contract)


def is_refused() -> Expect:
    """Check 1 fails, and nothing else is looked at."""
    return _stops_at(CheckId.FORMAT, None)


def is_altered(*, contract: tuple[bool, bool] | None = UNPROVEN) -> Expect:
    """Check 2 fails, and nothing after it is looked at."""
    return _stops_at(CheckId.INTEGRITY, contract)


def _stops_at(stop: CheckId, contract: tuple[bool, bool] | None) -> Expect:
    at = ORDER.index(stop)
    words = ["passed"] * at + ["failed"] + ["skipped"] * (len(ORDER) - at - 1)
    return Expect(dict(zip([check.value for check in ORDER], words, strict=True)), contract)


def _outcomes(said: Mapping[str, str], signed_by: tuple[str, ...]) -> dict[str, str]:
    usual = {check.value: "skipped" if check in _SKIPPED and check not in signed_by else "passed" for check in ORDER}
    return {**usual, **said}


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector; `twin` is the valid one that it damages, `rows` are the attacks of docs/reliability.md that it stands for."""

    name: str
    about: str
    document: Credential | JsonObject | str | bytes
    expect: Expect
    twin: str = ""
    rows: tuple[int, ...] = ()
    trust: str = "university"
    lists: tuple[str, ...] = ()
    accreditations: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    demand: Demand | None = None
    at: datetime = AT
    chain: str = REPLAYED
    suites: tuple[str, ...] = ()
    filling: Mapping[str, Json] = field(default_factory=dict)

    def file(self) -> JsonObject:
        """Return the vector as it stands in its file."""
        asked: JsonObject = {} if self.demand is None else {"audience": self.demand.audience, "challenge": self.demand.challenge}
        return {
            "about": self.about,
            "source": "scripts/conformance_vectors",
            **({"damages": self.twin} if self.twin else {}),
            **({"attacks": [*self.rows]} if self.rows else {}),
            **({"suites": [*self.suites]} if self.suites else {}),
            "expect": self.expect.document(),
            "input": {
                **_text(self.document),
                **({"fill": {**self.filling}} if self.filling else {}),
                "trust": f"trust/{self.trust}.json",
                "statusLists": [f"lists/{name}.json" for name in self.lists],
                **({"accreditations": [f"accreditations/{name}.json" for name in self.accreditations]} if self.accreditations else {}),
                **({"blockHashes": [*self.blocks]} if self.blocks else {}),
                **asked,
                "at": format_time(self.at),
                "chain": self.chain,
            },
        }


def text(shown: Credential | JsonObject | str | bytes) -> str:
    """Return a credential or presentation as JSON text."""
    if isinstance(shown, str | bytes):
        return shown if isinstance(shown, str) else shown.decode()
    return json.dumps(shown.secured() if isinstance(shown, Credential) else shown, ensure_ascii=False, separators=(",", ":"))


def _text(document: Credential | JsonObject | str | bytes) -> JsonObject:
    if isinstance(document, bytes):
        return {"documentBase64": base64.b64encode(document).decode()}
    return {"document": text(document)}
