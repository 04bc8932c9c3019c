"""The renewal: a credential that says the same of the same learner for a longer time, and names the one in whose place it stands.

It names it by `replaces` of Dublin Core, {"id": "urn:uuid:…"}, which the credential defines in its own `@context`.
"""

from dataclasses import dataclass
from datetime import datetime

from laurea.core.badge import salted_anew
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.lenient import identifier, objects

REPLACES = "replaces"
TERM = "http://purl.org/dc/terms/replaces"
MAX_REPLACED = 16  # of one credential that are looked at


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is new about a renewed credential: its id, who issues it, its validity, the salt of its learner's hash, its status entries."""

    credential_id: str
    issuer: JsonObject
    valid_from: datetime
    valid_until: datetime
    salt: str
    status: tuple[Json, ...] = ()


def renewed(old: JsonObject, learner: str, renewal: Renewal) -> JsonObject:
    """Return the credential in the place of another, without proofs."""
    kept = {name: value for name, value in old.items() if name not in ("credentialStatus", "proof")}
    document: JsonObject = {
        **kept,
        "@context": _contexts(old.get("@context")),
        "id": renewal.credential_id,
        "issuer": renewal.issuer,
        "validFrom": format_time(renewal.valid_from),
        "validUntil": format_time(renewal.valid_until),
        REPLACES: {"id": identifier(old)},
    }
    if renewal.status:
        document["credentialStatus"] = [*renewal.status]
    subject = document.get("credentialSubject")
    names_learner = isinstance(subject, dict) and "identifier" in subject
    return salted_anew(document, learner, renewal.salt) if names_learner else document


def replaced(document: JsonObject) -> tuple[str, ...]:
    """Return the ids of the credentials in whose place one says that it stands; whether its issuer may say so is for the reader to judge."""
    found = (identifier(each) for each in list(objects(document.get(REPLACES)))[:MAX_REPLACED])
    return tuple(each for each in found if each)


def stands_for(new: JsonObject, old: JsonObject) -> bool:
    """Tell whether a credential stands in the place of another: it names it, and the same issuer speaks in both. Neither is verified here."""
    issuer = identifier(new.get("issuer"))
    return bool(issuer) and issuer == identifier(old.get("issuer")) and identifier(old) in replaced(new)


def _contexts(value: Json) -> list[Json]:
    contexts = value if isinstance(value, list) else [value]
    for number, each in enumerate(contexts):
        if isinstance(each, dict):
            return [*contexts[:number], {**each, REPLACES: TERM}, *contexts[number + 1 :]]
    return [*contexts, {REPLACES: TERM}]
