"""JSON-LD and RDFC-1.0: equal to PyLD and rdf-canonize, nothing left out in silence, and no document that takes for ever."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from laurea.core import linked_data
from laurea.core.canonical import Json, JsonObject
from laurea.core.linked_data import contexts, expansion, quads, rdfc
from laurea.core.linked_data.quads import Quad
from laurea.core.linked_data.shapes import Shapes
from laurea.core.linked_data.work import Poison
from laurea.errors import FormatError
from tests.anvil import ROOT
from tests.core.linked import credentials
from tests.core.world import badge, plain
from tests.judges.judge import ask

POISON_SECONDS = 0.1
UNDEFINED = "https://www.w3.org/ns/credentials/undefined-terms/v2"  # defines every term
ALIKE = [f"_:n{number}" for number in range(6)]


def by_pyld(document: JsonObject) -> bytes:
    def load(url: str, _: Any) -> Any:
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": contexts.bundled()[url]}

    form: str = jsonld.normalize(document, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load})
    return form.encode()


SHAPES = Shapes()


@settings(max_examples=150, deadline=None)
@given(credentials())
def test_every_credential_has_the_form_that_pyld_gives_it_the_short_way_too(document: JsonObject) -> None:
    expected = by_pyld(document)

    assert linked_data.canonical_bytes(document) == expected
    assert SHAPES.canonical_bytes(document) == expected
    assert Shapes().canonical_bytes(document) == expected


@pytest.mark.parametrize("seed", range(20))
def test_documents_of_one_shape_are_filled_in_as_if_each_went_the_long_way(seed: int) -> None:
    random, shapes = Random(seed), Shapes()
    for _ in range(6):
        document = retold(badge(), random)
        assert shapes.canonical_bytes(document) == linked_data.canonical_bytes(document) == by_pyld(document)


TEXTS = (
    "",
    "a",
    'q"\\',
    "line\nbreak",
    "é𝄞",
    "%s %d %%",
    "urn:x-laurea-marker:0:",
    "_:b0",
    "<urn:x>",
    "did:example:1",
    "https://x.example/",
)
IRIS = (
    "https://x.example/1",
    "did:example:1",
    "urn:uuid:1",
    "",
    "relative",
    "_:b0",
    "a b",
    "https://x.example/<>",
    "schema:name",
    "xsd:string",
    "mailto:a@b",
)


def retold(document: JsonObject, random: Random) -> JsonObject:
    """Return a document of the same shape with other texts, IRIs of all kinds among them, where JSON-LD can take it."""
    subject: Any = document["credentialSubject"]
    other: JsonObject = {
        **document,
        "name": random.choice(TEXTS),
        "id": random.choice(IRIS),
        "issuer": {"id": random.choice(IRIS), "type": ["Profile"], "name": random.choice(TEXTS)},
        "credentialSubject": {
            **subject,
            "id": random.choice(IRIS),
            "achievement": {**subject["achievement"], "id": random.choice(IRIS), "name": random.choice(TEXTS)},
        },
    }
    try:
        linked_data.canonical_bytes(other)
    except FormatError:
        with pytest.raises(FormatError):
            Shapes().canonical_bytes(other)
        return document
    return other


def test_a_shape_that_was_learnt_refuses_what_the_long_way_refuses() -> None:
    shapes = Shapes()
    shapes.canonical_bytes(badge())

    for wrong in (badge(id="relative"), badge(id="a b"), badge(id="https://x.example/>"), badge(more="x"), badge(name={"id": "relative"})):
        with pytest.raises(FormatError):
            shapes.canonical_bytes(wrong)


@pytest.mark.parametrize("number", [0, 1, 5])
def test_what_looks_like_a_marker_is_a_text_like_any_other(number: int) -> None:
    marker = f"urn:x-laurea-marker:{number}:"
    evidence: list[Json] = [{"id": "https://x.example/1", "type": ["Evidence", marker], "name": marker}]
    shapes = Shapes()

    for document in (
        badge(evidence=evidence),
        badge(id=marker),
        badge(name=marker),
        badge(),
        badge(id=marker, name=marker),
    ):
        assert shapes.canonical_bytes(document) == linked_data.canonical_bytes(document)


def test_more_shapes_than_are_kept_go_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laurea.core.linked_data.shapes.MOST_SHAPES", 1)
    shapes = Shapes()

    for document in (badge(), plain(), badge(description="x"), badge()):
        assert shapes.canonical_bytes(document) == linked_data.canonical_bytes(document)


def test_no_more_text_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laurea.core.linked_data.shapes.MOST_TEXT", 10_000)
    shapes = Shapes()

    for words in ({}, {"description": "x" * 3_000}, {"description": "x" * 20_000}, {"description": "x" * 3_000, "name": "y"}):
        for document in (badge(**words), badge(**words, id="urn:uuid:00000000-0000-4000-8000-000000000001")):
            assert shapes.canonical_bytes(document) == linked_data.canonical_bytes(document)
    assert 0 < shapes._held <= 10_000


def test_the_short_way_takes_a_fifteenth_of_the_time_of_pyld() -> None:
    """By CPU time in one run, so that a slow machine is slow for both (`scripts/bench` measures)."""
    shapes = Shapes()
    documents = [badge(id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}") for number in range(300)]
    assert shapes.canonical_bytes(documents[0]) == by_pyld(documents[0])

    start = time.process_time()
    for document in documents:
        shapes.canonical_bytes(document)
    short = (time.process_time() - start) / len(documents)
    start = time.process_time()
    for document in documents[:20]:
        by_pyld(document)
    assert short * 15 < (time.process_time() - start) / 20


# The canonical names of blank nodes


def graphs(random: Random) -> list[Quad]:
    """Return a small graph full of blank nodes that look alike."""
    nodes = ALIKE[: random.randint(1, len(ALIKE))]
    terms = [*nodes, "<urn:x>"]
    names = ["", "", "", "_:g", "<urn:g>", nodes[0]] if random.random() < 0.3 else [""]
    count = random.randint(1, 12)
    return [
        Quad(random.choice(terms), random.choice(["<urn:p>", "<urn:q>"]), random.choice([*terms, '"v"']), random.choice(names))
        for _ in range(count)
    ]


def test_the_names_of_blank_nodes_are_those_of_rdf_canonize() -> None:
    random = Random(1)
    found = [graphs(random) for _ in range(2_000)]

    forms = ask("canonize", ["".join(quad.line() for quad in graph) for graph in found])

    assert [rdfc.canonicalize(graph) for graph in found] == forms


@given(st.integers(0, 2**32))
def test_the_form_does_not_depend_on_what_blank_nodes_are_called_nor_on_the_order(seed: int) -> None:
    random = Random(seed)
    graph = graphs(random)
    called = dict(zip(ALIKE, random.sample(ALIKE, len(ALIKE)), strict=True))
    other = [Quad(*[called.get(term, term) for term in quad]) for quad in graph]
    random.shuffle(other)

    assert rdfc.canonicalize(other) == rdfc.canonicalize(graph)


def complete(size: int) -> list[Quad]:
    return [Quad(f"_:n{a}", "<urn:p>", f"_:n{b}", "") for a in range(size) for b in range(size) if a != b]


@pytest.mark.parametrize(
    "poison",
    [complete(8), complete(12), complete(40), [Quad(f"_:n{at}", "<urn:p>", f"_:n{(at + 1) % 3000}", "") for at in range(3000)]],
    ids=["complete 8", "complete 12", "complete 40", "ring"],
)
def test_what_takes_for_ever_is_refused(poison: list[Quad]) -> None:
    with pytest.raises(Poison):
        rdfc.canonicalize(poison)


def test_a_kilobyte_of_poison_is_refused_in_a_tenth_of_a_second() -> None:
    edges: list[Json] = [{"id": f"_:{a}", "evidence": [f"_:{b}" for b in range(9) if a != b]} for a in range(9)]
    document: JsonObject = {**plain(), "evidence": edges}
    assert len(json.dumps(document, separators=(",", ":"))) < 1_100
    linked_data.canonical_bytes(plain())  # PyLD is loaded, and the contexts are read

    start = time.process_time()
    with pytest.raises(FormatError):
        linked_data.canonical_bytes(document)
    assert time.process_time() - start < POISON_SECONDS


@pytest.mark.parametrize(
    "members",
    [
        {"evidence": [{"id": f"https://x.example/{at}", "type": ["Evidence"]} for at in range(3500)]},
        {"evidence": [{"type": ["Evidence"], "name": "x"} for _ in range(5000)]},
        {"name": [f"{at}" for at in range(20_000)]},
        {"evidence": [[["x"] * 40] * 40] * 20},
        {"evidence": [{"@context": ["https://www.w3.org/ns/credentials/v2"] * 60, "type": ["Evidence"]} for _ in range(10)]},
    ],
)
def test_a_document_that_is_too_large_for_json_ld_is_refused_at_once(members: JsonObject) -> None:
    start = time.process_time()
    with pytest.raises(Poison, match="more values, contexts, or longer arrays"):
        linked_data.canonical_bytes({**badge(), **members})
    assert time.process_time() - start < POISON_SECONDS


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (
            {"evidence": [{"id": "urn:one", "type": ["Evidence"], "name": [f"{a}-{b}" for b in range(40)]} for a in range(100)]},
            "more of one identifier",
        ),
        (
            {"id": "urn:" + "x" * 100_000, "evidence": [{"id": f"urn:{at}", "type": ["Evidence"]} for at in range(500)]},
            "too long for how often",
        ),
    ],
)
def test_work_that_shows_only_in_the_rdf_is_bounded_too(members: JsonObject, reason: str) -> None:
    start = time.process_time()
    with pytest.raises(Poison, match=reason):
        linked_data.canonical_bytes({**badge(), **members})
    assert time.process_time() - start < 3


def test_every_iri_that_we_take_is_one_that_pyld_keeps() -> None:
    """What it takes for relative it leaves out of the RDF in silence."""
    found = [chr(point) for point in range(0x110000) if quads.is_iri(f"urn:a{chr(point)}b")]

    assert len(found) > 1_000_000
    assert [character for character in found if not jsonld._is_absolute_iri(f"urn:a{character}b")] == []


def names_of(context: Any) -> dict[str, set[str]]:
    """Return the names of each IRI in one scope of a context, without the scopes below it."""
    found: dict[str, set[str]] = {}
    for name, definition in context.items():
        iri = definition.get("@id") if isinstance(definition, dict) else definition
        if not name.startswith("@") and not name[:1].isupper() and isinstance(iri, str):
            full = iri.replace("cred:", "https://www.w3.org/2018/credentials#").replace("sec:", "https://w3id.org/security#")
            found.setdefault(full, set()).add(name)
    return found


def scopes(context: Any) -> list[Any]:
    """Return a context and all within it."""
    if isinstance(context, list):
        return [scope for each in context for scope in scopes(each)]
    if not isinstance(context, dict):
        return []
    below = [each["@context"] for each in context.values() if isinstance(each, dict) and "@context" in each]
    return [context, *[scope for each in below for scope in scopes(each)]]


def test_no_iri_has_two_names_in_the_bundled_contexts() -> None:
    """Otherwise a member could be renamed, and the signature would still fit.

    Open Badges 2.0 has one pair: a revocation list's `revokedAssertions` and an assertion's `revoked`, neither of which is read of what is signed.
    """
    names: dict[str, set[str]] = {}
    for document in contexts.bundled().values():
        for scope in scopes(document["@context"]):
            for iri, found in names_of(scope).items():
                names.setdefault(iri, set()).update(found)

    assert len(names) > 100
    assert {iri: found for iri, found in names.items() if len(found) > 1} == {"obi:revoked": {"revoked", "revokedAssertions"}}


def test_a_double_is_written_anew_by_the_short_way_too() -> None:
    shapes = Shapes()

    for text in ("5", "5.0E0", "7", "0.1"):
        value: JsonObject = {"@value": text, "@type": "http://www.w3.org/2001/XMLSchema#double"}
        document: JsonObject = {**plain({"points": value}), "@context": ["https://www.w3.org/ns/credentials/v2", UNDEFINED]}
        assert shapes.canonical_bytes(document) == linked_data.canonical_bytes(document)


def test_a_large_document_that_is_taken_takes_seconds_at_most() -> None:
    names: list[Json] = [f"{at}" for at in range(1000)]
    document: JsonObject = {**badge(), "name": names}
    assert linked_data.MAX_WORK * 0.8 < linked_data.work_of(document) <= linked_data.MAX_WORK

    start = time.process_time()
    linked_data.canonical_bytes(document)
    assert time.process_time() - start < 5


# What is refused and not dropped


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"undefined": "x"}, "'undefined' is not defined"),
        ({"credentialSubject": {"undefined": {"a": 1}}}, "'undefined' is not defined"),
        ({"type": ["VerifiableCredential", "Undefined"]}, "the type 'Undefined' is not defined"),
        ({"credentialSubject": {"type": "Undefined", "name": "x"}}, "the type 'Undefined' is not defined"),
        ({"id": "relative"}, "'relative' is not an absolute IRI"),
        ({"id": "https://x.example/a b"}, "is not an absolute IRI"),
        ({"id": "https://x.example/> <urn:p> <urn:o> .\n<urn:s"}, "is not an absolute IRI"),
        ({"issuer": "issuer"}, "'issuer' is not an absolute IRI"),
        ({"name": None}, "it has a null"),
        ({"credentialSubject": {"name": [{"@value": None}]}}, "it has a null"),
        ({"name": {"@value": "x", "@language": "en", "@direction": "ltr"}}, "is no term"),
        ({"name": {"@value": "x", "@language": "en> <urn:x"}}, "is not a language tag"),
        ({"name": {"@value": "x", "@type": "relative"}}, "is not"),
        ({"@index": "x"}, "'@index' is no term"),
        ({"@reverse": {}}, "'@reverse' is no term"),
        ({"@unknown": "x"}, "'@unknown' is no term"),
        ({"_:p": "x"}, "'_:p' is no term"),
        ({"name": {"@value": "x", "@list": []}}, "is no term"),
        ({"@id": "urn:x"}, "'@id' is no term"),
        ({"credentialSubject": {"id": "_:Doctor of everything", "name": "x"}}, "which is not signed"),
        ({"credentialSubject": {"@type": "VerifiableCredential"}}, "'@type' is no term"),
        ({"https://www.w3.org/2018/credentials#validUntil": "2020-01-01T00:00:00Z"}, "is no term"),
        ({"cred:validUntil": "x"}, "'cred:validUntil' is no term"),
        ({"credentialSubject": {"name": {"@type": "urn:t", "@list": ["a"], "name": "unsigned"}}}, "is no term"),
        ({"credentialSubject": {"name": {"@language": "unsigned"}}}, "'@language' is no term"),
        ({"urn:unsigned": []}, "'urn:unsigned' is no term"),
        ({"credentialSubject": {"Achievement": "x"}}, "'Achievement' is no term"),
        ({"id": "urn:x\u00a0"}, "is not an absolute IRI"),
        ({"type": ["VerifiableCredential", "urn:x\u2028"]}, "is not defined"),
        ({"type": ["VerifiableCredential", "@foo"]}, "is not defined"),
        ({"@set": [{"name": "x"}]}, "'@set' is no term"),
        ({"@graph": ["x"]}, "'@graph' is no term"),
        ({"credentialSubject": {"name": "x", "@language": "unsigned"}}, "'@language' is no term"),
        ({"name": ["x", None]}, "it has a null"),
        ({"credentialSubject": {"type": "@json", "name": "x"}}, "is not defined"),
    ],
)
def test_what_rdf_would_leave_out_is_refused(members: JsonObject, reason: str) -> None:
    for way in (linked_data.canonical_bytes, Shapes().canonical_bytes):
        with pytest.raises(FormatError, match=reason):
            way({**plain(), **members})


@pytest.mark.parametrize(
    "context",
    [
        "https://unknown.example/v1",
        ["https://www.w3.org/ns/credentials/v2", "https://unknown.example/v1"],
        ["https://www.w3.org/ns/credentials/v2", {"@vocab": "https://x.example/"}],
        {"name": "https://schema.org/description"},
        None,
        [None],
        7,
    ],
)
def test_a_context_that_is_not_bundled_says_nothing(context: Any) -> None:
    for document in ({**plain(), "@context": context}, plain({"@context": context, "name": "Ada"})):
        with pytest.raises(contexts.UnknownContext):
            linked_data.canonical_bytes(document)


VC2 = "https://www.w3.org/ns/credentials/v2"
MOTTO = "https://issuer.example/terms#motto"


@pytest.mark.parametrize(
    "context",
    [
        {"motto": MOTTO},
        {"@context": {"motto": MOTTO}},
        {"@protected": True, "motto": "https://issuer.example/motto"},
        {"motto": "urn:issuer:motto", "Degree": "https://issuer.example/terms#Degree"},
    ],
)
def test_a_term_that_is_called_as_its_iri_ends_is_taken_from_the_document(context: JsonObject) -> None:
    document: JsonObject = {**plain({"motto": "Semper"}), "@context": [VC2, context]}
    terms = context.get("@context", context)
    assert isinstance(terms, dict)

    for way in (linked_data.canonical_bytes, Shapes().canonical_bytes):
        assert f'<{terms["motto"]}> "Semper" .' in way(document).decode()


def test_a_term_of_the_document_may_say_what_a_known_context_says_too() -> None:
    context: JsonObject = {"name": "https://schema.org/name"}
    document: JsonObject = {**plain({"name": "Ada"}), "@context": ["https://www.w3.org/2018/credentials/v1", context]}

    assert b'<https://schema.org/name> "Ada" .' in linked_data.canonical_bytes(document)


@pytest.mark.parametrize(
    "context",
    [
        {"warning": MOTTO},  # the signature would be the same
        {"motto": "https://issuer.example/mymotto"},
        {"motto": "https://issuer.example/terms#"},
        {"motto": "motto"},
        {"motto": "https ://issuer.example/motto"},
        {"motto": {"@id": MOTTO}},
        {"motto": {"@id": MOTTO, "@type": "@id"}},
        {"motto": None},
        {"dateTime": "http://www.w3.org/2001/XMLSchema#dateTime", "@base": "https://issuer.example/"},
        {"@vocab": "https://issuer.example/terms#"},
        {"@vocab": None},
        {"@import": VC2},
        {"@protected": "true"},
        {"@context": {"@context": {"motto": MOTTO}}},
        {"@context": [{"motto": MOTTO}]},
        {"id": "https://issuer.example/id"},
        {"my motto": "https://issuer.example/my motto"},
        {"a:motto": "https://issuer.example/a:motto"},
        {f"t{number}": f"https://issuer.example/t{number}" for number in range(257)},
        # What Open Badges calls `achievement` has the class's name at its end there: under it nobody would find it.
        {"Achievement": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement"},
    ],
)
def test_any_other_context_within_a_document_says_nothing(context: JsonObject) -> None:
    with pytest.raises(contexts.UnknownContext):
        linked_data.canonical_bytes({**plain(), "@context": [VC2, context]})


def test_a_term_that_is_protected_stays_what_it_is() -> None:
    inline: JsonObject = {"VerifiableCredential": "https://issuer.example/VerifiableCredential"}
    with pytest.raises(FormatError, match="protected term redefinition"):
        linked_data.canonical_bytes({**plain(), "@context": [VC2, inline]})

    # Within a credential this is what VC 2.0 says, whatever was said before.
    dated: JsonObject = {
        **plain(),
        "@context": [VC2, {"validUntil": "https://issuer.example/validUntil"}],
        "validUntil": "2026-11-22T00:00:00Z",
    }
    assert b"<https://www.w3.org/2018/credentials#validUntil>" in linked_data.canonical_bytes(dated)


def test_the_direction_of_a_text_is_nothing_that_rdf_can_sign() -> None:
    document: JsonObject = {**plain(), "name": {"@value": "مثال", "@language": "ar", "@direction": "rtl"}}

    linked_data.check(document)
    with pytest.raises(FormatError, match="is no term, or not one to stand there"):
        linked_data.canonical_bytes(document)
    with pytest.raises(FormatError, match="'@direction' is no term"):
        linked_data.check({**plain(), "@direction": "rtl"})
    with pytest.raises(FormatError, match="is not defined"):
        linked_data.check({**document, "undefined": "x"})


@pytest.mark.parametrize(
    ("number", "written"),
    [(3, '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'), (3.0, '"3"^^<http://www.w3.org/2001/XMLSchema#integer>')],
)
def test_a_whole_number_is_an_integer_however_it_is_written(number: float, written: str) -> None:
    document: JsonObject = {**plain({"points": number}), "@context": ["https://www.w3.org/ns/credentials/v2", UNDEFINED]}

    assert written in linked_data.canonical_bytes(document).decode()


@given(st.text(st.characters(max_codepoint=0x80), max_size=6))
@example("\x00\x08\x0b\x0c\x1f\x7f")
def test_a_literal_is_one_line_and_is_read_back(text: str) -> None:
    written = quads.literal(text)

    assert written.isprintable() or "\x80" in text
    assert json.loads(written) == text


@pytest.mark.parametrize("text", ["", "a", "a b:c", "1a:b", "a:<", "a:>", 'a:"', "a:{", "a:\\", "a:\n", "a:\x7f", "_:a"])
def test_what_is_no_iri_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="is not an absolute IRI"):
        quads.iri(text)


# The bundle


def test_the_bundled_contexts_are_those_of_the_pinned_packages() -> None:
    done = subprocess.run([ROOT / "scripts/contexts", "--check"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_bundled_context_that_was_altered_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(contexts.__file__).parent / "contexts"
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(contexts, "_FOLDER", tmp_path)
    assert contexts.bundled.__wrapped__() == contexts.bundled()

    altered = tmp_path / "credentials-v2.jsonld"
    altered.write_bytes(altered.read_bytes() + b" ")
    with pytest.raises(FormatError, match=r"credentials-v2\.jsonld was altered"):
        contexts.bundled.__wrapped__()


def test_nothing_is_asked_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a context was fetched")

    monkeypatch.setattr("socket.socket.connect", refuse)
    expansion.quads_of(badge())


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns after each few steps."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_many_threads_at_once_read_the_same_as_one() -> None:
    """PyLD shares caches between threads and does not guard them: of a few hundred documents some failed, and good signatures with them."""
    document = badge()
    expected = expansion.quads_of(document)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(expansion.quads_of, [document] * 500))
