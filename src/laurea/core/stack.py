"""Stacks: the rule by which credentials make a capstone, "n of these m", with a minimum of credits if it asks for one (docs/stacks.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from laurea.core import canonical
from laurea.core.achievement import Achievement
from laurea.core.canonical import Json, JsonObject
from laurea.errors import FormatError

MAX_OF = 32  # achievements that one rule names: its capstone names as many parts, and a presentation can show them all but one
MAX_BYTES = 64 << 10
MAX_DEPTH = 4
MEMBERS = ("capstone", "needs", "of", "credits")
MAX_CREDITS = 1_000_000
SLACK = 1e-6  # credits: thrice 3.3 is less than 9.9 to a machine


@dataclass(frozen=True, slots=True)
class Stack:
    """A rule: whoever has `needs` of the achievements `of`, worth `credits` together, is awarded the achievement `capstone`; all by their keys."""

    capstone: str
    needs: int
    of: tuple[str, ...]
    credits: float | None = None

    @classmethod
    def parse(cls, data: bytes) -> "Stack":
        """Read a rule from JSON text; raises FormatError, which names every problem."""
        document = canonical.parse(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
        if not isinstance(document, dict):
            raise FormatError("the stack is not a JSON object")
        problems = list(_problems(document))
        if problems:
            raise FormatError(
                "\n  ".join(["the stack is not as it should be:", *problems]), hint='{"capstone": KEY, "needs": 2, "of": [KEY, …]}'
            )
        credits_ = document.get("credits")
        return cls(
            str(document["capstone"]),
            int(str(document["needs"])),
            tuple(map(str, _list(document["of"]))),
            float(credits_) if isinstance(credits_, int | float) else None,
        )

    @property
    def minimum(self) -> float:
        """How many credits the parts must come to, as a machine adds them; 0 where the rule asks for none."""
        return 0.0 if self.credits is None else self.credits - SLACK

    def document(self) -> JsonObject:
        """Return it as JSON."""
        asked: JsonObject = {} if self.credits is None else {"credits": self.credits}
        return {"capstone": self.capstone, "needs": self.needs, "of": [*self.of], **asked}

    def worth(self, known: Mapping[str, Achievement]) -> dict[str, float]:
        """Return what each of its achievements counts in credits: 0 where the rule asks for none.

        Raises FormatError for achievements that nobody knows, and for credits that cannot be added: of several systems, or too few in all.
        """
        missing = [key for key in (self.capstone, *self.of) if key not in known]
        if missing:
            raise FormatError(f"there is no achievement {missing[0]!r}", hint="add it first: laurea issuer achievement add FILE")
        if self.credits is None:
            return dict.fromkeys(self.of, 0.0)
        found = {key: credits_of(known[key].document) for key in self.of}
        without = [key for key, (_, points) in found.items() if points is None]
        if without:
            raise FormatError(
                f"the achievement {without[0]} has no credits to add", hint='give it "creditPoint", or leave "credits" out of the rule'
            )
        systems = {system for system, _ in found.values()}
        if len(systems) > 1:
            raise FormatError(
                f"credits of several systems cannot be added: {', '.join(sorted(system or 'none named' for system in systems))}"
            )
        worth = {key: points or 0.0 for key, (_, points) in found.items()}
        if sum(worth.values()) < self.minimum:
            raise FormatError(f"all of its achievements have {sum(worth.values()):g} credits together, fewer than {self.credits:g}")
        return worth


def unrelated(capstone: Achievement, parts: Sequence[Achievement]) -> list[str]:
    """Return the keys of the parts that a capstone does not name as `related` (Open Badges 3.0, Related)."""
    related = {each.get("id") for each in _list(capstone.document.get("related")) if isinstance(each, dict)}
    return [each.key for each in parts if each.document.get("id") not in related]


def credits_of(achievement: JsonObject) -> tuple[str, float | None]:
    """Return the system and the number of an achievement's credits: of its one `creditPoint`, else `creditsAvailable`; (…, None) without any."""
    points = [each for each in _list(achievement.get("creditPoint")) if isinstance(each, dict)]
    if len(points) == 1 and _is_number(points[0].get("point")):
        return str(points[0].get("framework")), float(str(points[0]["point"]))
    available = achievement.get("creditsAvailable")
    return "", float(str(available)) if not points and _is_number(available) else None


def _problems(document: JsonObject) -> Iterator[str]:
    for name in document.keys() - set(MEMBERS):
        yield f"/{name}: remove this member, a stack has {', '.join(MEMBERS)}"
    capstone, of, needs = document.get("capstone"), document.get("of"), document.get("needs")
    if not isinstance(capstone, str) or not capstone:
        yield "/capstone: give the key (humanCode) of the achievement that is awarded"
    if not isinstance(of, list) or not all(isinstance(key, str) and key for key in of):
        yield "/of: give the keys (humanCodes) of the achievements that count"
        return
    if len(set(map(str, of))) != len(of) or not 0 < len(of) <= MAX_OF:
        yield f"/of: give 1 to {MAX_OF} keys, each once"
    if capstone in of:
        yield "/of: remove the capstone itself"
    if not isinstance(needs, int) or isinstance(needs, bool) or not 0 < needs <= len(of):
        yield f"/needs: give how many of them it takes, 1 to {len(of)}"
    if "credits" in document and not (_is_number(document["credits"]) and 0 < float(str(document["credits"])) <= MAX_CREDITS):
        yield "/credits: give the credits that it takes together, more than 0, or leave it out"


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [] if value is None else [value]
