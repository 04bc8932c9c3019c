"""The parts of a credential: the credentials that it was awarded for, named in its `evidence`, so that a verifier can check each by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from laurea.core.canonical import Json, JsonObject

TYPE: Final = "CredentialPart"
MAX_PARTS = 64  # of one credential that are looked at: each may be asked for
MAX_TEXT = 2000  # characters of what names one

_OURS = "urn:laurea:terms:"
TERMS: JsonObject = {name: _OURS + name for name in (TYPE, "partAchievement", "partIssuer")}
"""The context of a credential that names its parts, beside those of Open Badges; only names that end their IRIs may stand in one."""


@dataclass(frozen=True, slots=True)
class Part:
    """A credential by its id (a random UUID, never again given by its issuer), its issuer, and the achievement's id and name."""

    id: str
    issuer: str
    achievement: str
    name: str = ""

    def evidence(self) -> JsonObject:
        """Return the entry of `evidence` (Open Badges 3.0, Evidence) that names it."""
        named: JsonObject = {"name": self.name} if self.name else {}
        return {"id": self.id, "type": ["Evidence", TYPE], "partAchievement": self.achievement, "partIssuer": self.issuer, **named}


def parts_of(document: JsonObject) -> tuple[Part, ...]:
    """Return the parts that a credential names, each once, at most MAX_PARTS; none where its evidence is hidden. Never raises."""
    found = (_part(each) for each in _list(document.get("evidence")))
    return distinct(each for each in found if each is not None)


def distinct(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return parts, each once, at most MAX_PARTS."""
    return tuple(dict.fromkeys(parts))[:MAX_PARTS]


def _part(value: Json) -> Part | None:
    if not isinstance(value, dict) or TYPE not in _list(value.get("type")):
        return None
    texts = [value.get(name) for name in ("id", "partIssuer", "partAchievement")]
    if not all(isinstance(text, str) and 0 < len(text) <= MAX_TEXT for text in texts):
        return None
    name = value.get("name")
    part, issuer, achievement = map(str, texts)
    return Part(part, issuer, achievement, name[:MAX_TEXT] if isinstance(name, str) else "")


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
