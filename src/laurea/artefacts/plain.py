"""Texts of anybody's, as they may stand on a page of ours: on one line, and read in the order that they have."""

import unicodedata

from laurea.artefacts.words import Words
from laurea.core.summary import Summary

_RTL = {"R", "AL"}
_ORDERS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they make a text read in another order than it is


def plain(text: str) -> str:
    """Return a text on one line without control characters, nor those that turn the order of reading round."""
    return " ".join("".join(" " if _is_control(letter) else letter for letter in text if letter not in _ORDERS).split())


def title_of(summary: Summary, words: Words) -> str:
    """Return what a credential is called."""
    return plain(summary.title) or words.untitled


def is_rtl(text: str) -> bool:
    """Tell whether a text reads from right to left: its first letter that has a direction says so."""
    return next((kind in _RTL for kind in map(unicodedata.bidirectional, text) if kind in _RTL or kind == "L"), False)


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Cn", "Co"}
