"""Achievements: what could not be signed later, or does not say what it takes, is refused when it is added."""

import json
from typing import Any

import pytest

from laurea.errors import FormatError
from laurea.services.issuing import achievements, enrolment
from tests.services.issuing_world import ACHIEVEMENT, World, on_sqlite

pytestmark = on_sqlite


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"tag": [f"tag {number}" for number in range(900)]}, "too many values, or too long arrays"),
        ({"id": "https://example.edu/a b"}, "/id: "),
        ({"alignment": [{"type": ["Alignment", "Undefined"], "targetName": "SQL", "targetUrl": "https://x.example"}]}, "Undefined"),
    ],
)
def test_an_achievement_that_could_not_be_signed_is_refused(world: World, members: dict[str, Any], reason: str) -> None:
    document = {**ACHIEVEMENT, "humanCode": "other", **members}

    with world.issuer() as issuer, pytest.raises(FormatError, match=reason):
        achievements.add(issuer, json.dumps(document).encode())
    with world.issuer() as issuer:
        assert list(achievements.known(issuer)) == ["sql"]


@pytest.mark.parametrize(
    ("without", "reason"), [("assessmentMethodType", "does not say how it is assessed"), ("criteria", "/criteria: add this member")]
)
def test_an_achievement_that_does_not_say_what_it_takes_is_refused(world: World, without: str, reason: str) -> None:
    document = {name: value for name, value in {**ACHIEVEMENT, "humanCode": "other"}.items() if name != without}

    with world.issuer() as issuer, pytest.raises(FormatError, match=reason):
        achievements.add(issuer, json.dumps(document).encode())
    with world.issuer() as issuer:
        assert list(achievements.known(issuer)) == ["sql"]


def test_a_long_achievement_that_is_taken_is_released_with_all_its_signatures(world: World) -> None:
    document = {**ACHIEVEMENT, "humanCode": "long", "tag": [f"tag {number}" for number in range(700)]}
    with world.issuer() as issuer:
        achievements.add(issuer, json.dumps(document).encode())
        enrolment.enrol(issuer, b"learner,name,achievement\nL,Ada,long\n")

    world.run()
    world.require_whole([1])
