"""The configuration: one TOML file, checked whole, passed on as values (docs/configuration.md).

[chains."eip155:11155111"]        # CAIP-2
rpc = ["https://one.example", "https://two.example"]
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from laurea.chain.wire import split_url
from laurea.core.account import parse_chain
from laurea.errors import ConfigError, FormatError, InputError
from laurea.services.issuing.reach import Reach
from laurea.services.issuing.signatures import DEFAULT
from laurea.services.issuing.status_policy import NO_STATUS, PURPOSES, StatusPolicy

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ADDRESS = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")

T = TypeVar("T")


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


def _purposes(names: tuple[str, ...]) -> tuple[str, ...]:
    if set(names) - set(PURPOSES) or len(set(names)) != len(names):
        raise ValueError(f"not some of {', '.join(PURPOSES)}, each once")
    return names


def _mailbox(address: str) -> str:
    if ADDRESS.fullmatch(address) is None or not address.isprintable():
        raise ValueError("not a mail address like badges@example.edu")
    return address


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
    bump_after_seconds: Annotated[int, Field(ge=1)] = 180  # a transaction that was not mined for so long offers more


class StatusSettings(_Section):
    """Status lists: what new credentials can be looked up in, and where."""

    purposes: Annotated[tuple[str, ...], Field(strict=False, min_length=1), AfterValidator(_purposes)]
    url: Annotated[str, AfterValidator(_page)] | None = None  # the folder that they are in; else where the service has them
    valid_hours: Annotated[int, Field(ge=1, le=24 * 366)] = 72  # how long one can be relied on after it was signed
    ttl_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 7)] = 60  # how long others may keep one before they look again


class ServiceSettings(_Section):
    """The service: where learners and operators reach it, and how long it waits for them."""

    url: Annotated[str, AfterValidator(_page)] | None = None  # without it nobody is invited, and all is due at once
    invitation_days: Annotated[int, Field(ge=0, le=3650)] = 14  # then a credential is issued unbound
    claim_days: Annotated[int, Field(ge=1, le=3650)] = 90
    requests_a_minute: Annotated[int, Field(ge=1)] = 600  # of one access key, or of one address without


class MailSettings(_Section):
    """The SMTP server through which learners are written to."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, AfterValidator(_mailbox)]
    user: str | None = None
    password_variable: Annotated[str, AfterValidator(_variable)] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration file says; chains by their ids, signers by the names of their keys."""

    chains: Mapping[int, ChainSettings] = field(default_factory=dict)
    signers: Mapping[str, SignerSettings] = field(default_factory=dict)
    issuing: IssuingSettings = field(default_factory=IssuingSettings)
    service: ServiceSettings = field(default_factory=ServiceSettings)
    mail: MailSettings | None = None
    status: StatusSettings | None = None
    source: Path | None = None

    @property
    def rpc(self) -> Mapping[int, tuple[str, ...]]:
        """The RPC URLs of every chain, by chain id."""
        return {chain_id: chain.rpc for chain_id, chain in self.chains.items()}

    def currency(self, chain_id: int) -> str:
        """What a chain calls its currency."""
        chain = self.chains.get(chain_id)
        return "ETH" if chain is None else chain.currency

    @property
    def reach(self) -> Reach | None:
        """Where learners reach the service; None when they cannot."""
        service = self.service
        if service.url is None:
            return None
        invitation = timedelta(days=service.invitation_days) if service.invitation_days else None
        return Reach(service.url, invitation, timedelta(days=service.claim_days), self.mail is not None)

    @property
    def statuses(self) -> StatusPolicy:
        """What status lists the issuer has."""
        status = self.status
        if status is None:
            return NO_STATUS
        url = status.url or f"{self.service.url}/status"
        return StatusPolicy(url, status.purposes, timedelta(hours=status.valid_hours), timedelta(minutes=status.ttl_minutes))

    @classmethod
    def load(cls, path: Path, *, required: bool) -> "Settings":
        """Read the file at `path`; raises ConfigError that names every wrong entry at once."""
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            if required:
                raise ConfigError(
                    f"there is no configuration file {path}", hint="--config or LAUREA_CONFIG names it; leave both out to do without"
                ) from error
            return cls()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            raise ConfigError(f"{path} cannot be read: {error}") from error
        reader = _Reader(content)
        found = cls(
            chains=reader.chains(),
            signers=reader.signers(),
            issuing=reader.section("issuing", IssuingSettings) or IssuingSettings(),
            service=reader.section("service", ServiceSettings) or ServiceSettings(),
            mail=reader.section("mail", MailSettings),
            status=reader.section("status", StatusSettings),
            source=path,
        )
        reader.refuse_unknown()
        if found.status is not None and found.status.url is None and found.service.url is None:
            reader.problems.append("status needs a url, or the service one")
        if reader.problems:
            raise ConfigError(f"{path} is wrong: {'; '.join(reader.problems)}")
        return found


class _Reader:
    """Takes the sections of a file one by one, and keeps what is wrong with them."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.problems: list[str] = []
        self._content = content
        self._known: set[str] = set()

    def section(self, name: str, kind: type[T]) -> T | None:
        """Return a section of this kind; None when there is none or it is wrong."""
        self._known.add(name)
        return self._read(name, self._content[name], kind) if name in self._content else None

    def chains(self) -> dict[int, ChainSettings]:
        """Return the chains by their ids."""
        found: dict[int, ChainSettings] = {}
        for name, chain in self._named("chains", ChainSettings).items():
            try:
                found[parse_chain(name)] = chain
            except FormatError as error:
                self.problems.append(f"chains: {error}")
        return found

    def signers(self) -> dict[str, SignerSettings]:
        """Return the signers by the names of their keys."""
        found = self._named("signers", SignerSettings)
        for name, signer in found.items():
            if (signer.url is None) == (signer.variable is None):
                self.problems.append(f"signers.{name} needs either a url or a variable")
        return found

    def refuse_unknown(self) -> None:
        """Note the sections that nobody took."""
        self.problems[:0] = [f"unknown entry {name!r}" for name in self._content if name not in self._known]

    def _named(self, name: str, kind: type[T]) -> dict[str, T]:
        self._known.add(name)
        table = self._content.get(name, {})
        if not isinstance(table, dict):
            self.problems.append(f"{name} is not a table")
            return {}
        read = {key: self._read(f"{name}.{key!r}", value, kind) for key, value in table.items()}
        return {key: value for key, value in read.items() if value is not None}

    def _read(self, where: str, value: object, kind: type[T]) -> T | None:
        if not isinstance(value, dict):
            self.problems.append(f"{where} is not a table")
            return None
        try:
            return kind(**value)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False):
                place = ".".join(str(part) for part in each["loc"])
                self.problems.append(f"{where}.{place}: {each['msg'].removeprefix('Value error, ')}")
        return None
