"""How hard a passphrase is to guess, with what an attacker knows of its user counted in (zxcvbn)."""

import re
from collections.abc import Iterable

from zxcvbn import zxcvbn

from laurea.errors import InputError

# Each guess costs an attacker about a fifth of a second of a processor (docs/wallet-file.md): a thousand of them need two months and more.
ENOUGH_GUESSES = 10**10
MAX_JUDGED = 72  # characters, which zxcvbn looks at in reasonable time; more only make it harder
MIN_WORD = 3  # characters: shorter ones are in everything
ALWAYS_KNOWN = ("laurea", "wallet", "credential", "diploma", "badge", "passphrase")


def weakness(passphrase: str, known: Iterable[str] = ()) -> tuple[str, ...] | None:
    """Return why a passphrase can be guessed, as zxcvbn's advice (perhaps none), or None when it cannot.

    `known` are words that others connect with its user.
    """
    words = [form for text in (*ALWAYS_KNOWN, *known) for form in _forms(text)]
    found = zxcvbn(passphrase[:MAX_JUDGED], user_inputs=words)
    if found["guesses"] >= ENOUGH_GUESSES:
        return None
    return tuple(filter(None, (found["feedback"]["warning"], *found["feedback"]["suggestions"])))


def require_strong(passphrase: str, known: Iterable[str] = ()) -> None:
    """Raise InputError with advice when a passphrase can be guessed; `known` are words that others connect with its user."""
    advice = weakness(passphrase, known)
    if advice is not None:
        said = "; ".join(text.rstrip(".").lower() for text in advice)
        raise InputError(
            "the passphrase is too easy to guess",
            hint=f"four or five words that do not belong together are good{f' ({said})' if said else ''}",
        )


def _forms(text: str) -> list[str]:
    words = re.findall(r"\w+", text)
    return [text, *(word for word in words if len(word) >= MIN_WORD), *(between.join(words) for between in ("", ".", "-", "_"))]
