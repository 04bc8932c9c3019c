"""Credentials shown together, and what their holder adds: one key, one signature, nothing said that was not asked for."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from laurea.core.claims import split
from laurea.core.digests import Likeness
from laurea.core.disclosure import integrity_problem
from laurea.core.presentation import Demand, holder_problem
from laurea.core.presented import Presented
from laurea.core.statement import MAX_FILES, MAX_WORDS, FileNamed, NoteOn, Statement
from laurea.errors import InputError, NotFound
from laurea.services.holding import Choice, Holding, Showing, Wanted, keyring
from laurea.services.holding.attaching import MAX_ALL, MAX_FILE, attached, media_type
from laurea.services.holding.merging import merge
from laurea.storage import wallet
from laurea.storage.wallet import Attachment, Kdf
from tests.core.test_incoming import jwt
from tests.released import badge, release
from tests.services.test_receiving import foreign

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
DEMAND = Demand("https://employer.example", "c-1f0e")
RESULT = "/credentialSubject/result"
REPORT = b"%PDF-1.7 a report"


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    """A wallet with three credentials of its holder, and one that names nobody."""
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    owner = made.new(at=NOON)
    digest = "sha256-" + b64encode(sha256(REPORT).digest()).decode()
    evidence: Any = [{"type": ["Evidence"], "digestSRI": digest}]
    for data in release([badge(1, owner), badge(2, owner), badge(3, owner, evidence=evidence), badge(4, None)]):
        made.receive(data, at=NOON)
    return made


def showing(*numbers: int, **more: Any) -> Showing:
    return Showing(tuple(Wanted(str(number)) for number in numbers), **more)


def presented(holding: Holding, wanted: Showing) -> Presented:
    """Present, as a verifier reads it after it travelled as text; assert that all of it stands."""
    document = holding.present_all(wanted, demand=DEMAND, at=NOON).document
    found = Presented.parse(json.dumps(document).encode())
    assert [each.problem for each in found.shown] == [""] * len(wanted.wanted)
    assert [holder_problem(each, DEMAND, at=NOON) for each in found.shown] == [""] * len(wanted.wanted)
    assert [integrity_problem(each.credential) for each in found.shown] == [""] * len(wanted.wanted)
    assert found.statement_problem() == ""
    return found


def pointers(found: Presented, at: int) -> set[str]:
    return {claim.pointer for claim in split(found.shown[at].credential.document)}


def test_several_credentials_go_into_one_presentation_each_with_its_own_choice(holding: Holding) -> None:
    wanted = Showing((Wanted("2", Choice(hide=("Results",))), Wanted("1", Choice(show=("achievement name",)))))
    found = presented(holding, wanted)

    assert [each.credential.id for each in found.shown] == [f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in (2, 1)]
    assert RESULT not in pointers(found, 0)
    assert "/evidence" in pointers(found, 0)
    assert pointers(found, 1) == {
        "",
        "/credentialSubject/id",
        "/credentialSubject/type",
        "/credentialSubject/achievement/name",
        "/credentialSubject/achievement/type",
    }
    assert not found.says


def test_the_purpose_is_signed(holding: Holding) -> None:
    assert presented(holding, showing(1, 2, purpose="an application")).statement == Statement("an application")
    with pytest.raises(InputError, match="the purpose is longer than 4,000"):
        holding.present_all(showing(1, purpose="x" * (MAX_WORDS + 1)), demand=DEMAND, at=NOON)


def with_a_key_of_another_issuer(holding: Holding) -> str:
    """Give the wallet a second key, and a credential to it, number 5; return the second DID."""

    def add(kept: wallet.Wallet) -> wallet.Wallet:
        return keyring.with_key_for(kept, "https://other.example", at=NOON)

    _, after = wallet.update(holding.path, "passphrase", add, kdf=CHEAP)
    own = after.issuer_keys[0].key.did
    holding.receive(release([badge(5, own)])[0], at=NOON)
    return own


def test_credentials_of_several_keys_are_one_error_that_names_them(holding: Holding) -> None:
    own = with_a_key_of_another_issuer(holding)
    ours = wallet.load(holding.path, "passphrase").key.did

    with pytest.raises(InputError) as caught:
        holding.present_all(showing(1, 5, 4), demand=DEMAND, at=NOON)
    assert f"number 1 names {ours}; number 5 names {own}; number 4 names no key of this wallet" in str(caught.value)
    assert len(presented(holding, showing(5)).shown) == 1
    with pytest.raises(InputError, match="not bound to one key"):
        holding.present_all(showing(1, 4), demand=DEMAND, at=NOON)


@pytest.mark.parametrize("numbers", [(), (1, 1)])
def test_each_credential_is_shown_once(holding: Holding, numbers: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="1 to 32 credentials, each once"):
        holding.present_all(showing(*numbers), demand=DEMAND, at=NOON)


def test_a_foreign_credential_is_shown_whole_or_not_at_all(holding: Holding) -> None:
    owner = wallet.load(holding.path, "passphrase").key.did
    holding.receive(foreign(owner), at=NOON)
    document = holding.present_all(showing(1, 5), demand=DEMAND, at=NOON).document
    shown = Presented.parse(json.dumps(document).encode()).shown

    assert shown[1].credential == holding.find("5").credential
    assert holder_problem(shown[1], DEMAND, at=NOON) == ""
    with pytest.raises(InputError, match="number 5 is not anchored"):
        holding.present("5", Choice(hide=(RESULT,)), demand=DEMAND, at=NOON)
    holding.receive(jwt(badge(6, owner)), at=NOON)
    with pytest.raises(InputError, match="number 6 is a JWT"):
        holding.present("6", Choice(), demand=DEMAND, at=NOON)


# Notes


def test_a_note_is_kept_and_in_no_presentation_unless_asked_for(holding: Holding) -> None:
    entry = holding.note("2", "my second course", at=NOON)

    assert (entry.note, holding.find("2").note, holding.find("1").note) == ("my second course", "my second course", "")
    assert not presented(holding, showing(1, 2)).says
    assert presented(holding, showing(1, 2, notes=True)).statement.notes == (NoteOn(entry.credential.id or "", "my second course"),)
    assert "my second course" not in json.dumps(holding.present("2", Choice(), demand=DEMAND, at=NOON))


def test_a_note_that_was_taken_away_does_not_come_back_from_another_copy(holding: Holding) -> None:
    holding.note("1", "first", at=NOON)
    copy = wallet.load(holding.path, "passphrase")
    holding.note("1", "", at=NOON.replace(hour=13))
    merged = merge(wallet.load(holding.path, "passphrase"), copy)

    assert holding.find("1").note == ""
    assert merged.held[0].note is not None
    assert merged.held[0].note.text == ""
    assert not presented(holding, showing(1, notes=True)).says


def test_a_note_has_a_length(holding: Holding) -> None:
    with pytest.raises(InputError, match="longer than 4,000"):
        holding.note("1", "x" * (MAX_WORDS + 1), at=NOON)
    with pytest.raises(NotFound):
        holding.note("9", "x", at=NOON)


# Files


def test_a_file_is_kept_and_compared_with_what_the_credential_names(holding: Holding) -> None:
    assert holding.attach("1", "report.pdf", REPORT).likeness is Likeness.UNNAMED
    assert holding.attach("3", "../report.pdf", REPORT).likeness is Likeness.SAME
    other = holding.attach("3", "other.txt", b"other")

    assert (other.likeness, other.file) == (Likeness.OTHER, Attachment("other.txt", "text/plain", b"other"))
    assert [(each.file.name, each.likeness) for each in holding.files("3")] == [
        ("report.pdf", Likeness.SAME),
        ("other.txt", Likeness.OTHER),
    ]
    assert len(wallet.load(holding.path, "passphrase").attachments) == 2


def test_the_same_file_twice_changes_nothing_and_another_of_its_name_is_refused(holding: Holding) -> None:
    holding.attach("1", "a.txt", b"a")
    before = holding.path.read_bytes()
    assert holding.attach("1", "a.txt", b"a").file.name == "a.txt"
    assert holding.path.read_bytes() == before
    with pytest.raises(InputError, match=r"another file of number 1 is called a\.txt"):
        holding.attach("1", "a.txt", b"b")


def test_a_file_goes_when_no_credential_has_it_any_more(holding: Holding) -> None:
    holding.attach("1", "a.txt", b"a")
    holding.attach("2", "a.txt", b"a")
    holding.detach("1", "a.txt")

    assert holding.files("1") == ()
    assert len(holding.files("2")) == 1
    with pytest.raises(NotFound, match=r"no file 'a\.txt'"):
        holding.detach("1", "a.txt")
    holding.detach("2", "a.txt")
    assert wallet.load(holding.path, "passphrase").attachments == ()


def test_files_that_do_not_fit_are_refused_with_what_to_do(holding: Holding) -> None:
    with pytest.raises(InputError, match=r"big\.bin is larger than 10,485,760 bytes"):
        holding.attach("1", "big.bin", bytes(MAX_FILE + 1))
    kept = wallet.load(holding.path, "passphrase")
    full = replace(kept, attachments=(Attachment("a", "text/plain", bytes(MAX_ALL - 10)),))
    with pytest.raises(InputError, match="33,554,433 bytes together") as caught:
        attached(full, "1", "b", b"x" * 11)
    assert "detach" in caught.value.hint
    assert len(attached(full, "1", "b", b"x" * 10).attachments) == 2


def test_as_many_files_as_the_limit_allows_fit_into_the_wallet(tmp_path: Path) -> None:
    made = Holding(tmp_path / "w", "passphrase", CHEAP)
    made.new(at=NOON)
    kept = wallet.load(made.path, "passphrase")
    full = replace(kept, attachments=tuple(Attachment(f"{at}", "text/plain", bytes([at]) * (MAX_ALL // 4)) for at in range(4)))

    assert len(wallet.seal(full, "passphrase", kdf=CHEAP)) < wallet.MAX_BYTES


def test_the_digests_of_files_are_signed_when_they_go_along(holding: Holding) -> None:
    holding.attach("1", "report.pdf", REPORT)
    holding.attach("2", "notes.txt", b"notes")
    composed = holding.present_all(showing(1, files=True), demand=DEMAND, at=NOON)

    assert [file.name for file in composed.files] == ["report.pdf"]
    assert presented(holding, showing(1, files=True)).statement.files == (FileNamed.of("report.pdf", "application/pdf", REPORT),)
    assert holding.present_all(showing(1), demand=DEMAND, at=NOON).files == ()
    assert len(presented(holding, showing(1, 2, files=True)).statement.files) == 2


def test_two_files_of_one_name_cannot_go_along_together_nor_too_many(holding: Holding) -> None:
    holding.attach("1", "a.txt", b"a")
    holding.attach("2", "a.txt", b"b")
    with pytest.raises(InputError, match=r"two files are called a\.txt"):
        holding.present_all(showing(1, 2, files=True), demand=DEMAND, at=NOON)

    def many(kept: wallet.Wallet) -> wallet.Wallet:
        files = tuple(Attachment(f"{at}.txt", "text/plain", b"%d" % at) for at in range(MAX_FILES + 1))
        return replace(kept, attachments=files, held=(replace(kept.held[0], evidence=tuple(each.digest for each in files)),))

    wallet.update(holding.path, "passphrase", many, kdf=CHEAP)
    with pytest.raises(InputError, match="33 files are attached"):
        holding.present_all(showing(1, files=True), demand=DEMAND, at=NOON)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"%PDF-1.7", "application/pdf"),
        ("a", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a", b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        ("a", b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        ("a.docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a", b"PK\x03\x04", "application/zip"),
        ("a.CSV", b"a;b", "text/csv"),
        ("a.pdf", b"no pdf", "text/plain"),
        ("a.txt", b"a\x00b", "application/octet-stream"),
        ("a.txt", b"\xff", "application/octet-stream"),
    ],
)
def test_what_a_file_is_its_content_says_first(name: str, data: bytes, kind: str) -> None:
    assert media_type(name, data) == kind


# Names of claims


@pytest.mark.parametrize("given", ["Results", "result", RESULT])
def test_a_claim_is_hidden_by_any_of_its_names(holding: Holding, given: str) -> None:
    assert RESULT not in pointers(presented(holding, Showing((Wanted("1", Choice(hide=(given,))),))), 0)


def test_a_name_that_stands_for_several_claims_hides_none(holding: Holding) -> None:
    with pytest.raises(InputError, match="'type' may mean 3 claims"):
        holding.present("1", Choice(hide=("type",)), demand=DEMAND, at=NOON)


@pytest.mark.parametrize(
    ("choice", "within"),
    [
        (Choice(hide=("Results", "/credentialSubject/score")), Choice(hide=("Results",))),
        (Choice(show=("score",)), Choice(show=("/credentialSubject/id",))),
        (Choice(show=("score", "result")), Choice(show=("result",))),
        (Choice(), Choice()),
    ],
)
def test_of_a_choice_for_several_what_a_credential_has_counts_and_never_more(holding: Holding, choice: Choice, within: Choice) -> None:
    assert choice.within(holding.find("1").credential) == within


def test_a_credential_without_a_subjects_id_shows_no_more_than_the_least(holding: Holding) -> None:
    credential = holding.find("4").credential
    document: Any = credential.document

    assert Choice(show=("score",)).within(credential) == Choice(show=("score",))
    assert "id" not in document["credentialSubject"]
    with pytest.raises(InputError, match="there is no claim 'score'"):
        Choice(show=("score",)).within(credential).of(credential)
