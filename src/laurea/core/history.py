"""History: badges and certificates from elsewhere, as they describe themselves. Nothing here says that any of it is true (docs/history.md)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from laurea.core.canonical import Json, JsonObject
from laurea.core.lenient import identifier, label, link, member, moment, objects, several, text
from laurea.core.summary import Summary

OPEN_BADGES = ("https://w3id.org/openbadges/v", "http://w3id.org/openbadges/v", "https://openbadgespec.org")
PROOF_2017 = "MerkleProof2017"  # of Blockcerts v2
MAX_WORDS = 500  # characters of what is kept of a name
MAX_SKILLS = 50

_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC).timestamp(), datetime(2200, 1, 1, tzinfo=UTC).timestamp()


class Form(StrEnum):
    """What a record of the history is."""

    OPEN_BADGES_2 = "Open Badges 2.0"
    OPEN_BADGES_3 = "Open Badges 3.0"
    BLOCKCERTS = "Blockcerts v2"
    CERTIFICATE = "certificate"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Told:
    """What a badge or certificate says of itself, "" where it says nothing; `issued` and `expires` are days, like 2024-05-31.

    `url` is where its own platform says whether it is good. `more` are the addresses of what it leaves to others to say: its badge class, its issuer.
    """

    form: Form
    title: str = ""
    issuer: str = ""
    platform: str = ""
    issued: str = ""
    expires: str = ""
    url: str = ""
    skills: tuple[str, ...] = ()
    more: tuple[str, ...] = field(default=())


def is_assertion(document: Json) -> bool:
    """Tell whether a document is an assertion of Open Badges 1.0 to 2.1."""
    if not isinstance(document, dict) or "badge" not in document:
        return False
    types = {each for each in several(document.get("type")) if isinstance(each, str)}
    contexts = (each for each in several(document.get("@context")) if isinstance(each, str))
    # 1.0 has neither types nor contexts, and always says how it is verified.
    return "Assertion" in types or any(each.startswith(OPEN_BADGES) for each in contexts) or isinstance(document.get("verify"), dict)


def of_assertion(document: JsonObject, others: Iterable[JsonObject] = (), language: str = "") -> Told:
    """Read an assertion of Open Badges 1.0 to 2.1; `others` are its badge class and its issuer where they stand elsewhere. Never raises."""
    known = {identifier(each): each for each in others if identifier(each)}
    badge = _object(document.get("badge"), known)
    issuer = _object(badge.get("issuer"), known)
    proven = PROOF_2017 in {each for each in several(member(document, "signature", "type")) if isinstance(each, str)}
    return Told(
        Form.BLOCKCERTS if proven else Form.OPEN_BADGES_2,
        title=_short(badge.get("name"), language),
        issuer=_short(issuer.get("name"), language),
        issued=day_of(document.get("issuedOn")),
        expires=day_of(document.get("expires")),
        url=_checked_at(document),
        skills=_skills(badge, language),
        more=tuple(filter(None, (_missing(document.get("badge"), known), _missing(badge.get("issuer"), known)))),
    )


def of_credential(document: JsonObject, language: str = "") -> Told:
    """Read a credential of Open Badges 3.0 that has no proof. Never raises."""
    said = Summary.of(document, language)
    return Told(
        Form.OPEN_BADGES_3,
        title=said.title[:MAX_WORDS],
        issuer=(said.issuer_name or said.issuer)[:MAX_WORDS],
        issued=_day(said.awarded or said.valid_from),
        expires=_day(said.valid_until),
        url=link(document.get("id")),
        skills=tuple(skill.name[:MAX_WORDS] for skill in said.skills[:MAX_SKILLS]),
    )


def day_of(value: Json) -> str:
    """Return the day of a time: as text of ISO 8601, or in seconds since 1970, as Open Badges 1.0 has it; "" for all else."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return _day(datetime.fromtimestamp(value, UTC)) if _FIRST <= value < _LAST else ""
    said = text(value)
    if said.isascii() and said.isdecimal() and len(said) <= 12:
        return day_of(int(said))
    try:
        return date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        return _day(moment(said))


def _day(at: datetime | None) -> str:
    return "" if at is None else at.date().isoformat()


def _object(value: Json, known: dict[str, JsonObject]) -> JsonObject:
    return next(objects(value), None) or known.get(identifier(value), {})


def _missing(value: Json, known: dict[str, JsonObject]) -> str:
    return link(value) if isinstance(value, str) and value not in known else ""


def _checked_at(document: JsonObject) -> str:
    """Return where a hosted badge is; a signed one has no such place but its evidence, and its issuer's key."""
    return link(document.get("id")) or link(member(document, "verify", "url")) or link(member(document, "verification", "url"))


def _skills(badge: JsonObject, language: str) -> tuple[str, ...]:
    aligned = [label(each, language) or text(each.get("targetName"), language) for each in objects(badge.get("alignment"))]
    tags = [text(each, language) for each in several(badge.get("tags"))]
    return tuple(dict.fromkeys(each[:MAX_WORDS] for each in (*aligned, *tags) if each))[:MAX_SKILLS]


def _short(value: Json, language: str) -> str:
    return " ".join(text(value, language).split())[:MAX_WORDS]
