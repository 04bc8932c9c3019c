"""Links that the holder shared: made, looked after and ended; the wallet keeps what ends them."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from laurea.errors import InputError, LaureaError, NotFound
from laurea.services import sharing
from laurea.services.holding.entry import entries, find
from laurea.services.holding.holding import Holding
from laurea.services.holding.portion import Portion
from laurea.services.sharing import Share, Status
from laurea.storage.wallet import Shared, Wallet


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the wallet, counted from 1, and the names of the credentials behind it."""

    number: int
    shared: Shared
    names: tuple[str, ...]

    @property
    def share(self) -> Share:
        """The link as its host knows it."""
        return Share.of(self.shared.url, self.shared.deletion_token, self.shared.expires)


@dataclass(frozen=True, slots=True)
class Host:
    """A host of shares, and the token that it asks for, if it does."""

    url: str
    upload_token: str | None = None


def share(holding: Holding, name: str, portion: Portion, host: Host, *, life: timedelta, at: datetime) -> Shared:
    """Share a credential, or a part of it, by a link, and keep in the wallet what ends it; raises what `sharing.share` does.

    Should the wallet not take it, the share is ended: nobody could end it later.
    """
    entry = holding.find(name)
    made = sharing.share(portion.of(entry), host.url, life=life, upload_token=host.upload_token)
    kept = Shared(made.url, made.deletion_token, at, made.expires, (entry.held.digest,), entry.name)
    try:
        holding.change(lambda wallet: replace(wallet, shared=(*wallet.shared, kept)))
    except LaureaError:
        sharing.end(made)
        raise
    return kept


def links(kept: Wallet) -> tuple[Link, ...]:
    """Return the links of a wallet in the order in which they were made."""
    names = {entry.held.digest: entry.name for entry in entries(kept)}
    return tuple(
        Link(number, each, tuple(names.get(digest, each.label) for digest in each.about))
        for number, each in enumerate(kept.shared, start=1)
    )


def status(link: Link) -> Status | None:
    """Return what the host says of a link, None when it has ended there; raises Unreachable."""
    try:
        return sharing.status(link.share)
    except NotFound:
        return None


def end(holding: Holding, number: int) -> Link:
    """End a link at its host, then forget it; raises InputError when there is none of that number, Unreachable, and then it is kept."""
    found = next((each for each in links(holding.opened()) if each.number == number), None)
    if found is None:
        raise InputError(f"there is no link number {number}", hint="laurea wallet links shows what there is")
    ended = found.shared
    with suppress(NotFound):  # it has ended there already
        sharing.end(found.share)
    holding.change(lambda wallet: replace(wallet, shared=tuple(each for each in wallet.shared if each.url != ended.url)))
    return found


def of_credential(kept: Wallet, name: str) -> Iterator[Link]:
    """Give the links that show a credential; raises as `find` does."""
    digest = find(entries(kept), name).held.digest
    return (each for each in links(kept) if digest in each.shared.about)
