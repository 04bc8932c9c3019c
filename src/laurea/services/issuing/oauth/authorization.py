"""What a program asks for when it sends a learner (RFC 6749, 4.1.1; RFC 7636, 4.3; Open Badges 3.0, 7.1.2), and how it is answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from laurea.errors import GrantRefused, InputError
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.links import require_reach
from laurea.services.issuing.oauth.clients import Client, find
from laurea.services.issuing.oauth.scopes import narrowed

PARAMETERS = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
STATE = re.compile(r"[\x20-\x7e]{1,1024}")


@dataclass(frozen=True, slots=True)
class Asker:
    """A program that is known, and a place of its own to which the learner may be sent back; `state` is what it sent along."""

    client: Client
    redirect_uri: str
    state: str

    @property
    def host(self) -> str:
        """Where the learner is sent back to, as people read it."""
        return urlsplit(self.redirect_uri).netloc

    @property
    def origin(self) -> str:
        """The origin of that place (RFC 6454)."""
        return f"https://{self.host}"


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that is in order: by whom, for what, and the challenge that its code is bound to."""

    asker: Asker
    scope: str
    challenge: str


def asker(issuer: Issuer, said: Mapping[str, str]) -> Asker:
    """Return who asks; raises InputError, and then nobody is sent anywhere (RFC 6749, 4.1.2.1)."""
    client = find(issuer, said.get("client_id", ""))
    if client is None:
        raise InputError("the site that has sent you is not known here", hint="go back there, and begin again")
    redirect_uri = said.get("redirect_uri", "")
    if redirect_uri not in client.redirect_uris:  # to the letter (RFC 9700, 2.1)
        raise InputError("the site that has sent you does not say where it is as it did before", hint="go back there, and begin again")
    return Asker(client, redirect_uri, said.get("state", ""))


def wish(asking: Asker, said: Mapping[str, str]) -> Wish:
    """Return what is asked for; raises GrantRefused."""
    if said.get("response_type") != "code":
        raise GrantRefused("unsupported_response_type", "response_type is code")
    if STATE.fullmatch(asking.state) is None:
        raise GrantRefused("invalid_request", "state is 1 to 1024 printable characters of ASCII")
    if said.get("code_challenge_method") != "S256" or CHALLENGE.fullmatch(said.get("code_challenge", "")) is None:
        raise GrantRefused("invalid_request", "code_challenge is there, and code_challenge_method is S256")
    return Wish(asking, narrowed(said.get("scope", ""), asking.client.scope), said["code_challenge"])


def granted(issuer: Issuer, asking: Asker, code: str, scope: str) -> str:
    """Return where the learner is sent with a code."""
    return _answer(issuer, asking, {"code": code, "scope": scope})


def refused(issuer: Issuer, asking: Asker, error: GrantRefused) -> str:
    """Return where the learner is sent, or may go, with an error."""
    return _answer(issuer, asking, {"error": error.code, "error_description": str(error)})


def _answer(issuer: Issuer, asking: Asker, parameters: dict[str, str]) -> str:
    state = {"state": asking.state} if STATE.fullmatch(asking.state) else {}
    # Who answers, so that a program that talks to several issuers cannot be made to mix them up (RFC 9207).
    query = urlencode({**parameters, **state, "iss": require_reach(issuer).url})
    return f"{asking.redirect_uri}{'&' if '?' in asking.redirect_uri else '?'}{query}"
