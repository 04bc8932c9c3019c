import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from laurea.core.catalogue import Catalogue, StackRule, joined
from laurea.errors import FormatError

if TYPE_CHECKING:
    from laurea.core.canonical import JsonObject

SQL = json.loads((Path(__file__).parents[2] / "examples/achievements/sql-for-analysts.json").read_bytes())
UNI = {"id": "did:web:uni.example", "name": "Uni Example"}


def written(*offers: object, **members: object) -> bytes:
    return json.dumps({"laurea": "catalogue", "version": 1, "offers": [*offers], **members}).encode()


def offer(**members: object) -> dict[str, object]:
    return {"achievement": SQL, "issuer": UNI, **members}


def test_an_offer_says_what_can_be_earned_of_whom_at_what_cost_and_when() -> None:
    found = Catalogue.parse(
        written(offer(cost={"amount": 200, "currency": "EUR"}, url="https://uni.example/sql", starts="2027-03-01"))
    ).offers

    assert [(each.learning.title, each.issuer, each.issuer_name, each.cost, each.currency) for each in found] == [
        ("SQL for Analysts", "did:web:uni.example", "Uni Example", 200.0, "EUR")
    ]
    assert (found[0].id, found[0].url, found[0].starts) == (SQL["id"], "https://uni.example/sql", date(2027, 3, 1))
    assert (found[0].learning.hours, found[0].learning.eqf) == (75.0, 5)


def test_what_is_not_said_is_not_made_up() -> None:
    found = Catalogue.parse(written(offer())).offers[0]

    assert (found.cost, found.currency, found.url, found.starts, found.stack) == (None, "", "", None, None)


def test_a_catalogue_is_written_as_it_was_read() -> None:
    document: JsonObject = json.loads(
        written(
            offer(cost={"amount": 0, "currency": "EUR"}, url="https://uni.example/sql", starts="2027-03-01"),
            offer(issuer={"id": "did:web:other.example"}, stack={"needs": 1, "of": ["urn:a", "urn:b"], "credits": 3}),
        )
    )

    read = Catalogue.parse(json.dumps(document).encode())

    assert read.written() == document
    assert read.offers[1].stack == StackRule(1, ("urn:a", "urn:b"), 3.0)


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"cost": {"amount": -1, "currency": "EUR"}}, "/offers/0/cost/amount"),
        ({"cost": {"amount": 1, "currency": "euro"}}, "/offers/0/cost/currency"),
        ({"url": "javascript:alert(1)"}, "/offers/0/url"),
        ({"starts": "soon"}, "/offers/0/starts"),
        ({"issuer": {"name": "nobody"}}, "/offers/0/issuer/id"),
        ({"price": 3}, "/offers/0/price"),
        ({"achievement": {"id": "urn:x"}}, "/offers/0/achievement/name"),
        ({"stack": {"needs": 0, "of": ["urn:a"]}}, "/offers/0/stack/needs"),
        ({"stack": {"needs": 2, "of": ["urn:a"]}}, "/offers/0/stack"),
    ],
)
def test_a_wrong_place_is_named(members: dict[str, object], place: str) -> None:
    with pytest.raises(FormatError, match=place):
        Catalogue.parse(written(offer(**members)))


@pytest.mark.parametrize(
    "data",
    [b"[]", b"{}", b"nothing", written(laurea="wallet"), written(version=2), written(offers={}), written(*[{}] * 5001)],
    ids=["array", "empty", "text", "other", "version", "no offers", "too many"],
)
def test_what_is_no_catalogue_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        Catalogue.parse(data)


def test_an_offer_that_two_catalogues_have_counts_once() -> None:
    one = Catalogue.parse(written(offer(cost={"amount": 1, "currency": "EUR"})))
    two = Catalogue.parse(written(offer(), offer(issuer={"id": "did:web:other.example"})))

    assert [(each.issuer, each.cost) for each in joined([one, two]).offers] == [
        ("did:web:uni.example", 1.0),
        ("did:web:other.example", None),
    ]
