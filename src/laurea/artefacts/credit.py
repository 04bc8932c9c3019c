"""Credit for prior learning, as a paper for a registrar's file and as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from laurea.artefacts.paper.paper import Paper, Part
from laurea.artefacts.plain import plain
from laurea.artefacts.report_words import ENGLISH
from laurea.core.canonical import Json, JsonObject
from laurea.core.comparison import amount, credits_of
from laurea.core.credential import format_time
from laurea.core.learning import Learning
from laurea.core.plural import counted
from laurea.core.transfer import Proposal, Transfer

KIND = "transfer"
VERSION = 1
NO_DECISION = "This is a proposal, made by rules from what was verified. It is no decision: a person has to make it."


@dataclass(frozen=True, slots=True)
class Basis:
    """What it rests on: when, which laurea it was, and the files that were used with the SHA-256 (hex) of each."""

    at: datetime
    version: str
    files: tuple[tuple[str, str], ...]


def paper(transfer: Transfer, basis: Basis) -> Paper:
    """Return the report for people."""
    rules = transfer.rules
    lead = [
        NO_DECISION,
        f"As of {format_time(basis.at)}, by laurea {basis.version}. Rules: {rules.title}.",
        f"Proposed in all: {transfer.total:g} {rules.framework}{', the most that the rules allow' if transfer.capped else ''}.",
    ]
    if len({each.checked.holder for each in transfer.proposals} - {""}) > 1:
        lead.append("The credentials are about different holders: whether all are this person's is to be decided first.")
    parts = [_part(each, number, rules.framework) for number, each in enumerate(transfer.proposals, 1)]
    used = Part("What it rests on", facts=tuple((f"SHA-256 of {name}", digest) for name, digest in basis.files))
    return Paper("Credit for prior learning", tuple(lead), (_overview(transfer), *parts, used))


def document(transfer: Transfer, basis: Basis) -> JsonObject:
    """Return the report as JSON."""
    proposals: list[Json] = [_document(each) for each in transfer.proposals]
    return {
        "laurea": KIND,
        "version": VERSION,
        "at": format_time(basis.at),
        "notice": NO_DECISION,
        "rules": transfer.rules.title,
        "framework": transfer.rules.framework,
        "total": transfer.total,
        "capped": transfer.capped,
        "proposals": proposals,
        "files": [{"name": plain(name), "sha256": digest} for name, digest in basis.files],
    }


def _overview(transfer: Transfer) -> Part:
    framework = transfer.rules.framework
    head = ("Credential", "Verdict", f"Proposed ({framework})", "By the rule")
    rows = [(_title(each), each.checked.report.verdict.value, amount(each.credit) or "none", each.rule) for each in transfer.proposals]
    return Part("Overview", table=(head, *rows))


def _part(proposal: Proposal, number: int, framework: str) -> Part:
    report = proposal.checked.report
    checks = [(ENGLISH.checks[check.id], ENGLISH.outcomes[check.outcome], check.reason) for check in report.checks]
    credit = "none" if proposal.credit is None else f"{proposal.credit:g} {framework}"
    proposed = [("proposed", credit), ("for", proposal.course), ("by the rule", proposal.rule)]
    return Part(
        f"{number}. {_title(proposal)}",
        lines=(report.headline,),
        facts=tuple((name, value) for name, value in (*_about(proposal), *_says(proposal.learning), *proposed) if value),
        table=(("Check", "Result", "Why"), *checks),
        items=tuple(f"To be decided: {each}." for each in proposal.decide),
        verdict=report.verdict.value,
    )


def _about(proposal: Proposal) -> Iterator[tuple[str, str]]:
    yield "awarded to", proposal.checked.holder_name
    yield "holder", proposal.checked.holder


def _says(learning: Learning) -> Iterator[tuple[str, str]]:
    """Give what the credential says, of what a registrar looks at."""
    yield "title", learning.title
    yield "issuer, as it calls itself", learning.issuer_name
    yield "issuer", learning.issuer
    yield "country", learning.country
    yield "EQF level", amount(learning.eqf)
    yield "national level", learning.nqf
    yield "workload", "" if learning.hours is None else counted(learning.hours, "hour")
    yield "credits", credits_of(learning)
    yield "credits earned", amount(learning.earned)
    yield "assessment", "; ".join(learning.assessment)
    yield "identity was verified by", learning.identity
    yield "quality assurance", "; ".join(learning.quality)
    yield "result", learning.result
    yield "grading scheme", learning.grading
    yield "learning outcomes", "; ".join(learning.outcomes)
    yield "prerequisites", "; ".join(learning.prerequisites)
    yield "awarded", "" if learning.awarded is None else format_time(learning.awarded)


def _document(proposal: Proposal) -> JsonObject:
    says: JsonObject = {name: plain(value) for name, value in _says(proposal.learning) if value}
    return {
        "file": proposal.checked.file,
        "about": {name: plain(value) for name, value in _about(proposal) if value},
        "says": says,
        "credit": proposal.credit,
        "course": proposal.course,
        "rule": plain(proposal.rule),
        "decide": list[Json](map(plain, proposal.decide)),
        "report": proposal.checked.report.document(),
    }


def _title(proposal: Proposal) -> str:
    return proposal.learning.title or proposal.checked.file
