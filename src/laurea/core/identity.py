"""What is known of an issuer that the trust list does not name: its DID document as it was read, and who vouches for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from laurea.core.did_document import DidDocument
from laurea.core.leaf import Domain

Keys = tuple[Mapping[str, bytes], Mapping[str, datetime]]
"""Public keys by their methods, and since when others hold some of them."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A DID document as it was read at a time; without one, `trouble` says why there is none.

    With both it is a copy from then, taken because it could not be read anew.
    """

    document: DidDocument | None = None
    read_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Accreditation:
    """What somebody on the trust list vouches for: that a DID anchors with accounts, and signs with keys.

    `name` is the trust list's for who vouches, `through` the DIDs of those, from there on, who do so on its word; `note` is what else is to
    know of it. `problem` says why it does not count, if it does not.
    """

    did: str
    name: str
    accounts: frozenset[Domain] = frozenset()
    methods: Mapping[str, bytes] = field(default_factory=dict)
    revoked: Mapping[str, datetime] = field(default_factory=dict)
    problem: str = ""
    through: tuple[str, ...] = ()
    note: str = ""
