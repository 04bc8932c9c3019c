"""Keeping what a check found; being offline never makes it worse."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from laurea.core.canonical import JsonObject
from laurea.storage import wallet
from laurea.storage.wallet import Checked, Held, Wallet
from laurea.web.wallet.card import verdict_of
from laurea.web.wallet.lock import Lock

DECIDED = ("valid", "invalid")


def keep(lock: Lock, reports: Mapping[bytes, JsonObject], at: datetime) -> bool:
    """Keep reports of credentials, and tell whether any was kept: one that decides nothing does not take the place of one that does."""
    kept: list[bytes] = []

    def settled(held: Held) -> Held:
        report = reports.get(held.digest)
        if report is None or (report["verdict"] == "undecided" and verdict_of(held.checked) in DECIDED):
            return held
        kept.append(held.digest)
        return replace(held, checked=Checked(at, report))

    def put(opened: Wallet) -> Wallet:
        return replace(opened, held=tuple(settled(each) for each in opened.held))

    with lock.holding() as holding:
        wallet.update(holding.path, holding.passphrase, put, kdf=holding.kdf)
    return bool(kept)
