"""A release writes for each credential the bytes that it has by its parsed document, signed by the suites' own way; and whole, or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from laurea.core import canonical, signature, tree
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.proof import Anchoring, BaseProof, Hints, proof_object
from laurea.core.report import CheckId, Outcome, Verdict
from laurea.core.roster import Row
from laurea.errors import InputError
from laurea.services.issuing import achievements, enrolment
from laurea.services.issuing.issuer import Issuer
from laurea.services.issuing.release import release
from laurea.services.issuing.sealing import parsed
from laurea.services.issuing.signing_keys import Signer, rotate, signer
from laurea.services.issuing.status_policy import NO_STATUS, StatusPolicy
from laurea.storage import files, levels
from laurea.storage.issuer.tables import BatchRow, CredentialRow
from tests.services.issuing_world import Given, World, now, on_sqlite

HOLDER = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
NAMES = ("Łukasz Król", 'Ada "Countess" Lovelace', "back\\slash", '","proof":[{"x":"', "王小明", "Ada %s", "Zoë", "Bob")
LISTS = StatusPolicy("https://lists.example/status", ("revocation", "suspension"))
GRADED: JsonObject = {
    "id": "https://example.edu/achievements/graded",
    "type": ["Achievement"],
    "humanCode": "graded",
    "name": 'Graded "well" — 成绩',
    "description": "With a scale.",
    "criteria": {"id": "https://example.edu/criteria", "narrative": "Passed."},
    "assessmentMethodType": ["Project"],
    "creditsAvailable": 2.5,
    "achievementType": "Course",
    "tag": ["a", "b"],
    "resultDescription": [
        {"id": "urn:uuid:5d0f4a54-6c1d-4a39-9a55-0f4a8c8f3c11", "type": ["ResultDescription"], "name": "Score", "resultType": "Percent"}
    ],
}


def rows(first: int, count: int) -> list[Row]:
    """Rows of every form that a roster can give, with names of every kind."""
    return [
        Row(
            learner=f"{number}@example.edu" if number % 24 > 5 else f"S-{number}",
            name=f"{NAMES[number % len(NAMES)]}{number if number % 5 else ''}",
            achievement="graded" if number % 3 else "sql",
            result=str(number % 100) if number % 3 == 1 else None,
            evidence=f"https://example.edu/{number}" if number % 4 else None,
            evidence_name="Project" if number % 4 == 2 else None,
            holder=HOLDER if number % 2 else None,
            awarded=now(),
            valid_until=now() + timedelta(days=900) if number % 12 < 4 else None,
        )
        for number in range(first, first + count)
    ]


@pytest.fixture
def enrolled(world: World) -> World:
    with world.issuer() as issuer:
        achievements.add(issuer, canonical.dump(GRADED))
        for first, statuses in ((0, NO_STATUS), (100, LISTS)):
            enrolment.enrol_rows(replace(issuer, statuses=statuses), Given(rows(first, 36)))
    return world


def plainly(issuer: Issuer, batch: BatchRow, member: CredentialRow, grown: tree.Levels, by: Signer) -> bytes:
    """Return a credential as it is to be released, by its parsed document and by each suite's own way."""
    document, domain = parsed(member.document), issuer.profile.domain
    created = max(batch.sealed_at, by.since)
    proofs = [
        signature.secure(document, by.key, signature.proof_options(suite, method=by.method, purpose="assertionMethod", created=created))
        for suite in issuer.signatures
    ]
    index, seed = member.place
    anchoring = Anchoring(domain.chain_id, domain.registry, domain.issuer_id, batch.root, batch.size, index, grown.path(index))
    anchored = proof_object(BaseProof(anchoring, seed, Hints(batch.mined_hash, batch.mined_block)), by.method)
    return canonical.dump(Credential(document, (*proofs, anchored)).secured())


@pytest.mark.slow
def test_what_is_released_is_what_the_long_way_gives_byte_for_byte_and_is_valid(enrolled: World) -> None:
    enrolled.run()

    batch, released = enrolled.batch(), enrolled.released()
    with enrolled.issuer() as issuer, levels.mapped(issuer.directory.level_file(1), batch.size) as grown:
        by = signer(issuer, enrolled.keyring())
        members = enrolled.members()
        assert {member.id: plainly(issuer, batch, member, grown, by) for member in members} == released
    reports = [(member, enrolled.verdict(released[member.id])) for member in members[::9]]
    passed = {report[check].outcome for _, report in reports for check in (CheckId.INTEGRITY, CheckId.SIGNATURE, CheckId.ANCHOR)}
    assert passed == {Outcome.PASSED}
    assert {report.verdict for member, report in reports if member.status_list is None} == {Verdict.VALID}


@on_sqlite
def test_most_of_a_batch_goes_the_fast_way(enrolled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ways: list[None] = []

    def counted(document: bytes) -> JsonObject:
        long_ways.append(None)
        return parsed(document)

    monkeypatch.setattr("laurea.services.issuing.release.parsed", counted)
    with enrolled.issuer() as issuer:
        enrolment.enrol_rows(issuer, Given([Row(f"P-{number}", f"Plain {number}", "sql") for number in range(300)]))
    enrolled.run()

    assert len(enrolled.released()) == 372
    assert len(long_ways) < 80, "two of each form, and those with escapes"


@on_sqlite
@pytest.mark.parametrize("suites", [(), ("eddsa-jcs-2022",), ("eddsa-jcs-2022", "eddsa-rdfc-2022")])
@pytest.mark.slow
def test_a_key_that_took_the_place_of_another_signs_the_bytes_of_the_long_way(enrolled: World, suites: tuple[str, ...]) -> None:
    enrolled.run()
    old, batch = enrolled.released(), enrolled.batch()
    with enrolled.issuer() as opened:
        issuer = replace(opened, signatures=suites)
        rotate(issuer, enrolled.keyring(), "second")
        by = signer(issuer, enrolled.keyring())

        assert release(issuer, batch, by) == 72

        again = enrolled.released()
        with levels.mapped(issuer.directory.level_file(1), batch.size) as grown:
            assert {member.id: plainly(issuer, batch, member, grown, by) for member in enrolled.members()} == again
    assert all(again[name] != old[name] for name in old)


@on_sqlite
def test_a_release_that_was_killed_is_done_again_to_the_same_bytes(enrolled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled.run()
    whole, batch = enrolled.released(), enrolled.batch()
    put, left = files.Filling.put, iter(range(30))

    def killed(folder: files.Filling, name: str, data: bytes) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        put(folder, name, data)

    with enrolled.issuer() as issuer:
        for path in issuer.directory.released.iterdir():
            path.unlink()
        by = signer(issuer, enrolled.keyring())
        monkeypatch.setattr(files.Filling, "put", killed)
        with pytest.raises(KeyboardInterrupt):
            release(issuer, batch, by)
        monkeypatch.undo()
        assert len(enrolled.released()) == 30
        assert enrolled.released().items() <= whole.items()

        assert release(issuer, batch, by) == 72
    assert enrolled.released() == whole


@on_sqlite
def test_a_file_that_cannot_be_written_is_an_error(enrolled: World) -> None:
    enrolled.run()
    batch, some = enrolled.batch(), enrolled.members()[5].id
    with enrolled.issuer() as issuer:
        (issuer.directory.released / f"{some}.json").unlink()
        (issuer.directory.released / f"{some}.json").mkdir()

        with pytest.raises(InputError, match="cannot be written"):
            release(issuer, batch, signer(issuer, enrolled.keyring()))
