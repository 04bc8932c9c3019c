"""Care for the issuer's keys: make new ones, take roles away, declare one compromised."""

from dataclasses import dataclass
from datetime import datetime

from laurea.chain.registry import set_compromised, set_key
from laurea.errors import InputError, NotFound
from laurea.services.issuing.founding import ADMIN, require_name
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.registration import Desk, grant, role_words, seconds, set_key_state
from laurea.services.issuing.signing_keys import is_one
from laurea.storage.issuer.batches import Batches
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.tables import BatchState, KeyRow, KeyState, Role

ON_ITS_WAY = (BatchState.NONCED, BatchState.SIGNED, BatchState.SENT, BatchState.MINED)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be made: its name, its roles, and until when it acts (None: without end)."""

    name: str
    roles: Role
    until: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse names that could be no file, and keys that could do nothing; raises InputError."""
        require_name(self.name)
        if not self.roles:
            raise InputError("a key without a role can do nothing", hint="--roles anchor, --roles revoke, or both")


def make_key(desk: Desk, new: NewKey) -> None:
    """Make a key and grant its roles; run again after a kill or for want of funds, it goes on with the same key."""
    with desk.issuer.database.read() as session:
        known = Keys(session).named(new.name)
    if known is not None and (known.state != KeyState.NEW or (known.roles, known.until) != (new.roles, new.until)):
        raise InputError(f"there is a key {new.name} already: {known.state}, may {role_words(known.roles)}", hint="choose another name")
    if known is None and is_one(desk.issuer, new.name):
        raise InputError(f"there is a key {new.name} already, which signs credentials", hint="choose another name")
    if known is None:
        address = desk.keyring.make_account(new.name)
        known = KeyRow(name=new.name, address=address, roles=new.roles, until=new.until, created_at=desk.issuer.now())
        with desk.issuer.database.write() as session:
            Keys(session).add(known)
    desk.tell(f"the key {new.name} is 0x{known.address.hex()}")
    grant(desk, known)


def remove_key(desk: Desk, name: str) -> None:
    """Take a key's roles away; what it did stands. Raises InputError while a batch is on its way with it."""
    key = named(desk.issuer, name)
    if key.state == KeyState.COMPROMISED:
        raise InputError(f"the key {name} is compromised: it has no role any more")
    with desk.issuer.database.read() as session:
        batches = Batches(session).of_key(key.address, ON_ITS_WAY)
    if batches:
        raise InputError(f"batch {batches[0]} is on its way with the key {name}", hint="finish it first: laurea issuer run")
    if desk.chain.registry.key_of(key.address).roles:
        data = set_key(desk.issuer.profile.domain.issuer_id, key.address, Role.NONE, 0)
        desk.act(ADMIN, data, f"the key {name} has no role any more")
    set_key_state(desk.issuer, key.address, KeyState.REMOVED)


def compromise_key(desk: Desk, name: str, since: datetime) -> None:
    """Declare that others hold a key since a time: it loses its roles for good, and what it anchored from then on is void."""
    key = named(desk.issuer, name)
    held = desk.chain.registry.key_of(key.address).compromised_from
    if held == 0 or seconds(since) < held:
        data = set_compromised(desk.issuer.profile.domain.issuer_id, key.address, seconds(since))
        desk.act(ADMIN, data, f"the key {name} counts as compromised from {since.isoformat()}")
    set_key_state(desk.issuer, key.address, KeyState.COMPROMISED, compromised_from=since)


def named(issuer: Issuer, name: str) -> KeyRow:
    """Return the key called `name`; raises NotFound."""
    with issuer.database.read() as session:
        key = Keys(session).named(name)
    if key is None:
        raise NotFound(f"there is no key {name}", hint="laurea issuer key list")
    return key
