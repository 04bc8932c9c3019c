"""Which credentials of a wallet answer a verifier, and what of them goes: what was asked for, each signed by the key that it names."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from laurea.core.claims import split
from laurea.core.dcql import Query
from laurea.core.disclosure import integrity_problem
from laurea.core.presentation import Demand, holder_problem
from laurea.core.presented import Presented
from laurea.core.vp_request import VpRequest
from laurea.errors import InputError
from laurea.services.holding import Holding
from laurea.services.holding.answering import Match, chosen, matching, picked, vp_token
from tests.core.test_vp_request import URI
from tests.released import badge, release
from tests.services.test_presenting import CHEAP, NOON
from tests.services.test_receiving import foreign

BADGE: dict[str, Any] = {"id": "badge", "format": "ldp_vc", "meta": {"type_values": [["OpenBadgeCredential"]]}}
NAME = {"path": ["credentialSubject", "achievement", "name"]}
DEMAND = Demand(f"redirect_uri:{URI}", "n-1")


@pytest.fixture
def holding(tmp_path: Path) -> Holding:
    """A wallet with three credentials of its holder, and one that names nobody."""
    made = Holding(tmp_path / "wallet.laurea", "passphrase", CHEAP)
    owner = made.new(at=NOON)
    for data in release([badge(1, owner), badge(2, owner), badge(3, owner, name="Other"), badge(4, None)]):
        made.receive(data, at=NOON)
    return made


def query(*credentials: Any, **more: Any) -> Query:
    return Query.of({"credentials": list(credentials), **more})


def answered(holding: Holding, asked: Query, *numbers: int) -> dict[str, list[Any]]:
    request = VpRequest(DEMAND.audience, URI, DEMAND.challenge, "s-1", asked)
    taken = chosen(matching(holding.entries(), asked), frozenset(numbers))
    found: Any = json.loads(json.dumps(vp_token(holding.opened(), request, taken, at=NOON)))
    return found  # type: ignore[no-any-return]  # JSON


def test_each_answer_is_one_credential_that_its_holder_signed_for_this_verifier_alone(holding: Holding) -> None:
    token = answered(holding, query({**BADGE, "claims": [NAME]}), 2)

    (document,) = token["badge"]
    (only,) = Presented.parse(json.dumps(document).encode()).shown
    assert holder_problem(only, DEMAND, at=NOON) == ""
    assert holder_problem(only, Demand("redirect_uri:https://other.example/", DEMAND.challenge), at=NOON)
    assert integrity_problem(only.credential) == ""
    assert {claim.pointer for claim in split(only.credential.document)} == {
        "",
        "/credentialSubject/id",
        "/credentialSubject/type",
        "/credentialSubject/achievement/type",
        "/credentialSubject/achievement/name",
    }


def test_where_several_fit_one_is_chosen(holding: Holding) -> None:
    asked = query(BADGE)
    found = matching(holding.entries(), asked)
    assert [match.entry.number for match in found["badge"]] == [1, 2, 3], "what is not bound to a key cannot answer"

    for numbers in ((), (1, 2), (4,), (9,)):
        with pytest.raises(InputError):
            chosen(found, frozenset(numbers))
    assert [match.entry.number for match in chosen(found, frozenset([3]))] == [3]
    several = matching(holding.entries(), query({**BADGE, "multiple": True}))
    assert [match.entry.number for match in chosen(several, frozenset([1, 3]))] == [1, 3]
    named = matching(holding.entries(), query({**BADGE, "claims": [{"path": ["name"], "values": ["Other"]}]}))
    assert [match.entry.number for match in chosen(named, frozenset())] == [3], "the only one needs no name"
    with pytest.raises(InputError, match="number 1 is not what is asked for"):
        chosen(named, frozenset([1, 3]))


def test_for_each_part_another_one_can_be_picked_where_both_fit_both(holding: Holding) -> None:
    found = matching(holding.entries(), query(BADGE, {**BADGE, "id": "other"}))

    taken = picked(found, {"badge": 2, "other": 1})
    assert [(match.query.id, match.entry.number) for match in taken] == [("badge", 2), ("other", 1)]
    for wrong in (0, 4, 9):
        with pytest.raises(InputError, match="for other one of these is to be shown: 1, 2, 3"):
            picked(found, {"badge": 1, "other": wrong})


def test_a_credential_that_is_bound_to_nobody_answers_where_nobody_has_to_sign(holding: Holding) -> None:
    token = answered(holding, query({**BADGE, "require_cryptographic_holder_binding": False, "claims": [NAME]}), 4)

    (document,) = token["badge"]
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["credentialSubject"].keys() == {"type", "achievement"}


def test_one_that_is_not_anchored_goes_whole_and_that_is_said(holding: Holding) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    holding.receive(foreign(holding.opened().key.did), at=at)
    asked = query({**BADGE, "meta": {"type_values": [["VerifiableCredential"]]}, "claims": [{"path": ["credentialSubject", "id"]}]})
    last: Match = matching(holding.entries(), asked)["badge"][-1]

    assert last.beyond
    assert last.shown == last.entry.credential
    assert not matching(holding.entries(), asked)["badge"][0].beyond


def test_sets_are_answered_by_what_there_is_and_nothing_is_sent_when_it_is_not_enough(holding: Holding) -> None:
    degree = {**BADGE, "id": "degree", "claims": [{"path": ["credentialSubject", "degree"]}]}
    assert answered(holding, query(degree, BADGE, credential_sets=[{"options": [["degree"], ["badge"]]}]), 1).keys() == {"badge"}
    with pytest.raises(InputError, match="nothing that answers what is asked: degree"):
        matching(holding.entries(), query(degree, BADGE))
