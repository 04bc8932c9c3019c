"""What is asked for, out of whatever somebody has of it: a file of requirements, a posting that is marked up (schema.org), or one that is not."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.concept import Concept, Frameworks
from laurea.core.lenient import label, link, member, objects, several, text
from laurea.core.pathway import Goal
from laurea.core.requirement import KIND, MAX_NAME, MAX_REQUIREMENTS, MAX_SENTENCE, Requirement, Requirements, of_wanted
from laurea.errors import FormatError, InputError
from laurea.services.skills import posting_text, wanted_of

MAX_POSTING = 4 << 20  # bytes
MAX_TITLE = 200  # characters
MAX_MARKED = 50  # scripts of a page that are looked at

_SPLIT = re.compile(r"[,;\n•]|\s\|\s")
_SCRIPT = re.compile(r"<script\b([^<>]{0,1000})>", re.IGNORECASE)
_END = re.compile("</script", re.IGNORECASE)
_JOB = "JobPosting"
_LD = "application/ld+json"


@dataclass(frozen=True, slots=True)
class _Term:
    """What a JobPosting asks for: by what words, by the URL of a concept ("" for none), and where it stands."""

    words: str
    url: str
    sentence: str


def requirements_of(data: bytes, name: str, frameworks: Frameworks) -> Requirements:
    """Return what a file asks for; `name` is what it is called, for messages and as a title. Raises FormatError for what asks for nothing.

    Of a page only its JobPosting counts, when it has one that names skills; else its text is read as any posting is.
    """
    if len(data) > MAX_POSTING:
        raise FormatError(f"{name} is larger than {MAX_POSTING:,} bytes")
    if _is_json(data):
        return _of_json(data, name, frameworks)
    posting = next(_postings_in(data), None)
    marked = None if posting is None else _marked(posting, name, frameworks)
    return marked if marked is not None else _of_text(data, name, frameworks, "" if posting is None else label(posting.get("title")))


def goal_of(data: bytes, name: str, frameworks: Frameworks) -> Goal:
    """Return the goal of a pathway that a file names: an achievement, or whatever else is asked for there. Raises FormatError."""
    if _is_json(data) and len(data) <= MAX_POSTING and next(_jobs(canonical.parse(data)), None) is None:
        return Goal.parse(data)
    return Goal(requirements_of(data, name, frameworks))


def _is_json(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


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


def _postings_in(data: bytes) -> Iterator[JsonObject]:
    """Give each JobPosting that a page is marked up with."""
    # No parser of HTML: those that there are take a time that grows with the square of what a page leaves open.
    page = data.decode("utf-8", "replace")
    for opened in islice((found for found in _SCRIPT.finditer(page) if _LD in found[1].lower()), MAX_MARKED):
        # Not in a page that was made small: there some letters are two, so that places differ.
        end = _END.search(page, opened.end())
        try:
            yield from _jobs(canonical.parse(page[opened.end() : end.start() if end else None].encode()))
        except InputError:  # a page may have anything in it
            continue


def _jobs(value: Json) -> Iterator[JsonObject]:
    for item in objects(value):
        if _JOB in several(item.get("@type")):
            yield item
        yield from (each for each in objects(item.get("@graph")) if _JOB in several(each.get("@type")))


def _marked(posting: JsonObject, name: str, frameworks: Frameworks) -> Requirements | None:
    """Return what the `skills` of a JobPosting ask for: texts, and DefinedTerms with the URL of a concept; None when it names none."""
    terms: dict[tuple[str, str], _Term] = {}
    for term in (term for item in several(posting.get("skills")) for term in _terms(item)):
        terms.setdefault((term.words.casefold(), term.url), term)
        if len(terms) == MAX_REQUIREMENTS:  # before anything is looked up: a page may list as much as it likes
            break
    named = frameworks.named({term.words for term in terms.values() if not term.url})
    found: dict[tuple[str, frozenset[str]], Requirement] = {}
    for term in terms.values():
        known = frameworks.find(term.url) if term.url else None
        words, uris = known.label if known else term.words, frozenset({term.url}) if term.url else _only(named.get(term.words, ()))
        number = str(len(found) + 1)
        requirement = Requirement(number, words[:MAX_NAME], uris, sentence=term.sentence[:MAX_SENTENCE])
        found.setdefault((words.casefold(), uris), requirement)
    title = (label(posting.get("title")) or label(posting.get("name")) or name)[:MAX_TITLE]
    return Requirements(title, tuple(found.values())) if found else None


def _terms(item: Json) -> Iterator[_Term]:
    if isinstance(item, dict) and not {"name", "url", "@id", "termCode"}.isdisjoint(item):
        url = next(filter(None, (link(item.get(each)) for each in ("url", "@id", "termCode"))), "")
        words = label(item) or url
        if words:
            yield _Term(words, url, words)
        return
    said = text(item)
    for words in filter(None, (part.strip(" .\t-*\u2013") for part in _SPLIT.split(said))):
        yield _Term(words, "", said)


def _only(concepts: Sequence[Concept]) -> frozenset[str]:
    """Return the URI of the one concept that is called so; of several nobody knows which one is meant."""
    return frozenset({concepts[0].uri}) if len(concepts) == 1 else frozenset()


def _description(posting: JsonObject) -> str:
    names = ("title", "description", "qualifications", "experienceRequirements", "responsibilities")
    said = "\n".join(filter(None, (text(member(posting, name)) for name in names)))
    return f"<html><body>{said}</body></html>" if "<" in said else said


def written(requirements: Requirements) -> str:
    """Return requirements as the text of their file."""
    return json.dumps(requirements.document(), ensure_ascii=False, indent=2)
