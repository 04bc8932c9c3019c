"""A wallet's answer to a link: an invitation to name itself, or a credential to fetch (the VC API's exchange)."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from laurea.core import canonical
from laurea.core.authentication import prove
from laurea.core.canonical import Json, JsonObject
from laurea.core.keys import SigningKey
from laurea.core.presentation import Demand
from laurea.errors import FormatError, InputError, NotFound
from laurea.wire import BadStatus, Wire, split_url

SECONDS = 30.0
INVITATION = "/invitations/"  # in the path of a link
NO_LINK = "this link is none that a wallet can answer"
STANDARD_PORTS = {"https": 443, "http": 80}
LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Invited:
    """The issuer knows this wallet now, and will issue the credential to it."""

    issuer: str
    achievement: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """The credential, as the issuer released it."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link is about, by the issuer's own word, and whether it reads like an invitation to name a wallet."""

    issuer: str
    achievement: str
    invites: bool


def ask(link: str) -> Asked:
    """Ask what a link is about, which shows nothing of the wallet and does not use it up; raises as `answer` does."""
    origin_of(link)
    wire = Wire(link, SECONDS)
    try:
        said = _object(_post(wire, {}))
    finally:
        wire.close()
    if not isinstance(said.get("verifiablePresentationRequest"), dict):
        raise InputError(NO_LINK)
    return Asked(_text(said, "issuer"), _text(said, "achievement"), INVITATION in urlsplit(link).path)


def answer(link: str, key: SigningKey, *, at: datetime) -> Invited | Fetched:
    """Answer a link with a proof that this wallet has its key, signed for the host of the link alone.

    Raises InputError for what is no such link, NotFound for one that works no more, Unreachable.
    """
    origin = origin_of(link)
    wire = Wire(link, SECONDS)
    try:
        asked = _object(_post(wire, {}))
        demand = _demand(asked, origin)
        told = _post(wire, {"verifiablePresentation": prove(key, demand, created=at)})
    finally:
        wire.close()
    said = _try_object(told)
    if said is not None and said.get("holder") == key.did and "credentialSubject" not in said:
        return Invited(_text(asked, "issuer"), _text(asked, "achievement"))
    return Fetched(told)


def is_link(text: str) -> bool:
    """Tell whether a text is a link and not the name of a file."""
    return text.lower().startswith(("https://", "http://"))


def origin_of(link: str) -> str:
    """Return the scheme and host of a link in their one form; raises InputError for no link, or when others could read what is sent there."""
    try:
        parts = split_url(link)
    except InputError as error:
        raise InputError(NO_LINK) from error
    if parts.username is not None:
        raise InputError(NO_LINK)  # what stands before the @ looks like the host
    if parts.scheme != "https" and parts.hostname not in LOCAL:
        raise InputError("the link is not https: whoever is on the way could read it", hint="ask the issuer for a link that is")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in (None, STANDARD_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _demand(asked: JsonObject, origin: str) -> Demand:
    request = asked.get("verifiablePresentationRequest")
    if not isinstance(request, dict):
        raise InputError(NO_LINK)
    challenge, domain = request.get("challenge"), request.get("domain")
    if not isinstance(challenge, str) or not isinstance(domain, str):
        raise InputError(NO_LINK)
    # What is signed for another host could be used there by whoever asks.
    if _origin_or_none(domain) != origin:
        raise InputError(f"{urlsplit(origin).netloc} asks for a signature for another host: nothing was signed")
    return Demand(domain, challenge)


def _origin_or_none(domain: str) -> str | None:
    try:
        return origin_of(domain)
    except InputError:
        return None


def _post(wire: Wire, content: JsonObject) -> bytes:
    try:
        return wire.post(canonical.dump(content))
    except BadStatus as error:
        if error.status in (404, 405):
            raise NotFound("the link is unknown, was used already, or has expired", hint="ask the issuer for another") from error
        if error.status == 422:
            raise InputError("the issuer refuses: the credential belongs to another wallet, or this clock is wrong") from error
        raise


def _object(data: bytes) -> JsonObject:
    found = _try_object(data)
    if found is None:
        raise InputError(NO_LINK)
    return found


def _try_object(data: bytes) -> JsonObject | None:
    try:
        value: Json = canonical.parse(data)
    except FormatError:
        return None
    return value if isinstance(value, dict) else None


def _text(said: JsonObject, name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else "the issuer"
