"""Trust files put together and signed: what the merged one says, and whose signature counts."""

import json
from datetime import timedelta
from typing import Any

import pytest

from laurea.core import canonical, signature
from laurea.core.canonical import JsonObject
from laurea.core.credential import format_time
from laurea.core.keys import did_key
from laurea.core.p256 import P256Key
from laurea.core.trust import parse_trust
from laurea.core.trust_file import merge, require_signer, sign
from laurea.errors import FormatError
from tests.core.world import HOLDER, ISSUER, ISSUER_KEY, METHOD, NOON, STRANGER

ONE, OTHER = "did:web:one.example", "did:web:other.example"


def entry(did: str, *, name: str = "X", days: int = 0, **more: Any) -> JsonObject:
    return {"did": did, "name": name, "date": format_time(NOON + timedelta(days=days)), **more}


def trust(*entries: JsonObject, registries: list[JsonObject] | None = None) -> bytes:
    document: JsonObject = {"laurea": "trust", "version": 1, "issuers": [*entries]}
    return canonical.dump(document if registries is None else {**document, "registries": [*registries]})


def registry(chain: int) -> JsonObject:
    return {"chain": f"eip155:{chain}", "address": "0x" + "ab" * 20}


def test_the_merged_file_says_what_each_says() -> None:
    merged = merge([trust(entry(OTHER), registries=[registry(1)]), trust(entry(ONE), registries=[registry(2), registry(1)]), trust()])

    assert merged["issuers"] == [entry(ONE), entry(OTHER)]
    assert merged["registries"] == [registry(1), registry(2)]
    issuers, registries = parse_trust(canonical.dump(merged))
    assert (set(issuers), len(registries)) == ({ONE, OTHER}, 2)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_of_several_entries_the_latest_is_taken_whole_whatever_the_order(order: tuple[int, ...]) -> None:
    account = {"chain": "eip155:1", "registry": "0x" + "11" * 20, "issuerId": "0x" + "22" * 20}
    files = [trust(entry(ONE, accounts=[account])), trust(entry(ONE, name="Newest", days=2)), trust(entry(ONE, name="Newer", days=1))]

    assert merge([files[at] for at in order])["issuers"] == [entry(ONE, name="Newest", days=2)]


def test_two_entries_of_one_moment_that_differ_are_refused_and_equal_ones_are_one() -> None:
    with pytest.raises(FormatError, match=f"different entries for {ONE}, of the same moment"):
        merge([trust(entry(ONE)), trust(entry(ONE, name="Y"))])
    assert merge([trust(entry(ONE)), trust(entry(ONE))])["issuers"] == [entry(ONE)]


@pytest.mark.parametrize("wrong", [b"{}", b"[]", b"", trust({"did": ONE}), trust(entry(ONE), entry(ONE))])
def test_what_is_no_trust_file_is_neither_merged_nor_looked_at(wrong: bytes) -> None:
    with pytest.raises(FormatError):
        merge([trust(), wrong])
    with pytest.raises(FormatError):
        require_signer(wrong, ISSUER_KEY.did)


def signed(**change: Any) -> bytes:
    document = trust(entry(ONE), registries=[registry(1)])
    return canonical.dump({**sign(document, ISSUER_KEY, method=METHOD, created=NOON), **change})


def test_a_signed_file_means_the_same_and_its_signer_can_be_demanded() -> None:
    require_signer(signed(), ISSUER_KEY.did)

    assert parse_trust(signed()) == parse_trust(trust(entry(ONE), registries=[registry(1)]))
    assert "proof" not in merge([signed()])


def test_signing_again_takes_the_place_of_the_signature() -> None:
    again = sign(signed(), STRANGER, method=STRANGER.method, created=NOON)

    require_signer(canonical.dump(again), STRANGER.did)
    with pytest.raises(FormatError, match="not signed by"):
        require_signer(canonical.dump(again), ISSUER_KEY.did)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"issuers": [entry(OTHER)]}, "or was altered since"),
        ({"registries": []}, "or was altered since"),
        ({"proof": {}}, "not signed by"),
        ({"proof": [json.loads(signed())["proof"]]}, "is not signed"),
        ({"proof": None}, "is not signed"),
        ({"proof": {**json.loads(signed())["proof"], "proofPurpose": "authentication"}}, "not signed by"),
        ({"proof": {**json.loads(signed())["proof"], "created": "2020-01-01T00:00:00Z"}}, "not signed by"),
    ],
)
def test_a_file_that_was_altered_or_is_not_signed_is_refused(change: Any, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        require_signer(signed(**change), ISSUER_KEY.did)


def test_a_signature_over_anything_but_the_text_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other suite is taken, whatever it might sign of a document without a context."""
    monkeypatch.setattr(signature, "SUITE", "ecdsa-jcs-2019")
    document = trust(entry(ONE))
    key = P256Key.from_scalar(b"\7" * 32)
    other = sign(document, key, method="urn:x", created=NOON)
    monkeypatch.undo()

    with pytest.raises(FormatError, match="not signed by"):
        require_signer(canonical.dump(other), did_key(key.public))


@pytest.mark.parametrize("signer", [HOLDER.did, STRANGER.did, ISSUER, "", "did:key:z6Mk"])
def test_nobody_else_has_signed_it(signer: str) -> None:
    with pytest.raises(FormatError):
        require_signer(signed(), signer)


def test_an_unsigned_file_is_not_signed() -> None:
    with pytest.raises(FormatError, match="is not signed"):
        require_signer(trust(entry(ONE)), ISSUER_KEY.did)
