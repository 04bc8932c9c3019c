"""A credential in the place of another: the wallet says so when a check has found it valid, and never on the word of a stranger."""

import json
from datetime import UTC, datetime
from pathlib import Path

from laurea.core.canonical import Json, JsonObject
from laurea.core.renewal import Renewal, renewed, replaced, stands_for
from laurea.services.holding import Holding
from laurea.services.holding.entry import successors
from laurea.storage.wallet import Kdf
from tests.released import ISSUER, badge, release
from tests.services.test_checking import REVOKED, report

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
CHEAP = Kdf(memory=8 << 10, passes=1, lanes=1)
PROFILE: JsonObject = {"id": ISSUER, "type": ["Profile"], "name": "Example University"}


def the_renewal(number: int) -> Renewal:
    return Renewal(badge(number, None)["id"] or "", PROFILE, NOON, NOON.replace(year=2030), "s" * 32)  # type: ignore[arg-type]


def held(tmp_path: Path, new: bytes, verdict: dict[str, object]) -> dict[int, int]:
    holding = Holding(tmp_path / "wallet.laurea", "glacier typist nickel oboe", CHEAP)
    holding.new(at=NOON)
    for data in (release([badge(1, None)])[0], new):
        holding.receive(data, at=NOON)
    _, newer = holding.entries()
    holding.keep_checks({newer.held.digest: verdict}, at=NOON)  # type: ignore[dict-item]
    return {old: new.number for old, new in successors(holding.entries(), NOON).items()}


def test_a_valid_one_of_the_same_issuer_stands_in_the_place_of_the_old_one(tmp_path: Path) -> None:
    (new,) = release([renewed(badge(1, None), "L-1", the_renewal(2))])

    assert held(tmp_path, new, dict(report())) == {1: 2}


def test_one_that_no_check_found_valid_does_not(tmp_path: Path) -> None:
    (new,) = release([renewed(badge(1, None), "L-1", the_renewal(2))])

    assert held(tmp_path, new, dict(report(REVOKED))) == {}


def test_one_of_another_issuer_does_not(tmp_path: Path) -> None:
    document = renewed(badge(1, None), "L-1", the_renewal(2))
    (new,) = release([{**document, "issuer": {**PROFILE, "id": "did:web:stranger.example"}}])

    assert held(tmp_path, new, dict(report())) == {}


def test_a_renewal_of_a_renewal_names_the_last_one_alone() -> None:
    first = renewed(badge(1, None), "L-1", the_renewal(2))
    second = renewed(first, "L-1", the_renewal(3))

    assert replaced(second) == (first["id"],)
    assert stands_for(second, first)
    assert not stands_for(second, badge(1, None))
    assert json.dumps(second["@context"]).count("replaces") == 2, "the term and its IRI, once"


def test_odd_documents_replace_nothing() -> None:
    odd: list[Json] = [None, "x", 1, [{}], {"id": 7}, [[{"id": "a"}]]]
    assert [replaced({"replaces": value}) for value in odd] == [()] * len(odd)
    assert len(replaced({"replaces": [{"id": f"urn:{number}"} for number in range(99)]})) == 16
    assert not stands_for({}, {})
