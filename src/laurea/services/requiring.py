"""What is asked for, out of whatever somebody has of it: a file of requirements, a posting that is marked up (schema.org), or one that is not."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.concept import Frameworks
from laurea.core.lenient import label, link, member, objects, several, text
from laurea.core.requirement import KIND, MAX_NAME, MAX_REQUIREMENTS, MAX_SENTENCE, Requirement, Requirements, of_wanted
from laurea.errors import FormatError, InputError
from laurea.services.skills import posting_text, wanted_of

MAX_POSTING = 4 << 20  # bytes
MAX_TITLE = 200  # characters
MAX_MARKED = 50  # scripts of a page that are looked at

_SPLIT = re.compile(r"[,;\n•]|\s\|\s")
_JOB = "JobPosting"
_LD = "application/ld+json"


def requirements_of(data: bytes, name: str, frameworks: Frameworks) -> Requirements:
    """Return what a file asks for; `name` is what it is called, for messages and as a title. Raises FormatError for what asks for nothing.

    Of a page only its JobPosting counts, when it has one that names skills; else its text is read as any posting is.
    """
    if len(data) > MAX_POSTING:
        raise FormatError(f"{name} is larger than {MAX_POSTING:,} bytes")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return _of_json(data, name, frameworks)
    posting = next(_postings_in(data), None)
    marked = None if posting is None else _marked(posting, name, frameworks)
    return marked if marked is not None else _of_text(data, name, frameworks, "" if posting is None else label(posting.get("title")))


def _of_json(data: bytes, name: str, frameworks: Frameworks) -> Requirements:
    value = canonical.parse(data)
    if isinstance(value, dict) and value.get("laurea") == KIND:
        return Requirements.parse(data)
    posting = next(_jobs(value), None)
    found = None if posting is None else _marked(posting, name, frameworks)
    if posting is not None and found is None:
        return _of_text(_description(posting).encode(), name, frameworks, label(posting.get("title")))
    return Requirements.parse(data) if found is None else found  # which says what it is to be


def _of_text(data: bytes, name: str, frameworks: Frameworks, title: str = "") -> Requirements:
    words = posting_text(data, name)
    found = of_wanted((title or _first_line(words) or name)[:MAX_TITLE], wanted_of(words, frameworks))
    if not found.items:
        raise FormatError(
            f"nothing that {name} asks for is known here",
            hint="import a framework (laurea skills import), or write the requirements as a file: docs/matching.md",
        )
    return found


def _first_line(words: str) -> str:
    return next(filter(None, map(str.strip, words.splitlines())), "")


class _Scripts(HTMLParser):
    """The JSON-LD of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = (dict(attrs).get("type") or "").partition(";")[0].strip().lower()
        self._open = tag == "script" and kind == _LD and len(self.found) < MAX_MARKED
        if self._open:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[-1] += data


def _postings_in(data: bytes) -> Iterator[JsonObject]:
    """Give each JobPosting that a page is marked up with."""
    page = _Scripts()
    page.feed(data.decode("utf-8", "replace"))
    for script in page.found:
        try:
            yield from _jobs(canonical.parse(script.encode()))
        except InputError:  # a page may have anything in it
            continue


def _jobs(value: Json) -> Iterator[JsonObject]:
    for item in objects(value):
        if _JOB in several(item.get("@type")):
            yield item
        yield from (each for each in objects(item.get("@graph")) if _JOB in several(each.get("@type")))


def _marked(posting: JsonObject, name: str, frameworks: Frameworks) -> Requirements | None:
    """Return what the `skills` of a JobPosting ask for: texts, and DefinedTerms with the URL of a concept; None when it names none."""
    found: dict[tuple[str, frozenset[str]], Requirement] = {}
    for item in several(posting.get("skills")):
        for words, uris, sentence in _terms(item, frameworks):
            number = str(len(found) + 1)
            found.setdefault((words.casefold(), uris), Requirement(number, words[:MAX_NAME], uris, sentence=sentence[:MAX_SENTENCE]))
    title = (label(posting.get("title")) or label(posting.get("name")) or name)[:MAX_TITLE]
    return Requirements(title, tuple(list(found.values())[:MAX_REQUIREMENTS])) if found else None


def _terms(item: Json, frameworks: Frameworks) -> Iterator[tuple[str, frozenset[str], str]]:
    if isinstance(item, dict) and not {"name", "url", "@id", "termCode"}.isdisjoint(item):
        url = next(filter(None, (link(item.get(each)) for each in ("url", "@id", "termCode"))), "")
        words = label(item) or url
        known = frameworks.find(url) if url else None
        if words:
            yield (known.label if known else words), frozenset({url}) if url else _uris(words, frameworks), words
        return
    said = text(item)
    for words in filter(None, (part.strip(" .\t-*\u2013") for part in _SPLIT.split(said))):
        yield words, _uris(words, frameworks), said


def _uris(words: str, frameworks: Frameworks) -> frozenset[str]:
    """Return the URI of the one concept that is called so; of several nobody knows which one is meant."""
    named = frameworks.named([words]).get(words, [])
    return frozenset({named[0].uri}) if len(named) == 1 else frozenset()


def _description(posting: JsonObject) -> str:
    names = ("title", "description", "qualifications", "experienceRequirements", "responsibilities")
    said = "\n".join(filter(None, (text(member(posting, name)) for name in names)))
    return f"<html><body>{said}</body></html>" if "<" in said else said


def written(requirements: Requirements) -> str:
    """Return requirements as the text of their file."""
    return json.dumps(requirements.document(), ensure_ascii=False, indent=2)
