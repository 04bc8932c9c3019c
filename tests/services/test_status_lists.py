"""Status lists as the issuer publishes them: in step with the chain and with what is suspended, signed, fresh, and each place one's own."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from threading import Thread

import pytest

import laurea
from laurea.core import bitstring
from laurea.core.bitstring import MIN_ENTRIES
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.report import CheckId, Outcome, Report, Verdict
from laurea.core.status_list import StatusList, entries
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.issuing import enrolment, showing, signing_keys, status_places
from laurea.services.issuing.adoption import adopt
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.backup import back_up, restore
from laurea.services.issuing.duplicates import Duplicates
from laurea.services.issuing.founding import Founding, found
from laurea.services.issuing.lookup import require
from laurea.services.issuing.publishing import publish, published
from laurea.services.issuing.reconciling import find_lost
from laurea.services.issuing.revocation import Reason, request
from laurea.services.issuing.revoking import Revoking
from laurea.services.issuing.running import Run
from laurea.services.issuing.seen_revoked import look_up
from laurea.services.issuing.status_places import Drawing
from laurea.services.issuing.status_policy import NO_STATUS, StatusPolicy
from laurea.services.issuing.suspension import suspend, take_over
from laurea.storage.issuer.credentials import Credentials
from laurea.storage.issuer.directory import IssuerDirectory
from laurea.storage.issuer.status_lists import StatusLists
from laurea.storage.issuer.tables import CredentialRow, StatusListRow
from tests.services.issuing_world import World, due, fast_keys, now, on_sqlite, roster

URL = "https://badges.example.edu/status"
BOTH = StatusPolicy(URL, ("revocation", "suspension"))
PURPOSES = ["revocation", "suspension"]


@pytest.fixture
def listed(world: World) -> World:
    """An issuer with status lists, that has released three credentials."""
    world.statuses = BOTH
    world.enrol(3)
    world.run()
    return world


def lists(world: World) -> dict[str, StatusList]:
    """What is published, by purpose."""
    with world.issuer() as issuer:
        return {each.file_name.rpartition("-")[2].removesuffix(".json"): StatusList.parse(each.data) for each in published(issuer)}


def set_in(world: World, purpose: str) -> set[int]:
    bits = bits_of(lists(world)[purpose])
    return {index for index in range(len(bits) * 8) if bits[index // 8] >> (7 - index % 8) & 1}


def bits_of(found_list: StatusList) -> bytes:
    return bitstring.decode(found_list.encoded)


def place(row: CredentialRow) -> tuple[str, int]:
    assert row.status_list is not None
    assert row.status_index is not None
    return row.status_list, row.status_index


def suspended(world: World, *credentials: str, yes: bool = True) -> list[str]:
    """Do what `laurea issuer suspend` does."""
    with world.issuer() as issuer:
        changed = suspend(issuer, credentials, suspended=yes)
        publish(issuer, world.keyring())
    return changed


def revoke(world: World, *credentials: str) -> None:
    with world.issuer() as issuer:
        asked = request(issuer, credentials, Reason.ERROR)
        Revoking(issuer, world.chain(issuer), world.keyring(), world.patience(10)).revoke(asked.revocations)


def verdict(world: World, data: bytes) -> Report:
    """The report of a verifier who has fetched the lists."""
    with world.issuer() as issuer:
        files = [each.data for each in published(issuer)]
    return laurea.verify(data, chain=world.node.url, trust=world.trust(), status_lists=files)


def status_of(row: CredentialRow) -> list[JsonObject]:
    return entries(json.loads(row.document))


@on_sqlite
def test_a_credential_names_a_place_in_each_list_and_verifies_with_them(listed: World) -> None:
    for member in listed.members():
        status_list, index = place(member)
        assert [(each["statusPurpose"], each["statusListIndex"], each["statusListCredential"]) for each in status_of(member)] == [
            (purpose, str(index), f"{URL}/{status_list}-{purpose}.json") for purpose in PURPOSES
        ]
        assert 0 <= index < MIN_ENTRIES
        assert verdict(listed, listed.released()[member.id]).verdict is Verdict.VALID
        without = listed.verdict(listed.released()[member.id])
        assert (without.verdict, without[CheckId.REVOCATION].outcome) == (Verdict.UNDECIDED, Outcome.UNKNOWN)
    assert len({place(member) for member in listed.members()}) == 3
    assert set(lists(listed)) == set(PURPOSES)
    assert all(len(bits_of(each)) * 8 == MIN_ENTRIES for each in lists(listed).values())


@on_sqlite
def test_without_the_configuration_a_credential_names_none_and_nothing_is_published(world: World) -> None:
    world.enrol(2)
    world.run()

    assert all(status_of(member) == [] and member.status_list is None for member in world.members())
    assert lists(world) == {}


def test_a_suspension_is_told_until_it_ends_and_others_are_as_they_were(listed: World) -> None:
    first, second, _ = listed.members()

    assert suspended(listed, f"urn:uuid:{first.id}") == [first.id]

    assert set_in(listed, "suspension") == {place(first)[1]}
    assert set_in(listed, "revocation") == set()
    report = verdict(listed, listed.released()[first.id])
    assert (report.verdict, "suspended by the issuer" in report.headline) == (Verdict.INVALID, True)
    assert verdict(listed, listed.released()[second.id]).verdict is Verdict.VALID
    assert suspended(listed, first.id, second.id) == [second.id], "the first is already"
    assert suspended(listed, first.id, second.id, yes=False) == [first.id, second.id]
    assert set_in(listed, "suspension") == set()
    assert verdict(listed, listed.released()[first.id]).verdict is Verdict.VALID


@on_sqlite
def test_the_list_for_revocation_says_what_the_chain_says(listed: World) -> None:
    first, second, third = listed.members()
    suspended(listed, second.id)

    with listed.issuer() as issuer:
        request(issuer, [first.id], Reason.ERROR)
        publish(issuer, listed.keyring())
    assert set_in(listed, "revocation") == set(), "nothing is on the chain yet"
    revoke(listed, first.id, second.id)
    listed.run()

    assert set_in(listed, "revocation") == {place(first)[1], place(second)[1]}
    assert set_in(listed, "suspension") == {place(second)[1]}
    report = verdict(listed, listed.released()[first.id])
    assert report.verdict is Verdict.INVALID
    assert "revoked" in report.headline
    assert verdict(listed, listed.released()[third.id]).verdict is Verdict.VALID


@on_sqlite
def test_what_was_taken_back_or_names_no_list_cannot_be_suspended(listed: World) -> None:
    first, second, _ = listed.members()
    revoke(listed, first.id)
    listed.statuses = NO_STATUS
    listed.enrol(1)
    with listed.issuer() as issuer, issuer.database.read() as session:
        (plain,) = due(session)

    for wrong, reason in ((first.id, "was taken back"), (plain.id, "names no status list for suspension")):
        with listed.issuer() as issuer, pytest.raises(InputError, match=reason):
            suspend(issuer, [second.id, wrong])
    with listed.issuer() as issuer, pytest.raises(NotFound):
        suspend(issuer, [second.id, "urn:uuid:00000000-0000-4000-8000-000000000000"])
    with listed.issuer() as issuer:
        assert require(issuer, second.id).suspended_at is None, "all or none"


@on_sqlite
def test_it_is_shown_whether_the_published_list_says_it_yet(listed: World) -> None:
    first, *_ = listed.members()

    def shown() -> tuple[bool, bool]:
        with listed.issuer() as issuer:
            found_here = showing.credential(issuer, require(issuer, first.id))
            return found_here.suspended, found_here.status_waits

    assert shown() == (False, False)
    with listed.issuer() as issuer:
        suspend(issuer, [first.id])
    assert shown() == (True, True)
    listed.run()
    assert shown() == (True, False)
    with listed.issuer() as issuer:
        suspend(issuer, [first.id], suspended=False)
    assert shown() == (False, True)
    listed.run()
    assert shown() == (False, False)


@on_sqlite
def test_lists_are_signed_again_only_when_they_change_or_have_a_quarter_of_their_time_behind_them(listed: World) -> None:
    first, *_ = listed.members()
    before = lists(listed)

    with listed.issuer() as issuer:
        assert publish(issuer, listed.keyring()) == 0
        assert publish(replace(issuer, now=lambda: now() + timedelta(hours=17)), listed.keyring()) == 0
        later = replace(issuer, now=lambda: now() + timedelta(hours=19))
        assert publish(later, listed.keyring()) == 2
        suspend(issuer, [first.id])
        assert publish(later, listed.keyring()) == 1
        (issuer.directory.status / published(issuer)[0].file_name).write_bytes(b"{")
        assert publish(later, listed.keyring()) == 1
        for each in published(issuer):
            (issuer.directory.status / each.file_name).unlink()
        assert publish(later, listed.keyring()) == 2

    ends = {purpose: each.credential.valid_until for purpose, each in lists(listed).items()}
    assert all(end is not None and end > (before[purpose].credential.valid_until or now()) for purpose, end in ends.items())


@on_sqlite
def test_nobody_is_asked_for_the_passphrase_when_nothing_is_to_be_signed(listed: World) -> None:
    keyring = listed.keyring()
    keyring._ask = lambda: pytest.fail("asked")

    with listed.issuer() as issuer:
        assert publish(issuer, keyring) == 0


@on_sqlite
def test_a_run_publishes_although_the_nodes_are_silent(listed: World) -> None:
    first, *_ = listed.members()
    with listed.issuer() as issuer:
        suspend(issuer, [first.id])

    with pytest.raises(laurea.LaureaError):
        listed.run(urls=("http://127.0.0.1:9",))

    assert set_in(listed, "suspension") == {place(first)[1]}


@on_sqlite
def test_an_issuer_that_does_not_sign_credentials_signs_lists(listed: World) -> None:
    with listed.issuer() as opened:
        issuer = replace(opened, signatures=(), now=lambda: now() + timedelta(hours=40))
        assert publish(issuer, listed.keyring()) == 2
    assert [proof["cryptosuite"] for proof in lists(listed)["suspension"].credential.proofs] == ["eddsa-rdfc-2022", "eddsa-jcs-2022"]


def test_a_corrected_credential_keeps_its_place_and_a_replaced_one_gets_another(world: World) -> None:
    world.statuses = BOTH
    learner = b"learner,name,achievement\nL-corrected,%s,sql\n"

    def enrol(name: bytes, duplicates: Duplicates) -> CredentialRow:
        with world.issuer() as issuer:
            enrolment.enrol(issuer, learner % name, duplicates=duplicates)
            with issuer.database.read() as session:
                (row,) = [
                    each for each in Credentials(session).of_learner("L-corrected") if each.withdrawn_at is None and not each.revocation
                ]
        return row

    first = enrol(b"Ada", Duplicates.REFUSE)
    second = enrol(b"Ada Lovelace", Duplicates.REPLACE)
    assert (place(second), status_of(second)) == (place(first), status_of(first)), "corrected, since it is in no batch"
    assert enrol(b"Ada Lovelace", Duplicates.CORRECT).document == second.document
    world.run()
    third = enrol(b"Countess Lovelace", Duplicates.REPLACE)
    assert place(third) != place(first)
    world.statuses = NO_STATUS
    fourth = enrol(b"Lovelace", Duplicates.REPLACE)
    assert status_of(fourth) == status_of(third), "what it names was decided when it was made"


def test_places_are_drawn_at_random_and_never_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.statuses = BOTH
    monkeypatch.setattr(status_places, "FULL", 40)
    for _ in range(3):
        world.enrol(30)

    with world.issuer() as issuer, issuer.database.read() as session:
        rows = due(session)
        sizes = [StatusLists(session).size(row.id) for row in StatusLists(session).all()]
    assert sizes == [40, 40, 10]
    assert len({place(row) for row in rows}) == 90
    indices = [place(row)[1] for row in sorted(rows, key=lambda row: (row.enrolled_at, row.learner))]
    assert max(indices) > MIN_ENTRIES // 2
    assert min(indices) < MIN_ENTRIES // 2
    assert indices != sorted(indices)


def test_a_place_that_is_taken_is_drawn_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.statuses = BOTH
    drawn = iter([7, 7, 7, 8, 8, 9])
    monkeypatch.setattr(secrets, "randbelow", lambda _: next(drawn))

    world.enrol(1)
    world.enrol(2)

    assert list(drawn) == []
    with world.issuer() as issuer, issuer.database.read() as session:
        assert sorted(place(row)[1] for row in due(session)) == [7, 8, 9]


@on_sqlite
def test_the_order_of_places_tells_nothing_about_the_order_of_the_roster(world: World) -> None:
    world.statuses = BOTH
    world.enrol(1)
    with world.issuer() as issuer, issuer.database.write() as session:
        for count in (5000, status_places.FULL):  # from the list that is there, and with a new one
            drawn = [each.index for each in Drawing(session, issuer).draw(count) if each is not None][-5000:]
            for modulus in (MIN_ENTRIES, 16_384, 4096):  # sets of numbers are in the order of their rests
                rests = [index % modulus for index in drawn]
                rising = sum(one < other for one, other in pairwise(rests))
                assert 0.45 < rising / len(rests) < 0.55


def test_new_and_replaced_credentials_of_one_roster_share_no_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.statuses = BOTH
    first = world.enrol(12)
    world.run()
    monkeypatch.setattr(secrets, "randbelow", lambda _: int.from_bytes(secrets.token_bytes(4)) % 48)
    more = roster(12).decode().partition("\n")[2]

    with world.issuer() as issuer:
        done = enrolment.enrol(issuer, first.replace("Król".encode(), b"Other") + more.encode(), duplicates=Duplicates.REPLACE)

    assert (len(done.new), len(done.replaced)) == (12, 12)
    with world.issuer() as issuer, issuer.database.read() as session:
        assert len({place(row) for row in due(session)}) == 24


def test_parts_of_one_roster_share_no_place_though_none_is_kept_yet(world: World) -> None:
    world.statuses = BOTH
    with world.issuer() as issuer, issuer.database.write() as session:
        drawing = Drawing(session, issuer)
        found = [each for count in (40_000, 40_000, 40_000) for each in drawing.draw(count) if each is not None]

    assert len({(each.status_list.id, each.index) for each in found}) == 120_000
    assert len({each.status_list.id for each in found}) == 2


@on_sqlite
@pytest.mark.parametrize("url", ["https://x.example/a b", "https://x.example/<>", 'https://x.example/" x="', "https://u:p@x.example/s", ""])
def test_a_folder_that_could_not_stand_in_a_credential_is_refused_before_one_is_made(world: World, url: str) -> None:
    world.statuses = StatusPolicy(url, ("suspension",))

    with pytest.raises(InputError, match="cannot be the folder of status lists"):
        world.enrol(1)


@on_sqlite
def test_a_list_that_cannot_be_signed_keeps_no_other_and_no_run_from_going_on(listed: World) -> None:
    with listed.issuer() as issuer, issuer.database.write() as session:
        StatusLists(session).add(StatusListRow(id="bad", url="not an iri", purposes="suspension", created_at=now()))
    first, *_ = listed.members()
    with listed.issuer() as issuer:
        suspend(issuer, [first.id])
        with pytest.raises(FormatError, match="1 status lists could not be signed"):
            publish(issuer, listed.keyring())
        with issuer.database.read() as session:
            published_at = {row.id: row.published_at for row in StatusLists(session).all()}
    assert set_in(listed, "suspension") == {place(first)[1]}
    assert published_at["bad"] is None

    listed.enrol(1)
    with listed.issuer() as issuer, issuer.lock("run"):
        patience = listed.patience(40)
        anchoring = Anchoring(issuer, listed.chain(issuer), listed.keyring(), elapsed=patience.elapsed)
        Run(issuer, anchoring, patience, listed.tell, publish=partial(publish, issuer, listed.keyring())).work()
    assert any("could not be signed" in line for line in listed.told)
    assert listed.batch(2).state == "released"


def test_others_write_while_the_passphrase_is_typed(listed: World) -> None:
    first, second, _ = listed.members()
    with listed.issuer() as issuer:
        suspend(issuer, [first.id])
    keyring = listed.keyring()
    ask = keyring._ask

    def asked() -> str:
        with listed.issuer(busy_seconds=1) as other:
            suspend(other, [second.id])
        return ask()

    keyring._ask = asked
    with listed.issuer() as issuer:
        publish(issuer, keyring)

    assert set_in(listed, "suspension") == {place(first)[1], place(second)[1]}


@on_sqlite
@pytest.mark.parametrize("damage", ["signature", "other", "issuer", "nothing"])
def test_a_published_file_that_was_damaged_is_replaced(listed: World, damage: str) -> None:
    with listed.issuer() as issuer:
        one, other = published(issuer)
        document = json.loads(one.data)
        if damage == "signature":
            document["proof"][0]["proofValue"] = json.loads(other.data)["proof"][0]["proofValue"]
        elif damage == "other":
            document = json.loads(other.data)
        elif damage == "issuer":
            document["issuer"] = "did:web:other.example"
        issuer.directory.write_status(one.file_name, json.dumps(document).encode())
        assert publish(issuer, listed.keyring()) == (0 if damage == "nothing" else 1)
        again = {each.file_name: each.data for each in published(issuer)}[one.file_name]
    assert StatusList.parse(again).credential.document["issuer"] == "did:web:badges.example.edu"


@on_sqlite
def test_what_was_suspended_after_a_backup_is_taken_from_the_published_list(listed: World) -> None:
    first, second, _ = listed.members()
    backup = listed.copy(listed.path.parent / "backup")
    suspended(listed, first.id, second.id)
    with listed.issuer() as issuer:
        files = {each.file_name.rpartition("-")[2]: each.data for each in published(issuer)}

    with backup.issuer() as issuer:
        assert sorted(take_over(issuer, files["suspension.json"])) == sorted([first.id, second.id])
        assert take_over(issuer, files["suspension.json"]) == []
        publish(issuer, backup.keyring())
        with pytest.raises(FormatError, match="not one for suspension"):
            take_over(issuer, files["revocation.json"])
        forged = json.loads(files["suspension.json"])
        forged["validUntil"] = "2099-01-01T00:00:00Z"
        with pytest.raises(FormatError, match="not signed by a key of this issuer"):
            take_over(issuer, json.dumps(forged).encode())
    assert set_in(backup, "suspension") == {place(first)[1], place(second)[1]}


def test_many_enrolments_at_once_share_no_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.statuses = BOTH
    world.enrol(1)  # so that all find the one list
    monkeypatch.setattr(secrets, "randbelow", lambda _: int.from_bytes(secrets.token_bytes(4)) % 64)
    trouble: list[BaseException] = []

    def enrol() -> None:
        try:
            with world.issuer(busy_seconds=60) as issuer:
                enrolment.enrol(issuer, roster(8))
        except BaseException as error:  # noqa: BLE001 - told below
            trouble.append(error)

    threads = [Thread(target=enrol) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert trouble == []
    with world.issuer() as issuer, issuer.database.read() as session:
        places = [place(row) for row in due(session)]
    assert len(places) == len(set(places)) == 33


def test_a_restored_backup_lets_nobody_take_a_place_that_a_lost_credential_may_have(listed: World) -> None:
    backup = listed.path.parent / "backup"
    with listed.issuer() as issuer, issuer.lock("backup"):
        back_up(issuer, backup)
    restored = World(listed.path.parent / "restored", listed.node, None, statuses=BOTH)
    restore(backup, restored.path)

    restored.enrol(2)

    with restored.issuer() as issuer, issuer.database.read() as session:
        rows = due(session)
        old, new = StatusLists(session).all()
    assert {place(row)[0] for row in rows} == {new.id}
    assert (old.closed_at is None, new.closed_at) == (False, None)
    restored.run()
    assert suspended(restored, restored.members()[0].id), "what is in the old list is published still"


def test_what_was_revoked_after_a_backup_is_taken_over_from_the_chain(listed: World) -> None:
    first, *_ = listed.members()
    backup = listed.copy(listed.path.parent / "backup")
    revoke(listed, first.id)
    listed.run()
    listed.node.mine(70)

    backup.run()

    with backup.issuer() as issuer:
        assert showing.credential(issuer, require(issuer, first.id)).state == "revoked"
    backup.run()
    assert set_in(backup, "revocation") == {place(first)[1]}


def test_a_lost_batch_comes_back_with_its_places_and_what_is_revoked_of_it(listed: World) -> None:
    backup = listed.copy(listed.path.parent / "backup")
    listed.enrol(2)
    listed.run()
    lost = listed.members(2)
    revoke(listed, lost[1].id)
    listed.node.mine(70)

    with backup.issuer() as issuer:
        chain = backup.chain(issuer)
        (each,) = find_lost(issuer, chain)
        assert adopt(issuer, each, listed.path / "released").found == 2
        look_up(issuer, chain, each.root)
        publish(issuer, backup.keyring())

    assert [place(row) for row in backup.members(2)] == [place(row) for row in lost]
    assert [row.revoked_at is not None for row in backup.members(2)] == [False, True]
    assert set_in(backup, "revocation") == {place(lost[1])[1]}


@on_sqlite
def test_a_lost_credential_brings_back_a_list_that_the_database_does_not_know(world: World) -> None:
    backup = world.copy(world.path.parent / "backup")
    world.statuses = backup.statuses = BOTH
    world.enrol(2)
    world.run()
    lost = world.members()

    with backup.issuer() as issuer:
        (each,) = find_lost(issuer, backup.chain(issuer))
        adopt(issuer, each, world.path / "released")
        with issuer.database.read() as session:
            (row,) = StatusLists(session).all()

    assert (row.id, row.url, row.purposes, row.closed_at is None) == (place(lost[0])[0], URL, "revocation suspension", False)
    assert suspended(backup, lost[0].id) == [lost[0].id]
    assert set_in(backup, "suspension") == {place(lost[0])[1]}


@on_sqlite
def test_an_issuer_that_is_an_account_has_no_key_for_lists(world: World) -> None:
    directory = IssuerDirectory(world.path.parent / "pkh")
    fast_keys(directory)
    account = World(directory.path, world.node, statuses=BOTH)
    found(directory, Founding("did:pkh", "Example", None, 31337, b"\x11" * 20), account.keyring(), now())

    with account.issuer() as issuer, pytest.raises(InputError, match="has no key to sign status lists with"):
        status_places.require_places(issuer)


def test_a_kill_between_the_file_and_the_database_loses_nothing(listed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = listed.members()
    with listed.issuer() as issuer:
        suspend(issuer, [first.id])
        written = IssuerDirectory.write_status

        def killed(directory: IssuerDirectory, name: str, data: bytes) -> None:
            written(directory, name, data)
            raise KeyboardInterrupt

        monkeypatch.setattr(IssuerDirectory, "write_status", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(issuer, listed.keyring())
        monkeypatch.undo()
        assert showing.credential(issuer, require(issuer, first.id)).status_waits
        publish(issuer, listed.keyring())
        assert not showing.credential(issuer, require(issuer, first.id)).status_waits

    assert set_in(listed, "suspension") == {place(first)[1]}


@on_sqlite
def test_a_list_says_nothing_about_anybody(listed: World) -> None:
    document = lists(listed)["suspension"].credential.document

    assert set(document) == {"@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject"}
    assert Credential.parse(listed.released()[listed.members()[0].id]).document["credentialStatus"]
    assert not any(member.learner in json.dumps(document) for member in listed.members())


@on_sqlite
def test_a_new_signing_key_signs_the_lists_beside_the_one_before_it(listed: World) -> None:
    before, shown = listed.trust(), listed.released()[listed.members()[0].id]
    with listed.issuer() as issuer:
        for name in ("second", "third"):
            signing_keys.rotate(issuer, listed.keyring(), name)
            assert publish(issuer, listed.keyring()) == 2
            if name == "second":
                old = laurea.verify(shown, chain=listed.node.url, trust=before, status_lists=[each.data for each in published(issuer)])
                assert old.verdict is Verdict.VALID, "for whoever has the trust file of before, too"
        methods = [str(proof["verificationMethod"]) for proof in lists(listed)["suspension"].credential.proofs]
        known = {row.name: issuer.profile.method(row.public) for row in signing_keys.listed(issuer)}
        assert methods == [known["third"]] * 2 + [known["second"]] * 2
        signing_keys.compromise(issuer, "second", now())
        assert publish(issuer, listed.keyring()) == 2
        assert {known["third"], known["signing"]} == {
            str(proof["verificationMethod"]) for proof in lists(listed)["suspension"].credential.proofs
        }
    assert verdict(listed, shown).verdict is Verdict.VALID


def test_the_rows_of_lists_have_the_names_of_their_files() -> None:
    row = StatusListRow(id="ab", url=URL, purposes="suspension", created_at=now())

    assert (row.file_name("suspension"), row.url_of("suspension")) == ("ab-suspension.json", f"{URL}/ab-suspension.json")
