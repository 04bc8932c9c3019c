"""docs/interop.md: who accepts what, as the judges answered. `python -m tests.judges.table` writes it."""

import json
from collections.abc import Iterable, Mapping

from tests.anvil import ROOT
from tests.judges.documents import Case, credential_cases, presentation_cases, status_cases
from tests.judges.judge import ask

PAGE = ROOT / "docs/interop.md"
PACKAGES = {"digitalbazaar": "@digitalbazaar/vc", "dcc": "@digitalcredentials/verifier-core"}
# verifier-core knows this suite alone, takes presentations with this purpose, and asks for no challenge.
DCC_SUITE, DCC_PURPOSE, NOT_ASKED = "eddsa-rdfc-2022", "assertionMethod", "another challenge"

HEAD = """# Who accepts what

Two verifiers that others wrote, run offline by the tests over what laurea issues: every document as it is, and twins of it that are damaged in one way each
(another name, holder, credential, challenge, key, signature, purpose or time; a claim more or less; a status that is set, a status list that is altered, by another
or not to be had). Written by the run that asked them
(`python -m tests.judges.table`), which the tests repeat.

"""
TAIL = """
Each verifier looks for the suite named in the row and passes over proofs of suites that it does not know; `merkle-anchor-2026` is one of those for both.
`verifier-core` takes presentations with purpose assertionMethod only and looks at no challenge, so it was not asked about another one. The presentations
of `laurea wallet present` are signed with eddsa-jcs-2022 and purpose authentication.

The other way round, what `@digitalbazaar/vc` signs with the four suites laurea verifies, credentials and presentations, and refuses damaged twins of them.
"""


def questions() -> list[tuple[str, Case]]:
    """Return what each judge is asked."""
    cases = [*credential_cases(), *status_cases(), *presentation_cases("authentication")]
    found = [("digitalbazaar", case) for case in cases]
    return found + [
        ("dcc", case)
        for case in (*credential_cases(), *status_cases(), *presentation_cases(DCC_PURPOSE))
        if case.suite == DCC_SUITE and case.damage != NOT_ASKED
    ]


def answers(asked: Iterable[tuple[str, Case]]) -> list[str | None]:
    """Return what the judges say: None where one accepts, else why not."""
    found: list[str | None] = ask("verify", [case.question(judge) for judge, case in asked])
    return found


def page(found: Mapping[tuple[str, str, str], tuple[bool, int, int]]) -> str:
    """Return the page of what was found: by judge, document and suite, whether it was accepted, and how many of how many twins were refused."""
    versions = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    lines = ["| Verifier | Document | Suite | As it is | Damaged |", "|---|---|---|---|---|"]
    for (judge, what, suite), (accepted, refused, twins) in found.items():
        name = f"{PACKAGES[judge]} {versions[PACKAGES[judge]]}"
        lines.append(f"| {name} | {what} | {suite} | {'accepted' if accepted else 'REFUSED'} | {refused} of {twins} refused |")
    return HEAD + "\n".join(lines) + "\n" + TAIL + _rest(PAGE.read_text())


def _rest(text: str) -> str:
    """Return the sections that follow, which others write."""
    return "".join(text.partition("\n## ")[1:])


def summary(asked: Iterable[tuple[str, Case]], said: Iterable[str | None]) -> dict[tuple[str, str, str], tuple[bool, int, int]]:
    """Return what is in the table."""
    found: dict[tuple[str, str, str], tuple[bool, int, int]] = {}
    for (judge, case), word in zip(asked, said, strict=True):
        key = (judge, case.what, case.suite)
        accepted, refused, twins = found.get(key, (False, 0, 0))
        found[key] = (accepted, refused + (word is not None), twins + 1) if case.damage else (word is None, refused, twins)
    return found


if __name__ == "__main__":
    wanted = questions()
    PAGE.write_text(page(summary(wanted, answers(wanted))))
