"""Credentials of other systems: kept as they came and marked for what they are, or refused for a reason."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from laurea.core.credential import Credential
from laurea.core.report import Outcome
from laurea.core.summary import Standing
from laurea.errors import FormatError, InputError
from laurea.services.holding import Holding, Preview, Remark
from laurea.storage import wallet
from laurea.storage.wallet import Kdf
from tests.core.test_incoming import jwt
from tests.released import badge, release

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
NOBODY = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
UNKNOWN_SUITE = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofPurpose": "assertionMethod", "proofValue": "u2V0"}

TAKEN = {"complete", "endorsement-valid", "simple-did-web-method", "simple-err-expired", "simple-err-issued", "simple"}
REFUSED = {
    "simple-err-context": "the term 'created' is not defined by its contexts",
    "simple-err-credential-subject-type": "the term 'achievement' is not defined by its contexts",
    "simple-err-evidence-type": "the term 'audience' is not defined by its contexts",
    "simple-err-issuer": "does not say who issued it",
    "simple-err-proof-value": "signature does not fit the credential",
    "simple-err-type": "the type 'OtherCredential' is not defined",
    "simple-noproof": "it has no proof, so anybody may have written it",
}


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    made.new(at=NOON)
    return made


def did(holding: Holding) -> str:
    return wallet.load(holding.path, holding.passphrase).key.did


def foreign(subject: object = None, **more: Any) -> bytes:
    """A credential that is not anchored, with a proof of a suite that is not known here."""
    who = {} if subject is None else {"id": subject}
    made: Any = {"credentialSubject": {**badge(1, None)["credentialSubject"], **who}, **more}  # type: ignore[dict-item]
    document = badge(1, None, **made)
    return json.dumps({**document, "proof": UNKNOWN_SUITE}, indent=2).encode()


@pytest.mark.shared
def test_every_sample_of_1edtech_is_taken_or_refused_for_its_error(holding: Holding, shared_data: Path) -> None:
    samples = {path.stem: path.read_bytes() for path in (shared_data / "ob30-samples").glob("*.json")}
    assert set(samples) == TAKEN | set(REFUSED)

    for name in sorted(TAKEN):
        entry, fresh = holding.receive(samples[name], at=NOON)
        assert (entry.held.document, fresh, entry.remarks) == (samples[name], True, (Remark.NOT_ANCHORED, Remark.OTHER_HOLDER)), name
    for name, words in REFUSED.items():
        with pytest.raises(FormatError) as caught:
            holding.receive(samples[name], at=NOON)
        assert words in str(caught.value), name
    assert len(holding.entries()) == len(TAKEN)


@pytest.mark.shared
def test_every_signed_vector_of_the_w3c_is_taken_and_every_other_document_is_refused(holding: Holding, shared_data: Path) -> None:
    files = sorted(path for folder in ("vc-di-eddsa", "vc-di-ecdsa") for path in (shared_data / "vectors" / folder).rglob("*.json"))
    assert len(files) > 40

    for path in files:
        data = path.read_bytes()
        document = json.loads(data)
        # The second proof of this one was made after the first, which is left out.
        whole = isinstance(document, dict) and {"proof", "credentialSubject"} <= set(document) and path.stem != "proofChainTempDoc2"
        if whole:
            offer = holding.preview(data, at=NOON).offers[0]
            assert (offer.refusal, Remark.NOT_ANCHORED in offer.remarks) == (None, True), path.name
            assert offer.signature.outcome is Outcome.UNKNOWN, path.name
        else:
            with pytest.raises(FormatError):
                holding.receive(data, at=NOON)


@pytest.mark.parametrize("subject", ["mailto:ada@example.edu", "did:web:ada.example", "https://ada.example/#me"])
def test_a_holder_of_another_kind_is_kept_and_said(holding: Holding, subject: str) -> None:
    data = foreign(subject)
    entry, fresh = holding.receive(data, at=NOON)

    assert (entry.held.document, fresh, entry.bound) == (data, True, False)
    assert entry.remarks == (Remark.NOT_ANCHORED, Remark.OTHER_HOLDER)


def test_a_hashed_identity_is_another_kind_of_holder(holding: Holding) -> None:
    identity = [{"type": "IdentityObject", "hashed": True, "identityHash": "sha256$00", "identityType": "emailAddress"}]
    entry, _ = holding.receive(foreign(credentialSubject={"type": ["AchievementSubject"], "identifier": identity}), at=NOON)

    assert Remark.OTHER_HOLDER in entry.remarks


def test_no_holder_is_said_and_a_key_of_the_wallet_is_its_own(holding: Holding) -> None:
    assert holding.receive(foreign(), at=NOON)[0].remarks == (Remark.NOT_ANCHORED, Remark.NO_HOLDER)
    assert holding.receive(foreign(did(holding)), at=NOON)[0].remarks == (Remark.NOT_ANCHORED,)
    assert holding.receive(release([badge(1, did(holding))])[0], at=NOON)[0].remarks == ()


def test_a_foreign_credential_of_somebody_else_is_refused(holding: Holding) -> None:
    for data in (foreign(NOBODY), jwt({**badge(1, NOBODY)})):
        with pytest.raises(InputError, match=NOBODY):
            holding.receive(data, at=NOON)


def test_a_jwt_is_kept_to_the_byte_and_said_to_be_unchecked(holding: Holding) -> None:
    data = jwt(badge(1, did(holding))) + b"\n"
    entry, fresh = holding.receive(data, at=NOON)

    assert (entry.held.document, fresh, entry.name) == (data, True, "SQL for Analysts 1")
    assert entry.remarks == (Remark.JWT, Remark.NOT_ANCHORED)
    assert (entry.jwt, entry.anchored, entry.partial, entry.bound) == (True, False, False, True)
    assert holding.receive(data, at=NOON) == (entry, False)
    assert entry.summary().issuer_name == "Example University"
    assert entry.standing(NOON) is Standing.CURRENT


def only(preview: Preview) -> Any:
    (offer,) = preview.offers
    return offer


def test_a_preview_says_what_would_come_and_keeps_nothing(holding: Holding) -> None:
    (data,) = release([badge(1, did(holding), name={"en": "Queries", "es": "Consultas"})])
    before = holding.path.read_bytes()
    offer = only(holding.preview(data, at=NOON, language="es"))

    assert (offer.summary.issuer_name, offer.holder, offer.known) == ("Example University", did(holding), None)
    assert (offer.remarks, offer.problems, offer.refusal) == ((), (), None)
    assert offer.incoming.credential == Credential.parse(data)
    assert holding.path.read_bytes() == before
    holding.receive(data, at=NOON)
    assert only(holding.preview(data, at=NOON)).known == 1


def test_a_preview_tells_why_a_credential_cannot_be_kept(holding: Holding) -> None:
    altered = release([badge(1, did(holding))])[0].replace(b'"92"', b'"93"')
    twice = json.loads(release([badge(1, did(holding))])[0])
    twice["proof"] *= 2

    for data, words in (
        (altered, "was altered"),
        (json.dumps(twice).encode(), "the credential was not taken"),
        (foreign(NOBODY), NOBODY),
        (json.dumps(badge(1, None)).encode(), "no proof"),
    ):
        offer = only(holding.preview(data, at=NOON))
        assert words in str(offer.refusal)
        assert offer.refusal.hint
        assert offer.remarks == ()


def test_where_a_foreign_credential_breaks_the_data_model_is_told(holding: Holding) -> None:
    offer = only(holding.preview(foreign(evidence="none", validFrom="yesterday"), at=NOON))

    assert offer.refusal is None
    assert any(line.startswith("/validFrom: give a date and time") for line in offer.problems)


def test_a_presentation_is_opened_and_all_of_it_kept_or_none(holding: Holding) -> None:
    first, second = (json.loads(data) for data in release([badge(1, did(holding)), badge(2, did(holding))]))
    other = json.loads(foreign(NOBODY))

    def shown(*credentials: object) -> bytes:
        return json.dumps({"type": "VerifiablePresentation", "verifiableCredential": credentials}).encode()

    with pytest.raises(InputError, match=NOBODY):
        holding.receive_all(shown(first, other), at=NOON)
    assert holding.entries() == ()
    assert holding.preview(shown(first, other), at=NOON).presentation

    received = holding.receive_all(shown(first, second, first), at=NOON)
    assert [(entry.number, fresh) for entry, fresh in received] == [(1, True), (2, True), (1, True)]
    assert [entry.credential for entry in holding.entries()] == [Credential.of(first), Credential.of(second)]
    with pytest.raises(InputError, match="holds 2 credentials"):
        holding.receive(shown(first, second), at=NOON)
