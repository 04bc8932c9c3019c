"""Finding credentials: what a holder types is found whatever its case and accents, and what runs out is named in time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.services.holding import Entry, Filter, Holding, Status
from laurea.services.holding.search import SOON, days_left, expiring, fold, select, statuses
from laurea.storage.wallet import Held, Kdf, Note
from tests.released import badge, release
from tests.services.test_checking import OFFLINE, REVOKED, report

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
ALIGNMENT = [
    {"type": ["Alignment"], "targetName": "Résolution de problèmes", "targetUrl": "https://esco.example/1", "targetCode": "ESCO-7"}
]


def achievement(**more: Any) -> Any:
    return {"type": ["AchievementSubject"], "achievement": {"type": ["Achievement"], "criteria": {"narrative": "Passed."}, **more}}


DOCUMENTS: list[Any] = [
    badge(1, None, credentialSubject=achievement(name="Análisis de Datos", alignment=ALIGNMENT, tag=["Estadística"]), name="Datos"),
    badge(2, None, validUntil="2026-12-23T12:00:00Z", issuer={"id": "did:web:lodz.example", "name": "Politechnika Łódzka"}),
    badge(3, None, validUntil="2026-11-01T00:00:00Z", credentialSubject=achievement(name="Straße", achievementType="MicroCredential")),
    badge(4, None, validFrom="2027-01-01T00:00:00Z", validUntil="2027-12-01T00:00:00Z"),
    badge(5, None, validFrom="soon"),
]


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Entry, ...]:
    holding = Holding(tmp_path_factory.mktemp("wallet") / "w", "passphrase", CHEAP)
    holding.new(at=NOON)
    for data in release(DOCUMENTS):
        holding.receive(data, at=NOON)
    first, second = holding.entries()[:2]
    holding.keep_checks({first.held.digest: report(), second.held.digest: report(REVOKED)}, at=NOON)
    return holding.entries()


def numbers(found: tuple[Entry, ...]) -> list[int]:
    return [each.number for each in found]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), [1, 2, 3, 4, 5]),
        (Filter(issuer="politechnika lodzka"), [2]),
        (Filter(issuer="DID:WEB:LODZ"), [2]),
        (Filter(issuer="nobody"), []),
        (Filter(skill="resolution DE PROBLEMES"), [1]),
        (Filter(skill="esco-7"), [1]),
        (Filter(skill="estadistica"), [1]),
        (Filter(skill="datos"), []),
        (Filter(type="microcredential"), [3]),
        (Filter(type="openbadge"), [1, 2, 3, 4, 5]),
        (Filter(text="analisis"), [1]),
        (Filter(text="datos analisis"), [1]),
        (Filter(text="datos strasse"), []),
        (Filter(text="STRASSE"), [3]),
        (Filter(text="joins"), [2, 4, 5]),
        (Filter(status=Status.EXPIRED), [3]),
        (Filter(status=Status.EXPIRING), [2]),
        (Filter(status=Status.IN_FORCE), [1, 2]),
        (Filter(status=Status.NOT_YET), [4]),
        (Filter(status=Status.UNCLEAR), [5]),
        (Filter(status=Status.VALID), [1]),
        (Filter(status=Status.INVALID), [2]),
        (Filter(status=Status.UNCHECKED), [3, 4, 5]),
        (Filter(status=Status.UNDECIDED), []),
        (Filter(status=Status.IN_FORCE, issuer="example university"), [1]),
    ],
)
def test_what_is_looked_for_is_found(entries: tuple[Entry, ...], wanted: Filter, found: list[int]) -> None:
    assert numbers(select(entries, wanted, at=NOON)) == found


def test_the_holders_own_note_is_found_by_its_words(entries: tuple[Entry, ...]) -> None:
    noted = Entry(1, Held(entries[0].held.document, NOON, note=Note("für die Bewerbung", NOON)), entries[0].credential, frozenset())

    assert select([noted], Filter(text="fur bewerbung"), at=NOON) == (noted,)


def test_an_undecided_result_is_a_status(entries: tuple[Entry, ...], tmp_path: Path) -> None:
    holding = Holding(tmp_path / "w", "passphrase", CHEAP)
    holding.new(at=NOON)
    entry, _ = holding.receive(release([badge(1, None)])[0], at=NOON)
    (after,) = holding.keep_checks({entry.held.digest: report(OFFLINE)}, at=NOON)

    assert statuses(after, NOON) == {Status.IN_FORCE, Status.UNDECIDED}
    assert holding.search(Filter(status=Status.UNDECIDED), at=NOON) == (after,)
    assert holding.expiring(at=NOON) == ()


def test_what_expires_soon_or_has_expired_is_named_the_earliest_first(entries: tuple[Entry, ...]) -> None:
    assert timedelta(days=60) == SOON
    assert numbers(expiring(entries, at=NOON)) == [3, 2]
    assert numbers(expiring(entries, at=NOON, within=timedelta(days=29, hours=23))) == [3]
    assert numbers(expiring(entries, at=NOON, within=timedelta(days=30))) == [3, 2]
    assert numbers(expiring(entries, at=NOON, within=timedelta(days=400))) == [3, 2, 4]
    assert numbers(expiring(entries, at=NOON - timedelta(days=400), within=timedelta(0))) == []


def test_the_days_that_are_left_are_whole_days(entries: tuple[Entry, ...]) -> None:
    summary = entries[1].summary()

    assert days_left(summary, NOON) == 30
    assert days_left(summary, NOON + timedelta(seconds=1)) == 29
    assert days_left(summary, NOON + timedelta(days=30)) is None
    assert days_left(entries[0].summary(), NOON) is None
    assert days_left(entries[4].summary(), NOON) is None


@given(st.text(max_size=30))
def test_a_text_is_found_however_it_is_typed(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold("ŁÓDŹ Ærø İ") == "lodz aero i"
