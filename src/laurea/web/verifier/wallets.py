"""How this service asks wallets, as an OpenID4VP 1.0 verifier: its name for them, the request that they get, and what it makes of the answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from urllib.parse import urlencode, urlsplit

from laurea.core import canonical, jws
from laurea.core.canonical import Json, JsonObject
from laurea.core.claims import join
from laurea.core.composition import is_readable
from laurea.core.credential import Credential
from laurea.core.cryptosuites import SUITES
from laurea.core.dcql import Candidate, Fit, fits, restricted, wanting
from laurea.core.presentation import Demand, Presentation
from laurea.core.presented import Presented
from laurea.core.proof import CRYPTOSUITE
from laurea.core.report import CheckId, Outcome, Report, Reports, Verdict
from laurea.core.signature import KIND, SUITE, SignatureKey
from laurea.core.vp_answer import Given, read
from laurea.core.vp_request import DECENTRALIZED, DIRECT_POST, REDIRECT_URI, TYPE, unsigned
from laurea.errors import FormatError
from laurea.web.problems import HttpProblem
from laurea.web.verifier.asks import LIFE, Ask, Asks, Result, Seen

SELF_ISSUED = "https://self-issued.me/v2"  # the audience of a request to a wallet that nobody knows yet (5.8)
MAX_BY_VALUE = 1500  # characters of a link that holds the whole request: more makes a QR code that no camera likes
SUBJECT_ID = "/credentialSubject/id"
FORMATS: JsonObject = {"ldp_vc": {"proof_type_values": [KIND], "cryptosuite_values": [SUITE, CRYPTOSUITE, *sorted(set(SUITES) - {SUITE})]}}
Reporting = Callable[[bytes, Demand | None], Reports]
"""Gives the reports about what a document shows, a demand having been made of its holder or none."""


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that requests are signed with, and its name, a DID URL."""

    key: SignatureKey
    method: str

    @property
    def did(self) -> str:
        """The DID whose key it is."""
        return self.method.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Wallets:
    """Asks wallets in the name of a service at a URL; `token` is what whoever may ask must have, None when anybody may."""

    url: str
    asks: Asks
    signer: Signer | None = None
    token: str | None = None

    def may_ask(self, token: str) -> bool:
        """Tell whether somebody with this token may have wallets asked."""
        return self.token is None or compare_digest(self.token.encode(), token.encode("utf-8", "replace"))

    @property
    def response_uri(self) -> str:
        """Where wallets send their answers."""
        return f"{self.url}/v1/responses"

    @property
    def client_id(self) -> str:
        """What wallets know this service by, and sign for: its own address, or the DID by whose key it signs."""
        return f"{REDIRECT_URI}:{self.response_uri}" if self.signer is None else f"{DECENTRALIZED}:{self.signer.did}"

    def request_uri(self, ask: Ask) -> str:
        """Return where the request object is."""
        return f"{self.url}/v1/requests/{ask.id}/object"

    def link(self, ask: Ask) -> str:
        """Return the link that opens a wallet: with the whole request in it when nobody has to sign that, and it is short."""
        if self.signer is None:
            asked = {name: value if isinstance(value, str) else canonical.dump(value).decode() for name, value in self._asked(ask).items()}
            by_value = f"openid4vp://?{urlencode(asked)}"
            if len(by_value) <= MAX_BY_VALUE:
                return by_value
        by_reference = {"client_id": self.client_id, "request_uri": self.request_uri(ask), "request_uri_method": "post"}
        return f"openid4vp://?{urlencode(by_reference)}"

    def request_object(self, ask: Ask, at: datetime, *, wallet_nonce: str | None = None) -> str:
        """Return the request as a JWT (RFC 9101): signed, when there is a key, else with alg none."""
        asked: JsonObject = {
            **self._asked(ask),
            "aud": SELF_ISSUED,
            "iat": int(at.timestamp()),
            "exp": int((at + LIFE).timestamp()),
            **({} if wallet_nonce is None else {"wallet_nonce": wallet_nonce}),
        }
        if self.signer is None:
            return unsigned(asked)
        return jws.sign(asked, self.signer.key, {"typ": TYPE, "kid": self.signer.method})

    def _asked(self, ask: Ask) -> JsonObject:
        return {
            "client_id": self.client_id,
            "response_type": "vp_token",
            "response_mode": DIRECT_POST,
            "response_uri": self.response_uri,
            "nonce": ask.nonce,
            "state": ask.state,
            "dcql_query": ask.query.document,
            "client_metadata": {"vp_formats_supported": FORMATS},
        }

    def judge(self, ask: Ask, given: tuple[Given, ...], reporting: Reporting) -> Result:
        """Return what is to be thought of an answer: the report of each credential, and whether all of it is what was asked for (8.6).

        The holder's signature must be over this request's nonce and this service's name, wherever one was asked for.
        """
        demand = Demand(self.client_id, ask.nonce, once=True)
        looked = [_looked(each, reporting(canonical.encode(each.document), demand if each.query.bound else None)) for each in given]
        problem = next((each.problem for each in looked if each.problem), "")
        answered: dict[str, int] = {}
        for each in given:
            answered[each.query.id] = answered.get(each.query.id, 0) + 1
        problem = problem or wanting(ask.query, answered)
        verdict = Verdict.INVALID if problem else Reports(tuple(each.seen.report for each in looked)).verdict
        return Result(verdict, problem, tuple(each.seen for each in looked))

    def given(self, ask: Ask, vp_token: str) -> tuple[Given, ...]:
        """Take an answer apart; raises HttpProblem 400 for what is none to this request."""
        try:
            return read(vp_token, ask.query)
        except FormatError as error:
            raise HttpProblem(400, str(error)) from error


@dataclass(frozen=True, slots=True)
class _Looked:
    seen: Seen
    problem: str


def _looked(given: Given, reports: Reports) -> _Looked:
    document = canonical.encode(given.document)
    # What a learner record holds is reported behind it, and is not what was asked for.
    report, shown = next(iter(reports)), Presented.parse(document).shown[0]
    holder = report[CheckId.HOLDER]
    if given.query.bound and holder.outcome is not Outcome.PASSED:
        return _Looked(Seen(given.query.id, report, None), f"{given.query.id}: {holder.reason}")
    fit = fits(given.query, Candidate(shown.credential.document, bound=given.query.bound))
    if fit is None:
        return _Looked(
            Seen(given.query.id, report, None), f"{given.query.id}: this is not the credential, or not the claims, that was asked for"
        )
    return _Looked(Seen(given.query.id, report, _only_asked(shown, fit, report)), "")


def _only_asked(shown: Presentation, fit: Fit, report: Report) -> Presentation | None:
    # What a wallet shows beyond what was asked for is not passed on: whoever asked has no business with it.
    if not is_readable(report):
        return None
    document = shown.credential.document
    kept = join(restricted(document, fit.claims | {SUBJECT_ID}))
    return replace(shown, credential=Credential(kept, ()), document=None, proof=None)


def is_usable(redirect_uri: str) -> bool:
    """Tell whether a wallet's user may be sent to a URL: https, or this machine."""
    try:
        parts = urlsplit(redirect_uri)
        host = parts.hostname
    except ValueError:
        return False
    plain = redirect_uri.isascii() and redirect_uri.isprintable() and not parts.fragment and parts.username is None
    return bool(host) and plain and (parts.scheme == "https" or (parts.scheme == "http" and host in {"127.0.0.1", "localhost", "::1"}))


def sent_back(ask: Ask) -> dict[str, Json]:
    """Return what a wallet is answered: where its user is to go on, with a code that nobody else has, or nothing."""
    if not ask.redirect_uri:
        return {}
    joint = "&" if "?" in ask.redirect_uri else "?"
    return {"redirect_uri": f"{ask.redirect_uri}{joint}{urlencode({'response_code': ask.response_code})}"}
