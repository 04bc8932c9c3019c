"""The catalogue of an issuer: what it says is what the wallet and the planner read."""

import json

import pytest

from laurea.core import canonical
from laurea.core.catalogue import Catalogue, StackRule
from laurea.core.pathway import Goal, pathway
from laurea.errors import FormatError, InputError
from laurea.services.issuing import achievements, stacks
from laurea.services.issuing.catalogue import catalogue
from tests.services.issuing_world import ACHIEVEMENT, World, on_sqlite

pytestmark = on_sqlite

TERMS = {"sql": {"cost": {"amount": 200, "currency": "EUR"}, "url": "https://example.edu/sql", "starts": "2027-03-01"}}


def test_a_catalogue_has_all_achievements_with_their_terms_and_rules(world: World) -> None:
    capstone = {**ACHIEVEMENT, "id": "https://example.edu/achievements/capstone", "humanCode": "capstone", "name": "Analyst"}
    with world.issuer() as issuer:
        achievements.add(issuer, json.dumps(capstone).encode())
        stacks.add(issuer, b'{"capstone": "capstone", "needs": 1, "of": ["sql"]}')
        made = catalogue(issuer, json.dumps(TERMS).encode())

    read = Catalogue.parse(canonical.dump(made.written()))
    by_key = {each.learning.key: each for each in read.offers}
    assert (by_key["sql"].cost, by_key["sql"].currency, str(by_key["sql"].starts)) == (200.0, "EUR", "2027-03-01")
    assert by_key["capstone"].stack == StackRule(1, (str(ACHIEVEMENT["id"]),))
    assert by_key["capstone"].cost is None
    steps = pathway(Goal.named("Analyst", read.offers), [], read.offers).steps
    assert [each.offer.learning.key for each in steps] == ["sql", "capstone"]


@pytest.mark.parametrize(
    ("terms", "error", "words"),
    [
        (b'{"sqk": {}}', InputError, "no such achievement"),
        (b'{"sql": {"price": 3}}', FormatError, "the terms of 'sql'"),
        (b'{"sql": {"cost": {"amount": -3, "currency": "EUR"}}}', FormatError, "sql/cost/amount"),
        (b"[]", FormatError, "not a JSON object"),
    ],
)
def test_wrong_terms_are_named(world: World, terms: bytes, error: type[Exception], words: str) -> None:
    with world.issuer() as issuer, pytest.raises(error, match=words):
        catalogue(issuer, terms)
