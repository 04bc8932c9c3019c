"""Found an issuer, tell the registry, care for its keys: each act once, however often it is begun."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from laurea.chain.artefact import canonical_address
from laurea.core.keys import did_key, multikey
from laurea.errors import FormatError, InputError, Locked, NotFound, Refused, Unfunded
from laurea.services.issuing import achievements, showing, signing_keys
from laurea.services.issuing.founding import ADMIN, FIRST, Founding, found
from laurea.services.issuing.key_care import NewKey, compromise_key, make_key, named, remove_key
from laurea.services.issuing.keyring import Keyring
from laurea.services.issuing.registration import Desk, register, shortfalls
from laurea.services.issuing.revocation import Reason, request
from laurea.services.issuing.revoking import Revoking
from laurea.storage.issuer.directory import IssuerDirectory
from laurea.storage.issuer.tables import Role
from tests.anvil import Anvil
from tests.services.issuing_world import ACHIEVEMENT, DID, Killed, Template, World, fast_keys, fast_keystore, now


@pytest.fixture
def unregistered(tmp_path: Path, template: Template) -> World:
    directory = IssuerDirectory(tmp_path / "issuer")
    fast_keys(directory)
    made = World(directory.path, template.node, template.world.postgres)
    found(directory, founding(), made.keyring(), now(), database_url=None if made.postgres is None else made.postgres.new())
    return made


def founding(**changes: str) -> Founding:
    return Founding(changes.get("did", DID), changes.get("name", "Example University"), None, 31337, canonical_address())


def new_key(world: World, name: str, roles: Role, until: datetime | None = None) -> None:
    with world.issuer() as issuer:
        if not issuer.directory.keystore(name).exists():
            fast_keystore(issuer.directory, name)
            world.fund(name)
        make_key(world.desk(issuer), NewKey(name, roles, until))


def state_of(world: World, name: str) -> str:
    with world.issuer() as issuer:
        return named(issuer, name).state


def test_keys_are_made_once_under_the_passphrase_and_open_with_no_other(tmp_path: Path) -> None:
    directory = IssuerDirectory(tmp_path / "issuer")
    found(directory, founding(), Keyring(directory, lambda: "first"), now())
    files = {path: path.read_bytes() for path in directory.keys.iterdir()}

    found(directory, None, Keyring(directory, lambda: pytest.fail("nothing is left to unlock")), now())

    assert {path.name for path in files} == {"signing.pem", "admin.json", "anchor.json", "revoke.json"}
    assert {path: path.read_bytes() for path in directory.keys.iterdir()} == files
    with pytest.raises(Locked):
        Keyring(directory, lambda: "second").account("anchor")


def test_founding_that_was_killed_goes_on_with_the_keys_it_made(tmp_path: Path) -> None:
    directory = IssuerDirectory(tmp_path / "issuer")
    fast_keys(directory)
    before = {path: path.read_bytes() for path in directory.keys.iterdir()}
    world = World(directory.path, Anvil())

    found(directory, founding(), world.keyring(), now())

    assert {path: path.read_bytes() for path in directory.keys.iterdir()} == before
    with world.issuer() as issuer:
        assert named(issuer, "anchor").address.hex() == world.account("anchor").address[2:].lower()


def test_a_directory_never_becomes_another_issuer(unregistered: World) -> None:
    directory = IssuerDirectory(unregistered.path)

    for other in (founding(did="did:web:other.example"), founding(name="Another University")):
        with pytest.raises(InputError, match="cannot become another one"):
            found(directory, other, unregistered.keyring(), now())
    found(directory, founding(), unregistered.keyring(), now())


def test_without_a_did_the_issuer_is_the_did_key_of_its_signing_key(tmp_path: Path) -> None:
    directory = IssuerDirectory(tmp_path / "issuer")
    fast_keys(directory)
    world = World(directory.path, Anvil())
    found(directory, Founding(None, "Example", None, 31337, canonical_address()), world.keyring(), now())

    with world.issuer() as issuer:
        did, public = issuer.profile.did, signing_keys.current(issuer).public
        key = world.keyring().signing_key(FIRST, public)
        assert (did, issuer.profile.method(public)) == (did_key(key.public), f"{did}#{multikey(key.public)}")
        with pytest.raises(Locked, match="not the key"):
            world.keyring().signing_key(FIRST, bytes(32))


@pytest.mark.parametrize("wrong", [{"did": "example.org"}, {"did": "did:web:" + "a" * 250}, {"did": "did:web:example.org:"}, {"name": " "}])
def test_what_is_no_issuer_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InputError):
        founding(**wrong)


def test_a_did_key_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    directory = IssuerDirectory(tmp_path / "issuer")
    fast_keys(directory)
    other = "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"

    with pytest.raises(InputError, match="this issuer's did:key is"):
        found(directory, founding(did=other), World(directory.path, Anvil()).keyring(), now())


def test_the_accounts_to_fund_are_named_with_what_they_need_before_anything_is_sent(unregistered: World) -> None:
    unregistered.fund("anchor")
    with unregistered.issuer() as issuer:
        desk = unregistered.desk(issuer)
        with pytest.raises(Unfunded, match=r"0x[0-9a-f]{40} \(admin\) with 0\.\d+; 0x[0-9a-f]{40} \(revoke\) with 0\.\d+$"):
            register(desk)
        shown = showing.to_fund(issuer, shortfalls(desk))

    assert isinstance(shown["fund"], list)
    assert len(shown["fund"]) == 2
    assert unregistered.spent(ADMIN) == unregistered.spent("anchor") == 0


def test_registration_killed_after_every_act_does_each_once(unregistered: World) -> None:
    for name in (ADMIN, "anchor", "revoke"):
        unregistered.fund(name)
    acts = 0
    while True:
        try:
            with unregistered.issuer() as issuer:
                register(Desk(issuer, unregistered.chain(issuer), unregistered.keyring(), killed))
            break
        except Killed:
            acts += 1

    assert acts == 6
    assert [unregistered.spent(name) for name in (ADMIN, "anchor", "revoke")] == [4, 1, 1]
    with unregistered.issuer() as issuer:
        registry, domain = unregistered.chain(issuer).registry, issuer.profile.domain
        assert registry.profile_of(domain.issuer_id) == DID
        roles = [registry.key_of(named(issuer, name).address).roles for name in ("anchor", "revoke")]
    assert roles == [Role.ANCHOR, Role.REVOKE], "the nightly key cannot revoke"


def killed(line: str) -> None:
    raise Killed(line)


def test_rotation_keeps_the_power_to_revoke_what_the_old_key_anchored(world: World) -> None:
    world.enrol(1)
    world.run()
    new_key(world, "anchor-2", Role.ANCHOR)
    with world.issuer() as issuer:
        remove_key(world.desk(issuer), "anchor")
    world.enrol(1)
    world.run()

    world.require_whole([1, 1])
    assert (state_of(world, "anchor"), state_of(world, "anchor-2")) == ("removed", "granted")
    assert world.batch(1).key != world.batch(2).key
    with world.issuer() as issuer:
        credential = world.members(1)[0].id
        asked = request(issuer, [credential], Reason.ERROR)
        Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(10)).revoke(asked.revocations)
    assert not world.verdict(world.released()[credential])


def test_a_key_is_not_removed_while_a_batch_is_on_its_way_with_it(world: World) -> None:
    world.enrol(1)
    world.run(blocks=0)

    with world.issuer() as issuer, pytest.raises(InputError, match="batch 1 is on its way"):
        remove_key(world.desk(issuer), "anchor")

    world.run()
    with world.issuer() as issuer:
        remove_key(world.desk(issuer), "anchor")
        remove_key(world.desk(issuer), "anchor")
    assert world.spent(ADMIN) == 5


def test_a_key_that_lacks_funds_is_made_once_and_granted_later(world: World) -> None:
    with world.issuer() as issuer:
        fast_keystore(issuer.directory, "later")
        with pytest.raises(Unfunded, match=world.account("later").address):
            make_key(world.desk(issuer), NewKey("later", Role.REVOKE))
    assert state_of(world, "later") == "new"

    world.fund("later")
    new_key(world, "later", Role.REVOKE)

    assert state_of(world, "later") == "granted"
    with pytest.raises(InputError, match="already"):
        new_key(world, "later", Role.REVOKE)


def test_a_key_past_its_time_is_not_used(world: World) -> None:
    new_key(world, "short", Role.ANCHOR, now() - timedelta(days=1))
    world.enrol(1)

    world.run()

    with world.issuer() as issuer:
        assert world.batch().key == named(issuer, "anchor").address


def test_a_compromise_can_be_moved_earlier_and_the_key_gets_no_role_again(world: World) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    with world.issuer() as issuer:
        desk = world.desk(issuer)
        for since in (moment, moment - timedelta(days=1), moment - timedelta(days=1)):
            compromise_key(desk, "anchor", since)
        with pytest.raises(InputError, match="compromised"):
            remove_key(desk, "anchor")
        keys = {str(key["name"]): key for key in showing.keys(issuer)}

    assert keys["anchor"]["state"] == "compromised"
    assert keys["anchor"]["compromisedFrom"] == "2026-01-01T00:00:00Z"
    assert world.spent(ADMIN) == 6


def test_a_compromise_in_the_future_is_refused(world: World) -> None:
    with world.issuer() as issuer, pytest.raises(Refused, match="InvalidCompromise"):
        compromise_key(world.desk(issuer), "anchor", now() + timedelta(days=365))

    assert state_of(world, "anchor") == "granted"


@pytest.mark.parametrize(("name", "roles"), [("admin", Role.ANCHOR), ("../x", Role.ANCHOR), ("Key", Role.ANCHOR), ("key", Role.NONE)])
def test_a_key_has_a_name_of_its_own_and_something_to_do(name: str, roles: Role) -> None:
    with pytest.raises(InputError):
        NewKey(name, roles)


def test_an_unknown_key_is_not_found(world: World) -> None:
    with world.issuer() as issuer, pytest.raises(NotFound):
        remove_key(world.desk(issuer), "nobody")


def test_an_achievement_is_added_once_and_never_changed(world: World) -> None:
    same = json.dumps(ACHIEVEMENT, indent=4).encode()
    other = json.dumps({**ACHIEVEMENT, "name": "Another"}).encode()
    with world.issuer() as issuer:
        assert achievements.add(issuer, same) == "sql"
        with pytest.raises(InputError, match="another achievement sql"):
            achievements.add(issuer, other)
        with pytest.raises(FormatError):
            achievements.add(issuer, b"{}")
