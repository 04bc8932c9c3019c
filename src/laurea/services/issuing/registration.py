"""Tell the registry about the issuer: that it exists, its DID, its keys. Every act asks the chain first, so each is done once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from laurea.chain.fees import amount
from laurea.chain.registry import create_issuer, serve, set_key, set_profile
from laurea.errors import Refused, Unfunded
from laurea.services.issuing.chain import Chain
from laurea.services.issuing.founding import ADMIN
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.keyring import Keyring
from laurea.storage.issuer.keys import Keys
from laurea.storage.issuer.profile import Profiles
from laurea.storage.issuer.tables import IssuerRow, KeyRow, KeyState, Role

NOBODY = bytes(20)
# Gas to have at hand, generously: creating the issuer, its profile and two keys takes 0.3 million; one anchor takes 50,000.
GAS_OF_ADMIN = 600_000
GAS_OF_KEY = {Role.ANCHOR: 1_600_000, Role.REVOKE: 600_000}
PRICE_FACTOR = 2  # what a transaction offers at most, over the price now


@dataclass(frozen=True, slots=True)
class Desk:
    """What an act on the chain in the issuer's name needs: the issuer, the chain, the keys, and somebody to tell."""

    issuer: Issuer
    chain: Chain
    keyring: Keyring
    tell: Callable[[str], None]

    def act(self, sender: str, data: bytes, what: str) -> None:
        """Send one call to the registry from the account called `sender`, and wait until it is mined."""
        receipt = self.chain.sender.transact(self.keyring.account(sender), self.chain.registry.address, data)
        self.tell(f"{what} (block {receipt.block_number})")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """An account that has less than it will need; amounts in wei."""

    name: str
    address: bytes
    has: int
    needs: int


def register(desk: Desk) -> None:
    """Bring the registry to where the issuer exists, states its DID, and its keys have their roles.

    Raises Unfunded that names every account to fund and how much it needs, before anything is sent.
    """
    row, keys = _standing(desk.issuer)
    registry, identity = desk.chain.registry, desk.issuer.profile.domain.issuer_id
    short = shortfalls(desk)
    if short:
        lines = "; ".join(f"0x{each.address.hex()} ({each.name}) with {amount(each.needs)}" for each in short)
        raise Unfunded(
            f"the issuer's accounts on eip155:{desk.chain.domain.chain_id} cannot pay yet: fund {lines}",
            hint="then run `laurea issuer init` again: it goes on where it stopped",
        )
    if registry.admin_of(identity)[0] == NOBODY:
        desk.act(ADMIN, create_issuer(row.admin, row.salt), f"created the issuer 0x{identity.hex()}")
    if registry.profile_of(identity) != row.did:
        desk.act(ADMIN, set_profile(identity, row.did), f"stated its DID, {row.did}")
    for key in keys:
        grant(desk, key)
    _mark_registered(desk)


def grant(desk: Desk, key: KeyRow) -> None:
    """Let a key act in its roles: it binds itself to the issuer, then the admin names the roles."""
    registry, identity = desk.chain.registry, desk.issuer.profile.domain.issuer_id
    held = registry.key_of(key.address)
    if held.issuer not in (NOBODY, identity) or held.compromised_from:
        raise Refused(f"the key {key.name} (0x{key.address.hex()}) serves another issuer or is compromised", hint="make a new key")
    if held.issuer == NOBODY:
        desk.act(key.name, serve(identity), f"the key {key.name} serves the issuer")
    if (held.roles, held.until) != (key.roles, seconds(key.until)):
        desk.act(ADMIN, set_key(identity, key.address, key.roles, seconds(key.until)), f"the key {key.name} may {role_words(key.roles)}")
    set_key_state(desk.issuer, key.address, KeyState.GRANTED)


def set_key_state(issuer: Issuer, address: bytes, state: KeyState, *, compromised_from: datetime | None = None) -> None:
    """Write down where a key stands."""
    with issuer.database.write() as session:
        row = Keys(session).at(address)
        if row is not None:
            row.state = state
            row.compromised_from = compromised_from or row.compromised_from


def shortfalls(desk: Desk) -> list[Shortfall]:
    """Return the accounts to fund before the issuer can be registered; none once it is, for then each act says what it needs."""
    row, keys = _standing(desk.issuer)
    if row.registered_at is not None:
        return []
    price = PRICE_FACTOR * desk.chain.gas_price()
    needs = [(ADMIN, row.admin, GAS_OF_ADMIN)]
    needs += [(key.name, key.address, sum(gas for role, gas in GAS_OF_KEY.items() if key.roles & role)) for key in keys]
    found = [Shortfall(name, address, desk.chain.balance_of(address), gas * price) for name, address, gas in needs]
    return [each for each in found if each.has < each.needs]


def seconds(moment: datetime | None) -> int:
    """Return a time as the registry holds it: whole seconds since 1970, 0 for never."""
    return 0 if moment is None else int(moment.timestamp())


def role_words(roles: int) -> str:
    """Return what a key may do, in words."""
    return " and ".join((role.name or "").lower() for role in (Role.ANCHOR, Role.REVOKE) if roles & role) or "do nothing"


def _standing(issuer: Issuer) -> tuple[IssuerRow, list[KeyRow]]:
    """Return the issuer's row, and the keys that have a role or are to get one."""
    with issuer.database.read() as session:
        row = Profiles(session).issuer()
        keys = [key for key in Keys(session).all() if key.state in (KeyState.NEW, KeyState.GRANTED)]
    if row is None:  # pragma: no cover - an open issuer has its row
        raise RuntimeError("the issuer has no row")
    return row, keys


def _mark_registered(desk: Desk) -> None:
    with desk.issuer.database.write() as session:
        row = Profiles(session).issuer()
        if row is not None:
            row.registered_at = row.registered_at or desk.issuer.now()
