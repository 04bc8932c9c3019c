"""The sections of the configuration file, each checked by itself (docs/configuration.md)."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from laurea.errors import InputError
from laurea.fetch.guard import HTTPS, FetchPolicy
from laurea.services.issuing.signatures import DEFAULT
from laurea.services.issuing.status_policy import FOLDER, PURPOSES
from laurea.wire import split_url

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HOST = re.compile(r"[a-z0-9.:-]{1,253}")
ADDRESS = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")


def _rpc_url(url: str) -> str:
    try:
        split_url(url)
    except InputError as error:
        raise ValueError(str(error)) from error
    return url


def _page(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or not url.isprintable():
        raise ValueError("not an http or https URL without query")
    return url.rstrip("/")


def _explorer(url: str) -> str:
    if "{tx}" not in url or urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("not a URL with {tx} where the transaction's hash belongs")
    return url


def _variable(name: str) -> str:
    if VARIABLE.fullmatch(name) is None:
        raise ValueError("not the name of an environment variable")
    return name


def _suites(names: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [name for name in names if name not in DEFAULT]
    if wrong or len(set(names)) != len(names):
        raise ValueError(f"not some of {', '.join(DEFAULT)}, each once")
    return names


def _folder(url: str) -> str:
    if FOLDER.fullmatch(url) is None:
        raise ValueError("not an http or https URL without user, query and blanks")
    return url.rstrip("/")


def _purposes(names: tuple[str, ...]) -> tuple[str, ...]:
    if set(names) - set(PURPOSES) or len(set(names)) != len(names):
        raise ValueError(f"not some of {', '.join(PURPOSES)}, each once")
    return names


def _mailbox(address: str) -> str:
    if ADDRESS.fullmatch(address) is None or not address.isprintable():
        raise ValueError("not a mail address like badges@example.edu")
    return address


def _hosts(names: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(HOST.fullmatch, names)):
        raise ValueError("not names of hosts in lower case, without a port")
    return names


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class ChainSettings(_Section):
    """One chain: its nodes, and what people see of it."""

    rpc: Annotated[tuple[Annotated[str, AfterValidator(_rpc_url)], ...], Field(min_length=1, strict=False)]
    currency: Annotated[str, Field(min_length=1, max_length=12)] = "ETH"
    explorer: Annotated[str, AfterValidator(_explorer)] | None = None  # the page of a transaction, with {tx} for its hash


class SignerSettings(_Section):
    """Where the secret of one of the issuer's accounts is, if it is not in a keystore: exactly one of the two."""

    url: Annotated[str, AfterValidator(_rpc_url)] | None = None  # a remote signer that speaks Web3Signer's eth_signTransaction
    variable: Annotated[str, AfterValidator(_variable)] | None = None  # an environment variable with the secret in hexadecimal


class IssuingSettings(_Section):
    """The nightly job."""

    max_fee_gwei: Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False, strict=False)] = 200.0
    signatures: Annotated[tuple[str, ...], Field(strict=False), AfterValidator(_suites)] = DEFAULT  # in the order of the proof set
    staples: bool = False  # whether credentials carry what proves their anchor: about ten kilobytes more
    bump_after_seconds: Annotated[int, Field(ge=1)] = 180  # a transaction that was not mined for so long offers more


class FetchSettings(_Section):
    """What a verifier fetches: whether, and from where that strangers could not have it fetch from."""

    enabled: bool = True
    private_hosts: Annotated[tuple[str, ...], Field(strict=False), AfterValidator(_hosts)] = ()  # that may have addresses inside
    ports: Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], Field(strict=False, min_length=1)] = (HTTPS,)

    @property
    def policy(self) -> FetchPolicy | None:
        """What may be asked; None when nothing is."""
        return FetchPolicy(frozenset(self.private_hosts), frozenset(self.ports)) if self.enabled else None


class StatusSettings(_Section):
    """Status lists: what new credentials can be looked up in, and where."""

    purposes: Annotated[tuple[str, ...], Field(strict=False, min_length=1), AfterValidator(_purposes)]
    url: Annotated[str, AfterValidator(_folder)] | None = None  # the folder that they are in; else where the service has them
    valid_hours: Annotated[int, Field(ge=1, le=24 * 366)] = 72  # how long one can be relied on after it was signed
    ttl_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 7)] = 60  # how long others may keep one before they look again


class BlockcertsSettings(_Section):
    """Where verifiers of Blockcerts look: the folder of the issuer's profile and of its revocation list."""

    url: Annotated[str, AfterValidator(_folder)]


class ServiceSettings(_Section):
    """The service: where learners and operators reach it, and how long it waits for them."""

    url: Annotated[str, AfterValidator(_page)] | None = None  # without it nobody is invited, and all is due at once
    invitation_days: Annotated[int, Field(ge=0, le=3650)] = 14  # then a credential is issued unbound
    claim_days: Annotated[int, Field(ge=1, le=3650)] = 90
    requests_a_minute: Annotated[int, Field(ge=1)] = 600  # of one access key, or of one address without
    openbadges_api: bool = False  # whether learners can let other sites read their credentials; then these, which it must name:
    terms_url: Annotated[str, AfterValidator(_page)] | None = None
    privacy_url: Annotated[str, AfterValidator(_page)] | None = None


class MailSettings(_Section):
    """The SMTP server through which learners are written to."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, AfterValidator(_mailbox)]
    user: str | None = None
    password_variable: Annotated[str, AfterValidator(_variable)] | None = None
    remind_days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=730)], ...], Field(strict=False, max_length=8)
    ] = ()  # before a credential ends


class WalletSettings(_Section):
    """The wallet's pages: whom a check of a credential trusts, and the host that is proposed for shared links."""

    trust: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)] = ()  # trust files
    share_host: Annotated[str, AfterValidator(_page)] | None = None


class SkillsSettings(_Section):
    """Frameworks of skills that were imported."""

    file: Annotated[str, Field(min_length=1)] | None = None  # where they are kept


class VerifierSettings(_Section):
    """Whoever verifies."""

    memory: Annotated[str, Field(min_length=1)] | None = None  # the file with the newest final blocks that were seen; "off" for none
