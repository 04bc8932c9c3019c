"""The catalogues of a wallet: kept to the byte, so that what an issuer lists is what is read."""

from dataclasses import replace
from datetime import datetime

from laurea.core.catalogue import Catalogue
from laurea.errors import InputError, NotFound
from laurea.storage.wallet import Kept, Removed, Wallet

MAX_CATALOGUE = 4 << 20  # bytes of one; a thousand achievements
MAX_ALL = 8 << 20  # bytes of all: with the files of evidence they fit into what a wallet may have
MAX_NAME = 100  # characters


def count(data: bytes) -> int:
    """Return how many offers a catalogue has; raises FormatError when it is none."""
    return len(Catalogue.parse(data).offers)


def added(kept: Wallet, data: bytes, name: str, *, at: datetime) -> Wallet:
    """Return the wallet with a catalogue, in the place of an older one of that name; the same wallet when it is there already.

    Raises FormatError when it is none, InputError when it does not fit in.
    """
    Catalogue.parse(data)
    made = Kept(data, "".join(letter if letter.isprintable() else "_" for letter in name)[:MAX_NAME], at)
    if any(each.digest == made.digest for each in kept.catalogues):
        return kept
    older = next((each for each in kept.catalogues if each.name == made.name), None)
    base = kept if older is None else _without(kept, older, at)
    gone = next((each.at for each in base.removed if each.digest == made.digest), None)
    if gone is not None and gone >= at:  # it comes back within the second in which it went
        base = replace(base, removed=tuple(each for each in base.removed if each.digest != made.digest))
    catalogues = (*base.catalogues, made)
    if sum(len(each.document) for each in catalogues) > MAX_ALL:
        raise InputError(
            f"the catalogues of a wallet have at most {MAX_ALL:,} bytes together", hint="remove another: laurea wallet catalogue remove"
        )
    return replace(base, catalogues=catalogues)


def without(kept: Wallet, name: str, *, at: datetime) -> Wallet:
    """Return the wallet without the catalogue of a number or name, which no other copy brings back; raises NotFound."""
    found = [each for number, each in enumerate(kept.catalogues, start=1) if name in {each.name, str(number)}]
    if not found:
        raise NotFound(f"there is no catalogue {name!r} in the wallet", hint="laurea wallet catalogue list shows what there is")
    return _without(kept, found[0], at)


def _without(kept: Wallet, gone: Kept, at: datetime) -> Wallet:
    rest = tuple(each for each in kept.catalogues if each.digest != gone.digest)
    removed = tuple(each for each in kept.removed if each.digest != gone.digest)
    return replace(kept, catalogues=rest, removed=(*removed, Removed(gone.digest, max(at, gone.added))))
