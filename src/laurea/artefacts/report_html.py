"""A statement for people about one or more reports: one HTML page to print or file, without script and with nothing from elsewhere."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from html import escape

from laurea.artefacts.plain import plain, title_of
from laurea.artefacts.report_style import STYLE
from laurea.artefacts.report_words import ReportWords, report_words_of
from laurea.artefacts.words import Words, words_of
from laurea.core import claims
from laurea.core.assertion import as_credential
from laurea.core.canonical import Json
from laurea.core.claims import ENVELOPE
from laurea.core.credential import Credential, parse_time
from laurea.core.report import CheckId, Outcome, Report, Verdict, verdict_of
from laurea.core.summary import Summary
from laurea.errors import FormatError

MAX_WORDS = 2_000  # characters of one value; the document has all of them

POLICY = "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"

_FACTS = (
    "chain",
    "transaction",
    "registry",
    "issuerId",
    "root",
    "index",
    "sources",
    "readAt",
    "finalized",
    "latest",
    "by",
    "trouble",
    "memory",
    "revokedAt",
    "notes",
)
_TIMES = ("readAt", "revokedAt")
# Beside the words: colour alone says nothing to many.
SIGNS = {Outcome.PASSED: "✓", Outcome.FAILED: "✕", Outcome.UNKNOWN: "?", Outcome.SKIPPED: "·"}
VERDICT_SIGNS = {Verdict.VALID: "✓", Verdict.INVALID: "✕", Verdict.UNDECIDED: "?"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A credential as it was shown, and the report about it."""

    credential: Credential
    report: Report


@dataclass(frozen=True, slots=True)
class Digested:
    """A file that was used: what it was called, and its SHA-256 (32 bytes)."""

    name: str
    digest: bytes

    @classmethod
    def of(cls, name: str, data: bytes) -> "Digested":
        """Take the digest of a file's bytes."""
        return cls(name, sha256(data).digest())


@dataclass(frozen=True, slots=True)
class Basis:
    """What a check rests on beside the chain: the files that were shown, the trust files, and which laurea it was."""

    files: tuple[Digested, ...]
    trust: tuple[Digested, ...]
    version: str


def statement(judged: Sequence[Judged], basis: Basis, *, language: str) -> str:
    """Return the page about one or more credentials that were shown together, in a language (English where there are no words of it).

    The reasons of a report are quoted as they are, in English, beside plain words in the language. Raises ValueError for none at all.
    """
    if not judged:
        raise ValueError("a statement is about at least one report")
    return "".join(_Statement(judged, basis, language).page())


class _Statement:
    def __init__(self, judged: Sequence[Judged], basis: Basis, language: str) -> None:
        self._judged = judged
        self._basis = basis
        self._words: ReportWords = report_words_of(language)
        self._common: Words = words_of(self._words.language)

    def page(self) -> Iterator[str]:
        words = self._words
        verdict = verdict_of(tuple(check for each in self._judged for check in each.report.checks))
        policy = POLICY.format(digest=b64encode(sha256(STYLE.encode()).digest()).decode())
        yield f'<!doctype html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">\n'
        yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        yield '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
        yield f"<title>{escape(words.title)}: {escape(words.verdicts[verdict])}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        yield f"<h1>{escape(words.title)}</h1>\n"
        lead = words.lead.format(date=self._moment(self._judged[0].report.at), version=self._basis.version)
        yield f"<p>{escape(lead)}</p>\n"
        if len(self._judged) > 1:
            yield self._verdict(verdict)
        for number, each in enumerate(self._judged, 1):
            yield from self._about(each, number)
        yield from self._rests_on()
        yield "</main>\n</body>\n</html>\n"

    def _about(self, judged: Judged, number: int) -> Iterator[str]:
        report, words = judged.report, self._words
        count = len(self._judged)
        heading = words.each.format(number=number, count=count)
        yield f'<section class="credential" aria-label="{escape(heading)}">\n'
        if count > 1:
            yield f"<h2>{escape(heading)}</h2>\n"
        yield self._verdict(report.verdict)
        yield f'<p class="headline" lang="en">{_said(report.headline)}</p>\n'
        yield from self._checks(report)
        yield f"<h2>{escape(words.says_heading)}</h2>\n"
        if report[CheckId.INTEGRITY].outcome is Outcome.PASSED:
            yield from self._says(judged.credential)
        else:
            yield f"<p>{escape(words.says_nothing)}</p>\n"
        yield f"<h2>{escape(words.chain_heading)}</h2>\n"
        facts = list(self._facts(report.facts))
        yield _list(facts) if facts else f"<p>{escape(words.chain_nothing)}</p>\n"
        yield "</section>\n"

    def _verdict(self, verdict: Verdict) -> str:
        sign, words = VERDICT_SIGNS[verdict], self._words
        name = f"<strong>{escape(words.verdicts[verdict])}</strong>"
        return f'<p class="verdict {verdict}"><span class="sign" aria-hidden="true">{sign}</span> {name} {escape(words.meanings[verdict])}</p>\n'

    def _checks(self, report: Report) -> Iterator[str]:
        words = self._words
        yield f"<h2>{escape(words.checks_heading)}</h2>\n<table>\n"
        yield _head(words.point, words.answer, words.why)
        for check in report.checks:
            sign = f'<span class="sign" aria-hidden="true">{SIGNS[check.outcome]}</span> {escape(words.outcomes[check.outcome])}'
            why = f'{escape(words.sentence(check))}<br><span class="reason" lang="en">{_said(check.reason)}</span>'
            yield f'<tr class="{check.outcome}"><th scope="row">{escape(words.checks[check.id])}</th><td class="result">{sign}</td><td>{why}</td></tr>\n'
        yield "</tbody>\n</table>\n"

    def _says(self, credential: Credential) -> Iterator[str]:
        words, common = self._words, self._common
        summary = Summary.of(credential.document, words.language)
        end = "" if summary.valid_until is None else self._moment(summary.valid_until)
        rows = [
            (words.titled, title_of(summary, common)),
            (common.awarded_to, summary.holder_name or summary.holder),
            (common.issued_by, summary.issuer_name),
            (common.issuer_id, summary.issuer),
            (common.issued_on, "" if summary.valid_from is None else self._moment(summary.valid_from)),
            (common.valid_until, common.unclear if summary.unreadable else end or common.no_end),
            (common.identifier, summary.id),
        ]
        yield f"<p>{escape(words.says_note)}</p>\n{_list([row for row in rows if plain(row[1])])}"
        shown = [claim for claim in claims.split(as_credential(credential.document)) if claim.pointer != ENVELOPE]
        if not shown:
            return
        yield f'<h3>{escape(words.claims)}</h3>\n<table class="claims">\n{_head(words.claim, words.value)}'
        for claim in shown:
            yield f'<tr><th scope="row"><code>{_said(claim.pointer)}</code></th><td>{_said(_text(claim.value))}</td></tr>\n'
        yield "</tbody>\n</table>\n"

    def _facts(self, facts: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
        for name in _FACTS:
            if name in facts and (value := self._fact(name, facts[name])):
                yield self._words.facts[name], value

    def _fact(self, name: str, value: Json) -> str:
        if isinstance(value, list):
            return ", ".join(map(str, value))
        if isinstance(value, dict):
            return self._block(value.get("block"))
        if name in _TIMES:
            return self._time(value)
        return self._words.facts.get(str(value), str(value)) if name == "by" else str(value)

    def _block(self, block: Json) -> str:
        found = block if isinstance(block, dict) else {}
        return self._words.block.format(number=found.get("number"), time=self._time(found.get("time")), hash=found.get("hash"))

    def _rests_on(self) -> Iterator[str]:
        words, basis = self._words, self._basis
        rows = [(words.basis["file"].format(name=plain(file.name)), file.digest.hex()) for file in basis.files]
        rows += [(words.basis["trust"].format(name=plain(file.name)), file.digest.hex()) for file in basis.trust]
        yield f"<section>\n<h2>{escape(words.basis_heading)}</h2>\n{_list([*rows, (words.basis['version'], f'laurea {basis.version}')])}"
        if not basis.trust:
            yield f"<p>{escape(words.no_trust)}</p>\n"
        steps = "".join(f"<li>{escape(step)}</li>\n" for step in words.again)
        yield f"<h2>{escape(words.again_heading)}</h2>\n<ul>\n{steps}</ul>\n</section>\n"

    def _time(self, value: Json) -> str:
        try:
            return self._moment(parse_time(str(value)))
        except FormatError:  # not a time of ours: said as it is
            return str(value)

    def _moment(self, at: datetime) -> str:
        return f"{self._common.day(at)}, {at.astimezone(UTC):%H:%M:%S} UTC"


def _head(*names: str) -> str:
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>\n<tbody>\n"


def _list(rows: Sequence[tuple[str, str]]) -> str:
    items = "".join(f"<dt>{_said(name)}</dt><dd>{_said(value)}</dd>\n" for name, value in rows)
    return f"<dl>\n{items}</dl>\n"


def _said(text: str) -> str:
    """Return a text of anybody's, so that it is read and does nothing: escaped, on one line, and with its order of reading kept to itself."""
    words = plain(text)
    return f"<bdi>{escape(words if len(words) <= MAX_WORDS else words[:MAX_WORDS] + '…')}</bdi>"


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
