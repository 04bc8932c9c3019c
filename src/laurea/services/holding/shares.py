"""What a wallet remembers of the links that were shared from it: a link without its token could never be ended."""

from dataclasses import replace

from laurea.errors import NotFound
from laurea.services.holding.holding import Holding
from laurea.storage import wallet
from laurea.storage.wallet import Shared


def remember(holding: Holding, shared: Shared) -> None:
    """Keep a link in the wallet."""
    wallet.update(holding.path, holding.passphrase, lambda kept: replace(kept, shared=(*kept.shared, shared)), kdf=holding.kdf)


def forget(holding: Holding, url: str) -> None:
    """Take a link that has ended out of the wallet."""
    wallet.update(
        holding.path,
        holding.passphrase,
        lambda kept: replace(kept, shared=tuple(each for each in kept.shared if each.url != url)),
        kdf=holding.kdf,
    )


def find(shared: tuple[Shared, ...], name: str) -> Shared:
    """Return the link that the host calls so; raises NotFound."""
    found = next((each for each in shared if name_of(each) == name), None)
    if found is None:
        raise NotFound("this link is not in the wallet any more")
    return found


def name_of(shared: Shared) -> str:
    """Return what the host calls a link, which says nothing of what it leads to."""
    return shared.url.partition("#")[0].rpartition("/")[2]
