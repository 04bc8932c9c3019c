"""Phrases of a sentence that may be the name of a skill: runs of words that no punctuation parts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from laurea.core.stems import SMALL, folded, tokens

LONGEST = 7  # words of a phrase
MAX_ITEM = 4  # words of what is taken for a skill that no framework knows

_PART = re.compile(r"[,;:!?()\[\]\"\u201c\u201d\u2022|]|\.(?=\s|$)|\s[-\u2013\u2014]\s|/")
_WORD = re.compile(r"\S+")
_INTRODUCES = re.compile(
    r"(?:experience (?:with|in|using|of)|knowledge of|proficien(?:t|cy) (?:in|with)|famil(?:iar|iarity) with|skilled in|fluent in|expertise in|"
    r"command of|hands-on with|competent in|certified in|kenntnisse (?:in|von)|erfahrung (?:mit|in)|umgang mit|conocimientos (?:de|en)|"
    r"experiencia (?:con|en|de)|dominio de|manejo de)\s+(?P<items>.+)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:,|;|/|\band\b|\bor\b|\bund\b|\boder\b|\by\b|\bo\b)\s*", re.IGNORECASE)
_STOPS = re.compile(
    r"\b(?:is|are|as|for|to|that|which|such|would|will|on|at|within|in a|in an|in the|ist|sind|es|son|para|que)\b.*", re.IGNORECASE
)
_NAME = re.compile(r"[A-Z0-9][\w.+#-]*(?: [A-Z0-9][\w.+#-]*)*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as they stand in a sentence: which of its words they are, from `begin` to before `end`, and how many of them are no small ones."""

    text: str
    begin: int
    end: int
    telling: int


def phrases(sentence: str) -> list[Phrase]:
    """Return all phrases of a sentence, those that tell most first; none begins or ends with a small word."""
    found: list[Phrase] = []
    begin = 0
    for part in _PART.split(sentence):
        words = _WORD.findall(part)
        found += _of(words, begin)
        begin += len(words) + 1
    return sorted(found, key=lambda phrase: (-phrase.telling, phrase.end - phrase.begin, phrase.begin))


def _of(words: list[str], offset: int) -> Iterator[Phrase]:
    small = [not tokens(word) or folded(word) in SMALL for word in words]
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + LONGEST, len(words)) + 1):
            if not small[begin] and not small[end - 1]:
                yield Phrase(" ".join(words[begin:end]), offset + begin, offset + end, small[begin:end].count(False))


def named_items(sentence: str) -> list[str]:
    """Return what a sentence lists by name after words like "experience with": "Kubernetes", "SAP S/4HANA"."""
    found = _INTRODUCES.search(sentence)
    if found is None:
        return []
    items = (_STOPS.sub("", item).strip(" .()") for item in _BETWEEN.split(found["items"]))
    return [item for item in items if _NAME.fullmatch(item) and len(item.split()) <= MAX_ITEM and not item.isdigit()]
