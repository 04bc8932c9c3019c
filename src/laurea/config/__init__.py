"""The configuration: one TOML file, checked whole, passed on as values (docs/configuration.md).

[chains."eip155:11155111"]        # CAIP-2
rpc = ["https://one.example", "https://two.example"]
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from laurea.config.reader import Reader
from laurea.config.sections import (
    BlockcertsSettings,
    ChainSettings,
    FetchSettings,
    IssuingSettings,
    MailSettings,
    ServiceSettings,
    SignerSettings,
    SkillsSettings,
    StatusSettings,
    VerifierSettings,
    WalletSettings,
)
from laurea.errors import ConfigError
from laurea.services.issuing.reach import Reach
from laurea.services.issuing.status_policy import NO_STATUS, StatusPolicy

__all__ = [
    "BlockcertsSettings",
    "ChainSettings",
    "FetchSettings",
    "IssuingSettings",
    "MailSettings",
    "ServiceSettings",
    "Settings",
    "SignerSettings",
    "SkillsSettings",
    "StatusSettings",
    "VerifierSettings",
    "WalletSettings",
]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration file says; chains by their ids, signers by the names of their keys."""

    chains: Mapping[int, ChainSettings] = field(default_factory=dict)
    signers: Mapping[str, SignerSettings] = field(default_factory=dict)
    issuing: IssuingSettings = field(default_factory=IssuingSettings)
    service: ServiceSettings = field(default_factory=ServiceSettings)
    mail: MailSettings | None = None
    status: StatusSettings | None = None
    blockcerts: BlockcertsSettings | None = None
    wallet: WalletSettings = field(default_factory=WalletSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    verifier: VerifierSettings = field(default_factory=VerifierSettings)
    skills: SkillsSettings = field(default_factory=SkillsSettings)
    source: Path | None = None

    @property
    def rpc(self) -> Mapping[int, tuple[str, ...]]:
        """The RPC URLs of every chain, by chain id."""
        return {chain_id: chain.rpc for chain_id, chain in self.chains.items()}

    @property
    def trust_files(self) -> tuple[Path, ...]:
        """The trust files of the wallet's pages; those that are named relatively lie beside the configuration file."""
        return tuple(map(self.beside, self.wallet.trust))

    def beside(self, name: str) -> Path:
        """Return the path of a file that the configuration names: one that is relative lies beside the configuration file."""
        return (Path() if self.source is None else self.source.parent) / name

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
        reminders = () if self.mail is None else self.mail.remind_days
        return Reach(service.url, invitation, timedelta(days=service.claim_days), self.mail is not None, reminders)

    @property
    def statuses(self) -> StatusPolicy:
        """What status lists the issuer has."""
        status = self.status
        if status is None:
            return NO_STATUS
        url = status.url or f"{self.service.url}/status"
        return StatusPolicy(url, status.purposes, timedelta(hours=status.valid_hours), timedelta(minutes=status.ttl_minutes))

    @property
    def blockcerts_folder(self) -> str:
        """Where verifiers of Blockcerts find the issuer's profile; "" when they cannot."""
        if self.blockcerts is not None:
            return self.blockcerts.url
        return "" if self.service.url is None else f"{self.service.url}/blockcerts"

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
        reader = Reader(content)
        found = cls(
            chains=reader.chains(),
            signers=reader.signers(),
            issuing=reader.section("issuing", IssuingSettings) or IssuingSettings(),
            service=reader.section("service", ServiceSettings) or ServiceSettings(),
            mail=reader.section("mail", MailSettings),
            status=reader.section("status", StatusSettings),
            blockcerts=reader.section("blockcerts", BlockcertsSettings),
            wallet=reader.section("wallet", WalletSettings) or WalletSettings(),
            fetch=reader.section("fetch", FetchSettings) or FetchSettings(),
            verifier=reader.section("verifier", VerifierSettings) or VerifierSettings(),
            skills=reader.section("skills", SkillsSettings) or SkillsSettings(),
            source=path,
        )
        reader.refuse_unknown()
        if found.status is not None and found.status.url is None and found.service.url is None:
            reader.problems.append("status needs a url, or the service one")
        if found.service.openbadges_api and None in {found.service.url, found.service.terms_url, found.service.privacy_url}:
            reader.problems.append("service.openbadges_api needs service.url, service.terms_url and service.privacy_url")
        if found.status is not None and timedelta(minutes=found.status.ttl_minutes) > timedelta(hours=found.status.valid_hours):
            reader.problems.append("status.ttl_minutes is longer than status.valid_hours: nobody would look again in time")
        if reader.problems:
            raise ConfigError(f"{path} is wrong: {'; '.join(reader.problems)}")
        return found
