"""A credential of the wallet in a résumé, with what its last verification found."""

from laurea.artefacts.elsewhere import Elsewhere
from laurea.artefacts.resume import Entry as Listed
from laurea.artefacts.resume import Verification
from laurea.services.holding.entry import Entry
from laurea.services.holding.history import listed
from laurea.storage.wallet import Wallet


def past_in_resume(opened: Wallet) -> tuple[Elsewhere, ...]:
    """Return the history of a wallet for a résumé."""
    return tuple(
        Elsewhere(each.title, each.record.issuer or each.record.platform, each.record.issued, each.record.url) for each in listed(opened)
    )


def in_resume(entry: Entry, language: str) -> Listed:
    """Return an entry of a résumé: verified if the last check that the wallet keeps was valid, and as of then."""
    check = entry.last_check(entry.held.received)
    if check.verdict is None or check.at is None:
        return Listed(entry.summary(language))
    return Listed(entry.summary(language), Verification(check.verdict, check.at, check.headline))
