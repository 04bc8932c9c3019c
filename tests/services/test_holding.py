"""What a holder can do with a wallet, through the service: real files, real proofs."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurea.core.claims import split
from laurea.core.credential import Credential
from laurea.core.disclosure import derive, integrity_problem
from laurea.core.openbadge import problems
from laurea.core.presentation import Demand, Presentation, holder_problem
from laurea.core.proof import DerivedProof, anchor_proof
from laurea.errors import FormatError, InputError, Locked, NotFound
from laurea.services.holding import Choice, Holding
from laurea.storage import wallet
from laurea.storage.wallet import Kdf
from tests.released import badge, release

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEMAND = Demand("https://employer.example", "c-1f0e")
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
NOBODY = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
ID = "/credentialSubject/id"
TYPE = "/credentialSubject/type"
ACHIEVEMENT = "/credentialSubject/achievement"
ALWAYS = {"", ID, TYPE}


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    made.new(at=NOON)
    return made


def did(holding: Holding) -> str:
    return wallet.load(holding.path, holding.passphrase).key.did


@pytest.fixture
def two(holding: Holding) -> list[bytes]:
    """Two credentials of the wallet's holder, already received, as they were released."""
    released = release([badge(1, did(holding)), badge(2, did(holding)), badge(3, NOBODY)])[:2]
    for data in released:
        holding.receive(data, at=NOON)
    return released


def shown_by(holding: Holding, choice: Choice, name: str = "1") -> Credential:
    """Present, as a verifier would read it after it travelled as text; assert that it stands."""
    text = json.dumps(holding.present(name, choice, demand=DEMAND, at=NOON)).encode()
    shown = Presentation.parse(text)
    assert shown.problem == ""
    assert holder_problem(shown, DEMAND, at=NOON + timedelta(minutes=1)) == ""
    assert integrity_problem(shown.credential) == ""
    assert problems(shown.credential.document, partial=True) == []
    return shown.credential


def pointers(credential: Credential) -> set[str]:
    return {claim.pointer for claim in split(credential.document)}


def test_a_credential_is_kept_to_the_byte(holding: Holding, two: list[bytes]) -> None:
    assert [entry.held.document for entry in holding.entries()] == two
    assert [(entry.number, entry.name, entry.bound, entry.partial) for entry in holding.entries()] == [
        (1, "SQL for Analysts 1", True, False),
        (2, "SQL for Analysts 2", True, False),
    ]
    assert {entry.held.received for entry in holding.entries()} == {NOON}


def test_the_same_credential_twice_is_kept_once(holding: Holding, two: list[bytes]) -> None:
    before = holding.path.read_bytes()
    entry, fresh = holding.receive(two[1], at=NOON + timedelta(days=1))
    again, fresh_again = holding.receive(json.dumps(json.loads(two[1])).encode(), at=NOON)

    assert (entry.number, fresh) == (again.number, fresh_again) == (2, False)
    assert holding.path.read_bytes() == before


def test_a_partial_credential_is_kept_beside_the_complete_one(holding: Holding, two: list[bytes]) -> None:
    partial = derive(Credential.parse(two[0]), {ID}.__contains__)
    entry, fresh = holding.receive(json.dumps(partial.secured()).encode(), at=NOON)

    assert (entry.number, fresh, entry.partial) == (3, True, True)
    assert pointers(shown_by(holding, Choice(), "3")) == {"", ID}


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document["credentialSubject"].update(result=[{"type": ["Result"], "value": "93"}]),
        lambda document: document.update(name="Law"),
        lambda document: document["credentialSubject"].pop("result"),
        lambda document: document["proof"][0].update(proofValue=document["proof"][0]["proofValue"][:-1]),
        lambda document: document["proof"].append(document["proof"][0]),
        lambda document: document["proof"].clear(),
        lambda document: document.pop("proof"),
    ],
)
def test_a_damaged_or_unanchored_credential_is_refused(holding: Holding, damage: Callable[[dict[str, object]], object]) -> None:
    data = release([badge(1, did(holding))])[0]
    document = json.loads(data)
    damage(document)

    with pytest.raises(FormatError) as caught:
        holding.receive(json.dumps(document).encode(), at=NOON)
    assert str(caught.value)
    assert holding.entries() == ()
    assert holding.receive(data, at=NOON)[1]


def test_somebody_elses_credential_is_refused_and_says_whose_it_is(holding: Holding) -> None:
    with pytest.raises(InputError, match=NOBODY) as caught:
        holding.receive(release([badge(1, NOBODY)])[0], at=NOON)
    assert did(holding) in str(caught.value)
    assert caught.value.hint
    assert holding.entries() == ()


@pytest.mark.parametrize("subject", [badge(1, None)["credentialSubject"], [badge(1, NOBODY)["credentialSubject"]]])
def test_a_credential_that_names_no_holder_is_taken_and_marked(holding: Holding, subject: object) -> None:
    entry, fresh = holding.receive(release([badge(1, None, credentialSubject=subject)])[0], at=NOON)

    assert fresh
    assert not entry.bound


@pytest.mark.parametrize("name", ["2", "urn:uuid:00000000-0000-4000-8000-000000000002", "00000000-0000-4000-8000-000000000002"])
def test_a_credential_is_found_by_number_and_id(holding: Holding, two: list[bytes], name: str) -> None:
    assert holding.find(name).held.document == two[1]


def test_a_credential_is_found_by_the_beginning_of_its_id_when_only_one_has_it(holding: Holding, two: list[bytes]) -> None:
    holding.receive(release([badge(1, did(holding), id="https://issuer.example/c/7")])[0], at=NOON)

    assert holding.find("https:").number == 3
    with pytest.raises(InputError, match="names 2 credentials") as caught:
        holding.find("urn:uuid:0000")
    assert "1, 2" in caught.value.hint
    for absent in ("4", "0", "-1", "urn:uuid:9"):
        with pytest.raises(NotFound):
            holding.find(absent)


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"name": {"es": "Consultas", "en": "Queries"}}, "Consultas"),
        ({"name": {"@value": "Abfragen", "@language": "de"}}, "Abfragen"),
        ({"name": 7}, "SQL — запросы 查询"),
        ({"name": {}, "credentialSubject": {"achievement": "none"}}, ""),
    ],
)
def test_a_name_is_found_where_credentials_have_it(holding: Holding, more: dict[str, object], name: str) -> None:
    assert holding.receive(release([badge(1, None, **more)])[0], at=NOON)[0].name == name


def test_all_is_shown_by_default_but_the_seed_stays(holding: Holding, two: list[bytes]) -> None:
    shown = shown_by(holding, Choice())
    complete = Credential.parse(two[0])

    assert shown.document == complete.document
    assert isinstance(anchor_proof(shown), DerivedProof)
    seed = anchor_proof(complete).seed  # type: ignore[union-attr]
    [proof] = shown.proofs
    raw = urlsafe_b64decode(str(proof["proofValue"])[1:] + "==")
    assert seed not in raw
    assert seed.hex() not in json.dumps(shown.secured())


def test_what_is_hidden_goes_with_all_beneath_it(holding: Holding, two: list[bytes]) -> None:
    assert two
    everything = pointers(shown_by(holding, Choice()))
    shown = shown_by(holding, Choice(hide=(ACHIEVEMENT, "/evidence", "/credentialSubject/a~1b~0c/note")))

    assert pointers(shown) == ALWAYS | {"/credentialSubject/result", "/credentialSubject/a~1b~0c/type"}
    assert pointers(shown) < everything
    assert "查询" not in json.dumps(shown.document, ensure_ascii=False)


def test_what_is_shown_brings_the_types_above_it_and_nothing_else(holding: Holding, two: list[bytes]) -> None:
    assert two
    shown = shown_by(holding, Choice(show=(f"{ACHIEVEMENT}/criteria", f"{ACHIEVEMENT}/name")))

    criteria = {f"{ACHIEVEMENT}/criteria/narrative", f"{ACHIEVEMENT}/criteria/id"}
    assert pointers(shown) == ALWAYS | criteria | {f"{ACHIEVEMENT}/name", f"{ACHIEVEMENT}/type"}


def test_hiding_counts_after_showing(holding: Holding, two: list[bytes]) -> None:
    assert two
    shown = shown_by(holding, Choice(show=(ACHIEVEMENT,), hide=(f"{ACHIEVEMENT}/criteria", f"{ACHIEVEMENT}/type", TYPE)))

    assert pointers(shown) == {"", ID, f"{ACHIEVEMENT}/id", f"{ACHIEVEMENT}/name"}


@pytest.mark.parametrize("show", [ID, "", "/issuer", "/issuer/name"])
def test_as_little_as_possible_is_the_envelope_and_the_holder(holding: Holding, two: list[bytes], show: str) -> None:
    assert two
    assert pointers(shown_by(holding, Choice(show=(show,)))) == ALWAYS


@pytest.mark.parametrize(
    "given", ["/credentialSubject/score", "credentialSubject", "/credentialSubject/", "/credentialSubject/resul", "/foo"]
)
def test_an_unknown_pointer_is_refused_and_the_known_ones_are_listed(holding: Holding, two: list[bytes], given: str) -> None:
    assert two
    for choice in (Choice(show=(given,)), Choice(hide=(given,)), Choice(hide=("/credentialSubject/result/0",))):
        with pytest.raises(InputError, match="there is no claim") as caught:
            holding.present("1", choice, demand=DEMAND, at=NOON)
        assert "/credentialSubject/result (Results), " in caught.value.hint
        assert f"{ACHIEVEMENT}/criteria/narrative" in caught.value.hint


@pytest.mark.parametrize("given", ["", "/issuer", "/issuer/id", "/validFrom", "/type", "/name"])
def test_the_envelope_cannot_be_hidden(holding: Holding, two: list[bytes], given: str) -> None:
    assert two
    with pytest.raises(InputError, match="always shown"):
        holding.present("1", Choice(hide=(given,)), demand=DEMAND, at=NOON)


@pytest.mark.parametrize("given", ["/credentialSubject", ID])
def test_the_holder_cannot_be_hidden(holding: Holding, two: list[bytes], given: str) -> None:
    assert two
    with pytest.raises(InputError, match="ties the presentation to its holder"):
        holding.present("1", Choice(hide=(given,)), demand=DEMAND, at=NOON)


def test_a_subject_that_is_one_claim_is_shown_or_hidden_whole(holding: Holding) -> None:
    holding.receive(release([badge(1, None, credentialSubject=[{"id": NOBODY}])])[0], at=NOON)

    def shown(choice: Choice) -> set[str]:
        document = holding.present("1", choice, demand=DEMAND, at=NOON)
        return pointers(Presentation.parse(json.dumps(document).encode()).credential)

    assert shown(Choice()) == {"", "/credentialSubject", "/evidence"}
    assert shown(Choice(hide=("/credentialSubject",))) == {"", "/evidence"}


ALL = sorted(pointers(Credential(badge(1, NOBODY), ())) - {""})


@given(st.lists(st.sampled_from([*ALL, ACHIEVEMENT, "/credentialSubject"]), max_size=4), st.lists(st.sampled_from(ALL), max_size=4))
def test_no_choice_shows_what_was_hidden_or_drops_what_was_asked_for(show: list[str], hide: list[str]) -> None:
    hide = [given for given in hide if given != ID]
    kept = Choice(tuple(show), tuple(hide)).of(Credential(badge(1, NOBODY), ()))

    assert kept.isdisjoint(hide)
    assert {"", ID} <= kept
    assert set(show) & set(ALL) <= kept | set(hide)
    if not show:
        assert kept == {"", *ALL} - set(hide)


@settings(max_examples=20, deadline=None)
@given(seconds=st.integers(1, 300))
def test_a_presentation_expires_when_asked_and_never_later_than_in_five_minutes(
    tmp_path_factory: pytest.TempPathFactory, seconds: int
) -> None:
    holding = Holding(tmp_path_factory.mktemp("wallet") / "w", "passphrase", CHEAP)
    holding.new(at=NOON)
    holding.receive(release([badge(1, did(holding))])[0], at=NOON)
    document = holding.present("1", Choice(), demand=DEMAND, at=NOON, life=timedelta(seconds=seconds))
    shown = Presentation.parse(json.dumps(document).encode())

    assert holder_problem(shown, DEMAND, at=NOON + timedelta(seconds=seconds - 1)) == ""
    assert "expired" in holder_problem(shown, DEMAND, at=NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize("life", [timedelta(0), timedelta(seconds=-1), timedelta(seconds=301)])
def test_no_other_life_can_be_asked_for(holding: Holding, two: list[bytes], life: timedelta) -> None:
    assert two
    with pytest.raises(InputError, match="5 minutes"):
        holding.present("1", Choice(), demand=DEMAND, at=NOON, life=life)


def test_a_presentation_is_good_for_its_audience_and_challenge_only(holding: Holding, two: list[bytes]) -> None:
    assert two
    shown = Presentation.parse(json.dumps(holding.present("1", Choice(), demand=DEMAND, at=NOON)).encode())

    assert holder_problem(shown, DEMAND, at=NOON) == ""
    assert "audience" in holder_problem(shown, Demand("https://other.example", DEMAND.challenge), at=NOON)
    assert "challenge" in holder_problem(shown, Demand(DEMAND.audience, "c-other"), at=NOON)


def test_another_wallets_signature_does_not_pass_for_the_holders(holding: Holding, two: list[bytes], tmp_path: Path) -> None:
    thief = Holding(tmp_path / "thief", "passphrase", CHEAP)
    thief.new(at=NOON)
    kept = wallet.Held(two[0], NOON)
    wallet.update(thief.path, "passphrase", lambda found: replace(found, held=(kept,)), kdf=CHEAP)
    shown = Presentation.parse(json.dumps(thief.present("1", Choice(), demand=DEMAND, at=NOON)).encode())

    assert did(thief) != did(holding)
    assert "not signed by the key" in holder_problem(shown, DEMAND, at=NOON)


def test_an_export_is_a_copy_that_opens(holding: Holding, two: list[bytes], tmp_path: Path) -> None:
    target = tmp_path / "copy.laurea"

    assert holding.backup(target) == len(two)
    assert target.read_bytes() == holding.path.read_bytes()
    assert holding.backup(target) == len(two)  # once more changes nothing


def test_an_export_replaces_nothing_else(holding: Holding, tmp_path: Path) -> None:
    target = tmp_path / "copy.laurea"
    target.write_bytes(b"an older wallet")

    with pytest.raises(InputError, match="exists already"):
        holding.backup(target)
    with pytest.raises(InputError, match="is the wallet itself"):
        holding.backup(holding.path)
    assert target.read_bytes() == b"an older wallet"


def test_an_export_with_another_passphrase_writes_nothing(holding: Holding, tmp_path: Path) -> None:
    with pytest.raises(Locked):
        Holding(holding.path, "wrong").backup(tmp_path / "copy.laurea")
    assert not (tmp_path / "copy.laurea").exists()


def test_a_restored_wallet_is_the_one_that_was_exported(holding: Holding, two: list[bytes], tmp_path: Path) -> None:
    holding.backup(tmp_path / "copy.laurea")
    owner = did(holding)
    holding.path.unlink()

    assert holding.restore(tmp_path / "copy.laurea") == owner
    assert [entry.held.document for entry in holding.entries()] == two
    assert shown_by(holding, Choice()).subject_id == owner


def test_a_restore_replaces_no_wallet_and_takes_nothing_that_does_not_open(holding: Holding, tmp_path: Path) -> None:
    holding.backup(tmp_path / "copy.laurea")
    with pytest.raises(InputError, match="exists already"):
        holding.restore(tmp_path / "copy.laurea")
    holding.path.unlink()
    with pytest.raises(Locked):
        Holding(holding.path, "wrong").restore(tmp_path / "copy.laurea")
    with pytest.raises(InputError, match="cannot be read"):
        holding.restore(tmp_path / "absent")
    assert not holding.path.exists()


def test_the_passphrase_does_not_show_in_the_text_form(holding: Holding) -> None:
    assert "passphrase'" not in repr(holding)
