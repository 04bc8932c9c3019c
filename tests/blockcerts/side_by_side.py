"""What cert-verifier-js and laurea say of the same documents, of the same chain and the same web: `python -m tests.blockcerts.side_by_side` writes it down."""

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from laurea import Report, Verdict, wire
from tests.anvil import ROOT, Anvil
from tests.blockcerts.world import REVOKED, SEPOLIA, Json, School, altered, digest, incumbent, two
from tests.fetch.site import Site, certificate

PAGE = ROOT / "docs/blockcerts.md"
BEGIN, END = "<!-- side by side -->", "<!-- end of side by side -->"
PACKAGE = ROOT / "node_modules/@blockcerts/cert-verifier-js/package.json"
SUCCESS = "success"


@dataclass(frozen=True)
class Case:
    """One document: what it is, what laurea has to say, and whether cert-verifier-js takes it."""

    name: str
    document: Json
    verdict: Verdict
    accepted: bool
    pages: dict[str, str]
    report: Report


def cases(school: School) -> Iterator[Case]:
    """Make each case, and ask laurea; what is published at that moment is all that there is of the web."""

    def case(name: str, document: Json, verdict: Verdict, *, accepted: bool) -> Case:
        return Case(name, document, verdict, accepted, school.pages, school.verify(document))

    v2, v3 = school.issue_v2(), school.issue_v3()
    yield case("good, v2", v2, Verdict.VALID, accepted=True)
    yield case("good, v3 (VC 2.0, 3.2)", v3, Verdict.VALID, accepted=True)
    yield case("good, v3, hashes as raw bytes", school.issue_v3(raw=True), Verdict.VALID, accepted=True)
    yield case("v2 with another name in it", altered(v2, "recipientProfile/name", "Eve Example"), Verdict.INVALID, accepted=False)
    yield case("v3 with another name in it", altered(v3, "credentialSubject/name", "Eve Example"), Verdict.INVALID, accepted=False)
    yield case("v3 with an undefined member", {**v3, "grade": "A"}, Verdict.INVALID, accepted=False)
    yield from _forged(school, case)
    school.publish(v3["id"])
    yield case("revoked", v3, Verdict.INVALID, accepted=False)
    del school.site.pages[REVOKED]
    yield case("revoked, and the revocation list cannot be reached", v3, Verdict.UNDECIDED, accepted=True)
    school.put(REVOKED, {"type": "RevocationList"})
    yield case("a revocation list without its entries", v3, Verdict.UNDECIDED, accepted=True)
    school.publish(revoked="2024-06-01T00:00:00Z")
    yield case("anchored by a key that was revoked before", v3, Verdict.INVALID, accepted=False)
    school.publish()


def _forged(school: School, case: Callable[..., Case]) -> Iterator[Case]:
    forged = school.issue_v3(school.v3(credentialSubject={"id": "did:example:eve", "name": "Eve Example"}), network="mocknet")
    yield case("forged by anybody, with a mocknet proof (v3)", forged, Verdict.INVALID, accepted=True)
    fake = school.issue_v2(
        school.v2(recipientProfile={"type": ["RecipientProfile", "Extension"], "name": "Eve Example"}), chain="mockchain", tx="none"
    )
    yield case("forged by anybody, with a mockchain proof (v2)", fake, Verdict.INVALID, accepted=True)
    root, _ = two(digest(school.v3()))
    reverted = school.issue_v3(tx=school.send(root, to=school.reverter()))
    yield case("the anchoring transaction was reverted", reverted, Verdict.INVALID, accepted=True)
    yield case("anchored on Sepolia, labelled mainnet (v3)", school.issue_v3(network="mainnet"), Verdict.UNDECIDED, accepted=True)
    yield case("anchored on Sepolia, labelled mainnet (v2)", school.issue_v2(chain="ethereumMainnet"), Verdict.UNDECIDED, accepted=True)
    yield case("expires, under another name of the same meaning", renamed(school), Verdict.UNDECIDED, accepted=True)
    stranger = school.issue_v3(tx=school.send(root, sender=1))
    yield case("anchored by a stranger", stranger, Verdict.INVALID, accepted=False)


def renamed(school: School) -> Json:
    """A document of v2 that has expired, whose holder has given `expires` another name: the hash is the same."""
    issued = school.issue_v2(school.v2(expires="2025-01-01T00:00:00Z"))
    own = {"until": {"@id": "https://w3id.org/security#expiration", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}}
    return {
        **{name: value for name, value in issued.items() if name != "expires"},
        "until": issued["expires"],
        "@context": [*issued["@context"], own],
    }


def answers(found: list[Case], rpc: str) -> list[Json]:
    """What cert-verifier-js says of each."""
    return incumbent([{"document": each.document, "pages": each.pages, "rpc": rpc} for each in found])


def table(found: list[Case], said: list[Json]) -> str:
    """The rows, for the page."""
    version = json.loads(PACKAGE.read_text())["version"]
    rows = [f"| document | cert-verifier-js {version} | laurea |", "|---|---|---|"]
    for each, theirs in zip(found, said, strict=True):
        ours = f"**{each.report.verdict.value}**: {_plain(each.report.headline)}"
        rows.append(f"| {each.name} | **{theirs['status']}**: {_plain(theirs['words'])} | {ours} |")
    return "\n".join(rows) + "\n"


def _plain(words: str) -> str:
    """The words without what is another in each run: ports, addresses, times, blocks."""
    words = re.sub(r"issuer\.example:\d+", "issuer.example", re.sub(r"127\.0\.0\.1:\d+", "the node", words))
    words = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "…", re.sub(r"block \d+", "block …", words))
    return re.sub(r"0x[0-9a-f]{40}", "0x…", words).replace("|", "\\|").replace("\n", " ").strip()


@contextmanager
def standing() -> Iterator[School]:
    """A school of its own, on a chain of its own."""
    with tempfile.TemporaryDirectory() as folder, Anvil(chain_id=SEPOLIA) as anvil:
        authority = certificate(Path(folder))
        os.environ["SSL_CERT_FILE"] = str(authority)
        wire._trust.cache_clear()
        with Site(authority) as site:
            yield School(anvil, site)


def main() -> None:
    """Write the table into the page."""
    with standing() as school:
        found = list(cases(school))
        rows = table(found, answers(found, school.anvil.url))
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{rows}{END}{after}")
    sys.stdout.write(rows)


if __name__ == "__main__":
    main()
