"""Share a document by a link: sealed here, kept by a host that cannot read it, opened with the key behind the # of the link."""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from laurea.core import canonical, sealed_share
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time, parse_time
from laurea.core.sealed_share import DEFAULT_LIFE, MAX_LIFE, MIN_LIFE
from laurea.errors import FormatError, InputError, NotFound, Unreachable
from laurea.fetch.guard import FetchPolicy, guarded
from laurea.services.exchange import LOCAL
from laurea.wire import BadStatus, Headers, Wire

SECONDS = 30.0
HOUR = timedelta(hours=1)

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_KEY = re.compile(r"k=([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Share:
    """A link, which is for others, and the token that ends it, which is not; neither is to be printed by chance."""

    url: str = field(repr=False)
    id: str
    deletion_token: str = field(repr=False)
    expires: datetime

    def receipt(self) -> JsonObject:
        """Return what its owner keeps, to look after the share and to end it."""
        return {"url": self.url, "deletionToken": self.deletion_token, "expires": format_time(self.expires)}

    @classmethod
    def of(cls, url: str, deletion_token: str, expires: datetime) -> "Share":
        """Return the share behind a link; raises InputError when it is none."""
        return cls(url, _Link.parse(url).id, deletion_token, expires)

    @classmethod
    def of_receipt(cls, data: bytes) -> "Share":
        """Read a receipt; raises FormatError for what is none."""
        match canonical.parse(data):
            case {"url": str() as url, "deletionToken": str() as token, "expires": str() as expires} if _TOKEN.fullmatch(token):
                return cls.of(url, token, parse_time(expires))
        raise FormatError("this is no receipt of a share")


@dataclass(frozen=True, slots=True)
class Status:
    """How often a share was opened, when it was last, to the hour, and until when it is there."""

    views: int
    last_viewed: datetime | None
    expires: datetime


def share(document: bytes, host: str, *, life: timedelta = DEFAULT_LIFE, upload_token: str | None = None) -> Share:
    """Seal a document with a fresh key and give it to a host for a while.

    Raises InputError when it is too large, for a life of no whole hours or for what is no host; Unreachable when the host does not take it.
    """
    if not MIN_LIFE <= life <= MAX_LIFE or life % HOUR:
        raise InputError("a share lives between 1 hour and 365 days, in whole hours")
    base = base_url(host)
    key = secrets.token_bytes(sealed_share.KEY_BYTES)
    sealed = sealed_share.seal(document, key, secrets.token_bytes(sealed_share.NONCE_BYTES))
    headers = [("Content-Type", "application/octet-stream"), *(_bearer(upload_token) if upload_token else [])]
    with _wire(f"{base}/v1/shares?hours={life // HOUR}") as wire, _explained(wire.host):
        answer = wire.ask("POST", sealed, headers=headers, status=201)
    # The host's own word for the link is not taken: it could lead elsewhere, with the key.
    match _parsed(answer):
        case {"id": str() as name, "deletionToken": str() as token, "expires": str() as expires} if _ID.fullmatch(
            name
        ) and _TOKEN.fullmatch(token):
            return Share(f"{base}/s/{name}#k={_text(key)}", name, token, _moment(expires))
    raise Unreachable("the host took the document and did not answer as a share host does")


def status(share: Share) -> Status:
    """Ask the host how often a share was opened; raises NotFound when it has ended, Unreachable."""
    link = _Link.parse(share.url)
    with _wire(link.api) as wire, _explained(wire.host):
        answer = wire.ask("GET", headers=_bearer(share.deletion_token))
    match _parsed(answer):
        case {"views": int() as views, "lastViewed": str() | None as viewed, "expires": str() as expires}:
            return Status(views, None if viewed is None else _moment(viewed), _moment(expires))
    raise Unreachable("the host did not answer as a share host does")


def end(share: Share) -> None:
    """Have the host take a share from its disk; raises NotFound when it has ended already, Unreachable."""
    link = _Link.parse(share.url)
    with _wire(link.api) as wire, _explained(wire.host):
        wire.ask("DELETE", headers=_bearer(share.deletion_token), status=204)


def fetch(url: str, policy: FetchPolicy | None = None) -> bytes:
    """Return the document that a link shares, which counts as one view; the key does not leave this machine.

    With a policy, because somebody else has named the link, its host is asked under the guards of whatever is fetched. Raises InputError for what is no such link, NotFound for one that has ended, Locked for a wrong key, Unreachable.
    """
    link = _Link.parse(url)
    with _wire(f"{link.api}/open", policy) as wire, _explained(wire.host):
        sealed = wire.ask("POST")
    return sealed_share.unseal(sealed, link.key)


def is_share_link(text: str) -> bool:
    """Tell whether a text is a link to something shared, and not another link or the name of a file."""
    try:
        _Link.parse(text)
    except InputError:
        return False
    return True


def require_share_link(text: str) -> None:
    """Raise InputError unless a text is a link to something shared."""
    if not is_share_link(text):
        raise InputError(
            "the link leads to nothing that is shared, or is cut off", hint="a share link has /s/ in it, and its key behind the #"
        )


def base_url(host: str) -> str:
    """Return the URL of a share host without a slash at its end; raises InputError for what could not be one, https or this machine."""
    try:
        parts = urlsplit(host)
        usable = parts.scheme in {"https", "http"} and parts.hostname and parts.port != 0 and host.isascii() and host.isprintable()
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username is not None:
        raise InputError("the host is not given by an https URL without user and query", hint="for example https://share.example.edu")
    if parts.scheme != "https" and parts.hostname not in LOCAL:
        raise InputError("the host is not reached by https: whoever is on the way could change its page and learn the key")
    return host.rstrip("/")


@dataclass(frozen=True, slots=True)
class _Link:
    base: str
    id: str
    key: bytes = field(repr=False)

    @property
    def api(self) -> str:
        return f"{self.base}/v1/shares/{self.id}"

    @classmethod
    def parse(cls, url: str) -> "_Link":
        page, _, fragment = url.strip().partition("#")
        base, found, name = page.rpartition("/s/")
        key = _KEY.fullmatch(fragment)
        if not found or _ID.fullmatch(name) is None or key is None:
            raise InputError(
                "this is no link to something shared, or it is cut off", hint="copy it whole: the part behind the # is the key"
            )
        return cls(base_url(base), name, urlsafe_b64decode(key[1] + "="))


@contextmanager
def _wire(url: str, policy: FetchPolicy | None = None) -> Iterator[Wire]:
    wire = Wire(url, SECONDS) if policy is None else guarded(url, policy, limit=sealed_share.SIZES[-1])
    try:
        yield wire
    finally:
        wire.close()


@contextmanager
def _explained(host: str) -> Iterator[None]:
    try:
        yield
    except BadStatus as error:
        if error.status == 404:
            raise NotFound("this link has ended or never was", hint="ask whoever shared it for another") from error
        if error.status == 401:
            raise InputError(f"{host} takes uploads with its upload token only", hint="pass --upload-token-file FILE") from error
        if error.status in (413, 422):
            raise InputError(f"{host} does not take this document") from error
        raise


def _bearer(token: str) -> Headers:
    return [("Authorization", f"Bearer {token}")]


def _parsed(answer: bytes) -> canonical.Json:
    try:
        return canonical.parse(answer)
    except FormatError as error:
        raise Unreachable("the host did not answer as a share host does") from error


def _moment(said: str) -> datetime:
    try:
        return parse_time(said)
    except FormatError as error:
        raise Unreachable("the host did not answer as a share host does") from error


def _text(key: bytes) -> str:
    return urlsafe_b64encode(key).rstrip(b"=").decode()
