"""Links that the holder shared: made, looked after and ended; the wallet keeps what ends them."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from laurea.errors import LaureaError, NotFound
from laurea.services import sharing
from laurea.services.holding.entry import Entry, entries
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
    def id(self) -> str:
        """What its host calls it, which says nothing of what it leads to."""
        return self.share.id

    @property
    def share(self) -> Share:
        """The link as its host knows it."""
        return Share.of(self.shared.url, self.shared.deletion_token, self.shared.expires)


@dataclass(frozen=True, slots=True)
class Host:
    """A host of shares, and the token that it asks for, if it does."""

    url: str
    upload_token: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A share that was made and that the wallet has yet to keep."""

    share: Share
    kept: Shared


def share(entry: Entry, portion: Portion, host: Host, *, life: timedelta, at: datetime, label: str = "") -> Ticket:
    """Share a credential, or a part of it, by a link; raises what `sharing.share` does. Then `keep` it, so that it can be ended."""
    made = sharing.share(portion.of(entry), host.url, life=life, upload_token=host.upload_token)
    return Ticket(made, Shared(made.url, made.deletion_token, at, made.expires, (entry.held.digest,), label))


def keep(opening: AbstractContextManager[Holding], ticket: Ticket) -> Link:
    """Keep a share in the wallet and return it; should that not take it, or be locked by now, it is ended: nobody could end it later."""
    try:
        with opening as holding:
            return links(holding.change(lambda wallet: replace(wallet, shared=(*wallet.shared, ticket.kept))))[-1]
    except LaureaError:
        sharing.end(ticket.share)
        raise


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


def end(link: Link) -> bool:
    """End a link at its host, and tell whether it had not ended there already; raises Unreachable. Then `forget` it."""
    try:
        sharing.end(link.share)
    except NotFound:
        return False
    return True


def forget(holding: Holding, link: Link) -> None:
    """Take a link that has ended out of the wallet."""
    holding.change(lambda wallet: replace(wallet, shared=tuple(each for each in wallet.shared if each.url != link.shared.url)))


def find(kept: Wallet, name: int | str) -> Link:
    """Return the link of a number, or of the id that its host gave it; raises NotFound."""
    found = next((each for each in links(kept) if name in (each.number, each.id)), None)
    if found is None:
        raise NotFound("this link is not in the wallet any more", hint="laurea wallet links shows what there is")
    return found
