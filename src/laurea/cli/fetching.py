"""What the commands that verify may fetch, and where what they fetched is kept."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from laurea.config import Settings
from laurea.services.sources import Sources
from laurea.storage.did_documents import DidDocuments

CACHE_VARIABLE = "XDG_CACHE_HOME"
SECONDS_FOR_OTHERS = 10.0  # of one request to a service that are spent on fetching
NO_FETCH_VARIABLE = "LAUREA_NO_FETCH"

NoFetch = Annotated[
    bool,
    typer.Option(
        "--no-fetch",
        envvar=NO_FETCH_VARIABLE,
        help="Ask nobody but the chain: fetch no status list and no DID document. What needs them is undecided unless it is given.",
    ),
]


def sources_of(settings: Settings, *, no_fetch: bool) -> Sources | None:
    """Return how the web is read, as it is configured; None when nobody but the chain is to be asked."""
    policy = settings.fetch.policy
    return None if no_fetch or policy is None else Sources(_now, policy, DidDocuments(_cache() / "laurea" / "did"))


def sources_for_others(settings: Settings, *, no_fetch: bool) -> Sources | None:
    """Return how a service reads the web, which keeps nothing of what it verifies, and lets nobody wait for long."""
    found = sources_of(settings, no_fetch=no_fetch)
    return None if found is None else replace(found, kept=None, seconds=SECONDS_FOR_OTHERS)


def _now() -> datetime:
    return datetime.now(UTC)


def _cache() -> Path:
    """Return the user's folder for what can be had again (XDG Base Directory Specification: a relative one does not count)."""
    named = Path(os.environ.get(CACHE_VARIABLE, ""))
    return named if named.is_absolute() else Path.home() / ".cache"
