"""What the page shows of a credential and its report, in a human's order."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from laurea.artefacts import report_html
from laurea.artefacts.report_html import Basis
from laurea.core.assertion import as_credential
from laurea.core.canonical import Json, JsonObject
from laurea.core.claims import ENVELOPE, split
from laurea.core.composition import Found, FoundPart, compositions, is_readable
from laurea.core.credential import Credential, parse_time
from laurea.core.presentation import Presentation
from laurea.core.presented import Presented
from laurea.core.report import CheckId, Outcome, Report, Reports, Verdict
from laurea.core.summary import Summary
from laurea.web.verifier.words import DECIDES, FOUND, PARTS, VERDICTS
from laurea.web.wallet.language import Language
from laurea.web.wallet.naming import name_of_claim, written
from laurea.web.wallet.points import Point, points_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict for the eye: a sign, a word and a sentence as messages."""

    verdict: Verdict

    @property
    def sign(self) -> str:
        """The sign beside the word: colour alone says nothing to many."""
        return VERDICTS[self.verdict][0]

    @property
    def word(self) -> str:
        """The verdict as a message."""
        return VERDICTS[self.verdict][1]

    @property
    def sentence(self) -> str:
        """What it means, as a message."""
        return VERDICTS[self.verdict][2]


@dataclass(frozen=True, slots=True)
class Rests:
    """What a report rests on: the nodes that were asked, the blocks, and since when the credential is known to exist."""

    nodes: tuple[str, ...] = ()
    latest: str = ""
    latest_at: datetime | None = None
    final: str = ""
    final_at: datetime | None = None
    anchored: datetime | None = None

    @classmethod
    def of(cls, facts: JsonObject) -> "Rests":
        """Take it from the facts of a report."""
        sources = facts.get("sources")
        nodes = tuple(str(each) for each in sources) if isinstance(sources, list) else ()
        (latest, latest_at, _), (final, final_at, anchored) = _view(facts.get("latest")), _view(facts.get("finalized"))
        if "transaction" in facts:  # of a document of Blockcerts, whose anchor it is
            _, anchored, _ = _view(facts)
        return cls(nodes, latest, latest_at, final, final_at, anchored)


@dataclass(frozen=True, slots=True)
class Shown:
    """One credential of what was shown."""

    judged: Judged
    headline: str
    at: datetime
    points: tuple[Point, ...]
    summary: Summary | None  # None where nothing of it can be believed to be what was issued
    claims: tuple[tuple[str, str], ...]
    rests: Rests
    text: str

    @classmethod
    def of(cls, report: Report, shown: Presentation, language: Language, *, hidden: bool = False) -> "Shown":
        """Look at a credential and its report in a language; `hidden` when nothing of what it says is anybody's business here."""
        document, readable = report.document(), is_readable(report) and not hidden
        return cls(
            judged=Judged(report.verdict),
            headline=report.headline,
            at=report.at,
            points=points_of(document, FOUND),
            summary=Summary.of(shown.credential.document, language.code) if readable else None,
            claims=tuple(_claims(shown, language)) if readable else (),
            rests=Rests.of(dict(report.facts)),
            text=json.dumps(document, indent=2, ensure_ascii=False),
        )

    @property
    def vouched(self) -> str:
        """What was found about who the issuer is, in the report's own words; "" when that is not confirmed."""
        return next((point.reason for point in self.points if (point.id, point.outcome) == (CheckId.ISSUER, Outcome.PASSED)), "")

    @property
    def issuer(self) -> str:
        """Who says so, by the name that the credential gives."""
        return (self.summary.issuer_name or self.summary.issuer) if self.summary else ""

    @property
    def picture(self) -> str:
        """Its picture, when that comes with it: nothing is fetched."""
        found = self.summary.image if self.summary else ""
        return found if found.startswith("data:") else ""

    @property
    def open_points(self) -> tuple[tuple[Point, str], ...]:
        """The points that are open, each with what would decide it, as a message."""
        return tuple((point, DECIDES[point.id]) for point in self.points if point.outcome == Outcome.UNKNOWN and point.id in DECIDES)


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part of a credential, for the eye: its name, how it was found as that of a check, a sign, a message, and the reason word for word."""

    name: str
    id: str
    outcome: Outcome
    sign: str
    sentence: str
    reason: str

    @classmethod
    def of(cls, part: FoundPart) -> "ShownPart":
        """Put a part into words."""
        sign, sentence = PARTS[part.found]
        outcome = {Found.VALID: Outcome.PASSED, Found.INVALID: Outcome.FAILED}.get(part.found, Outcome.UNKNOWN)
        reason = "" if part.found is Found.NOT_SHOWN else part.reason
        return cls(part.part.name or part.part.achievement, part.part.id, outcome, sign, sentence, reason)


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the page of an answer shows: a verdict over all, each credential, and what the holder says themselves."""

    judged: Judged
    shown: tuple[Shown, ...]
    presented: Presented
    reports: Reports

    def parts(self, number: int) -> list[ShownPart]:
        """Return the parts of one of the credentials, counted from 0, each as it was found."""
        found = compositions([each.credential for each in self.presented.shown], self.reports)
        return [ShownPart.of(part) for each in found if each.number == number for part in each.parts]

    @property
    def file(self) -> str:
        """The report as a file, to be saved without asking for it again: it is not kept here."""
        several = self.reports.document()
        text = json.dumps(several if len(several) > 1 else several[0], indent=2, ensure_ascii=False)
        return _file("application/json", text)

    def statement(self, basis: Basis, language: str) -> str:
        """Return what was found as a file to print or to keep, likewise."""
        judged = [report_html.Judged(each.credential, report) for each, report in zip(self.presented.shown, self.reports, strict=True)]
        return _file("text/html", report_html.statement(judged, basis, language=language))

    @classmethod
    def of(cls, document: bytes, reports: Reports, language: Language) -> "Answer":
        """Put a document and its reports together."""
        presented = Presented.parse(document)
        shown = tuple(Shown.of(report, each, language) for report, each in zip(reports, presented.shown, strict=True))
        return cls(Judged(reports.verdict), shown, presented, reports)

    @classmethod
    def of_asked(cls, verdict: Verdict, seen: Sequence[tuple[Report, Presentation | None]], language: Language) -> "Answer":
        """Put together what wallets have shown, each with its report, and what of it is to be passed on."""
        nothing = Presentation(Credential({}, ()))
        shown = tuple(shown or nothing for _, shown in seen)
        each = tuple(Shown.of(report, found or nothing, language, hidden=found is None) for report, found in seen)
        return cls(Judged(verdict), each, Presented(shown), Reports(tuple(report for report, _ in seen)))


def _file(kind: str, text: str) -> str:
    return f"data:{kind};base64,{b64encode(text.encode()).decode()}"


def _claims(shown: Presentation, language: Language) -> list[tuple[str, str]]:
    claims = split(as_credential(shown.credential.document))
    return [(name_of_claim(claim.pointer, language), written(claim.value)) for claim in claims if claim.pointer != ENVELOPE]


def _view(value: Json) -> tuple[str, datetime | None, datetime | None]:
    """Return the number and the time of the block of a view, and the time of the anchor in it."""
    match value:
        case {"block": {"number": int(number), "time": str(time)}, **more}:
            anchor = more.get("anchor")
            since = anchor.get("time") if isinstance(anchor, dict) else None
            return str(number), parse_time(time), datetime.fromtimestamp(since, UTC) if isinstance(since, int) and since else None
    return "", None, None
