"""Whether a new passphrase is good, said in the reader's language: the advice is zxcvbn's, which is a list of its own."""

import getpass
from collections.abc import Iterable

from laurea.services.holding.strength import weakness
from laurea.web.wallet.language import N_
from laurea.web.wallet.visitor import Visit

ADVICE = (
    N_("Use a few words, avoid common phrases."),
    N_("No need for symbols, digits, or uppercase letters."),
    N_("Add another word or two. Uncommon words are better."),
    N_("Straight rows of keys are easy to guess."),
    N_("Short keyboard patterns are easy to guess."),
    N_("Use a longer keyboard pattern with more turns."),
    N_('Repeats like "aaa" are easy to guess.'),
    N_('Repeats like "abcabcabc" are only slightly harder to guess than "abc".'),
    N_("Avoid repeated words and characters."),
    N_('Sequences like "abc" or "6543" are easy to guess.'),
    N_("Avoid sequences."),
    N_("Recent years are easy to guess."),
    N_("Avoid recent years."),
    N_("Avoid years that are associated with you."),
    N_("Dates are often easy to guess."),
    N_("Avoid dates and years that are associated with you."),
    N_("This is a top-10 common password."),
    N_("This is a top-100 common password."),
    N_("This is a very common password."),
    N_("This is similar to a commonly used password."),
    N_("A word by itself is easy to guess."),
    N_("Names and surnames by themselves are easy to guess."),
    N_("Common names and surnames are easy to guess."),
    N_("Capitalization doesn't help very much."),
    N_("All-uppercase is almost as easy to guess as all-lowercase."),
    N_("Reversed words aren't much harder to guess."),
    N_("Predictable substitutions like '@' instead of 'a' don't help very much."),
)


def objections(visit: Visit, passphrase: str, again: str, known: Iterable[str] = ()) -> list[str]:
    """Return what stands against a new passphrase that was typed twice, in the reader's language; nothing when it is good."""
    if not passphrase:
        return [visit.say(N_("Choose a passphrase."))]
    if passphrase != again:
        return [visit.say(N_("The two are not the same. Type both once more."))]
    advice = weakness(passphrase, (*known, visit.service.lock.path.stem, *_user()))
    if advice is None:
        return []
    good = N_("This passphrase is too easy to guess. Four or five words that do not belong together are good.")
    return [visit.say(good), *(visit.say(each) for each in advice)]


def _user() -> list[str]:
    try:
        return [getpass.getuser()]
    except (KeyError, OSError):  # an account without a name, as in a container
        return []
