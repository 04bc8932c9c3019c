"""The trust file and the DID documents pinned in it: what they say, and what they are refused for."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import account, canonical, did_document, keys
from laurea.core.canonical import Json, JsonObject
from laurea.core.did_document import DidDocument
from laurea.core.leaf import Domain
from laurea.core.trust import Trust, TrustedIssuer, parse_trust, trust_document
from laurea.errors import FormatError
from tests.core.strategies import values
from tests.core.world import DOMAIN, HOLDER, ISSUER, ISSUER_KEY, METHOD, NOON, REGISTRY, STRANGER, changed

OTHER_REGISTRY = b"\xab" * 20
DOCUMENT = did_document.build(ISSUER, {METHOD: ISSUER_KEY.public}, DOMAIN)
ACCOUNT = account.account_document(DOMAIN)
FILE: JsonObject = {
    "laurea": "trust",
    "version": 1,
    "issuers": [{"did": ISSUER, "name": "Example University", "date": "2026-11-23T12:00:00Z", "didDocument": DOCUMENT}],
    "registries": [{"chain": "eip155:31337", "address": "0x" + "ab" * 20}],
}

PAGE = (Path(__file__).parents[2] / "docs" / "trust-file.md").read_text()


def parse(file: Json) -> tuple[dict[str, TrustedIssuer], frozenset[tuple[int, bytes]]]:
    return parse_trust(json.dumps(file).encode())


def test_a_trust_file_names_issuers_and_registries() -> None:
    issuers, registries = parse(FILE)

    assert issuers == {ISSUER: TrustedIssuer(ISSUER, "Example University", NOON, frozenset({DOMAIN}), {METHOD: ISSUER_KEY.public})}
    assert registries == {(31337, OTHER_REGISTRY)}


def test_a_trust_file_that_is_written_is_read_back() -> None:
    written = trust_document([("Example University", DOCUMENT)], date=NOON, registries=[(31337, OTHER_REGISTRY)])

    assert written == FILE
    assert parse_trust(canonical.encode(written)) == parse(FILE)


def test_an_issuer_may_be_listed_with_accounts_alone_or_with_both_or_with_neither() -> None:
    second = Domain(1, OTHER_REGISTRY, b"\x44" * 20)
    entry: JsonObject = {"did": "did:web:b.example", "name": "B", "date": "2026-11-23T13:00:00+01:00"}
    listed: list[Json] = [
        {**entry, "accounts": [account.account_document(second)]},
        {**entry, "did": ISSUER, "accounts": [account.account_document(second)], "didDocument": DOCUMENT},
        {**entry, "did": "did:web:c.example"},
    ]
    issuers, registries = parse({**FILE, "issuers": listed, "registries": []})

    assert issuers["did:web:b.example"] == TrustedIssuer("did:web:b.example", "B", NOON, frozenset({second}), {})
    assert issuers[ISSUER].accounts == {second, DOMAIN}
    assert issuers["did:web:c.example"].accounts == frozenset()
    assert registries == frozenset()


def test_an_entry_may_be_marked_as_an_accreditor_and_is_none_by_itself() -> None:
    entry: JsonObject = {"did": ISSUER, "name": "A", "date": "2026-11-23T13:00:00+01:00"}

    for mark, accredits in (({}, False), ({"accredits": False}, False), ({"accredits": True}, True)):
        assert parse({**FILE, "issuers": [{**entry, **mark}]})[0][ISSUER].accredits is accredits


def test_the_example_in_the_documentation_means_what_it_says() -> None:
    issuers, registries = parse_trust(PAGE.split("<!-- example -->\n```json\n")[1].split("```")[0].encode())
    college = Domain(1, REGISTRY, b"\x33" * 20)

    assert issuers[ISSUER].accounts == {DOMAIN}
    assert list(issuers[ISSUER].methods) == [METHOD]
    assert issuers["did:web:college.example"].accounts == {college}
    assert issuers["did:web:college.example"].date == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert registries == {(31337, OTHER_REGISTRY)}


def test_registries_may_be_left_out() -> None:
    assert parse({name: value for name, value in FILE.items() if name != "registries"})[1] == frozenset()
    assert parse({"laurea": "trust", "version": 1, "issuers": []}) == ({}, frozenset())


@pytest.mark.parametrize(
    ("steps", "value", "message"),
    [
        (("laurea",), "wallet", "not a laurea trust file of version 1"),
        (("laurea",), None, "not a laurea trust file of version 1"),
        (("version",), 2, "not a laurea trust file of version 1"),
        (("version",), "1", "not a laurea trust file of version 1"),
        (("version",), True, "not a laurea trust file of version 1"),
        (("issuers",), {}, "issuers in the trust file is not a list"),
        (("issuers",), None, "issuers in the trust file is not a list"),
        (("issuers", 0), "did:web:a.example", "is not a JSON object"),
        (("issuers", 0, "did"), "", "did in the trust file is not a text"),
        (("issuers", 0, "did"), 7, "did in the trust file is not a text"),
        (("issuers", 0, "accredits"), "true", "accredits in the trust file is neither true nor false"),
        (("issuers", 0, "accredits"), 1, "accredits in the trust file is neither true nor false"),
        (("issuers", 0, "accredits"), None, "accredits in the trust file is neither true nor false"),
        (("issuers", 0, "name"), "", "name in the trust file is not a text"),
        (("issuers", 0, "name"), ["x"], "name in the trust file is not a text"),
        (("issuers", 0, "date"), "2026-11-23", "is not a date and time with a time zone"),
        (("issuers", 0, "date"), "2026-W48-1T12:00:00Z", "is not a date and time with a time zone"),
        (("issuers", 0, "date"), 0, "date in the trust file is not a text"),
        (("issuers", 0, "did"), "did:web:other.example", "pinned for did:web:other.example is that of did:web:issuer.example"),
        (("issuers", 0, "didDocument"), None, "not an object with an id"),
        (("issuers", 0, "didDocument"), [], "not an object with an id"),
        (("issuers", 0, "didDocument", "id"), 1, "not an object with an id"),
        (("issuers", 0, "didDocument", "service", 0, "serviceEndpoint"), "https://x.example", "an account has the members"),
        (("issuers", 0, "didDocument", "service", 0, "serviceEndpoint", "chain"), "eip155:0", "is not a chain by CAIP-2"),
        (("registries",), {}, "registries in the trust file is not a list"),
        (("registries", 0), [], "is not a JSON object"),
        (("registries", 0, "chain"), 31337, "is not a chain by CAIP-2"),
        (("registries", 0, "chain"), "eip155:031337", "is not a chain by CAIP-2"),
        (("registries", 0, "chain"), "eip155:١", "is not a chain by CAIP-2"),
        (("registries", 0, "chain"), "eip155:18446744073709551616", "is not a chain by CAIP-2"),
        (("registries", 0, "chain"), "solana:1", "is not a chain by CAIP-2"),
        (("registries", 0, "chain"), "eip155:1\n", "is not a chain by CAIP-2"),
        (("registries", 0, "address"), "ab" * 20, "40 hexadecimal digits"),
        (("registries", 0, "address"), "0x" + "ab" * 19, "40 hexadecimal digits"),
        (("registries", 0, "address"), "0x" + "ab" * 21, "40 hexadecimal digits"),
        (("registries", 0, "address"), "0x" + "ag" * 20, "40 hexadecimal digits"),
        (("registries", 0, "address"), "0X" + "ab" * 20, "40 hexadecimal digits"),
        (("registries", 0, "address"), None, "40 hexadecimal digits"),
    ],
)
def test_a_wrong_value_in_a_trust_file_is_refused(steps: tuple[str | int, ...], value: Json, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(changed(FILE, *steps, to=value))


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        ((), "laurea"),
        ((), "version"),
        ((), "issuers"),
        (("issuers", 0), "did"),
        (("issuers", 0), "name"),
        (("issuers", 0), "date"),
        (("registries", 0), "chain"),
        (("registries", 0), "address"),
    ],
)
def test_a_missing_or_misspelt_member_is_refused_by_name(steps: tuple[str | int, ...], name: str) -> None:
    copy: Any = deepcopy(FILE)
    place = copy
    for step in steps:
        place = place[step]
    value = place.pop(name)
    with pytest.raises(FormatError, match=f"lacks {name}"):
        parse(copy)
    place[name] = value
    place[name + "s"] = value
    with pytest.raises(FormatError, match=f"has an unknown member '{name}s'"):
        parse(copy)


def test_an_issuer_that_is_listed_twice_is_refused() -> None:
    with pytest.raises(FormatError, match="names one issuer twice"):
        parse({**FILE, "issuers": [*FILE["issuers"], *FILE["issuers"]]})  # type: ignore[misc] # a list


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"laurea":"trust","laurea":"trust"}', b"[" * 100_000, b" " * (1 << 20) + b"{}"])
def test_what_is_no_json_object_is_no_trust_file(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_trust(data)


@given(st.data())
def test_a_damaged_trust_file_is_read_or_refused(data: st.DataObject) -> None:
    steps: list[str | int] = []
    place: Any = FILE
    while isinstance(place, dict | list) and place and (not steps or data.draw(st.booleans())):
        step: Any = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        steps.append(step)
        place = place[step]
    try:
        parse(changed(FILE, *steps, to=data.draw(values)))
    except FormatError:
        return


def test_the_canonical_registry_counts_on_every_chain_and_a_named_one_on_its_own() -> None:
    trust = Trust(canonical=frozenset({REGISTRY}), registries=frozenset({(31337, OTHER_REGISTRY)}))

    assert trust.accepts_registry(1, REGISTRY)
    assert trust.accepts_registry(31337, REGISTRY)
    assert trust.accepts_registry(31337, OTHER_REGISTRY)
    assert not trust.accepts_registry(1, OTHER_REGISTRY)
    assert not trust.accepts_registry(31337, b"\x00" * 20)
    assert not Trust().accepts_registry(1, REGISTRY)


# DID documents


def test_a_did_document_that_is_built_is_read_back() -> None:
    assert DidDocument.of(DOCUMENT) == DidDocument(ISSUER, {METHOD: ISSUER_KEY.public}, frozenset({DOMAIN}))
    assert DidDocument.of(did_document.build(ISSUER, {}, DOMAIN)).methods == {}


def with_methods(methods: Json, assertion: Json) -> dict[str, bytes]:
    return dict(DidDocument.of({"id": ISSUER, "verificationMethod": methods, "assertionMethod": assertion}).methods)


def method(name: str = METHOD, key: bytes = ISSUER_KEY.public) -> JsonObject:
    return {"id": name, "type": "Multikey", "controller": ISSUER, "publicKeyMultibase": keys.multikey(key)}


def test_a_method_counts_when_assertion_method_names_or_holds_it() -> None:
    known = {METHOD: ISSUER_KEY.public}

    assert with_methods([method()], [METHOD]) == known
    assert with_methods([method()], ["#key-1"]) == known
    assert with_methods([method("#key-1")], [METHOD]) == known
    assert with_methods([], [method()]) == known
    assert with_methods([], [method("#key-1")]) == known
    assert with_methods([method()], []) == {}
    assert with_methods([method()], [ISSUER + "#key-2"]) == {}
    assert with_methods([method()], METHOD) == {}
    assert with_methods([method()], None) == {}
    assert with_methods([method()], [None, 7]) == {}


def test_a_revoked_method_is_told_with_its_date_and_is_not_among_those_for_assertions() -> None:
    since = {METHOD: NOON}
    document = did_document.build(ISSUER, {METHOD: ISSUER_KEY.public, ISSUER + "#key-2": STRANGER.public}, DOMAIN, revoked=since)

    assert document["assertionMethod"] == [ISSUER + "#key-2"]
    read = DidDocument.of(document)
    assert (set(read.methods), dict(read.revoked)) == ({METHOD, ISSUER + "#key-2"}, since)
    held = DidDocument.of({"id": ISSUER, "assertionMethod": [{**method("#key-1"), "revoked": "2026-11-23T12:00:00Z"}]})
    assert (dict(held.methods), dict(held.revoked)) == ({METHOD: ISSUER_KEY.public}, since)


@pytest.mark.parametrize("member", ["authentication", "keyAgreement", "capabilityInvocation", "capabilityDelegation"])
@pytest.mark.parametrize("reference", [METHOD, "#key-1", method()])
def test_a_revoked_method_that_was_for_something_else_is_none_for_assertions(member: str, reference: Json) -> None:
    document: JsonObject = {
        "id": ISSUER,
        "verificationMethod": [{**method(), "revoked": "2026-11-23T12:00:00Z"}],
        member: [reference],
        "assertionMethod": [],
    }

    assert DidDocument.of(document).methods == {}
    assert DidDocument.of({**document, "assertionMethod": [METHOD]}).methods == {METHOD: ISSUER_KEY.public}


@pytest.mark.parametrize("odd", [False, None, "", 7, "2026-11-23", [], "2026-11-23T12:00:00"])
def test_a_date_of_revocation_that_is_none_is_an_error_for_a_key_that_is_known_alone(odd: Json) -> None:
    for passed_over in ({**method(), "type": "JsonWebKey"}, {**method(), "controller": "did:web:other.example"}):
        assert DidDocument.of({"id": ISSUER, "verificationMethod": [{**passed_over, "revoked": odd}]}).revoked == {}
    with pytest.raises(FormatError, match="not a date and time"):
        DidDocument.of({"id": ISSUER, "verificationMethod": [{**method(), "revoked": odd}]})


def test_a_method_for_authentication_alone_signs_no_credentials() -> None:
    document: JsonObject = {"id": ISSUER, "verificationMethod": [method()], "authentication": [METHOD], "assertionMethod": []}

    assert DidDocument.of(document).methods == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "JsonWebKey"},
        {"type": ["Multikey"]},
        {"controller": "did:web:other.example"},
        {"controller": [ISSUER]},
        {"controller": None},
        {"publicKeyMultibase": "zQ3shVc2UkAfJCdc1TR8E66J85h48P43r93q8jGPkPpjF9Ef9"},
        {"publicKeyMultibase": None},
        {"publicKeyMultibase": "z"},
        {"id": 7},
        {"id": None},
    ],
)
def test_methods_of_other_kinds_or_controllers_are_passed_over(wrong: JsonObject) -> None:
    good = method(ISSUER + "#key-2", STRANGER.public)

    assert with_methods([{**method(), **wrong}, good], [METHOD, ISSUER + "#key-2"]) == {ISSUER + "#key-2": STRANGER.public}
    assert with_methods([], [{**method(), **wrong}]) == {}


@pytest.mark.parametrize("services", [None, [], {}, "x", [1, None], [{"type": "LinkedDomains", "serviceEndpoint": 1}], [{}]])
def test_other_services_are_passed_over(services: Json) -> None:
    assert DidDocument.of({"id": ISSUER, "service": services}).accounts == frozenset()


def test_a_did_document_may_name_several_accounts() -> None:
    second = Domain(1, REGISTRY, b"\x44" * 20)
    services: list[Json] = [
        {"type": "MerkleAnchorRegistry", "serviceEndpoint": account.account_document(each)} for each in (DOMAIN, second)
    ]

    assert DidDocument.of({"id": ISSUER, "service": services}).accounts == {DOMAIN, second}


@given(
    values
    | st.fixed_dictionaries({"id": st.just(ISSUER)}, optional={"verificationMethod": values, "assertionMethod": values, "service": values})
)
def test_reading_a_did_document_never_raises_but_format_errors(value: Json) -> None:
    try:
        DidDocument.of(value)
    except FormatError:
        return


# Accounts


@given(st.integers(1, 2**64 - 1), st.binary(min_size=20, max_size=20), st.binary(min_size=20, max_size=20))
def test_every_account_is_written_and_read_back(chain_id: int, registry: bytes, issuer_id: bytes) -> None:
    domain = Domain(chain_id, registry, issuer_id)

    assert account.parse_account(account.account_document(domain)) == domain


def test_addresses_may_be_written_in_either_case() -> None:
    assert account.parse_address("0x" + "aB" * 20) == OTHER_REGISTRY


@pytest.mark.parametrize("wrong", [None, [], {**ACCOUNT, "more": 1}, {"chain": "eip155:1", "registry": "0x" + "11" * 20}, {}])
def test_an_account_has_three_members(wrong: Json) -> None:
    with pytest.raises(FormatError, match="members chain, registry and issuerId and no other"):
        account.parse_account(wrong)


def test_two_keys_of_the_world_differ() -> None:
    assert len({HOLDER.public, ISSUER_KEY.public, STRANGER.public}) == 3
    assert datetime(2026, 11, 23, 12, tzinfo=UTC) == NOON
