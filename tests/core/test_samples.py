"""The samples of 1EdTech: what each is in error is named in the report, and what is sound is undecided for want of an anchor alone."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from laurea.core.presentation import Presentation
from laurea.core.report import CheckId, Outcome, Report, Verdict
from laurea.core.trust import Trust
from laurea.core.verify import evaluate

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SOUND = ("simple", "simple-did-web-method", "complete", "endorsement-valid")
ERRORS = {
    "simple-err-context": (CheckId.FORMAT, "/@context: give an array of contexts that begins with https://www.w3.org/ns/credentials/v2"),
    "simple-err-credential-subject-type": (CheckId.FORMAT, "/credentialSubject/type: give an array of types with AchievementSubject"),
    "simple-err-evidence-type": (CheckId.FORMAT, "/evidence/1/type: give an array of types with Evidence"),
    "simple-err-expired": (CheckId.VALIDITY, "expired at 2010-01-01T00:00:00Z"),
    "simple-err-issued": (CheckId.VALIDITY, "not valid before 2040-01-01T00:00:00Z"),
    "simple-err-issuer": (CheckId.FORMAT, "/issuer: add this member, it is required"),
    "simple-err-proof-value": (CheckId.SIGNATURE, "the issuer's eddsa-rdfc-2022 signature does not fit the credential"),
    "simple-err-type": (CheckId.FORMAT, "/type: give an array of types with VerifiableCredential and OpenBadgeCredential"),
    "simple-noproof": (CheckId.SIGNATURE, "the credential carries no issuer signature"),
}


# Samples with another error beside the one in their name, which alone would be named: what is mended, as in the sound sample.
MENDED = {"simple-err-issued": ("credentialSubject",), "simple-noproof": ("credentialSubject",)}


def read(shared_data: Path, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((shared_data / "ob30-samples" / f"{name}.json").read_text())
    return document


def judged(shared_data: Path, name: str) -> Report:
    mended = {member: read(shared_data, "simple")[member] for member in MENDED.get(name, ())}
    return evaluate(Presentation.parse(json.dumps(read(shared_data, name) | mended).encode()), None, Trust(), at=NOW)


@pytest.mark.shared
def test_every_sample_is_tried(shared_data: Path) -> None:
    assert {path.stem for path in (shared_data / "ob30-samples").glob("*.json")} == {*SOUND, *ERRORS}


@pytest.mark.shared
@pytest.mark.parametrize("name", SOUND)
def test_a_sound_sample_is_well_formed_and_its_signature_fits(shared_data: Path, name: str) -> None:
    report = judged(shared_data, name)

    assert report.verdict is Verdict.UNDECIDED
    assert report[CheckId.FORMAT].outcome is Outcome.PASSED
    assert (
        report[CheckId.SIGNATURE].reason
        == "a signature of eddsa-rdfc-2022 fits the key that it names, which is not known to be the issuer's"
    )


@pytest.mark.shared
@pytest.mark.parametrize("name", MENDED)
def test_where_several_errors_are_the_first_one_is_named(shared_data: Path, name: str) -> None:
    report = evaluate(Presentation.parse(json.dumps(read(shared_data, name)).encode()), None, Trust(), at=NOW)

    assert (report.verdict, "/credentialSubject/achievement: add this member" in report.headline) == (Verdict.INVALID, True)


@pytest.mark.shared
@pytest.mark.parametrize("name", ERRORS)
def test_the_error_of_a_sample_is_named(shared_data: Path, name: str) -> None:
    report = judged(shared_data, name)
    check, words = ERRORS[name]

    assert words in report[check].reason
