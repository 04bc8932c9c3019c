"""Alignments of an achievement, checked before it can be issued: a URL that names no concept is in every credential for ever.

What is wrong is refused; what a framework calls otherwise is a remark. A framework that nobody imported is taken at its word.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from laurea.core.canonical import Json, JsonObject
from laurea.core.concept import Concept, Frameworks
from laurea.core.lenient import identifier, objects, text

MAX_ALIGNMENTS = 200  # of one achievement that are looked up
ESCO = "ESCO"

_HOMES = {"http://data.europa.eu/esco/": ESCO, "http://www.onetonline.org/": "O*NET"}
_ESCO_URI = re.compile(r"http://data\.europa\.eu/esco/[a-z-]+/[A-Za-z0-9._-]+", re.ASCII)
_ESCO_PAGES = ("esco.ec.europa.eu", "ec.europa.eu")  # which have a page of each concept, at an address that is not its URI
_VERSION = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Imported:
    """The frameworks that were imported: how to look concepts up, and the version of each by its name ("" where it has none)."""

    frameworks: Frameworks
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Aligned:
    """What was found of an achievement's alignments, each with its JSON pointer: what is wrong, and what is only called otherwise."""

    wrong: tuple[str, ...]
    unknown: tuple[str, ...]  # to a framework that was imported: wrong, unless that is older than the concept
    remarks: tuple[str, ...]


def aligned(achievement: JsonObject, imported: Imported | None) -> Aligned:
    """Check the alignments of an achievement and of its results; without frameworks, by the form of their URLs alone."""
    wrong: list[str] = []
    unknown: list[str] = []
    remarks: list[str] = []
    for pointer, alignment in list(_alignments(achievement))[:MAX_ALIGNMENTS]:
        url = identifier(alignment.get("targetUrl"))
        problem = _form_problem(url)
        if problem:
            wrong.append(f"{pointer}/targetUrl: {problem}")
        elif imported is not None:
            concept = imported.frameworks.find(url)
            if concept is None:
                unknown.extend(f"{pointer}/targetUrl: {each}" for each in _unknown(alignment, url, imported))
            else:
                remarks.extend(f"{pointer}{each}" for each in _remarks(alignment, url, concept))
    return Aligned(tuple(wrong), tuple(unknown), tuple(remarks))


def _alignments(value: Json, pointer: str = "") -> Iterator[tuple[str, JsonObject]]:
    """Give the alignments of an achievement, of its results and of their levels, each with its JSON pointer."""
    for thing in objects(value):
        found = thing.get("alignment")
        several = isinstance(found, list)
        for number, each in enumerate(objects(found)):
            yield f"{pointer}/alignment" + (f"/{number}" if several else ""), each
        for name in ("resultDescription", "rubricCriterionLevel"):
            for number, each in enumerate(objects(thing.get(name))):
                yield from _alignments(each, f"{pointer}/{name}/{number}")


def _form_problem(url: str) -> str:
    """Return what is wrong with the form of a URL, "" when nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:  # of brackets that are no address
        parts = urlsplit("")
    if parts.scheme not in {"http", "https", "urn"}:
        return "give the URI of the concept, that begins with http:, https: or urn:"
    if parts.hostname in _ESCO_PAGES and "esco" in url:
        named = parse_qs(parts.query).get("uri", [""])[0]
        return (
            f"this is a page about the concept; its URI is {named}"
            if _ESCO_URI.fullmatch(named)
            else "this is a page: give the concept's URI"
        )
    as_http = url.replace("https:", "http:", 1)
    if as_http.startswith("http://data.europa.eu/esco/") and not _ESCO_URI.fullmatch(as_http):
        return "ESCO has no URI of this form; they are like http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742"
    return ""


def _unknown(alignment: JsonObject, url: str, imported: Imported) -> Iterator[str]:
    name = _framework(alignment, url, imported.versions)
    if not name:
        return
    called = text(alignment.get("targetName"))
    hits = imported.frameworks.search(called, limit=1)
    like = f"; did you mean {hits[0].concept.label}, {hits[0].concept.uri}?" if hits else ""
    yield f"{name} {imported.versions[name]}".rstrip() + f" has no concept of this URI{like}"


def _framework(alignment: JsonObject, url: str, versions: Mapping[str, str]) -> str:
    """Return the imported framework that an alignment is to, "" when it is to none of them."""
    said = text(alignment.get("targetFramework")).casefold()
    home = next((name for start, name in _HOMES.items() if url.replace("https:", "http:", 1).startswith(start)), "")
    return next((name for name in versions if name == home or (said and said.startswith(name.casefold()))), "")


def _remarks(alignment: JsonObject, url: str, concept: Concept) -> Iterator[str]:
    known = f"{concept.framework} {concept.version}".rstrip()
    names = {name.casefold() for name in (concept.label, *concept.alternatives)}
    called = [text(alignment.get("targetName"), language) for language in _languages(alignment.get("targetName"))]
    if called and not any(name.casefold() in names for name in called):
        yield f"/targetName: {called[0]!r} is called {concept.label!r} in {known}"
    if url != concept.uri:
        yield f"/targetUrl: {concept.framework} writes {concept.uri}"
    said, code = text(alignment.get("targetFramework")), text(alignment.get("targetCode"))
    if said and not said.casefold().startswith(concept.framework.casefold()):
        yield f"/targetFramework: {said!r}, but the concept is in {known}"
    version = _VERSION.search(said)
    if version and concept.version and version[0] not in concept.version:
        yield f"/targetFramework: says {said!r}, and it was looked up in {known}"
    if code and concept.code and code != concept.code:
        yield f"/targetCode: {code!r}, but {known} has {concept.code!r}"


def _languages(name: Json) -> list[str]:
    return list(name) if isinstance(name, dict) else [""]
