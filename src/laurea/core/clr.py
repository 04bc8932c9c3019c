"""The Comprehensive Learner Record 2.0 (1EdTech): one credential that holds others, and says how their achievements belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
TYPE = "ClrCredential"
MAX_HELD = 31  # credentials that are checked of one record: with itself as many as a presentation shows


@dataclass(frozen=True, slots=True)
class Association:
    """An achievement, by its id, that is part of another one."""

    part: str
    whole: str

    def document(self) -> JsonObject:
        """Return it as CLR has it."""
        return {"type": "Association", "associationType": "isPartOf", "sourceId": self.part, "targetId": self.whole}


@dataclass(frozen=True, slots=True)
class Record:
    """What a record holds of one learner: complete credentials, and how they belong together; `partial` when the issuer knows of more."""

    credentials: Sequence[JsonObject]
    associations: Sequence[Association]
    partial: bool

    def document(self, record_id: str, issuer: JsonObject, learner: JsonObject, made_at: datetime) -> JsonObject:
        """Return the ClrCredential without proofs; `learner` has the `id` or the `identifier` of its subject, or both."""
        subject: JsonObject = {**learner, "type": ["ClrSubject"], "verifiableCredential": [*self.credentials]}
        if self.associations:
            subject["association"] = [each.document() for each in self.associations]
        return {
            "@context": [*CONTEXTS],
            "id": record_id,
            "type": ["VerifiableCredential", TYPE],
            "name": "Comprehensive Learner Record",
            "issuer": issuer,
            "validFrom": format_time(made_at),
            "partial": self.partial,
            "credentialSubject": subject,
        }


def is_record(document: JsonObject) -> bool:
    """Tell whether a credential is a Comprehensive Learner Record."""
    kinds = document.get("type")
    return TYPE in (kinds if isinstance(kinds, list) else [kinds])


def held_by(document: JsonObject) -> list[Json]:
    """Return what a record holds, nothing of it read yet; [] for any other credential. Never raises."""
    subject = document.get("credentialSubject")
    if not is_record(document) or not isinstance(subject, dict):
        return []
    held = subject.get("verifiableCredential")
    return held if isinstance(held, list) else [] if held is None else [held]
