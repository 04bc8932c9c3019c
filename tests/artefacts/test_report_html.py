"""The statement about a report: every check in plain words, in two languages, and whatever a credential says does nothing."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import fields
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Page

from laurea.artefacts.report_html import SIGNS, VERDICT_SIGNS, Basis, Digested, Judged, statement
from laurea.artefacts.report_words import ENGLISH, TABLE, ReportWords, report_words_of
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.report import Check, CheckId, Outcome, Report, Verdict
from tests.artefacts.samples import DOCUMENT, NOON
from tests.web.browser import browsing, shoot

PLACES = re.compile(r"{\w+}")
BASIS = Basis((Digested.of("shown.json", b"{}"),), (Digested.of("trust.json", b"[]"),), "0.1.0")
BLOCK: JsonObject = {"number": 1234, "hash": "0x" + "ab" * 32, "time": "2026-11-26T11:59:00Z"}
FACTS: JsonObject = {
    "chain": "eip155:11155111",
    "registry": "0x" + "11" * 20,
    "issuerId": "0x" + "22" * 20,
    "root": "0x" + "33" * 32,
    "index": 7,
    "readAt": "2026-11-26T12:00:00Z",
    "sources": ["one.example", "two.example"],
    "by": "proof",
    "notes": ["three.example gave no proof"],
    "finalized": {"block": BLOCK, "revoked": False, "profile": "", "anchor": None},
    "latest": {"block": BLOCK, "revoked": False, "profile": "", "anchor": None},
}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<img src=https://evil.example/x.png>",
    "</bdi></main><iframe src=//evil.example>",
    "'><style>*{display:none}</style>",
    "[click](javascript:alert(1))",
    "&lt;script&gt;",
    "\u202e evil \u0007",
)
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main", "section"),
    *("h1", "h2", "h3", "p", "span", "strong", "bdi", "code", "br", "ul", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"),
}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "aria-hidden", "aria-label", "scope"}


class Tags(HTMLParser):
    """What elements and attributes a page has, and its text without the style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.metas: list[dict[str, str | None]] = []
        self.text = ""
        self.style = ""
        self._in_style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)
        self._in_style = tag == "style"
        if tag == "meta":
            self.metas.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.style += data
        else:
            self.text += data


def report(outcome: Outcome = Outcome.PASSED, *, of: CheckId = CheckId.ISSUER, words: str = "because") -> Report:
    """A report in which one check ends otherwise than the others; after `integrity` failed the rest are skipped, as they are."""
    order = list(CheckId)
    cut = order.index(of) if outcome is Outcome.FAILED and of in {CheckId.FORMAT, CheckId.INTEGRITY} else len(order)
    checks = [
        Check(each, outcome if each is of else Outcome.SKIPPED if number > cut else Outcome.PASSED, words)
        for number, each in enumerate(order)
    ]
    return Report(NOON, tuple(checks), f"headline {words}", FACTS)


def credential(text: str = "SQL for Analysts") -> Credential:
    return Credential(
        {
            "id": text,
            "type": ["VerifiableCredential", text],
            "issuer": {"id": text, "name": text},
            "validFrom": "2026-11-20T00:00:00Z",
            "credentialSubject": {
                "id": text,
                "name": text,
                "achievement": {"name": text, "image": {"id": text}, "criteria": {"narrative": text, "id": text}},
                text: {"deep": [text, {text: text}]},
            },
        },
        (),
    )


def judged(*reports: Report, text: str = "SQL for Analysts") -> list[Judged]:
    return [Judged(credential(text), each) for each in reports]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)


@pytest.mark.parametrize("words", TABLE.values(), ids=TABLE)
def test_a_language_has_all_words_with_their_places(words: ReportWords) -> None:
    for field in fields(ReportWords):
        ours, theirs = getattr(ENGLISH, field.name), getattr(words, field.name)
        if isinstance(ours, dict):
            assert ours.keys() == theirs.keys(), field.name
        told, said = list(_texts(ours)), list(_texts(theirs))
        assert all(said), field.name
        assert [sorted(PLACES.findall(text)) for text in told] == [sorted(PLACES.findall(text)) for text in said], field.name
        assert words is ENGLISH or all(one != other for one, other in zip(told, said, strict=True)), field.name
    assert (set(words.checks), set(words.outcomes), set(words.otherwise)) == (set(CheckId), set(Outcome), set(Outcome))
    assert set(words.verdicts) == set(words.meanings) == set(Verdict) == set(VERDICT_SIGNS)
    assert set(SIGNS) == set(Outcome)


@pytest.mark.parametrize(("language", "trust", "domain"), [("en", "trusts", "its own domain"), ("es", "confía", "su propio dominio")])
def test_an_issuer_that_only_its_own_domain_confirms_is_not_said_to_be_trusted(language: str, trust: str, domain: str) -> None:
    said = TABLE[language].found[(CheckId.ISSUER, Outcome.PASSED)]

    assert trust not in said
    assert domain in said
    assert domain in TABLE[language].no_trust


def test_a_language_without_words_gets_english() -> None:
    assert report_words_of("tlh") is ENGLISH
    assert report_words_of("es-MX").language == "es"


@pytest.mark.parametrize("language", TABLE)
@pytest.mark.parametrize(("outcome", "verdict"), [("passed", "valid"), ("failed", "invalid"), ("unknown", "undecided")])
def test_it_says_the_verdict_and_each_check_in_words_and_by_a_sign(language: str, outcome: str, verdict: str) -> None:
    words = TABLE[language]
    found = report(Outcome(outcome))

    text = Tags(statement(judged(found), BASIS, language=language)).text

    assert f"{VERDICT_SIGNS[Verdict(verdict)]} {words.verdicts[Verdict(verdict)]}" in text
    for check in found.checks:
        assert f"{SIGNS[check.outcome]} {words.outcomes[check.outcome]}{words.sentence(check)}" in text


def test_it_says_what_it_rests_on() -> None:
    page = Tags(statement(judged(report()), BASIS, language="en")).text

    for said in (
        "26 November 2026, 12:00:00 UTC",
        "laurea 0.1.0",
        "Document shown.json, SHA-256" + sha256(b"{}").hexdigest(),
        "Trust file trust.json, SHA-256" + sha256(b"[]").hexdigest(),
        "one.example, two.example",
        "eip155:11155111",
        "Final block1234 of 26 November 2026, 11:59:00 UTC, 0x" + "ab" * 32,
        "headline because",
        "How it was readproven against the headers of the blocks",
        "three.example gave no proof",
        "laurea verify DOCUMENT --rpc URL --trust TRUST-FILE",
    ):
        assert said in page


def test_without_a_trust_file_it_says_so() -> None:
    basis = Basis(BASIS.files, (), BASIS.version)

    assert ENGLISH.no_trust in statement(judged(report()), basis, language="en")


def test_what_is_not_established_as_unaltered_is_not_repeated() -> None:
    altered = report(Outcome.FAILED, of=CheckId.INTEGRITY)

    page = statement(judged(altered, text="Doctor of Everything"), BASIS, language="en")

    assert "Doctor of Everything" not in page
    assert ENGLISH.says_nothing in page


def test_several_have_a_report_each_and_the_worst_verdict_above() -> None:
    tags = Tags(statement(judged(report(), report(Outcome.FAILED)), BASIS, language="en"))

    assert (
        tags.text.index("Invalid") < tags.text.index("Credential 1 of 2") < tags.text.index("Valid") < tags.text.index("Credential 2 of 2")
    )


def test_about_nothing_there_is_no_statement() -> None:
    with pytest.raises(ValueError, match="at least one"):
        statement([], BASIS, language="en")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_credential_or_a_reason_says_does_nothing(text: str) -> None:
    basis = Basis((Digested.of(text, b""),), (Digested.of(text, b""),), "0.1.0")

    page = statement(judged(report(words=text), text=text), basis, language="en")
    tags = Tags(page)

    assert tags.tags <= ALLOWED
    assert tags.names <= ATTRIBUTES
    assert not {"\u202e", "\u0007"} & set(page)
    assert text in tags.text or not text.isprintable()


def test_its_policy_allows_its_own_style_and_nothing_else() -> None:
    tags = Tags(statement(judged(report()), BASIS, language="en"))
    digest = b64encode(sha256(tags.style.encode()).digest()).decode()

    (policy,) = [meta["content"] for meta in tags.metas if meta.get("http-equiv") == "Content-Security-Policy"]

    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


SEEN = Report(
    NOON,
    (
        Check(CheckId.FORMAT, Outcome.PASSED, "a partial credential, well formed"),
        Check(CheckId.INTEGRITY, Outcome.PASSED, "what is shown leads to the batch root in the proof"),
        Check(CheckId.ANCHOR, Outcome.PASSED, "anchored on eip155:11155111 at 2026-11-20T02:00:00Z, final at block 1234"),
        Check(CheckId.REVOCATION, Outcome.PASSED, "not revoked as of block 1234"),
        Check(
            CheckId.ISSUER,
            Outcome.PASSED,
            "the trust list names Example University (did:web:badges.example.edu), as of 2026-11-01T00:00:00Z",
        ),
        Check(CheckId.SIGNATURE, Outcome.SKIPPED, "a partial credential carries no signature"),
        Check(CheckId.VALIDITY, Outcome.PASSED, "no expiry set"),
        Check(CheckId.HOLDER, Outcome.SKIPPED, "no holder signature was demanded"),
    ),
    "Issued by Example University, unaltered, not revoked as of block 1234 at 2026-11-26T11:59:00Z",
    FACTS,
)


def open_in(page: Page, folder: Path, content: str) -> None:
    file = folder / "statement.html"
    file.write_text(content, encoding="utf-8")
    page.goto(file.as_uri())


@pytest.mark.slow
def test_in_a_browser_it_is_accessible_and_asks_for_nothing(tmp_path: Path) -> None:
    with browsing("file://") as page:
        for language in TABLE:
            open_in(page, tmp_path, statement([Judged(Credential(DOCUMENT, ()), SEEN)], BASIS, language=language))
            assert page.evaluate("getComputedStyle(document.querySelector('.verdict')).borderStyle") == "solid"
            shoot(page, f"statement-{language}")
        open_in(page, tmp_path, statement(judged(report(Outcome.UNKNOWN), report(Outcome.FAILED)), BASIS, language="en"))
        shoot(page, "statement-several")
        for text in HOSTILE:
            open_in(page, tmp_path, statement(judged(report(words=text), text=text), BASIS, language="en"))
            assert page.evaluate("document.querySelectorAll('script, img, svg, iframe, a, [onload]').length") == 0
