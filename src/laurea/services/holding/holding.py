"""The holder's use cases: make a wallet, receive, list and present credentials, keep copies of the wallet."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from laurea.core.canonical import JsonObject
from laurea.core.incoming import Parcel
from laurea.core.keys import SigningKey
from laurea.core.phrase import SEED_BYTES, Node, Phrase
from laurea.core.presentation import MAX_LIFE, Demand
from laurea.errors import InputError
from laurea.services import exchange
from laurea.services.holding import attaching, entry, keyring, merging, receiving
from laurea.services.holding.attaching import Filed
from laurea.services.holding.checking import Said, settle
from laurea.services.holding.choice import Choice
from laurea.services.holding.entry import Entry
from laurea.services.holding.merging import Merged, merge, same
from laurea.services.holding.presenting import Composed, Showing, Wanted, compose
from laurea.services.holding.receiving import Preview
from laurea.services.holding.search import SOON, Filter, expiring, select
from laurea.storage import files, wallet
from laurea.storage.wallet import DEFAULT_KDF, Kdf, Wallet


@dataclass(frozen=True, slots=True)
class Holding:
    """One wallet file and the passphrase to it."""

    path: Path
    passphrase: str = field(repr=False)
    kdf: Kdf = DEFAULT_KDF

    @staticmethod
    def expect(path: Path, *, there: bool) -> None:
        """Raise NotFound when a wallet should be at `path` and is not, InputError when none should; nobody types a passphrase in vain."""
        if there:
            wallet.read(path)
        else:
            wallet.refuse_existing(path)

    def new(self, *, at: datetime, phrase: Phrase | None = None) -> str:
        """Make a wallet with keys that come from a phrase, or else from chance, and return its DID.

        The phrase itself is not kept: the file opens without it, and it makes the same keys without the file. Raises InputError when the
        file exists.
        """
        root = Node.of_seed(secrets.token_bytes(SEED_BYTES)) if phrase is None else phrase.root()
        made = Wallet(root.wallet_key(), at, root=root)
        wallet.create(self.path, wallet.seal(made, self.passphrase, kdf=self.kdf))
        return made.key.did

    def opened(self) -> Wallet:
        """Return what the file keeps; raises Locked when it does not open, NotFound when there is none."""
        return wallet.load(self.path, self.passphrase)

    def change(self, change: Callable[[Wallet], Wallet]) -> Wallet:
        """Change what the file keeps, as it is then, and return it; raises as `opened` does, InputError when it cannot be written."""
        return wallet.update(self.path, self.passphrase, change, kdf=self.kdf)[1]

    def preview(self, data: bytes, *, at: datetime, language: str = "") -> Preview:
        """Return what a file would bring to the wallet, of which nothing is kept yet; raises FormatError when it is no credential."""
        return receiving.preview(self.opened(), data, at=at, language=language)

    def receive(self, data: bytes, *, at: datetime) -> tuple[Entry, bool]:
        """Keep a credential, to the byte; return it and whether it is new here. As `receive_all`, for one alone."""
        count = len(Parcel.parse(data).credentials)
        if count != 1:
            raise InputError(f"the presentation holds {count} credentials: receive them all")
        return self.receive_all(data, at=at)[0]

    def receive_all(self, data: bytes, *, at: datetime) -> tuple[tuple[Entry, bool], ...]:
        """Keep a credential, to the byte, or those that a presentation holds, all or none; return each and whether it is new here.

        Raises FormatError when it is none, damaged or signed by nobody, InputError when it was issued to somebody else.
        """
        brought: list[Preview] = []

        def add(kept: Wallet) -> Wallet:
            brought[:] = [receiving.preview(kept, data, at=at)]
            return receiving.taken(kept, brought[0].offers, at=at)

        _, after = wallet.update(self.path, self.passphrase, add, kdf=self.kdf)
        entries = entry.entries(after)
        return tuple(
            (next(each for each in entries if each.credential == offer.incoming.credential), offer.known is None)
            for offer in brought[0].offers
        )

    def keep_checks(self, reports: Mapping[bytes, Said], *, at: datetime, now: datetime | None = None) -> tuple[Entry, ...]:
        """Keep what a verifier said of credentials, by their digests, where it says more than what is kept (docs/wallet.md); return all.

        It said so at `at`; what was found after that, up to `now`, stays.
        """

        def settled(kept: Wallet) -> Wallet:
            held = tuple(settle(each, reports[each.digest], at=at, now=now) if each.digest in reports else each for each in kept.held)
            return replace(kept, held=held)

        return entry.entries(self.change(settled))

    def search(self, wanted: Filter, *, at: datetime) -> tuple[Entry, ...]:
        """Return the credentials that a filter lets through, in the order in which they came."""
        return select(self.entries(), wanted, at=at)

    def expiring(self, *, at: datetime, within: timedelta = SOON) -> tuple[Entry, ...]:
        """Return the credentials that expire within a time, or have expired, the earliest first."""
        return expiring(self.entries(), at=at, within=within)

    def remove(self, name: str, *, at: datetime) -> Entry:
        """Take a credential out of the wallet, so that no other copy brings it back, and return it; raises as `find` does."""
        removed: list[Entry] = []

        def drop(kept: Wallet) -> Wallet:
            found = entry.find(entry.entries(kept), name)
            removed.append(found)
            return merging.without(kept, found.held, at=at)

        wallet.update(self.path, self.passphrase, drop, kdf=self.kdf)
        return removed[-1]

    def answer(self, link: str, *, at: datetime, own_key: bool | None = None) -> exchange.Invited | exchange.Fetched:
        """Answer an issuer's link as this wallet; raises what `exchange.answer` does.

        With `own_key` by a key that this issuer alone knows, which is made if there is none yet; without saying, by that if there is one.
        """
        return exchange.answer(link, self.key_for(exchange.origin_of(link), at=at, own_key=own_key), at=at)

    def key_for(self, origin: str, *, at: datetime, own_key: bool | None) -> SigningKey:
        """Return the key to answer the issuer at an origin with, as `answer` does."""
        if own_key:
            kept = wallet.update(self.path, self.passphrase, lambda kept: keyring.with_key_for(kept, origin, at=at), kdf=self.kdf)[1]
        else:
            kept = self.opened()
        return keyring.key_for(kept, origin, own_key=own_key)

    def entries(self) -> tuple[Entry, ...]:
        """Return the credentials in the order in which they came."""
        return entry.entries(self.opened())

    def find(self, name: str) -> Entry:
        """Return the credential that a number, an id or the beginning of one names; raises NotFound or InputError."""
        return entry.find(self.entries(), name)

    def present(self, name: str, choice: Choice, *, demand: Demand, at: datetime, life: timedelta = MAX_LIFE) -> JsonObject:
        """Return a presentation of a credential, signed over audience and challenge; the seed never leaves the wallet."""
        return self.present_all(Showing((Wanted(name, choice),)), demand=demand, at=at, life=life).document

    def present_all(self, showing: Showing, *, demand: Demand, at: datetime, life: timedelta = MAX_LIFE) -> Composed:
        """Return a presentation of credentials of one key, and the files that go with it; raises InputError when they name several keys."""
        return compose(self.opened(), showing, demand=demand, at=at, life=life)

    def attach(self, name: str, file_name: str, data: bytes) -> Filed:
        """Keep a file as evidence for a credential, and tell how it compares with what that names; raises InputError when it does not fit in."""
        after = self.change(lambda kept: attaching.attached(kept, name, file_name, data))
        return next(each for each in attaching.filed(after, name) if each.file.data == data)

    def detach(self, name: str, file_name: str) -> None:
        """Take a file of a credential out of the wallet; raises NotFound when there is none that is called so."""
        self.change(lambda kept: attaching.detached(kept, name, file_name))

    def files(self, name: str) -> tuple[Filed, ...]:
        """Return the files of a credential."""
        return attaching.filed(self.opened(), name)

    def note(self, name: str, text: str, *, at: datetime) -> Entry:
        """Keep the holder's own words about a credential, "" for none any more."""
        return entry.find(entry.entries(self.change(lambda kept: attaching.noted(kept, name, text, at=at))), name)

    def change_passphrase(self, new: str) -> None:
        """Put the wallet under another passphrase; copies made before stay under the old one."""
        wallet.change_passphrase(self.path, self.passphrase, new, kdf=self.kdf)

    def merge(self, source: Path, passphrase: str) -> Merged:
        """Bring what another file of the same wallet has into this one, and say what that was; the other file stays as it is.

        Raises InputError when it is another wallet, Locked when it does not open.
        """
        other = wallet.load(source, passphrase)
        before, after = wallet.update(self.path, self.passphrase, lambda kept: merge(kept, other), kdf=self.kdf)
        return Merged.between(before, after)

    def backup(self, target: Path) -> int:
        """Copy the wallet to another file, prove that a restore of the copy brings all back, and return how many credentials are in it.

        Raises Locked when it does not open, InputError when another file is there already or the copy is not what was copied.
        """
        data = wallet.read(self.path)
        kept = wallet.open_(data, self.passphrase)
        if target.resolve() == self.path.resolve():
            raise InputError(f"{target} is the wallet itself", hint="name another file, best on another disk")
        with files.lock(target, create=True):
            if files.read(target, limit=wallet.MAX_BYTES) != data:
                wallet.refuse_existing(target)
                files.replace(target, data)
        with TemporaryDirectory() as folder:
            restored = replace(self, path=Path(folder) / self.path.name)
            restored.restore(target)
            if not same(restored.opened(), kept):
                raise InputError(f"{target} is not the same as the wallet: it is no backup", hint="try another disk")
        return len(kept.held)

    def restore(self, source: Path) -> str:
        """Put a backup in the wallet's place, having opened it, and return its DID; raises InputError when a wallet exists."""
        data = files.read(source, limit=wallet.MAX_BYTES)
        did = wallet.open_(data, self.passphrase).key.did
        wallet.create(self.path, data)
        return did
