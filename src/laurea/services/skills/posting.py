"""Postings: their text out of a file, and the skills that it asks for."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from laurea.artefacts.html_text import html_text, is_html
from laurea.artefacts.pdf import MAGIC
from laurea.artefacts.pdf_text import pdf_text
from laurea.core.concept import Concept, Frameworks
from laurea.core.phrases import Phrase, named_items, phrases
from laurea.core.posting import Sentence, Wanted, sentences
from laurea.core.stems import folded, stem, stems
from laurea.errors import FormatError

MAX_BYTES = 10 << 20
MOST_SENTENCES = 500
MOST_PHRASES = 10_000  # that are looked up: those of some fifteen hundred words; what stands after them is not read
MOST_MEANINGS = 3  # concepts of one name: of more nobody knows which is meant
MIN_LETTERS = 4  # of a single word that is not written like a name

CERTAIN, OTHER_NAME, WITH_VERB, ONE_WORD = 1.0, 0.9, 0.85, 0.8
"""How sure a concept is by its preferred label, by another one, by one that says a verb like "perform" before, and by a single word."""

VERBS = ("perform", "use", "apply", "conduct", "manage", "operate")
"""What names of skills begin with where people say only the rest: "perform market research"."""

COMMON = frozenset(
    stem(word)
    for word in [
        "work",
        "team",
        "lead",
        "drive",
        "design",
        "plan",
        "write",
        "read",
        "play",
        "run",
        "train",
        "serve",
        "help",
        "support",
        "present",
        "learn",
        "teach",
        "business",
        "service",
        "time",
        "people",
        "office",
        "customer",
        "product",
        "project",
        "quality",
        "report",
        "company",
        "industry",
        "computer",
        "software",
        "hardware",
        "language",
        "languages",
        "management",
        "environment",
        "health",
        "safety",
        "education",
        "research",
        "science",
        "technology",
        "engineering",
        "production",
        "marketing",
        "sales",
        "finance",
        "art",
        "music",
        "sport",
        "travel",
        "transport",
        "communication",
        "development",
        "skill",
        "skills",
        "experience",
        "experiences",
        "knowledge",
        "arbeit",
        "team",
        "zeit",
        "trabajo",
        "equipo",
        "tiempo",
        "tools",
        "process",
        "processes",
        "systems",
        "test",
        "tests",
        "organise",
        "organize",
        "type",
        "format",
        "check",
        "prepare",
        "file",
        "train",
        "guide",
        "focus",
        "control",
        "clean",
        "cook",
        "sing",
        "swim",
        "market",
        "field",
        "event",
        "events",
        "position",
        "degree",
        "level",
        "standard",
        "standards",
        "solution",
        "solutions",
        "community",
        "network",
        "networks",
    ]
)
"""Words that are a concept's name somewhere, and in a posting nearly always something else."""


def posting_text(data: bytes, name: str) -> str:
    """Return the text of a posting, with a line for each paragraph; `name` is the file's or the URL, for messages. Raises FormatError."""
    if len(data) > MAX_BYTES:
        raise FormatError(f"{name} is larger than {MAX_BYTES:,} bytes")
    if data.startswith(MAGIC):
        return pdf_text(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{name} is neither a PDF nor text in UTF-8", hint="give text, HTML or PDF") from error
    if "\0" in text:
        raise FormatError(f"{name} is no text", hint="give text, HTML or PDF")
    return html_text(text) if is_html(text) else text


def wanted_of(text: str, frameworks: Frameworks) -> list[Wanted]:
    """Return the skills that a posting asks for, in the order of the text, each once, with the sentence that it came from.

    What no framework knows is left out, or comes as words without concept; what the posting says it does not need is not there.
    """
    asked = [sentence for sentence, _ in zip(sentences(text), range(MOST_SENTENCES), strict=False)]
    parts = list(_phrases(asked))
    known = _known({phrase.text for some in parts for phrase in some}, frameworks)
    found: dict[str, Wanted] = {}
    for sentence, some in zip(asked, parts, strict=False):
        for each in [*_concepts(sentence, some, known), *_unknown(sentence, known)]:
            name = each.concept.uri if each.concept else folded(each.words)
            if name not in found or (each.essential and not found[name].essential):
                found[name] = each
    return list(found.values())


def _phrases(asked: Iterable[Sentence]) -> Iterator[list[Phrase]]:
    """Give the phrases of each sentence, as long as there are not too many."""
    count = 0
    for sentence in asked:
        if count > MOST_PHRASES:
            return
        found = phrases(sentence.asks)
        count += len(found)
        yield found


def _known(texts: Iterable[str], frameworks: Frameworks) -> dict[str, list[Concept]]:
    texts = set(texts)
    known = dict(frameworks.named(texts))
    longer = {f"{verb} {text}": text for text in texts - known.keys() if len(stems(text)) > 1 for verb in VERBS}
    for name, concepts in frameworks.named(longer).items():
        known.setdefault(longer[name], []).extend(concept for concept in concepts if concept not in known.get(longer[name], ()))
    return known


def _concepts(sentence: Sentence, some: Sequence[Phrase], known: Mapping[str, Sequence[Concept]]) -> Iterator[Wanted]:
    """Give the concepts that a sentence names; of phrases that overlap the longest."""
    taken: set[int] = set()
    chosen: list[tuple[int, Wanted]] = []
    for phrase in some:
        meanings = known.get(phrase.text, ())
        if taken.isdisjoint(range(phrase.begin, phrase.end)) and 0 < len(meanings) <= MOST_MEANINGS and _is_meant(phrase, meanings[0]):
            taken.update(range(phrase.begin, phrase.end))
            wanted = Wanted(meanings[0], phrase.text, sentence.text, sentence.essential, _certainty(phrase, meanings))
            chosen.append((phrase.begin, wanted))
    return (wanted for _, wanted in sorted(chosen, key=lambda pair: pair[0]))


def _is_meant(phrase: Phrase, concept: Concept) -> bool:
    """Tell whether words that are a concept's name mean it: two do, one does when it is that very word, and not a common one."""
    words = stems(phrase.text)
    labels = {folded(label) for label in (concept.label, *concept.alternatives)}
    plain = folded(phrase.text).strip(".'")
    is_label = not labels.isdisjoint({plain, plain.removesuffix("s")})
    if len(words) > 1:
        return is_label or not all(word in COMMON for word in words)
    is_name = phrase.begin > 0 and phrase.text[:1].isupper()
    return is_label and words[0] not in COMMON and (is_name or len(plain) >= MIN_LETTERS or phrase.text.isupper())


def _certainty(phrase: Phrase, meanings: Sequence[Concept]) -> float:
    words = stems(phrase.text)
    names = {stems(label) for label in meanings[0].alternatives}
    by_name = CERTAIN if words == stems(meanings[0].label) else OTHER_NAME if words in names else WITH_VERB
    sure = by_name if len(words) > 1 else ONE_WORD
    return round(sure / math.sqrt(len(meanings)), 2)


def _unknown(sentence: Sentence, known: Iterable[str]) -> Iterator[Wanted]:
    names = set(map(folded, known))
    for item in named_items(sentence.asks):
        if folded(item) not in names:
            yield Wanted(None, item, sentence.text, sentence.essential, ONE_WORD)
