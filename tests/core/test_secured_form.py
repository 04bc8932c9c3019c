"""The fast way to a secured credential gives the bytes of the long way, whatever the documents are and in whatever order they come."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laurea.core import canonical, secured_form, signature
from laurea.core.anchor import AnchorRef
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential
from laurea.core.cryptosuites import SUITES
from laurea.core.leaves import Content
from laurea.core.linked_data.shapes import Shapes
from laurea.core.proof import Anchoring, BaseProof, BaseProofs, Hints, proof_object, proof_options
from laurea.core.secured_form import SecuredForms, Signing
from laurea.errors import FormatError
from tests.core import strategies
from tests.core.linked import credentials
from tests.core.world import ISSUER_KEY, METHOD, badge, plain, seed_of

BOTH = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
VALUE = "uAbc-_1"
NAMES = (
    "Łukasz",
    "Ada",
    'Ada "Countess" Lovelace',
    "back\\slash",
    '","proof":[{"x":"',
    "proof",
    "𝄞",
    "line\nbreak",
    "\x7f",
    "%s %b",
    "",
    "é",
)


def options(suite: str) -> JsonObject:
    return signature.proof_options(suite, method=METHOD, purpose="assertionMethod", created=MOMENT)


def forms(suites: Sequence[str] = BOTH) -> SecuredForms:
    return SecuredForms(Signing(ISSUER_KEY, [(SUITES[name], options(name)) for name in suites], Shapes()), proof_options(METHOD))


def long_way(document: JsonObject, suites: Sequence[str] = BOTH) -> bytes:
    proofs = [signature.secure(document, ISSUER_KEY, options(name)) for name in suites]
    return canonical.dump(Credential(document, (*proofs, {**proof_options(METHOD), "proofValue": VALUE})).secured())


def agree(documents: Iterable[JsonObject], suites: Sequence[str] = BOTH, known: SecuredForms | None = None) -> int:
    """Require that both ways agree on each, and return how many went the fast way."""
    known = known or forms(suites)
    fast = 0
    for document in documents:
        member = Content("kind", canonical.dump(document), seed_of(0))
        expected = long_way(document, suites)
        found = known.secured(member, VALUE)
        if found is None:
            known.learn(member, document, (VALUE, b""), expected)
        else:
            fast += 1
            assert found == expected
    return fast


def parsed(document: JsonObject) -> JsonObject:
    """A document as it is read from the text that is stored: its members are in the order of JCS."""
    value = canonical.parse(canonical.dump(document))
    assert isinstance(value, dict)
    return value


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(credentials(), min_size=1, max_size=2), st.sampled_from([(), *[(name,) for name in BOTH], BOTH, BOTH[::-1]]))
def test_badges_are_secured_as_the_long_way_does(found: list[JsonObject], suites: tuple[str, ...]) -> None:
    twins = [{**each, "id": f"urn:uuid:{number}"} for number in range(4) for each in found]
    agree(map(parsed, twins), suites)


@given(st.lists(strategies.documents, min_size=1, max_size=3), strategies.texts, strategies.texts)
def test_any_documents_are_secured_as_the_long_way_does(found: list[JsonObject], one: str, other: str) -> None:
    twins: list[JsonObject] = [{**each, "name": text, "z": [text]} for text in (one, "plain", other, "simple", one) for each in found]
    agree(map(parsed, twins), ["eddsa-jcs-2022"])


@pytest.mark.parametrize("suites", [(), *[(name,) for name in BOTH], BOTH])
def test_after_two_documents_those_that_differ_in_texts_go_the_fast_way(suites: tuple[str, ...]) -> None:
    documents = [badge(id=f"urn:uuid:{number}", name=f"Łukasz {number}") for number in range(12)]

    assert agree(map(parsed, documents), suites) == 10


def test_names_of_every_kind_are_secured_as_the_long_way_does() -> None:
    documents = [badge(id=f"urn:uuid:{number}", name=name) for number, name in enumerate(NAMES * 3)]
    simple = [name for name in NAMES if '"' not in name and "\\" not in name and name.isprintable()]

    assert agree(map(parsed, documents)) >= 2 * len(simple)


def test_members_that_come_before_and_after_the_proofs_stay_where_they_are() -> None:
    for more in ({"proofs": "x"}, {"proog": "x"}, {"pro": "x"}, {"\U0001d11e": "x", "\ue000": "y"}):
        assert agree((parsed({**badge(id=f"urn:uuid:{number}"), **more}) for number in range(4)), ["eddsa-jcs-2022"]) == 2


def test_texts_that_are_called_by_a_term_are_a_part_of_the_form() -> None:
    def document(number: int) -> JsonObject:
        kind = ("MicroCredential", "Course")[number % 2]
        return badge(
            id=f"urn:uuid:{number}",
            credentialSubject={
                "type": ["AchievementSubject"],
                "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": f"n{number}", "identityType": "name"}]
                * (1 + number % 3),
                "achievement": {
                    "id": f"https://x.example/{number % 3}",
                    "type": ["Achievement"],
                    "achievementType": kind,
                    "name": "x",
                    "description": "x",
                    "criteria": {"narrative": "x"},
                    "tag": ["a", f"t{number % 2}", f"t{number % 5}"],
                },
            },
        )

    assert agree(parsed(document(number)) for number in range(40)) > 20


def test_what_a_suite_cannot_take_is_left_to_the_long_way_which_refuses_it() -> None:
    known = forms()
    assert agree((parsed(badge(id=f"urn:uuid:{number}")) for number in range(4)), known=known) == 2

    for wrong in ("relative", "a b", "name:x"):
        document = parsed(badge(id=wrong))
        assert known.secured(Content("kind", canonical.dump(document), seed_of(0)), VALUE) is None
    with pytest.raises(FormatError):
        long_way(badge(id="relative"))


def test_what_is_stored_otherwise_than_it_was_written_is_left_to_the_long_way() -> None:
    known = forms()
    agree((parsed(badge(id=f"urn:uuid:{number}", name=f"n{number}")) for number in range(4)), known=known)
    text = canonical.dump(badge(id="urn:uuid:5", name="FIVE"))
    assert known.secured(Content("kind", text, b""), VALUE) is not None

    for name in (
        b"\xff",
        b"\n",
        b'"',
        b"\\",
        b"\\u0041",
        b"\xed\xa0\x80",
        "\uffff".encode(),
        b"\x00",
        b'a","more":"b',
        b"x" * canonical.MAX_BYTES,
    ):
        assert known.secured(Content("kind", text.replace(b"FIVE", name), b""), VALUE) is None
    for broken in (text[:-1], text + b" ", b" " + text, text.replace(b":", b": ", 1), b""):
        assert known.secured(Content("kind", broken, b""), VALUE) is None


def test_a_form_is_of_one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    known = forms()
    agree((parsed(badge(id=f"urn:uuid:{number}")) for number in range(3)), known=known)

    assert known.secured(Content("other", canonical.dump(badge()), b""), VALUE) is None


def test_documents_with_marks_of_ours_or_with_proofs_or_in_too_many_forms_go_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    assert agree(parsed(badge(id=f"urn:uuid:{number}", name="urn:x-laurea-marker:0:")) for number in range(4)) == 0
    assert agree((parsed({**badge(id=f"urn:uuid:{number}"), "proof": "x"}) for number in range(4)), ["eddsa-jcs-2022"]) == 0
    assert agree(({"z": f"{number}"} for number in range(4)), ["eddsa-jcs-2022"]) == 0
    monkeypatch.setattr(secured_form, "MOST_FORMS", 1)
    mixed = [each for number in range(4) for each in (parsed(badge(id=f"urn:uuid:{number}")), parsed(plain(id=f"urn:uuid:{number}")))]
    assert agree(mixed) == 2


@given(strategies.anchorings(), st.binary(min_size=32, max_size=32), st.integers(0, 33), st.none() | st.binary(min_size=32, max_size=32))
def test_base_proofs_of_a_batch_are_encoded_as_each_would_be(at: tuple[int, int], seed: bytes, steps: int, tx: bytes | None) -> None:
    ref, hints = AnchorRef(11155111, b"\x11" * 20, b"\x22" * 20, b"\x33" * 32), Hints(tx, None if tx is None else 1 << 33)
    index, size = at[0] * 40_000, at[1] * 40_000
    path = tuple(seed_of(step) for step in range(steps))
    anchoring = Anchoring(ref.chain_id, ref.registry, ref.issuer_id, ref.root, size, index, path)

    value = BaseProofs(ref, size, hints).value(index, path, seed)

    assert {**proof_options(METHOD), "proofValue": value} == proof_object(BaseProof(anchoring, seed, hints), METHOD)
