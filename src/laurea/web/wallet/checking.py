"""Keeping what a check found; being offline never makes it worse."""

from dataclasses import replace

from laurea.core.report import Report, Verdict
from laurea.services.holding import Entry
from laurea.storage import wallet
from laurea.storage.wallet import Checked, Wallet
from laurea.web.wallet.card import verdict_of
from laurea.web.wallet.lock import Lock

DECIDED = ("valid", "invalid")


def keep(lock: Lock, entry: Entry, report: Report) -> bool:
    """Keep a report of a credential, and tell whether it was kept: one that decides nothing does not take the place of one that does."""
    if report.verdict is Verdict.UNDECIDED and verdict_of(entry.held.checked) in DECIDED:
        return False
    checked = Checked(report.at, report.document())

    def put(kept: Wallet) -> Wallet:
        digest = entry.held.digest
        return replace(kept, held=tuple(replace(each, checked=checked) if each.digest == digest else each for each in kept.held))

    with lock.holding() as holding:
        wallet.update(holding.path, holding.passphrase, put, kdf=holding.kdf)
    return True
