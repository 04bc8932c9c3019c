"""Signing keys that change: what the old one signed stays good, what others signed with it does not, whoever tells it and whenever."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import laurea
from laurea.chain.artefact import canonical_address
from laurea.core import canonical, signature
from laurea.core.credential import Credential, format_time
from laurea.core.did_document import DidDocument
from laurea.core.did_pkh import account_of
from laurea.core.keys import SigningKey, did_key
from laurea.core.report import CheckId, Outcome, Verdict
from laurea.errors import FormatError, InputError, Locked, NotFound
from laurea.services.issuing import achievements, showing, signing_keys
from laurea.services.issuing.adoption import adopt
from laurea.services.issuing.anchoring import Anchoring
from laurea.services.issuing.backup import back_up, restore
from laurea.services.issuing.founding import Founding, found
from laurea.services.issuing.key_care import NewKey, compromise_key, make_key
from laurea.services.issuing.reconciling import accept, find_lost
from laurea.services.issuing.registration import register
from laurea.services.issuing.running import Run
from laurea.services.issuing.signing_again import sign_again
from laurea.storage.issuer.directory import IssuerDirectory
from laurea.storage.issuer.tables import Role
from tests.services.issuing_world import ACHIEVEMENT, World, fast_keys, now, on_sqlite

pytestmark = on_sqlite  # tests of the database itself, and those of status lists, run on both

FIRST = "signing"


def rotate(world: World, name: str = "second", signs_from: datetime | None = None) -> None:
    with world.issuer() as issuer:
        signing_keys.rotate(issuer, world.keyring(), name, signs_from=signs_from)


def methods(data: bytes) -> set[str]:
    """The methods that a released credential is signed with."""
    return {str(proof["verificationMethod"]) for proof in Credential.parse(data).proofs}


def method_of(world: World, name: str) -> str:
    with world.issuer() as issuer:
        row = next(row for row in signing_keys.listed(issuer) if row.name == name)
        return issuer.profile.method(row.public)


def released_one(world: World, batch: int) -> bytes:
    world.enrol(1)
    world.run()
    return world.released()[world.members(batch)[0].id]


def states(world: World) -> dict[str, str]:
    with world.issuer() as issuer:
        return {str(key["name"]): str(key["state"]) for key in showing.keys(issuer) if "key" in key}


def test_what_the_old_key_signed_stays_good_and_the_new_one_signs(world: World) -> None:
    old = released_one(world, 1)
    rotate(world)
    new = released_one(world, 2)

    assert (methods(old), methods(new)) == ({method_of(world, FIRST)}, {method_of(world, "second")})
    for data in (old, new):
        report = world.verdict(data)
        assert (report.verdict, report[CheckId.SIGNATURE].outcome) == (Verdict.VALID, Outcome.PASSED), report.headline
    assert states(world) == {FIRST: "replaced", "second": "granted"}


def test_a_verifier_with_the_trust_file_of_before_takes_what_it_knows_and_leaves_the_rest_undecided(world: World) -> None:
    old, before = released_one(world, 1), world.trust()
    rotate(world)
    new = released_one(world, 2)

    assert laurea.verify(old, chain=world.node.url, trust=before).verdict is Verdict.VALID
    report = laurea.verify(new, chain=world.node.url, trust=before)
    assert (report.verdict, report[CheckId.SIGNATURE].outcome) == (Verdict.UNDECIDED, Outcome.UNKNOWN)


def test_a_key_can_be_told_before_it_signs(world: World) -> None:
    rotate(world, signs_from=now() + timedelta(days=30))

    assert methods(released_one(world, 1)) == {method_of(world, FIRST)}
    assert method_of(world, "second") in world.trust()
    assert states(world) == {FIRST: "granted", "second": "to come"}
    with world.issuer() as opened:
        issuer = replace(opened, now=lambda: now() + timedelta(days=31))
        assert signing_keys.current(issuer).name == "second"


def test_a_release_signs_with_the_time_of_its_key_and_not_before(world: World) -> None:
    world.enrol(1)
    world.run(blocks=0)
    rotate(world)
    world.run()

    (data,) = world.released().values()
    with world.issuer() as issuer:
        since = signing_keys.current(issuer).signs_from
    created = {proof.get("created") for proof in Credential.parse(data).proofs} - {None}
    assert methods(data) == {method_of(world, "second")}
    assert created == {format_time(max(since, world.batch().sealed_at))}


def compromised(world: World, since: datetime, name: str = FIRST) -> None:
    with world.issuer() as issuer:
        signing_keys.compromise(issuer, name, since)


def test_a_compromised_key_counts_for_what_was_anchored_before_and_for_nothing_since(world: World) -> None:
    old = released_one(world, 1)
    anchored = world.batch().mined_at
    assert anchored is not None
    rotate(world)
    compromised(world, anchored + timedelta(seconds=1))

    report = world.verdict(old)
    assert report.verdict is Verdict.VALID
    assert "the credential is older, as its anchor shows" in report[CheckId.SIGNATURE].reason
    compromised(world, anchored)
    report = world.verdict(old)
    assert (report.verdict, report[CheckId.SIGNATURE].outcome) == (Verdict.INVALID, Outcome.FAILED)
    assert f"compromised from {format_time(anchored)}" in report.headline
    silent = laurea.verify(old, trust=world.trust())
    assert (silent[CheckId.SIGNATURE].outcome, silent.verdict) == (Outcome.UNKNOWN, Verdict.UNDECIDED)
    assert "no anchor shows that the credential is older" in silent[CheckId.SIGNATURE].reason


def test_what_others_sign_with_it_is_never_valid(world: World) -> None:
    genuine = Credential.parse(released_one(world, 1))
    with world.issuer() as issuer:
        stolen = signing_keys.signer(issuer, world.keyring())
    rotate(world)
    compromised(world, now() - timedelta(minutes=1))
    forged = {**genuine.document, "name": "Doctor of Everything"}
    proof = signature.sign(forged, stolen.key, method=stolen.method, purpose="assertionMethod", created=now())

    for proofs in ([proof], [proof, genuine.proofs[-1]]):
        assert world.verdict(json.dumps({**forged, "proof": proofs}).encode()).verdict is not Verdict.VALID


def test_what_was_released_is_signed_again_and_its_anchor_stays(world: World) -> None:
    old = released_one(world, 1)
    rotate(world)
    compromised(world, now() - timedelta(days=1))
    assert world.verdict(old).verdict is Verdict.INVALID

    with world.issuer() as issuer:
        assert sign_again(issuer, world.keyring()) == 1
        again = issuer.directory.read_released(world.members()[0].id)
        assert sign_again(issuer, world.keyring()) == 1
        assert issuer.directory.read_released(world.members()[0].id) == again, "the same bytes however often"

    assert methods(again) == {method_of(world, "second")}
    assert Credential.parse(again).document == Credential.parse(old).document
    assert Credential.parse(again).proofs[-1]["proofValue"] == Credential.parse(old).proofs[-1]["proofValue"]
    assert world.verdict(again).verdict is Verdict.VALID


def test_the_did_document_has_every_key_and_says_which_is_not_to_be_used(world: World) -> None:
    rotate(world)
    since = (now() - timedelta(hours=1)).replace(microsecond=0)
    compromised(world, since)

    with world.issuer() as issuer:
        document = showing.did_document(issuer)
    first, second = method_of(world, FIRST), method_of(world, "second")
    assert document["assertionMethod"] == [second], "deployed verifiers look there"
    read = DidDocument.of(document)
    assert (set(read.methods), dict(read.revoked)) == ({first, second}, {first: since})


def test_a_date_of_revocation_that_is_none_is_refused_rather_than_passed_over(world: World) -> None:
    rotate(world)
    compromised(world, now())
    for wrong in ("yesterday", "2026-01-01", 7, ""):
        document = json.loads(world.trust())
        for method in document["issuers"][0]["didDocument"]["verificationMethod"]:
            if "revoked" in method:
                method["revoked"] = wrong
        with pytest.raises(FormatError, match="not a date and time"):
            laurea.verify(b"{}", trust=json.dumps(document))


def test_a_key_is_compromised_only_when_another_can_sign_and_only_earlier(world: World) -> None:
    with world.issuer() as issuer:
        with pytest.raises(InputError, match="no other key could sign"):
            signing_keys.compromise(issuer, FIRST, now())
        signing_keys.rotate(issuer, world.keyring(), "second", signs_from=now() + timedelta(days=1))
        with pytest.raises(InputError, match="no other key could sign"):
            signing_keys.compromise(issuer, FIRST, now())
        signing_keys.rotate(issuer, world.keyring(), "third")
        with pytest.raises(InputError, match="from a time to come"):
            signing_keys.compromise(issuer, FIRST, now() + timedelta(hours=1))
        with pytest.raises(NotFound):
            signing_keys.compromise(issuer, "nobody", now())
        early, late = now() - timedelta(days=2), now() - timedelta(days=1)
        for since in (late, early, early):
            signing_keys.compromise(issuer, FIRST, since)
        with pytest.raises(InputError, match="counts as compromised from"):
            signing_keys.compromise(issuer, FIRST, late)
        (row,) = [row for row in signing_keys.listed(issuer) if row.name == FIRST]
        assert row.compromised_from == early.replace(microsecond=0)


def test_a_new_key_signs_though_it_is_made_in_the_second_of_the_one_before(world: World) -> None:
    with world.issuer() as opened:
        (first,) = signing_keys.listed(opened)
        issuer = replace(opened, now=lambda: first.created_at + timedelta(milliseconds=1))
        signing_keys.rotate(issuer, world.keyring(), "second")
        signing_keys.rotate(replace(opened, now=lambda: first.created_at + timedelta(milliseconds=2)), world.keyring(), "third")
        assert signing_keys.current(opened).name == "third"


def test_a_clock_that_is_set_back_leaves_a_key_that_signs(world: World) -> None:
    with world.issuer() as opened:
        issuer = replace(opened, now=lambda: now() - timedelta(days=400))
        assert signing_keys.current(issuer).name == FIRST


def test_what_is_signed_again_of_a_batch_that_is_not_whole_is_what_was_released(world: World) -> None:
    world.enrol(3)
    backup = world.copy(world.path.parent / "backup")
    world.run()
    lost, kept = world.released(), IssuerDirectory(backup.path).released
    for uuid in list(lost)[:2]:  # the third is nowhere to be found
        (kept / f"{uuid}.json").write_bytes(lost[uuid])
    with backup.issuer() as issuer:
        (each,) = find_lost(issuer, backup.chain(issuer))
        adopt(issuer, each, kept)
        accept(issuer, each.root)
    rotate(backup)

    with backup.issuer() as issuer:
        assert sign_again(issuer, backup.keyring()) == 2
        broken = kept / f"{next(iter(lost))}.json"
        broken.write_bytes(lost[list(lost)[1]])
        with pytest.raises(FormatError, match=r"1 credential signed again, and 1 not: credential .* not what the database has"):
            sign_again(issuer, backup.keyring())
    assert backup.verdict((kept / f"{list(lost)[1]}.json").read_bytes()).verdict is Verdict.VALID


def test_a_name_is_one_keys_alone_whatever_it_does(world: World) -> None:
    with world.issuer() as issuer:
        for taken in ("anchor", "second"):
            if taken == "second":
                signing_keys.rotate(issuer, world.keyring(), "second")
            with pytest.raises(InputError, match="already"):
                signing_keys.rotate(issuer, world.keyring(), taken)
        with pytest.raises(InputError, match="signs credentials"):
            make_key(world.desk(issuer), NewKey("second", Role.ANCHOR))
        for wrong in ("admin", "signing", "../x", "A", ""):
            with pytest.raises(InputError, match="cannot be a key's name"):
                signing_keys.rotate(issuer, world.keyring(), wrong)


def test_a_kill_between_the_file_and_the_row_goes_on_with_the_same_key(world: World) -> None:
    with world.issuer() as issuer:
        key = world.keyring().make_signing_key("second")  # and then it was killed
        assert signing_keys.current(issuer).name == FIRST
        assert signing_keys.rotate(issuer, world.keyring(), "second").public == key.public


def test_another_key_in_the_place_of_the_file_is_noticed(world: World) -> None:
    rotate(world)
    directory = IssuerDirectory(world.path)
    directory.signing_key("second").write_bytes(directory.signing_key(FIRST).read_bytes())

    with world.issuer() as issuer, pytest.raises(Locked, match="not the key of that name"):
        signing_keys.signer(issuer, world.keyring())


def test_every_key_is_in_a_backup(world: World, tmp_path: Path) -> None:
    rotate(world)
    with world.issuer() as issuer, issuer.lock("backup"):
        back_up(issuer, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored")

    restored = World(tmp_path / "restored", world.node)
    with restored.issuer() as issuer:
        assert signing_keys.signer(issuer, restored.keyring()).method == method_of(world, "second")


def test_a_trust_file_is_signed_with_the_key_of_now(world: World) -> None:
    rotate(world)
    with world.issuer() as issuer:
        data = canonical.dump(showing.trust_file(issuer))
        signed = canonical.dump(showing.signed_trust_file(issuer, data, world.keyring()))
        signer = did_key(signing_keys.current(issuer).public)

    assert laurea.verify(b"{}", trust=signed, trust_signer=signer).verdict is Verdict.INVALID, "the file was taken"


def founded(world: World, did: str | None) -> World:
    """Another issuer on the same node, with this DID."""
    path = world.path.parent / "other"
    fast_keys(IssuerDirectory(path))
    other = World(path, world.node)
    found(IssuerDirectory(path), Founding(did, "Example", None, world.node.chain_id, canonical_address()), other.keyring(), now())
    for name in ("admin", "anchor", "revoke"):
        other.fund(name)
    with other.issuer() as issuer:
        register(other.desk(issuer))
        achievements.add(issuer, json.dumps(ACHIEVEMENT).encode())
    return other


def test_a_directory_of_another_did_does_not_become_an_account(world: World) -> None:
    founding = Founding("did:pkh", "Example University", None, world.node.chain_id, canonical_address())
    with pytest.raises(InputError, match="cannot become another one"):
        found(IssuerDirectory(world.path), founding, world.keyring(), now())


def test_an_issuer_whose_did_is_its_key_keeps_it(world: World) -> None:
    other = founded(world, None)

    with other.issuer() as issuer:
        for act in (
            lambda: signing_keys.rotate(issuer, other.keyring(), "second"),
            lambda: signing_keys.compromise(issuer, FIRST, now()),
        ):
            with pytest.raises(InputError, match="DID is its signing key"):
                act()


def test_an_issuer_that_is_an_account_is_told_by_its_anchors_alone(world: World) -> None:
    other = founded(world, "did:pkh")

    data = released_one(other, 1)

    with other.issuer() as issuer:
        did = issuer.profile.did
        assert account_of(did) == (world.node.chain_id, bytes.fromhex(other.account("admin").address[2:]))
        assert showing.did_document(issuer)["verificationMethod"] == []
    assert [proof["cryptosuite"] for proof in Credential.parse(data).proofs] == ["merkle-anchor-2026"]
    report = other.verdict(data)
    assert (report.verdict, report[CheckId.SIGNATURE].outcome) == (Verdict.VALID, Outcome.SKIPPED)
    found(IssuerDirectory(other.path), Founding(did, "Example", None, world.node.chain_id, canonical_address()), other.keyring(), now())
    elsewhere = did.replace(f":{world.node.chain_id}:", ":1:")
    fast_keys(IssuerDirectory(world.path.parent / "third"))
    third = World(world.path.parent / "third", world.node)
    with pytest.raises(InputError, match="this issuer's did:pkh is did:pkh:eip155"):
        found(
            IssuerDirectory(third.path),
            Founding(elsewhere, "Example", None, world.node.chain_id, canonical_address()),
            third.keyring(),
            now(),
        )


def test_an_anchoring_key_that_is_compromised_is_seen_in_the_report(world: World) -> None:
    before = released_one(world, 1)
    world.node.rpc("evm_increaseTime", 5)  # blocks of one second have one time
    after, since = released_one(world, 2), world.batch(2).mined_at
    assert since is not None
    with world.issuer() as issuer:
        compromise_key(world.desk(issuer), "anchor", since)
    world.node.mine(70)

    assert world.verdict(before).verdict is Verdict.VALID
    report = world.verdict(after)
    assert (report.verdict, report[CheckId.ANCHOR].outcome) == (Verdict.INVALID, Outcome.FAILED)
    assert "void" in report.headline
    assert "compromised" in report.headline


def test_a_signature_by_nobody_known_stays_undecided_though_it_is_dated(world: World) -> None:
    genuine = Credential.parse(released_one(world, 1))
    stranger = SigningKey.from_seed(b"x" * 32)
    with world.issuer() as issuer:
        method = issuer.profile.method(stranger.public)
    proof = signature.sign(genuine.document, stranger, method=method, purpose="assertionMethod", created=datetime(2020, 1, 1, tzinfo=UTC))

    report = world.verdict(json.dumps({**genuine.document, "proof": [proof, genuine.proofs[-1]]}).encode())

    assert report[CheckId.SIGNATURE].outcome is Outcome.UNKNOWN


def test_a_run_at_work_signs_with_the_key_that_signs_when_it_releases(world: World) -> None:
    world.enrol(1)
    with world.issuer() as issuer, issuer.lock("run"):
        patience = world.patience(40)
        anchoring = Anchoring(issuer, world.chain(issuer), world.keyring(), elapsed=patience.elapsed)

        def tell(event: object) -> None:
            if str(event).endswith("mined"):
                rotate(world)

        Run(issuer, anchoring, patience, tell).work()

    (data,) = world.released().values()
    assert methods(data) == {method_of(world, "second")}
