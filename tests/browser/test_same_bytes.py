"""What the page makes of bytes is what the library makes of them: I-JSON, JCS, claims and proofs, and the data model."""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from laurea.core import canonical, openbadge
from laurea.core.canonical import Json
from laurea.core.claims import split
from laurea.core.credential import parse_time
from laurea.core.openbadge.achievement import AchievementCredential
from laurea.core.openbadge.legacy import LegacyBadge, LegacyCredential
from laurea.errors import FormatError
from tests.browser.node import Node, Refused, text
from tests.core.strategies import documents, doubles, names, values
from tests.core.test_openbadge import BADGE, ENDORSEMENT, PLAIN
from tests.core.test_vectors import BATCHES, MEMBERS, PARTIAL

OURS = Path(__file__).parents[1] / "vectors" / "merkle-anchor-2026.json"
sharing = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

FULL: dict[str, Any] = deepcopy(BADGE)
ALIGNED = {"type": ["Alignment"], "targetName": "SQL", "targetUrl": "https://skills.example/sql", "targetType": "CTDL"}
ADDRESS = {"type": ["Address"], "addressCountry": "GB", "geo": {"type": "GeoCoordinates", "latitude": 51.5, "longitude": 0}}
FULL["issuer"] |= {"address": ADDRESS, "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "7", "identifierType": "isbn"}]}
FULL["issuer"] |= {
    "parentOrg": {"id": "did:web:group.example", "type": ["Profile"], "image": {"id": "https://a.example/i", "type": "Image"}}
}
FULL["endorsement"] = [ENDORSEMENT | {"proof": {"type": "DataIntegrityProof", "created": "2026-11-22T00:00:00Z"}}]
FULL["termsOfUse"] = {"type": "Terms"}
FULL["credentialSubject"]["achievement"] |= {
    "alignment": [ALIGNED],
    "related": [{"id": "urn:x:1", "type": ["Related"], "inLanguage": {"en": "en"}}],
    "resultDescription": [
        {
            "id": "urn:x:2",
            "type": ["ResultDescription"],
            "name": "Score",
            "resultType": "Percent",
            "rubricCriterionLevel": [{"id": "urn:x:3", "type": ["RubricCriterionLevel"], "name": "Good"}],
        }
    ],
}
LEGACY = PLAIN | {"@context": ["https://www.w3.org/2018/credentials/v1"], "issuanceDate": "2026-11-22T00:00:00Z"}
WRONGS: tuple[Any, ...] = (None, 7, True, "", "x y", [], {}, [[]], {"en": "a"}, "2026-11-23T00:00:00Z", "urn:x:y")


def dumped_each(node: Node, texts: Sequence[bytes]) -> list[str | None]:
    found = node.ask_each("canonical", [{"text": text(data), "maxDepth": canonical.MAX_DEPTH} for data in texts])
    return [None if isinstance(each, Refused) else each for each in found]


def dumped(node: Node, data: bytes) -> str | None:
    return dumped_each(node, [data])[0]


def expected(data: bytes) -> str | None:
    try:
        return canonical.dump(canonical.parse(data)).decode()
    except FormatError:
        return None


@sharing
@given(values)
def test_a_value_has_the_same_jcs(node: Node, value: Json) -> None:
    for data in (json.dumps(value).encode(), json.dumps(value, ensure_ascii=False).encode()):
        assert dumped(node, data) == expected(data)


@sharing
@given(st.lists(doubles | st.floats(allow_nan=False, allow_infinity=False), min_size=20, max_size=20))
def test_numbers_are_written_and_refused_alike(node: Node, numbers: list[float]) -> None:
    texts = [form for each in numbers for form in (repr(each).encode(), f"{each:.3e}".encode(), f"{each:f}".encode(), b"%d" % int(each))]
    assert dumped_each(node, texts) == list(map(expected, texts))


JSON_PIECES = (
    *'{}[]:,"\\',
    *"0123456789-+.eE ",
    "\n",
    "\t",
    "\x01",
    "true",
    "false",
    "null",
    "NaN",
    "-Infinity",
    '"a"',
    '"__proto__"',
    "é",
    "𝄞",
)
JSON_PIECES += ("\\u0041", "\\ud834", "\\udd1e", "\\ufffe", "\\n", "\\x", "\ufeff", "9007199254740992", "1e400", "-0", "1.0", '{"a":', "[[")


@sharing
@given(st.lists(st.sampled_from(JSON_PIECES), max_size=12))
def test_what_is_no_strict_json_is_refused_alike(node: Node, pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    assert dumped(node, data) == expected(data)


@sharing
@given(values, st.integers(0, 255), st.integers(0, 200))
def test_a_damaged_byte_is_refused_alike(node: Node, value: Json, byte: int, place: int) -> None:
    data = bytearray(json.dumps(value, ensure_ascii=False).encode())
    data[place % len(data)] = byte
    assert dumped(node, bytes(data)) == expected(bytes(data))


@pytest.mark.parametrize("depth", [63, 64, 65, 500, 100_000])
def test_nesting_is_refused_at_the_same_depth(node: Node, depth: int) -> None:
    data = b"[" * depth + b"]" * depth
    assert dumped(node, data) == expected(data)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_the_vectors_of_rfc_8785_come_out_byte_for_byte(node: Node, shared_data: Path, name: str) -> None:
    folder = shared_data / "vectors" / "rfc8785"
    assert (
        dumped(node, (folder / "input" / f"{name}.json").read_bytes())
        == (folder / "output" / f"{name}.json").read_text(encoding="utf-8").strip()
    )


def with_proof(credential: Any, proof_value: str) -> bytes:
    options = {"type": "DataIntegrityProof", "cryptosuite": "merkle-anchor-2026", "proofPurpose": "assertionMethod"}
    return json.dumps({**credential, "proof": {**options, "verificationMethod": "did:example:i#k", "proofValue": proof_value}}).encode()


def integrity(node: Node, data: bytes) -> Any:
    return node.ask("integrity", document=text(data))


@pytest.mark.parametrize(("batch", "index"), MEMBERS)
def test_the_members_of_the_shared_vectors_are_intact_and_their_damaged_twins_are_not(
    node: Node, batch: dict[str, Any], index: int
) -> None:
    member = batch["members"][index]
    altered = "the credential or its proof was altered: they do not lead to the anchored root"

    assert integrity(node, with_proof(member["credential"], member["proofValue"])) == {"pointers": member["claims"], "problem": ""}
    for damage in ({"validUntil": "2099-01-01T00:00:00Z"}, {"evidence": [1]}, {"credentialSubject": {"id": "did:example:me"}}):
        assert integrity(node, with_proof(member["credential"] | damage, member["proofValue"]))["problem"] == altered
    for other, stranger in enumerate(batch["members"]):
        problem = integrity(node, with_proof(stranger["credential"], member["proofValue"]))["problem"]
        assert (problem == "") == (index == other)


@pytest.mark.parametrize("vector", PARTIAL)
def test_the_partial_credentials_of_the_shared_vectors_are_intact_and_their_damaged_twins_are_not(
    node: Node, vector: dict[str, Any]
) -> None:
    assert integrity(node, with_proof(vector["credential"], vector["proofValue"]))["problem"] == ""
    assert integrity(node, with_proof(vector["credential"] | {"validFrom": "2020-01-01T00:00:00Z"}, vector["proofValue"]))["problem"] != ""
    assert len(BATCHES) == 5, "the vectors are those that were meant"


@sharing
@given(documents)
def test_a_credential_has_the_same_claims_in_the_same_order(node: Node, document: Any) -> None:
    member = BATCHES[0]["members"][0]
    found = integrity(node, with_proof(document, member["proofValue"]))

    assert found["pointers"] == [claim.pointer for claim in split(document)]
    assert found["problem"] != ""


TIME_PIECES = (
    "2026",
    "0000",
    "0001",
    "9999",
    "-",
    "02",
    "29",
    "30",
    "T",
    "t",
    "00",
    "23",
    "24",
    "59",
    "60",
    ":",
    ".5",
    ".1234567",
    "Z",
    "+",
    "99",
)
TIMES = st.builds(
    "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}{}".format,
    st.integers(0, 9999),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 24),
    st.integers(0, 61),
    st.integers(0, 61),
    st.sampled_from(["Z", "z", "", ".25Z", ".123456789+01:00", "+23:59", "+23:60", "-00:99", "+24:00", "-99:99", ".Z", "+0100"]),
)


@sharing
@given(TIMES | st.lists(st.sampled_from(TIME_PIECES)).map("".join))
def test_moments_are_read_alike_to_the_microsecond(node: Node, moment: str) -> None:
    try:
        found = parse_time(moment)
    except FormatError:
        with pytest.raises(Refused, match="is not a date and time with a time zone"):
            node.ask("time", text=moment)
    else:
        since = found - parse_time("1970-01-01T00:00:00Z")
        assert int(node.ask("time", text=moment)) == (since.days * 86400 + since.seconds) * 10**6 + since.microseconds


def same_problems(node: Node, documents: Sequence[Any], *, partial: bool = False) -> list[list[str]]:
    found: list[list[str]] = node.ask_each(
        "problems", [{"document": text(json.dumps(each).encode()), "partial": partial} for each in documents]
    )
    assert found == [openbadge.problems(each, partial=partial) for each in documents]
    return found


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a document."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in items:
        yield from places(below, (*path, step))


def put(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    copy = deepcopy(document)
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


def take(document: Any, path: tuple[str | int, ...]) -> Any:
    copy = deepcopy(document)
    place = copy
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return copy


@pytest.mark.parametrize("document", [FULL, ENDORSEMENT, PLAIN, LEGACY], ids=["badge", "endorsement", "any", "VC 1.1"])
def test_the_data_model_answers_alike_whatever_stands_in_a_place(node: Node, document: Any) -> None:
    assert same_problems(node, [document]) == [[]]
    for partial in (False, True):
        same_problems(node, [take(document, path) for path in places(document)], partial=partial)
    same_problems(node, [put(document, path, value) for path in places(document) for value in WRONGS])


def models(model: type[BaseModel]) -> set[type[BaseModel]]:
    """A model and all that its members are made of."""
    found: set[type[BaseModel]] = set()
    waiting: list[Any] = [model]
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, BaseModel):
            if each not in found:
                found.add(each)
                waiting += [field.annotation for field in each.model_fields.values()]
        else:
            waiting += getattr(each, "__args__", ())
    return found


def test_every_object_has_the_members_of_the_library_and_no_others(node: Node) -> None:
    """A member that a model knows is never null; one that it does not know may be, unless the object is closed."""
    known = {model for top in (AchievementCredential, LegacyBadge, LegacyCredential) for model in models(top)}
    aliases = sorted({field.alias or name for model in known for name, field in model.model_fields.items()})
    assert len(aliases) > 90
    objects = [path for path in ((), *places(FULL)) if isinstance(_at(FULL, path), dict)]

    for path in objects:
        everything = put({"top": FULL}, ("top", *path), {**_at(FULL, path), **dict.fromkeys(aliases)})["top"]
        (problems,) = same_problems(node, [everything])
        assert len(problems) > 0
    # Each alone in the object that it is read in, for a wrong kind of object is not looked into any further.
    same_problems(node, [put({"top": FULL}, ("top", *path, alias), None)["top"] for path in objects for alias in aliases])


def _at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@pytest.mark.shared
def test_the_official_samples_have_the_same_problems(node: Node, shared_data: Path) -> None:
    samples = sorted((shared_data / "ob30-samples").glob("*.json"))
    assert len(samples) == 13
    for sample in samples:
        document = json.loads(sample.read_bytes())
        document.pop("proof", None)
        same_problems(node, [document])


@sharing
@given(st.sampled_from([FULL, ENDORSEMENT, PLAIN, LEGACY]), st.data())
def test_the_data_model_answers_alike_about_generated_values(node: Node, document: Any, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(places(document))))
    same_problems(node, [put(document, path, data.draw(values | st.dictionaries(names, values)))], partial=data.draw(st.booleans()))
