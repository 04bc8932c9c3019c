"""What a holder tells of themselves, as a credential that they issue to themselves: signed, so that nobody changes it, and confirmed by nobody.

Open Badges 3.0 calls a credential self-asserted when its issuer and its subject are the same; the type says it in words, too.
"""

from dataclasses import dataclass
from datetime import datetime

from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import format_time
from laurea.core.lenient import identifier, several
from laurea.core.openbadge import CONTEXT
from laurea.core.statement import MAX_FILES, RESOURCE, FileNamed

TYPE = "SelfAssertedStatement"
TERM = "urn:laurea:terms:SelfAssertedStatement"
SAID = "said by the holder themselves; nobody has confirmed it"


@dataclass(frozen=True, slots=True)
class Narrative:
    """A holder's own words for a goal, by whom and when; `files` are evidence by their digests, at most 32."""

    holder: str
    title: str
    text: str
    written: datetime
    files: tuple[FileNamed, ...] = ()

    def document(self) -> JsonObject:
        """Return the credential without its proof (VC 2.0; `relatedResource` of 5.3 has the digests of the files)."""
        resources: list[Json] = [file.document() for file in self.files[:MAX_FILES]]
        return {
            "@context": [CONTEXT, {TYPE: TERM}],
            "type": ["VerifiableCredential", TYPE],
            "name": self.title,
            "description": SAID,
            "issuer": self.holder,
            "validFrom": format_time(self.written),
            "credentialSubject": {"id": self.holder, "description": self.text},
            **({RESOURCE: resources} if resources else {}),
        }


def is_self_asserted(document: JsonObject) -> bool:
    """Tell whether a credential is its subject's own word: it says so, or its first subject is its issuer (Open Badges 3.0, "self-asserted")."""
    issuer = identifier(document.get("issuer"))
    return TYPE in several(document.get("type")) or (bool(issuer) and issuer == identifier(document.get("credentialSubject")))
