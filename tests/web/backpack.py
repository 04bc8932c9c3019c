"""Somebody else's backpack, which fetches a learner's credentials, and the learner in a browser that knows forms and nothing else."""

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from laurea.config import MailSettings, ServiceSettings, Settings
from laurea.services.issuing import achievements, enrolment
from laurea.services.issuing.oauth.passcodes import mail_codes
from laurea.services.issuing.outbox import Outbox
from tests.mail.smtp import Smtp, text_of
from tests.services.issuing_world import ACHIEVEMENT, World
from tests.web.conftest import MANY, Api, serving

READ = "https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.readonly"
UPSERT = "https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.upsert"
HOME = "https://backpack.example"
CALLBACK = f"{HOME}/callback"
ADA, GRACE = "ada@example.org", "Grace@Example.org"
COURSES = ("sql", "etl", "git", "css", "svg")
ROSTER = (
    "learner,name,achievement,email\n" + "".join(f"L-1,Ada,{each},{ADA}\n" for each in COURSES) + f"L-2,Grace,sql,{GRACE}\nL-3,Jean,sql,\n"
)
METADATA: dict[str, Any] = {
    "client_name": "The Backpack",
    "client_uri": f"{HOME}/",
    "logo_uri": f"{HOME}/logo.png",
    "tos_uri": f"{HOME}/terms",
    "policy_uri": f"{HOME}/privacy",
    "software_id": "c88b6ed8-269e-448e-99be-7e2ff47167d1",
    "software_version": "v1",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scope": f"{READ} offline_access",
}
ANSWER_SECONDS = 10


def open_to_others(url: str) -> Settings:
    """Return the settings of a service with the API; with a mail server."""
    return Settings(service=_service(url), mail=MailSettings(host="127.0.0.1", port=1, security="none", sender="badges@example.edu"))


def without_mail(url: str) -> Settings:
    """Return the settings of one without."""
    return Settings(service=_service(url))


def _service(url: str) -> ServiceSettings:
    return ServiceSettings(
        url=url,
        requests_a_minute=MANY,
        invitation_days=0,
        openbadges_api=True,
        terms_url="https://example.edu/terms",
        privacy_url="https://example.edu/privacy",
    )


def released(world: World, *, more: int = 0) -> World:
    """Release five credentials to Ada, one to Grace, one to somebody without an address, and one each to more learners."""
    with world.issuer() as issuer:
        for each in COURSES[1:]:
            about = {**ACHIEVEMENT, "id": f"https://example.edu/achievements/{each}", "humanCode": each, "name": f"The {each} course"}
            achievements.add(issuer, json.dumps(about).encode())
        others = "".join(f"M-{each},Learner {each},sql,{address(each)}\n" for each in range(more))
        enrolment.enrol(issuer, (ROSTER + others).encode())
    world.run()
    return world


def address(number: int) -> str:
    """Return the address of one of the more learners."""
    return f"learner-{number}@example.org"


@dataclass
class Door:
    """A service with the API, the mail server behind it, and what others do there."""

    api: Api
    smtp: Smtp
    http: httpx.Client

    @property
    def url(self) -> str:
        return self.api.url

    def mail(self) -> int:
        """Mail the codes that are due, as the chores do, and return how many."""
        settings = open_to_others(self.url)
        assert settings.reach is not None
        issuer = replace(self.api.issuer, reach=settings.reach)
        return mail_codes(issuer, Outbox(issuer, self.smtp.server, "badges@example.edu"))

    def code(self) -> str:
        """Return the code of the newest mail."""
        found = re.search(r"^    ([2-9A-Z]{5}-[2-9A-Z]{5})\s*$", text_of(self.smtp.taken[-1]), re.MULTILINE)
        assert found is not None
        return found[1]


@contextmanager
def door(world: World, folder: Path, settings: Callable[[str], Settings] = open_to_others) -> Iterator[Door]:
    """Serve an issuer with the API."""
    with (
        serving(world, folder, settings=settings) as api,
        Smtp() as smtp,
        httpx.Client(base_url=api.url, trust_env=False, timeout=30) as http,
    ):
        yield Door(api, smtp, http)


@dataclass
class Backpack:
    """A program at its door."""

    door: Door
    client: str = ""
    secret: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @classmethod
    def registered(cls, at: Door, **changes: Any) -> "Backpack":
        answer = at.http.post("/oauth/register", json={**METADATA, **changes})
        assert answer.status_code == 201, answer.text
        return cls(at, answer.json()["client_id"], answer.json()["client_secret"])

    def parameters(self, **changes: str | None) -> dict[str, str]:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": CALLBACK,
            "scope": READ,
            "state": self.state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**asked, **changes}.items() if value is not None}

    def authorize(self, **changes: str | None) -> str:
        return f"/oauth/authorize?{urlencode(self.parameters(**changes))}"

    def post(self, path: str, form: dict[str, str], **options: Any) -> httpx.Response:
        return self.door.http.post(path, data=form, auth=options.pop("auth", (self.client, self.secret)), **options)

    def redeem(self, code: str, **changes: str) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": self.verifier, **changes}
        return self.post("/oauth/token", form)

    def refresh(self, token: str, **changes: str) -> httpx.Response:
        return self.post("/oauth/token", {"grant_type": "refresh_token", "refresh_token": token, **changes})

    def read(self, token: str, **parameters: str) -> httpx.Response:
        return self.door.http.get("/ims/ob/v3p0/credentials", params=parameters, headers={"Authorization": f"Bearer {token}"})

    def let_in(self, email: str = ADA) -> dict[str, Any]:
        """Go the whole way with a learner, and return the first tokens."""
        answer = self.redeem(agreed(self, email))
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens


class _Forms(HTMLParser):
    """The fields of the one form of a page, and where it goes."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found["action"]
        if tag == "input":
            self.fields[found["name"]] = found.get("value", "")


def form_of(page: httpx.Response) -> tuple[str, dict[str, str]]:
    """Return where the form of a page goes, and its fields as they are filled in."""
    parser = _Forms()
    parser.feed(page.text)
    assert parser.action, page.text
    return parser.action, parser.fields


def send(at: Door, page: httpx.Response, **fields: str) -> httpx.Response:
    """Fill the form of a page in and send it, as a browser does from that page."""
    action, filled = form_of(page)
    return at.http.post(action, data={**filled, **fields}, headers={"Origin": at.url, "Sec-Fetch-Site": "same-origin"})


def asked(backpack: Backpack, email: str = ADA, **changes: str | None) -> httpx.Response:
    """Let a learner come so far that they are asked whether they agree, and return that page."""
    at = backpack.door
    at.mail()  # what others have left
    first = at.http.get(backpack.authorize(**changes))
    assert first.status_code == 200, first.text
    second = send(at, first, email=email)
    assert second.status_code == 200, second.text
    assert at.mail() == 1
    third = send(at, second, code=at.code())
    assert third.status_code == 200, third.text
    return third


def agreed(backpack: Backpack, email: str = ADA, **changes: str | None) -> str:
    """Let a learner agree, and return the code that the program is brought."""
    return came_back(backpack, send(backpack.door, asked(backpack, email, **changes), answer="allow"))["code"]


def came_back(backpack: Backpack, answer: httpx.Response) -> dict[str, str]:
    """Return what the learner brings back to the program."""
    assert answer.status_code == 303, answer.text
    to = urlsplit(answer.headers["Location"])
    assert f"{to.scheme}://{to.netloc}{to.path}" == CALLBACK
    return {name: value for name, (value,) in parse_qs(to.query).items()}


def until(seen: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.02)
