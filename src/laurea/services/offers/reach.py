"""Whom a wallet asks when it takes an offer, and how: one exchange at a time, bounded in size and time, without redirects.

The holder chose the link, so the hosts that it names may be inside their own network. What is named by those hosts in turn was chosen by
strangers, and is asked under the guards of whatever is fetched (laurea.fetch): public addresses alone.
"""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.core.credential_offer import shown
from laurea.errors import FormatError, InputError, NotFound
from laurea.fetch.guard import PUBLIC, FetchPolicy, guarded
from laurea.services.exchange import LOCAL, origin_of
from laurea.services.offers.refusals import Refusal, refusal
from laurea.wire import JSON_CONTENT, Answer, BadAnswer, BadStatus, Headers, Wire

SECONDS = 15.0  # of one exchange
LIMIT = 1 << 20  # bytes of an answer
MAX_URL = 8192  # characters
ACCEPT: Headers = (("Accept", "application/json"),)
FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"), *ACCEPT)
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}


@dataclass(frozen=True, slots=True)
class Said:
    """What an issuer answered: the status, one of 2xx, and the JSON object."""

    status: int
    document: JsonObject


@dataclass(frozen=True, slots=True)
class Reach:
    """Asks hosts; `named` are the origins that the holder's link names."""

    named: frozenset[str]
    policy: FetchPolicy = PUBLIC

    def get(self, url: str) -> JsonObject:
        """Return the JSON object at a URL; raises as `post` does."""
        return self._said(url, self._exchange(url, "GET", b"", ACCEPT)).document

    def post(self, url: str, content: bytes, *, headers: Headers = (), form: bool = False) -> Said:
        """Send JSON, or a form, and return what the issuer says.

        Raises Refusal with what it has against it, NotFound, InputError for what is no URL to send anything to, Unreachable.
        """
        kind = FORM if form else (*JSON_CONTENT, *ACCEPT)
        return self._said(url, self._exchange(url, "POST", content, (*kind, *headers)))

    def _exchange(self, url: str, method: str, content: bytes, headers: Headers) -> Answer:
        wire = self._wire(url)
        try:
            return wire.exchange(method, content, headers=headers, status=None)
        finally:
            wire.close()

    def _wire(self, url: str) -> Wire:
        origin = origin_of(url)
        if len(url) > MAX_URL:
            raise InputError("the issuer names a URL that is too long to be one")
        if origin in self.named or (_is_local(origin) and self.named and all(map(_is_local, self.named))):
            return Wire(url, SECONDS, limit=LIMIT)
        return guarded(url, self.policy, seconds=SECONDS, limit=LIMIT)

    def _said(self, url: str, answer: Answer) -> Said:
        host, status = host_of(url), answer.status
        if status in range(300, 400):
            raise BadAnswer(f"{host} answered with a redirect, which is not followed")
        if status in GONE:
            raise NotFound("the link is unknown, was used already, or has expired", hint="ask the issuer for another")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
            raise BadStatus(f"{host} answered with HTTP status {status}", status)
        document = _object(answer.body)
        if not HTTPStatus(200) <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise _refused(document or {}, answer)
        if document is None:
            raise BadAnswer(f"{host} answered with another kind of document than was asked for")
        return Said(status, document)


def reach_from(link: str, policy: FetchPolicy = PUBLIC) -> Reach:
    """Return what asks the host that a link of the holder's leads to; raises InputError for one that is not asked."""
    return Reach(frozenset({origin_of(link)}), policy)


def host_of(url: str) -> str:
    """Return the host of a URL as people are told it, with its port if that is an odd one; raises InputError for no URL, or none that is safe."""
    return origin_of(url).partition("://")[2]


def _refused(document: JsonObject, answer: Answer) -> Refusal:
    # RFC 6750, 3: what is wrong with a token stands in a header, and there may be no body.
    challenge = answer.headers.get("www-authenticate", "")
    code = document.get("error")
    if answer.status == HTTPStatus.UNAUTHORIZED or 'error="invalid_token"' in challenge:
        code = code if isinstance(code, str) else "invalid_token"
    return refusal(code if isinstance(code, str) else "", shown(document.get("error_description")), document.get("interval"))


def _is_local(origin: str) -> bool:
    return urlsplit(origin).hostname in LOCAL


def _object(data: bytes) -> JsonObject | None:
    try:
        value = canonical.parse(data) if data else {}
    except FormatError:
        return None
    return value if isinstance(value, dict) else None
