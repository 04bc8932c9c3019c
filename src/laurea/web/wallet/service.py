"""What every page of the wallet works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from laurea.core.concept import Frameworks
from laurea.fetch.guard import FetchPolicy
from laurea.services.verifying import Verifying
from laurea.web.wallet.door import Door
from laurea.web.wallet.language import Languages
from laurea.web.wallet.lock import Lock


@dataclass(frozen=True, slots=True)
class Sources:
    """What a check relies on: the nodes of each chain, the trust files, the configuration that names both, and the host for shared links."""

    nodes: Mapping[int, tuple[str, ...]]
    trust: tuple[Path, ...]
    configuration: Path | None
    share_host: str | None = None


@dataclass(frozen=True, slots=True)
class WalletService:
    """One wallet, and who may see it; `verifying` reads the trust files anew each time.

    `frameworks` gives the frameworks of skills that were imported, None for none; `fetching` is how a page is fetched that the holder names, None for not.
    """

    lock: Lock
    door: Door
    languages: Languages
    sources: Sources
    verifying: Callable[[], Verifying]
    now: Callable[[], datetime]
    frameworks: Callable[[], Frameworks | None] = lambda: None
    fetching: FetchPolicy | None = None
