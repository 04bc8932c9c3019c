"""Looking for credentials: by words, as the commands do, and by an issuer, skill, kind or standing that was picked from a list."""

from collections.abc import Mapping
from dataclasses import dataclass

from laurea.services.holding.search import holds_words
from laurea.web.wallet.card import Card

FIELDS = ("words", "issuer", "skill", "kind", "status")


@dataclass(frozen=True, slots=True)
class Seeking:
    """What somebody looks for; "" where it does not matter."""

    words: str = ""
    issuer: str = ""
    skill: str = ""
    kind: str = ""
    status: str = ""

    @classmethod
    def of(cls, sought: Mapping[str, str]) -> "Seeking":
        """Take what a form has sent."""
        return cls(**{name: sought.get(name, "") for name in FIELDS})

    def __bool__(self) -> bool:
        """Whether anything is looked for."""
        return any(getattr(self, name) for name in FIELDS)

    def finds(self, card: Card) -> bool:
        """Tell whether a credential is one of those."""
        return (
            holds_words(card.entry, card.summary, self.words)
            and self.issuer in ("", card.issuer)
            and (not self.skill or self.skill in names(card))
            and self.kind in ("", card.summary.kind)
            and self.status in ("", card.status)
        )


def names(card: Card) -> tuple[str, ...]:
    """Return the names of the skills of a credential."""
    return tuple(skill.name for skill in card.summary.skills)
