"""Pathways: the plan respects prerequisites, closes what can be closed, and says why the rest stays open."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurea.core.catalogue import Catalogue, Offer, StackRule
from laurea.core.concept import Concept, Hit
from laurea.core.learning import Learning
from laurea.core.matching import Fit, Shown
from laurea.core.pathway import Goal, Measure, Pathway, document_of, lines_of, pathway
from laurea.core.pathway import plan as planning
from laurea.core.report import Verdict
from laurea.core.requirement import Requirement, Requirements
from laurea.errors import FormatError, InputError

UNI = "did:web:uni.example"


def achievement(key: str, skills: str = "", **more: Any) -> dict[str, Any]:
    aligned = [{"type": ["Alignment"], "targetName": skill, "targetUrl": f"http://esco.example/{skill}"} for skill in skills]
    return {
        "id": f"https://uni.example/{key}",
        "type": ["Achievement"],
        "humanCode": key,
        "name": key.title(),
        "description": key,
        "criteria": {"narrative": key},
        "alignment": aligned,
        **more,
    }


def offer(key: str, skills: str = "", *, hours: int | None = None, cost: float | None = None, **more: Any) -> Offer:
    stack, currency = more.pop("stack", None), more.pop("currency", "EUR")
    document = achievement(key, skills, **({"volumeOfLearning": f"PT{hours}H"} if hours is not None else {}), **more)
    return Offer(Learning.of_achievement(document), document, UNI, "Uni", cost, currency if cost is not None else "", stack=stack)


def wanting(*skills: str) -> Goal:
    return Goal(
        Requirements("Analyst", tuple(Requirement(skill, skill.upper(), frozenset({f"http://esco.example/{skill}"})) for skill in skills))
    )


def holding(key: str, skills: str = "", verdict: Verdict | None = Verdict.VALID, **more: Any) -> Shown:
    return Shown(f"number {key}", Learning.of_achievement(achievement(key, skills, **more)), verdict)


def titles(found: Pathway) -> list[str]:
    return [each.offer.learning.title for each in found.steps]


def test_the_fewest_steps_are_those_that_close_most() -> None:
    found = pathway(wanting("a", "b", "c"), [], [offer("one", "a"), offer("two", "ab"), offer("three", "c"), offer("none", "z")])

    assert titles(found) == ["Two", "Three"]
    assert [each.closes for each in found.steps] == [(0, 1), (2,)]
    assert [each.offer.learning.title for each in found.next] == ["Two", "One", "Three"]
    assert (found.met, found.open, found.reached) == (0, (), False)


def test_what_is_held_and_valid_needs_no_step() -> None:
    found = pathway(wanting("a", "b"), [holding("x", "a")], [offer("one", "a"), offer("two", "b")])

    assert [each.fit for each in found.findings] == [Fit.MET, Fit.MISSING]
    assert (found.met, titles(found)) == (1, ["Two"])


@pytest.mark.parametrize("verdict", [None, Verdict.UNDECIDED, Verdict.INVALID])
def test_what_is_not_known_to_be_valid_closes_nothing(verdict: Verdict | None) -> None:
    found = pathway(wanting("a"), [holding("x", "a", verdict)], [offer("one", "a")])

    assert (found.met, titles(found)) == (0, ["One"])
    first = "have these checked" in "\n".join(lines_of(found))
    assert first is (verdict is not Verdict.INVALID)


def test_time_and_cost_can_be_what_counts() -> None:
    offers = [offer("long", "ab", hours=300, cost=10), offer("a", "a", hours=20, cost=400), offer("b", "b", hours=30, cost=0)]

    assert titles(pathway(wanting("a", "b"), [], offers)) == ["Long"]
    assert titles(pathway(wanting("a", "b"), [], offers, measure=Measure.HOURS)) == ["A", "B"]
    cheap = pathway(wanting("a", "b"), [], offers, measure=Measure.COST)
    assert titles(cheap) == ["B", "Long"]
    assert (cheap.course.hours, cheap.course.costs) == (330.0, (("EUR", 10.0),))


def test_what_is_not_said_is_taken_for_the_most_and_told() -> None:
    offers = [offer("silent", "a"), offer("slow", "a", hours=50), offer("foreign", "a", cost=1, currency="CHF"), offer("c", "c", cost=5)]
    assert titles(pathway(wanting("a"), [], offers[:2], measure=Measure.HOURS)) == [
        "Silent"
    ]  # as long as the longest, and first in the list
    found = pathway(wanting("a"), [], offers[:1])
    assert "together: hours unknown, cost unknown (1 step does not say how long it takes; 1 step does not say what it costs)" in lines_of(
        found
    )


def test_prerequisites_come_first_and_are_counted() -> None:
    chain = [
        offer("goal", "ab", entryRequirement=["https://uni.example/middle", "B2 English"]),
        offer("middle", entryRequirement=["start"]),
        offer("start", "c"),
        offer("a", "a"),
        offer("b", "b"),
    ]

    found = pathway(wanting("a", "b"), [], chain)
    assert titles(found) == ["A", "B"]  # two steps instead of three
    assert found.chained

    found = pathway(wanting("a", "b"), [], chain[:3])
    assert titles(found) == ["Start", "Middle", "Goal"]
    assert [each.needed_for for each in found.steps] == [("Goal",), ("Goal",), ()]
    assert found.steps[2].conditions == ("B2 English",)
    assert [each.offer.learning.title for each in found.next] == ["Start"]
    assert titles(pathway(wanting("a"), [holding("middle")], chain[:3])) == ["Goal"]


@pytest.mark.parametrize("verdict", [None, Verdict.UNDECIDED, Verdict.INVALID])
def test_a_prerequisite_is_had_by_a_valid_credential_alone(verdict: Verdict | None) -> None:
    chain = [offer("goal", "a", entryRequirement=["start"]), offer("start")]

    assert titles(pathway(wanting("a"), [holding("start", verdict=verdict)], chain)) == ["Start", "Goal"]
    assert titles(pathway(wanting("a"), [holding("start")], chain)) == ["Goal"]


def test_a_chain_of_prerequisites_is_followed_so_far_and_no_further() -> None:
    chain = [offer(f"n{number}", "a" if number == 0 else "", entryRequirement=[f"n{number + 1}"]) for number in range(30)]

    assert "too many to follow" in pathway(wanting("a"), [], [*chain, offer("n30")]).open[0].reason


def test_a_prerequisite_that_nobody_offers_is_named() -> None:
    found = pathway(wanting("a"), [], [offer("goal", "a", entryRequirement=["urn:example:lost"])])

    assert titles(found) == []
    assert "nothing that is known offers its prerequisite urn:example:lost" in found.open[0].reason


def test_prerequisites_that_lead_back_are_told_and_another_way_is_taken() -> None:
    round_ = [offer("one", "a", entryRequirement=["two"]), offer("two", entryRequirement=["one"])]
    found = pathway(wanting("a"), [], round_)
    assert "lead back to One" in found.open[0].reason

    assert titles(pathway(wanting("a"), [], [*round_, offer("three", "a", hours=900)])) == ["Three"]


def test_a_stack_takes_as_many_parts_as_its_rule_asks_for() -> None:
    parts = [offer(key, hours=hours, creditPoint={"framework": "ECTS", "point": 3}) for key, hours in (("a", 30), ("b", 10), ("c", 20))]
    rule = StackRule(2, tuple(each.id for each in parts))
    capstone = offer("capstone", stack=rule)
    goal = Goal.named("capstone", [capstone])

    found = pathway(goal, [], [*parts, capstone], measure=Measure.HOURS)
    assert titles(found) == ["B", "C", "Capstone"]
    assert [each.offer.learning.title for each in found.next] == ["B", "C"]

    found = pathway(goal, [holding("a")], [*parts, capstone], measure=Measure.HOURS)
    assert (titles(found), found.parts) == (["B", "Capstone"], ("A",))

    more = offer("capstone", stack=StackRule(2, rule.of, 9))
    assert len(pathway(goal, [], [*parts, more]).steps) == 4
    too_much = offer("capstone", stack=StackRule(2, rule.of, 12))
    assert "too few of them can be earned" in pathway(goal, [], [*parts, too_much]).open[0].reason


def test_an_achievement_that_came_as_a_file_is_a_goal() -> None:
    goal = Goal.parse(str(achievement("goal", entryRequirement=["https://uni.example/a"])).replace("'", '"').encode())

    found = pathway(goal, [], [offer("a")])

    assert (found.title, titles(found)) == ("Goal", ["A", "Goal"])
    assert pathway(goal, [holding("goal")], []).reached


def test_a_goal_is_named_by_id_key_or_title() -> None:
    offers = [offer("one"), offer("two")]
    for name in ("https://uni.example/one", "http://uni.example/one/", "ONE", "one"):
        assert Goal.named(name, offers).requirements.items[0].achievement == "https://uni.example/one"
    with pytest.raises(InputError, match="no catalogue has"):
        Goal.named("three", offers)
    twin = offer("one", name="Two", id="https://other.example/1")
    with pytest.raises(InputError, match="2 achievements are called"):
        Goal.named("two", [*offers, twin])


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"laurea": "catalogue"}', b"words", b'{"laurea": "requirements", "version": 1}'])
def test_what_is_no_goal_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        Goal.parse(data)


def test_too_much_is_refused_before_it_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "MAX_CHECKED", 3)
    with pytest.raises(InputError, match="too much to plan over"):
        pathway(wanting("a", "b"), [], [offer("one"), offer("two")])


def test_a_web_of_prerequisites_takes_bounded_work() -> None:
    layers = [[f"n{depth}x{number}" for number in range(12)] for depth in range(25)]
    offers = [
        offer(key, "a" if depth == 0 else "", entryRequirement=layers[depth + 1] if depth + 1 < len(layers) else ["urn:nobody:has"])
        for depth, keys in enumerate(layers)
        for key in keys
    ]
    assert "too many to follow" in pathway(wanting("a"), [], offers).open[0].reason


def test_words_and_json_give_the_same_reasons() -> None:
    found = pathway(wanting("a", "b", "q"), [], [offer("one", "ab", hours=10, cost=0), offer("two", "a")])

    lines = list(lines_of(found))
    document: Any = document_of(found)
    assert lines[0] == "Analyst: 0 of 3 requirements met"
    assert "1. One, Uni (10 hours, free of charge)" in lines
    assert "it was chosen greedily: it weighs at most 1.50 times the least there is" in lines
    assert "stays open: Q: nothing that is offered closes it" in lines
    assert document["steps"][0]["closes"] == [
        {"id": "a", "reason": found.steps[0].reasons[0]},
        {"id": "b", "reason": found.steps[0].reasons[1]},
    ]
    assert document["open"] == [{"id": "q", "reason": "nothing that is offered closes it"}]
    for reason in (each.reason for each in found.findings):
        assert any(reason in line for line in lines)


def test_a_catalogue_is_planned_over_as_it_is_read() -> None:
    catalogue = Catalogue(
        (offer("capstone", stack=StackRule(1, ("https://uni.example/a",))), offer("a", "a", hours=3)),
    )
    again = Catalogue.parse(json.dumps(catalogue.written()).encode())
    assert titles(pathway(Goal.named("capstone", again.offers), [], again.offers)) == ["A", "Capstone"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sets(st.sampled_from("abcde"), min_size=1), st.integers(1, 50)), min_size=1, max_size=7))
def test_the_greedy_plan_keeps_its_bound(sets: list[tuple[set[str], int]]) -> None:
    offers = [offer(f"o{number}", "".join(sorted(skills)), hours=hours) for number, (skills, hours) in enumerate(sets)]
    wanted = sorted(set().union(*(skills for skills, _ in sets)))

    found = pathway(wanting(*wanted), [], offers, measure=Measure.HOURS)

    least = min(
        sum(hours for _, hours in chosen)
        for size in range(1, len(sets) + 1)
        for chosen in combinations(sets, size)
        if set().union(*(skills for skills, _ in chosen)) == set(wanted)
    )
    bound = sum(1 / number for number in range(1, max(len(skills) for skills, _ in sets) + 1))
    assert not found.open
    assert least <= found.course.hours <= bound * least + 1e-9


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefgh"), max_size=3), min_size=1),
    st.sets(st.sampled_from("abcdefgh")),
)
def test_no_step_comes_before_what_it_asks_for(graph: dict[str, list[str]], had: set[str]) -> None:
    offers = [offer(key, key, entryRequirement=[f"https://uni.example/{each}" for each in needs]) for key, needs in graph.items()]

    found = pathway(wanting(*sorted(graph)), [holding(key, key) for key in sorted(had)], offers)

    there = set(had)
    for step in found.steps:
        key = step.offer.learning.key
        assert set(graph[key]) <= there
        assert key not in there
        there.add(key)
    closed = {place for step in found.steps for place in step.closes} | {n for n, f in enumerate(found.findings) if f.fit is Fit.MET}
    assert closed | {each.place for each in found.open} == set(range(len(graph)))


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (holding("sql", "a", None), "number sql is this already, but was not checked; see to that before you earn it again"),
        (holding("sql", "a", Verdict.UNDECIDED), "number sql is this already, but is undecided; see to that before you earn it again"),
        (holding("sql", "a", Verdict.INVALID), "number sql was this, and is invalid"),
        (replace(holding("sql", "a"), status="InProgress"), "number sql is this already, but its result has the status InProgress"),
        (holding("other", "a", None), ""),
    ],
)
def test_what_is_held_and_does_not_count_is_said_where_it_is_a_step_again(held: Shown, said: str) -> None:
    found = pathway(wanting("a"), [held], [offer("sql", "a")])

    assert [each.held for each in (*found.steps, *found.next)] == [said, said]
    assert (f"   {said}" in list(lines_of(found))) is bool(said)


class Slow:
    """Frameworks that count how often they are asked."""

    def __init__(self) -> None:
        self.asked = 0

    def find(self, uri: str) -> None:  # noqa: ARG002
        self.asked += 1

    def search(self, text: str, *, limit: int = 10) -> list[Hit]:  # noqa: ARG002
        return []

    def related(self, uri: str) -> dict[str, str]:  # noqa: ARG002
        self.asked += 1
        return {}

    def named(self, phrases: Iterable[str]) -> dict[str, list[Concept]]:  # noqa: ARG002
        return {}


def test_frameworks_are_asked_once_for_each_requirement_however_much_is_offered() -> None:
    known = Slow()
    pathway(wanting(*"abc"), [], [offer(f"o{number}", "abc") for number in range(50)], known)

    assert known.asked == 6
