"""Words as searches compare them: folded, without accents and endings, in whatever European language they are.

One light stemmer serves all languages, since nobody says in which one a word of a search is: it takes off plurals and the commonest
endings of verbs of English, German, Spanish and French, the same for labels and for what is looked for.
"""

import re
import unicodedata
from functools import lru_cache

MAX_TEXT = 4_000  # characters of one text that are looked at
MIN_STEM = 3  # letters that an ending must leave
LONG_STEM = 6  # letters from which on two spellings are one word

_TOKEN = re.compile(r"\.net\b|[a-z0-9][a-z0-9]*(?:(?:\+\+|#)(?![a-z0-9]))?")  # C++, C#, .NET are words
_APOSTROPHE = re.compile("['`\N{RIGHT SINGLE QUOTATION MARK}]s\\b|['`\N{RIGHT SINGLE QUOTATION MARK}]")
_ENDINGS = ("ings", "ing", "ies", "ied", "eds", "ed", "en", "es", "os", "as", "er", "e", "s", "o", "a", "y")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})

SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "other",
        "others",
        "such",
        "that",
        "the",
        "their",
        "these",
        "this",
        "those",
        "to",
        "with",
        "within",
        "via",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "einen",
        "einer",
        "eines",
        "und",
        "oder",
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "im",
        "am",
        "mit",
        "auf",
        "fur",
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "unos",
        "unas",
        "y",
        "o",
        "de",
        "del",
        "al",
        "en",
        "con",
        "para",
        "por",
        "su",
        "sus",
        "le",
        "les",
        "des",
        "du",
        "et",
        "ou",
        "dans",
        "avec",
        "pour",
    ]
)
"""Words that say nothing of a skill, of the languages above."""


def folded(text: str) -> str:
    """Return a text in lower case and without accents; "für" and "fur" are the same, and so are "Straße" and "strasse"."""
    plain = unicodedata.normalize("NFKD", text[:MAX_TEXT].casefold().translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def tokens(text: str) -> list[str]:
    """Return the words of a text, folded, in their order, small ones too."""
    return _TOKEN.findall(_APOSTROPHE.sub("", folded(text)))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return a folded word without its ending: "managing", "manages" and "manage" are the same."""
    if word.endswith(("ss", "us", "is")) or not word.isalpha():
        return _british(word)
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= MIN_STEM:
            return _single(rest)
    return _british(word)


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text in their order, without small words unless there are no others."""
    found = tokens(text)
    return tuple(stem(word) for word in found if word not in SMALL) or tuple(found)


def key(text: str) -> str:
    """Return what two labels that differ only in case, inflection and small words have in common."""
    return " ".join(stems(text))


def _single(rest: str) -> str:
    # "planning" and "plan", "programmed" and "program": a doubled consonant at the end is one; not "install", nor "process"
    single = rest[:-1] if len(rest) > MIN_STEM and rest[-1] == rest[-2] and rest[-1] in "bdgmnprt" else rest
    return _british(single)


def _british(word: str) -> str:
    # American spelling is the same word: organise and organize, colour and color, analyse and analyze
    word = word.replace("yz", "ys") if len(word) < LONG_STEM else word.replace("yz", "ys").replace("iz", "is")
    return word[:-3] + "or" if word.endswith("our") and len(word) >= LONG_STEM else word
