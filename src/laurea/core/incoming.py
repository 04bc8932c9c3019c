"""What a holder is given to keep: a credential of Open Badges 3.0, VC 2.0 or 1.1, as it came, or a presentation of some."""

from dataclasses import dataclass

from laurea.core import canonical, jose
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.presentation import MAX_CREDENTIALS, TYPE
from laurea.errors import FormatError

CREDENTIAL = "VerifiableCredential"
ENVELOPED = {"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"}
ENVELOPE_BEGIN = "data:application/"
OPEN_BADGES_2 = "https://w3id.org/openbadges/v"
MAX_NAMED = 60  # characters of a wrong type that are told


@dataclass(frozen=True, slots=True)
class Incoming:
    """A credential and the exact bytes that are to be kept of it; a JWT's signature is nowhere in `credential`."""

    data: bytes
    credential: Credential

    @property
    def jwt(self) -> bool:
        """Whether it is secured as a JWT."""
        return jose.is_compact(self.data)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one file brought: credentials, and whether a presentation was around them."""

    credentials: tuple[Incoming, ...]
    presentation: bool = False

    @classmethod
    def parse(cls, data: bytes) -> "Parcel":
        """Read a credential, or take those out of a presentation; raises FormatError that says what the document is instead."""
        if jose.is_compact(data):
            said = jose.payload(data)
            inner = said.get(jose.VP, said)
            return cls.of(inner, data) if _is_presentation(inner) else cls((_credential_of_jwt(data, said),))
        return cls.of(canonical.parse(data), data)

    @classmethod
    def of(cls, value: Json, data: bytes | None = None) -> "Parcel":
        """Take a parsed JSON value for a credential or a presentation; `data` is its text if it came as one."""
        if not isinstance(value, dict):
            raise FormatError("the document is not a JSON object, so it is no credential")
        enveloped = _enveloped(value)
        if enveloped is not None:
            return cls.parse(enveloped)
        if _is_presentation(value):
            return cls(tuple(_unwrap(value)), presentation=True)
        _refuse_others(value)
        text = canonical.encode(value) if data is None else data
        return cls((Incoming(text, Credential.of(value, text=text)),))


def credential_of(data: bytes) -> Credential:
    """Return the credential that kept bytes are; raises FormatError when they are none."""
    return Credential(jose.document_of(jose.payload(data)), ()) if jose.is_compact(data) else Credential.parse(data)


def _credential_of_jwt(data: bytes, said: JsonObject) -> Incoming:
    document = jose.document_of(said)
    _refuse_others(document)
    return Incoming(data, Credential.of(document))


def _unwrap(presentation: JsonObject) -> list[Incoming]:
    held = presentation.get("verifiableCredential")
    items = held if isinstance(held, list) else [] if held is None else [held]
    if not 0 < len(items) <= MAX_CREDENTIALS:
        raise FormatError(f"the presentation holds {len(items)} credentials; one that can be taken has 1 to {MAX_CREDENTIALS}")
    found = [Parcel.parse(item.encode()) if isinstance(item, str) else Parcel.of(item) for item in items]
    if any(parcel.presentation for parcel in found):
        raise FormatError("the presentation holds another presentation", hint="take the credentials out of that one")
    return [each for parcel in found for each in parcel.credentials]


def _enveloped(value: JsonObject) -> bytes | None:
    """Return the JWT that an envelope of VC 2.0 holds (4.13), None when the value is no envelope."""
    url = value.get("id")
    if ENVELOPED.isdisjoint(_types(value)):
        return None
    if not isinstance(url, str) or not url.startswith(ENVELOPE_BEGIN) or not jose.is_compact(url.partition(",")[2].encode()):
        raise FormatError("the credential is enveloped in a form that is not read here", hint="a JWT (data:application/vc+jwt,…) is")
    return url.partition(",")[2].encode()


def _refuse_others(value: JsonObject) -> None:
    """Raise FormatError that says what a document is, if it is no credential."""
    types, contexts = _types(value), _names(value.get("@context"))
    if "Assertion" in types or ("badge" in value and any(name.startswith(OPEN_BADGES_2) for name in contexts)):
        raise FormatError(
            "the document is an Open Badges 2.0 assertion: only its issuer's server can say whether it is good",
            hint="ask the issuer for the same badge as Open Badges 3.0, or keep it as history: laurea wallet history add",
        )
    if CREDENTIAL not in types:
        named = f"its type is {', '.join(sorted(types))[:MAX_NAMED]}" if types else "it has no type"
        raise FormatError(f"the document is no credential: {named}", hint=f"a credential's types name {CREDENTIAL}")
    if not Credential(value, ()).issuer:
        raise FormatError("the credential does not say who issued it", hint="ask for one with an issuer")
    if "credentialSubject" not in value:
        raise FormatError("the credential says nothing of anybody: it has no credentialSubject")


def _is_presentation(value: Json) -> bool:
    return isinstance(value, dict) and TYPE in _types(value)


def _types(value: JsonObject) -> set[str]:
    return set(_names(value.get("type")))


def _names(value: Json) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
