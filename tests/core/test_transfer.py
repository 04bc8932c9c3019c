"""Credit for prior learning: by which rule it is proposed, and when it is not."""

import json
from dataclasses import replace

import pytest

from laurea.core.canonical import JsonObject
from laurea.core.comparison import Likeness, compare
from laurea.core.credential import Credential
from laurea.core.part import Part
from laurea.core.report import Verdict
from laurea.core.transfer import ANY_FIT, Proposal, propose
from laurea.core.transfer_rules import DEFAULT, Equivalence, Need, Rules
from laurea.errors import FormatError
from tests.core.judged import checked

NO_CREDIT: JsonObject = {"creditPoint": []}


def one(rules: Rules = DEFAULT, verdict: Verdict = Verdict.VALID, **more: object) -> Proposal:
    return propose([checked(verdict, **more)], rules).proposals[0]  # type: ignore[arg-type]


def test_credits_are_proposed_as_the_issuer_says_them() -> None:
    found = one()

    assert (found.credit, found.rule) == (3.0, "as many ECTS as the issuer says")
    assert ANY_FIT in found.decide
    assert any("no holder's signature was checked" in each for each in found.decide)


@pytest.mark.parametrize("verdict", [Verdict.INVALID, Verdict.UNDECIDED])
def test_nothing_is_proposed_on_anything_but_valid(verdict: Verdict) -> None:
    generous = Rules(hours_per_credit=1, equivalences=(Equivalence("https://issuer.example/sql", "DB101", 30.0),))
    found = propose([checked(verdict)], generous)

    assert found.proposals[0].credit is None
    assert found.proposals[0].rule == f"nothing is proposed for what is {verdict}: it is {verdict}"
    assert found.total == 0


def test_nothing_is_proposed_on_the_word_of_the_learner_though_it_is_valid() -> None:
    found = one(subject={"id": "did:web:issuer.example"})

    assert (found.credit, found.rule) == (None, "nothing is proposed for what is said by the holder themselves; nobody has confirmed it")


@pytest.mark.parametrize(
    ("rules", "more", "credit", "said"),
    [
        (DEFAULT, {"subject": {"creditsEarned": 2}}, 2.0, "of which 2 were earned"),
        (Rules(minimum_level=6), {}, 3.0, "as many ECTS"),
        (Rules(minimum_level=7), {}, None, "EQF level 7 or above; its EQF level is 6"),
        (Rules(minimum_level=1), {"achievement": {"eqfLevel": None}}, None, "it does not say its EQF level"),
        (Rules(issuers=frozenset({"did:web:other.example"})), {}, None, "this one is not among them"),
        (Rules(needs=frozenset({Need.HOLDER})), {}, None, "the rules need holder"),
        (Rules(needs=frozenset({Need.HOLDER, Need.ASSESSMENT})), {"holder": True}, 3.0, "as many ECTS"),
        (Rules(needs=frozenset({Need.ACCREDITATION})), {}, None, "the rules need accreditation"),
        (
            Rules(needs=frozenset({Need.ACCREDITATION})),
            {"issuer": "The Agency, an accreditor on the trust list, vouches for did:web:issuer.example"},
            3.0,
            "as many ECTS",
        ),
        (
            Rules(equivalences=(Equivalence("http://issuer.example/sql/", "DB101", 5.0),)),
            {},
            5.0,
            "the rules count this achievement as DB101, for 5 ECTS",
        ),
        (Rules(equivalences=(Equivalence("https://issuer.example/sql", "DB101"),)), {}, 3.0, "as many ECTS"),
        (
            Rules(conversions={"cfu": 0.5}),
            {"achievement": {"creditPoint": [{"framework": "CFU", "point": 6}]}},
            3.0,
            "6 CFU, of which one is 0.5 ECTS by the rules",
        ),
        (DEFAULT, {"achievement": {"creditPoint": [{"framework": "CFU", "point": 6}]}}, None, "do not say how many make a credit"),
        (Rules(hours_per_credit=28), {"achievement": NO_CREDIT}, 2.5, "75 hours, of which 28 make one of ECTS"),
        (Rules(hours_per_credit=200), {"achievement": NO_CREDIT}, None, "less than a half"),
        (DEFAULT, {"achievement": {**NO_CREDIT, "volumeOfLearning": None}}, None, "there is nothing to propose from"),
        (DEFAULT, {"subject": {"result": [{"status": "Failed"}]}}, None, "a result with the status Failed"),
        (DEFAULT, {"subject": {"result": [{"status": "Completed"}, {"status": "Enrolled"}]}}, None, "the status Enrolled"),
        (DEFAULT, {"subject": {"result": [{"status": "Completed"}]}}, 3.0, "as many ECTS"),
    ],
)
def test_each_rule_says_what_follows(rules: Rules, more: dict[str, object], credit: float | None, said: str) -> None:
    found = one(rules, **more)  # type: ignore[arg-type]

    assert found.credit == credit
    assert said in found.rule


def test_the_same_is_counted_once_and_no_more_than_the_rules_allow() -> None:
    again = [checked(file="a.json"), checked(file="b.json"), checked(file="c.json", achievement={"id": "https://issuer.example/other"})]

    found = propose(again, Rules(most=5.0))

    assert [each.credit for each in found.proposals] == [3.0, None, 3.0]
    assert found.proposals[1].rule == "the same achievement was counted already, with a.json"
    assert (found.total, found.capped) == (5.0, True)


PARTS = tuple(
    Part(f"urn:{name}.json", "did:web:issuer.example", f"https://issuer.example/{name}", name.title()) for name in ("sql", "python")
)


def of_three(verdict: Verdict = Verdict.VALID, *, credits_: float = 6, order: int = 1) -> list[Proposal]:
    """A capstone and its two parts, of three credits each, the second of them with a verdict."""
    files = [
        checked(file="sql.json"),
        checked(verdict, file="python.json", achievement={"id": "https://issuer.example/python"}),
        checked(
            file="capstone.json", parts=PARTS, achievement={"id": "urn:capstone", "creditPoint": {"framework": "ECTS", "point": credits_}}
        ),
    ]
    found = propose(files[::order], DEFAULT)
    return list(found.proposals[::order])


@pytest.mark.parametrize("order", [1, -1])
def test_a_capstone_counts_for_no_more_than_it_has_beyond_its_parts(order: int) -> None:
    *parts, capstone = of_three(order=order)

    assert [each.credit for each in parts] == [3, 3]
    assert (capstone.credit, "6, of which 6 are those of its parts (sql.json, python.json)" in capstone.rule) == (None, True)
    assert [each.credit for each in of_three(credits_=7.5, order=order)] == [3, 3, 1.5]
    assert [each.credit for each in of_three(credits_=4, order=order)] == [3, 3, None]


@pytest.mark.parametrize("verdict", [Verdict.INVALID, Verdict.UNDECIDED])
def test_a_part_that_is_not_valid_counts_through_its_capstone_no_more_than_by_itself(verdict: Verdict) -> None:
    assert [each.credit for each in of_three(verdict)] == [3, None, None]


def test_of_parts_that_are_not_shown_a_person_is_told() -> None:
    capstone = checked(file="capstone.json", parts=PARTS)
    (alone,) = propose([capstone], DEFAULT).proposals
    beside, _ = propose([capstone, checked(file="sql.json", achievement={"id": "x:sql", "creditPoint": []})], DEFAULT).proposals

    assert alone.credit == 3
    assert "whether its parts that are not shown stand, and are counted nowhere else: Sql, Python" in alone.decide
    assert any(each.endswith("counted nowhere else: Python") for each in beside.decide)


def test_a_part_shown_twice_is_taken_off_once_and_a_namesake_of_another_issuer_never() -> None:
    other = replace(checked(file="python.json"), credential=Credential({"id": "urn:python.json", "issuer": "did:web:other.example"}, ()))
    capstone = checked(file="capstone.json", parts=PARTS, achievement={"id": "x:c", "creditPoint": {"framework": "ECTS", "point": 6}})
    found = propose([checked(file="sql.json"), checked(file="sql.json"), other, capstone], DEFAULT).proposals

    assert [each.credit for each in found] == [3, None, None, 3]


def test_what_is_refused_does_not_keep_a_good_one_from_being_counted() -> None:
    found = propose([checked(Verdict.INVALID, file="a.json"), checked(file="b.json")], DEFAULT)

    assert [each.credit for each in found.proposals] == [None, 3.0]


def test_what_a_person_has_to_decide_is_said() -> None:
    odd = one(
        subject={"result": [{"value": "93"}]},
        achievement={"volumeOfLearning": "PT6H", "assessmentMethodType": [], "qualityAssurance": [], "eqfLevel": None},
    )

    said = "\n".join(odd.decide)
    for words in (
        "2 hours a credit, and 25 to 30 are usual",
        "whether it was assessed",
        "quality is assured",
        "at what level",
        "no grade is",
    ):
        assert words in said
    issuers = frozenset({"did:web:issuer.example"})
    known = one(Rules(issuers=issuers, equivalences=(Equivalence("https://issuer.example/sql", "DB101"),)), holder=True)
    assert (known.course, known.decide) == ("DB101", ())


def rules_file(**more: object) -> bytes:
    return json.dumps({"laurea": "transfer-rules", "version": 1, "title": "Ours", **more}).encode()


def test_rules_are_read_from_a_file() -> None:
    found = Rules.parse(
        rules_file(
            minimumLevel=5,
            hoursPerCredit=28,
            conversions={"CFU": 1},
            most=30,
            needs=["assessment", "holder"],
            issuers=["did:web:a.example"],
            equivalences=[{"achievement": "https://a.example/x", "course": "X1", "credits": 4}],
        )
    )

    assert found == Rules(
        "Ours",
        "ECTS",
        5,
        28.0,
        {"cfu": 1.0},
        30.0,
        frozenset({Need.ASSESSMENT, Need.HOLDER}),
        frozenset({"did:web:a.example"}),
        (Equivalence("https://a.example/x", "X1", 4.0),),
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{}", "these are no rules"),
        (rules_file(version=2), "another version"),
        (rules_file(needs=["luck"]), "/needs/0: give one of assessment"),
        (rules_file(most=0), "/most"),
        (rules_file(hoursPerCredit=-1), "/hoursPerCredit"),
        (rules_file(minimumlevel=3), "/minimumlevel: remove this member"),
    ],
)
def test_wrong_rules_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(FormatError) as refused:
        Rules.parse(data)

    assert said in str(refused.value)


def test_credentials_stand_side_by_side() -> None:
    found = compare([checked(), checked(Verdict.INVALID, file="b.json", achievement={"eqfLevel": 5, "qualityAssurance": []})])
    rows = {each.name: each for each in found.aspects}

    assert (rows["EQF level"].values, rows["EQF level"].likeness) == (("6", "5"), Likeness.DIFFERS)
    assert rows["workload"].likeness is Likeness.SAME
    assert rows["quality assurance"].likeness is Likeness.UNSAID
    assert rows["hours for an ECTS credit"].values == ("25", "25")
    assert rows["verdict"].values == ("valid", "invalid")
    assert found.shared == ("SQL",)


def test_a_part_that_was_renewed_is_counted_once() -> None:
    parts = (Part("urn:before-it-was-renewed", "did:web:issuer.example", "https://issuer.example/sql"),)
    capstone = checked(
        file="capstone",
        achievement={"id": "https://issuer.example/capstone", "creditPoint": [{"framework": "ECTS", "point": 6}]},
        parts=parts,
    )

    found = propose([checked(file="sql"), capstone], DEFAULT)

    assert [each.credit for each in found.proposals] == [3.0, 3.0]
    assert not any("not shown" in each for each in found.proposals[1].decide)


def test_nothing_is_proposed_on_the_word_of_an_issuer_that_nobody_knows() -> None:
    alone = "its DID document as of 2026-11-20T09:30:00Z and the registry name each other; nobody on the trust list vouches for it"
    found = one(issuer=alone)

    assert found.credit is None
    assert "nobody whom you trust vouches for its issuer" in found.rule
    assert one(Rules(issuers=frozenset({"did:web:issuer.example"})), issuer=alone).credit == 3


def test_whether_anybody_may_award_it_is_a_persons_to_decide_unless_rules_or_an_accreditor_say_so() -> None:
    vouched = "The Agency, an accreditor on the trust list, vouches for did:web:issuer.example"
    said = [
        any("whether did:web:issuer.example may award it" in each for each in found.decide)
        for found in (one(), one(Rules(issuers=frozenset({"did:web:issuer.example"}))), one(issuer=vouched))
    ]

    assert said == [True, False, False]
