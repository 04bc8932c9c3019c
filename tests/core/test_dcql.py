"""DCQL queries: read strictly, matched as the specification says and as npm's dcql has it, with every difference known."""

import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core.canonical import Json, JsonObject
from laurea.core.claims import split
from laurea.core.dcql import Candidate, Query, fits, restricted, wanting, way
from laurea.core.dcql.paths import select
from laurea.errors import FormatError
from tests.judges.judge import ask
from tests.released import badge

SEED, CASES = 20261127, 600
BADGE: dict[str, Any] = {"id": "badge", "format": "ldp_vc", "meta": {"type_values": [["OpenBadgeCredential"]]}}
OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
DOCUMENT: dict[str, Any] = badge(1, "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp")
NAME = ["credentialSubject", "achievement", "name"]


def query(**more: Any) -> Query:
    return Query.of({"credentials": [{**BADGE, **more}]})


def fitting(document: Any = DOCUMENT, *, bound: bool = True, **more: Any) -> set[str] | None:
    found = fits(query(**more).credentials[0], Candidate(document, bound))
    return None if found is None else set(found.claims)


def test_what_is_asked_for_is_shown_and_what_it_cannot_be_read_without() -> None:
    assert fitting() == {""}
    assert fitting(claims=[{"path": NAME}]) == {
        "",
        "/credentialSubject/type",
        "/credentialSubject/achievement/type",
        "/credentialSubject/achievement/name",
    }
    whole = fitting(claims=[{"path": ["credentialSubject", "achievement"]}])
    assert whole == {claim.pointer for claim in split(DOCUMENT) if "/achievement/" in claim.pointer} | {"", "/credentialSubject/type"}


def test_a_large_query_to_a_large_credential_takes_no_longer_than_both_are() -> None:
    lists: dict[str, Any] = {f"list{number}": [1] * 4000 for number in range(8)}
    document = {**DOCUMENT, "credentialSubject": {**{f"claim{number}": 1 for number in range(3000)}, **lists}}
    claims = [{"id": name, "path": ["credentialSubject", name, None], "values": list(range(2, 65))} for name in lists]
    begun = time.process_time()

    assert fitting(document, claims=[{"path": each["path"]} for each in claims]) == {"", *(f"/credentialSubject/{name}" for name in lists)}
    assert fitting(document, claims=claims, claim_sets=[[*lists]] * 16) is None
    assert time.process_time() - begun < 10  # compared each with each, it was minutes


def test_of_two_claims_at_one_place_each_has_its_own_values() -> None:
    document = {**DOCUMENT, "credentialSubject": {"id": "did:key:z6Mk", "passed": True}}
    path = {"path": ["credentialSubject", "passed"]}
    assert fitting(document, claims=[{**path, "values": [True]}]) is not None
    assert fitting(document, claims=[{**path, "values": [True]}, {**path, "values": [1]}]) is None


def test_a_list_is_one_claim_and_the_envelope_is_always_shown() -> None:
    assert fitting(claims=[{"path": ["credentialSubject", "result", None, "value"]}]) == {
        "",
        "/credentialSubject/result",
        "/credentialSubject/type",
    }
    assert fitting(claims=[{"path": ["credentialSubject", "result", 0]}]) == {"", "/credentialSubject/result", "/credentialSubject/type"}
    assert fitting(claims=[{"path": ["issuer", "id"]}, {"path": ["name"]}]) == {""}
    assert fitting(claims=[{"path": ["credentialSubject", "a/b~c", "note"]}]) == {
        "",
        "/credentialSubject/a~1b~0c/note",
        "/credentialSubject/a~1b~0c/type",
        "/credentialSubject/type",
    }


def test_types_are_known_by_their_terms_and_by_their_iris() -> None:
    for types in ([["OpenBadgeCredential"]], [[OB]], [[OB, "https://www.w3.org/2018/credentials#VerifiableCredential"]], [["Other"], [OB]]):
        assert fitting(meta={"type_values": types}) is not None
    for types in ([["Other"]], [[OB, "Other"]], [["openbadgecredential"]]):
        assert fitting(meta={"type_values": types}) is None
    unknown = {**DOCUMENT, "@context": ["https://www.w3.org/ns/credentials/v2", "https://unknown.example/"]}
    assert fitting(unknown) is not None
    assert fitting(unknown, meta={"type_values": [[OB]]}) is None, "what its contexts mean is not known"


def test_values_and_alternatives_decide() -> None:
    assert fitting(claims=[{"path": ["credentialSubject", "result", None, "value"], "values": ["91", "92"]}]) is not None
    for values in (["93"], [92], [True]):
        assert fitting(claims=[{"path": ["credentialSubject", "result", None, "value"], "values": values}]) is None
    claims = [{"id": "a", "path": ["credentialSubject", "degree"]}, {"id": "b", "path": NAME}, {"id": "c", "path": ["evidence"]}]
    assert fitting(claims=claims) is None
    found = fitting(claims=claims, claim_sets=[["a"], ["b"], ["c"]])
    assert found is not None
    assert "/evidence" not in found
    assert fitting(claims=claims, claim_sets=[["a", "b"]]) is None


def test_true_is_not_one() -> None:
    document = {**DOCUMENT, "flag": True, "number": 1}
    assert fitting(document, claims=[{"path": ["flag"], "values": [1]}]) is None
    assert fitting(document, claims=[{"path": ["number"], "values": [True]}]) is None
    assert fitting(document, claims=[{"path": ["number"], "values": [1]}]) is not None


def test_whose_it_is_formats_and_authorities() -> None:
    assert fitting(bound=False) is None
    assert fitting(bound=False, require_cryptographic_holder_binding=False) is not None
    assert fitting(trusted_authorities=[{"type": "aki", "values": ["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}]) is None
    assert fitting(format="dc+sd-jwt", meta={"vct_values": ["a"]}) is None


def test_what_is_restricted_shows_no_more() -> None:
    pointers = fitting(claims=[{"path": NAME}]) or set()
    assert {claim.pointer for claim in restricted(DOCUMENT, frozenset(pointers))} == pointers


def test_sets_are_alternatives_and_optional_ones_are_left_out() -> None:
    three: list[Any] = [{**BADGE, "id": name} for name in "abc"]
    plain = Query.of({"credentials": three})
    sets = Query.of({"credentials": three, "credential_sets": [{"options": [["a", "b"], ["c"]]}, {"options": [["b"]], "required": False}]})

    assert way(plain, frozenset("abc")) == frozenset("abc")
    assert way(plain, frozenset("ab")) is None
    assert way(sets, frozenset("abc")) == frozenset("ab")
    assert way(sets, frozenset("ac")) == frozenset("c")
    assert way(sets, frozenset("a")) is None
    assert way(Query.of({"credentials": three, "credential_sets": [{"options": [["a"]], "required": False}]}), frozenset()) == frozenset()


def test_what_was_answered_is_what_was_asked() -> None:
    two = Query.of({"credentials": [BADGE, {**BADGE, "id": "many", "multiple": True}]})
    assert wanting(two, {"badge": 1, "many": 3}) == ""
    assert "lacks" in wanting(two, {"badge": 1})
    assert "one was asked for" in wanting(two, {"badge": 2, "many": 1})
    assert "not asked" in wanting(two, {"badge": 1, "many": 1, "more": 1})
    assert "nothing of what it shows" in wanting(two, {"badge": 0, "many": 1})


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        {},
        {"credentials": []},
        {"credentials": [BADGE, BADGE]},
        {"credentials": [{**BADGE, "id": "a b"}]},
        {"credentials": [{**BADGE, "meta": {}}]},
        {"credentials": [{**BADGE, "meta": {"type_values": ["OpenBadgeCredential"]}}]},
        {"credentials": [{**BADGE, "claims": []}]},
        {"credentials": [{**BADGE, "claims": [{"path": []}]}]},
        {"credentials": [{**BADGE, "claims": [{"path": [-1]}]}]},
        {"credentials": [{**BADGE, "claims": [{"path": [True]}]}]},
        {"credentials": [{**BADGE, "claims": [{"path": ["a"] * 17}]}]},
        {"credentials": [{**BADGE, "claims": [{"path": ["a"], "values": [None]}]}]},
        {"credentials": [{**BADGE, "claims": [{"path": ["a"], "values": []}]}]},
        {"credentials": [{**BADGE, "claims": [{"id": "a", "path": ["a"]}, {"id": "a", "path": ["b"]}]}]},
        {"credentials": [{**BADGE, "claim_sets": [["a"]]}]},
        {"credentials": [{**BADGE, "claims": [{"path": ["a"]}], "claim_sets": [["a"]]}]},
        {"credentials": [{**BADGE, "claims": [{"id": "a", "path": ["a"]}], "claim_sets": [["b"]]}]},
        {"credentials": [{**BADGE, "multiple": "yes"}]},
        {"credentials": [BADGE], "credential_sets": [{"options": [["other"]]}]},
        {"credentials": [BADGE], "credential_sets": []},
        {"credentials": [{**BADGE, "id": f"b{number}"} for number in range(17)]},
    ],
)
def test_what_is_no_query_is_refused(wrong: Json) -> None:
    with pytest.raises(FormatError):
        Query.of(wrong)


def test_what_a_later_version_may_add_is_passed_over() -> None:
    assert Query.of({"credentials": [{**BADGE, "new": 1}], "other": {}}).credentials == query().credentials


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (["a", None, "x"], ["/a/0/x"]),
        (["a", 1, "y"], ["/a/1/y"]),
        (["a", None], ["/a/0", "/a/1"]),
        (["b", "c"], ["/b/c"]),
    ],
)
def test_a_path_selects(path: list[Any], found: list[str]) -> None:
    document: JsonObject = {"a": [{"x": 1}, {"y": 2}], "b": {"c": None}}
    assert [each.pointer for each in select(document, tuple(path))] == found


@pytest.mark.parametrize("path", [["a", 2], ["a", "x"], ["b", None], ["b", 0], ["c"], ["a", None, "z"], ["b", "c", "d"]])
def test_a_path_that_does_not_fit_selects_nothing(path: list[Any]) -> None:
    with pytest.raises(FormatError):
        select({"a": [{"x": 1}, {"y": 2}], "b": {"c": None}}, tuple(path))


@given(st.lists(st.none() | st.integers(0, 3) | st.sampled_from("abx"), min_size=1, max_size=4))
def test_every_element_that_is_selected_is_where_its_pointer_says(path: list[Any]) -> None:
    document: JsonObject = {"a": [{"x": [1, 2]}, {"b": 2}], "b": {"a": {"x": 1}}}
    try:
        found = select(document, tuple(path))
    except FormatError:
        return
    for each in found:
        at: Any = document
        for token in each.pointer.split("/")[1:]:
            at = at[int(token)] if isinstance(at, list) else at[token]
        assert at == each.value


class Generated:
    """Credentials and queries that have a fair chance to fit, by a fixed seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def value(self, depth: int) -> Any:
        kind = self.chance.randrange(8 if depth else 5)
        if kind < 5:
            return self.chance.choice(["a", "b", 1, 2, True, False, "1"])
        if kind == 5:
            return [self.value(0) for _ in range(self.chance.randrange(1, 3))]
        return {name: self.value(depth - 1) for name in self.chance.sample("xyz", self.chance.randrange(1, 4))}

    def credential(self) -> dict[str, Any]:
        types = ["VerifiableCredential", *self.chance.sample(["One", "Two", "Three"], self.chance.randrange(0, 3))]
        document = {"type": types, "credentialSubject": {name: self.value(2) for name in "xyz"}}
        return {"type": types, "document": document, "bound": self.chance.random() < 0.8}

    def path(self, document: Any) -> list[Any]:
        """Walk into a document, and stray now and then."""
        at, found = document["credentialSubject"], ["credentialSubject"]
        while (isinstance(at, dict | list) and self.chance.random() < 0.8) or len(found) < 2:
            if isinstance(at, list):
                step: Any = self.chance.choice([None, 0, 1])
                at = at[0] if step is None or step >= len(at) else at[step]
            else:
                step = self.chance.choice(["x", "y", "z", "w"])
                at = at.get(step) if isinstance(at, dict) else None
            found.append(step)
        return found

    def claim(self, number: int, credentials: list[dict[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {"id": f"c{number}", "path": self.path(self.chance.choice(credentials)["document"])}
        if self.chance.random() < 0.3:
            found["values"] = self.chance.sample(["a", "b", 1, 2, True, "1"], self.chance.randrange(1, 4))
        return found

    def asked(self, number: int, credentials: list[dict[str, Any]]) -> dict[str, Any]:
        types = [
            self.chance.sample(["VerifiableCredential", "One", "Two"], self.chance.randrange(1, 3))
            for _ in range(self.chance.randrange(1, 3))
        ]
        found: dict[str, Any] = {"id": f"q{number}", "format": "ldp_vc", "meta": {"type_values": types}}
        if self.chance.random() < 0.3:
            found["require_cryptographic_holder_binding"] = False
        if self.chance.random() < 0.1:
            found["trusted_authorities"] = [{"type": "aki", "values": ["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}]
        if self.chance.random() < 0.8:
            claims = [self.claim(each, credentials) for each in range(self.chance.randrange(1, 4))]
            found["claims"] = claims
            if self.chance.random() < 0.4:
                names = [claim["id"] for claim in claims] + (["unknown"] if self.chance.random() < 0.1 else [])
                found["claim_sets"] = [self.chance.sample(names, self.chance.randrange(1, len(names) + 1)) for _ in range(2)]
        return found

    def case(self) -> dict[str, Any]:
        credentials = [self.credential() for _ in range(3)]
        asked = [self.asked(number, credentials) for number in range(self.chance.randrange(1, 4))]
        query: dict[str, Any] = {"credentials": asked}
        if self.chance.random() < 0.3:
            names = [each["id"] for each in asked]
            options = [self.chance.sample(names, self.chance.randrange(1, len(names) + 1)) for _ in range(2)]
            query["credential_sets"] = [{"options": options, "required": self.chance.random() < 0.7}]
        return {"query": query, "credentials": credentials}


def ours(case: dict[str, Any]) -> dict[str, Any]:
    try:
        query = Query.of(case["query"])
    except FormatError:
        return {"parsed": False}
    candidates = [Candidate(each["document"], each["bound"]) for each in case["credentials"]]
    matches = {
        asked.id: [number for number, candidate in enumerate(candidates) if fits(asked, candidate) is not None]
        for asked in query.credentials
    }
    answerable = frozenset(name for name, found in matches.items() if found)
    return {"parsed": True, "matches": matches, "satisfied": way(query, answerable) is not None}


def test_the_judge_finds_what_we_find_in_many_generated_queries() -> None:
    generated = Generated(SEED)
    cases = [generated.case() for _ in range(CASES)]

    answers = ask("dcql", cases)

    different = [(case, theirs, ours(case)) for case, theirs in zip(cases, answers, strict=True) if theirs != ours(case)]
    assert not different, different[:3]
    found = [each for each in answers if each["parsed"]]
    assert len(found) > CASES * 0.8, "most of them are queries"
    assert CASES * 0.2 < sum(each["satisfied"] for each in found) < CASES * 0.8, "they decide something"


NULLS: list[tuple[Any, list[Any], bool, bool]] = [
    # A member that is null is selected (7.1: "If the key does not exist"); the judge counts it as not there.
    ({"x": None}, ["credentialSubject", "x"], True, False),
    # An element of another kind ends the whole (7.1, 2.1: "If any of the currently selected element(s) is not an object"); the judge passes it over.
    ({"x": [{"y": 1}, 2]}, ["credentialSubject", "x", None, "y"], False, True),
]


@pytest.mark.parametrize(("subject", "path", "we", "they"), NULLS)
def test_where_the_judge_reads_the_specification_otherwise(subject: Any, path: list[Any], we: bool, they: bool) -> None:
    case = {
        "query": {"credentials": [{"id": "q", "format": "ldp_vc", "meta": {"type_values": [["A"]]}, "claims": [{"path": path}]}]},
        "credentials": [{"type": ["A"], "document": {"type": ["A"], "credentialSubject": subject}, "bound": True}],
    }

    assert (ours(case)["satisfied"], ask("dcql", [case])[0]["satisfied"]) == (we, they)
