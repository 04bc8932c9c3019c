"""Status lists: what one says counts when it is signed, fresh, long enough and the one that is named; anything else is unknown."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurea.core import bitstring, canonical, status, status_list
from laurea.core.bitstring import MAX_BYTES, MIN_ENTRIES
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.keys import SigningKey
from laurea.core.presentation import Presentation
from laurea.core.report import Check, CheckId, Outcome
from laurea.core.status import Finding, ReadList, Standing, findings
from laurea.core.status_list import Entry, StatusList
from laurea.core.trust import Trust
from laurea.core.verify import evaluate
from laurea.errors import FormatError
from tests.core.world import ISSUER, NOON, STRANGER, anchored, badge, changed, entry, facts_of, revise, sign, trust_of

URL = "https://issuer.example/status/1-suspension.json"
INDEX = 94_567
PERIOD = (NOON - timedelta(hours=1), NOON + timedelta(days=1))
WRONG_IDS: list[Json] = [7, [], None, URL + "#"]
GZIPPED = gzip.compress(b"0" * 16384, mtime=0)
SUSPENSION = Entry("suspension", INDEX, URL)


def a_list(*set_: int, purpose: str = "suspension", ttl: timedelta = timedelta(hours=1)) -> JsonObject:
    """A list of ours, not signed."""
    return status_list.build(URL, ISSUER, purpose, set_, period=PERIOD, ttl=ttl)


def signed(document: JsonObject, **options: Any) -> bytes:
    """A list as it is published."""
    return json.dumps({**document, "proof": [sign(document, **options)]}).encode()


def messages_of(count: int) -> list[Json]:
    return [{"status": hex(number), "message": f"message {number}"} for number in range(count)]


def entry_of(**members: Json) -> JsonObject:
    """The status entry of a credential; `members` take the place of its own, None removes one."""
    return {name: value for name, value in {**SUSPENSION.document(), **members}.items() if value is not None}


def found(
    data: bytes | None, status: Json = None, *, at: datetime = NOON, read_at: datetime | None = None, trust: Trust | None = None
) -> Finding:
    """What a list says about a credential with one status entry."""
    document = badge(credentialStatus=entry_of() if status is None else status)
    lists = {} if data is None else {URL: ReadList(data, read_at)}
    (finding,) = findings(Credential(document, ()), lists, trust or trust_of(), at=at)
    return finding


def unknown(finding: Finding, reason: str) -> None:
    """A list that does not count: said with its reason, and neither set nor clear."""
    assert finding.standing is Standing.UNKNOWN
    assert reason in finding.reason


def revocation(status: Json, data: bytes | None, **view: Any) -> Check:
    """Check 4 about an anchored credential with this status."""
    credential = anchored(badge(credentialStatus=status), signed=True)
    lists = {} if data is None else {URL: ReadList(data)}
    facts = revise(facts_of(credential), **view) if view else facts_of(credential)
    return evaluate(Presentation.parse(json.dumps(credential.secured()).encode()), facts, trust_of(), at=NOON, lists=lists)[
        CheckId.REVOCATION
    ]


# Bits


@given(st.sets(st.integers(0, MIN_ENTRIES - 1), max_size=50))
def test_what_is_set_is_read_and_nothing_else(indices: set[int]) -> None:
    bits = bitstring.decode(bitstring.encode(indices))

    assert len(bits) == MIN_ENTRIES // 8
    assert {index for index in range(MIN_ENTRIES) if bits[index // 8] >> (7 - index % 8) & 1} == indices
    assert all(bitstring.entry(bits, index) == 1 for index in indices)


def test_entry_0_is_the_left_most_bit() -> None:
    assert bitstring.decode(bitstring.encode([0]))[0] == 0x80
    assert bitstring.decode(bitstring.encode([7]))[0] == 0x01


@given(st.binary(min_size=4, max_size=40), st.integers(1, 32), st.data())
def test_entries_of_several_bits_are_read_as_a_number(bits: bytes, size: int, data: st.DataObject) -> None:
    if len(bits) * 8 < size:
        return
    index = data.draw(st.integers(0, len(bits) * 8 // size - 1))
    text = "".join(f"{byte:08b}" for byte in bits)

    assert bitstring.entry(bits, index, size=size) == int(text[index * size : (index + 1) * size], 2)
    with pytest.raises(FormatError, match="no entry"):
        bitstring.entry(bits, len(bits) * 8 // size, size=size)


def packed(bits: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(bits).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not base64url behind a u"),
        ("u", "not base64url behind a u"),
        ("z" + packed(GZIPPED)[1:], "not base64url behind a u"),
        (packed(GZIPPED) + "=", "not base64url behind a u"),
        ("uAAAAA", "GZIP"),
        (packed(b"no gzip at all"), "GZIP"),
        (packed(GZIPPED[:-9]), "cut off"),
        (packed(GZIPPED + b"more"), "behind its end"),
        (packed(GZIPPED * 2), "behind its end"),
    ],
)
def test_a_text_that_carries_no_list_is_refused(text: str, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        bitstring.decode(text)


def test_a_list_that_would_inflate_beyond_the_cap_is_not_inflated() -> None:
    bomb = packed(gzip.compress(b"\0" * (MAX_BYTES + 1)))

    assert len(bomb) < 30_000
    with pytest.raises(FormatError, match="inflates to more than"):
        bitstring.decode(bomb)
    assert len(bitstring.decode(packed(gzip.compress(b"\0" * MAX_BYTES)))) == MAX_BYTES


# What a list says


def test_a_list_that_many_credentials_name_is_read_and_inflated_once() -> None:
    data = signed(a_list(INDEX))
    status._parsed.cache_clear()
    status._inflated.cache_clear()

    assert [found(bytes(bytearray(data))).standing for _ in range(50)] == [Standing.SET] * 50
    assert (status._parsed.cache_info().misses, status._inflated.cache_info().misses) == (1, 1)
    assert found(data, at=NOON + timedelta(days=400)).standing is Standing.UNKNOWN, "what it says is judged anew"


def test_an_entry_that_is_set_and_one_that_is_not() -> None:
    assert found(signed(a_list(INDEX))).standing is Standing.SET
    assert found(signed(a_list(INDEX - 1, INDEX + 1))).standing is Standing.CLEAR
    assert "of 2026-11-23T11:00:00Z does not name it" in found(signed(a_list())).reason


def test_a_list_of_the_issuers_own_did_key_needs_no_trust_file() -> None:
    key = SigningKey.from_seed(b"k" * 32)
    document = {**a_list(INDEX), "issuer": key.did}
    credential = Credential(badge(issuer={"id": key.did, "type": ["Profile"]}, credentialStatus=entry_of()), ())
    data = signed(document, key=key, method=f"{key.did}#{key.did.removeprefix('did:key:')}")

    (finding,) = findings(credential, {URL: ReadList(data)}, Trust(), at=NOON)

    assert finding.standing is Standing.SET


def test_a_list_of_a_stranger_counts_only_when_the_verifier_trusts_them() -> None:
    stranger = "did:web:lists.example"
    method = stranger + "#1"
    data = signed({**a_list(INDEX), "issuer": stranger}, key=STRANGER, method=method)
    trusted = entry(did=stranger, methods={method: STRANGER.public})

    both = Trust({**trust_of().issuers, stranger: trusted})
    unknown(found(data, read_at=NOON), "by another issuer than the credential's")
    assert found(data, read_at=NOON, trust=both).standing is Standing.SET
    unknown(found(data, trust=both), "by another issuer than the credential's")  # of a file only its issuer says where it is from


def test_a_list_that_does_not_say_where_it_is_counts_when_it_was_fetched_from_there() -> None:
    nameless = {name: value for name, value in a_list(INDEX).items() if name != "id"}

    unknown(found(signed(nameless)), "another one than the credential names")
    assert found(signed(nameless), read_at=NOON).standing is Standing.SET
    for wrong in WRONG_IDS:
        unknown(found(signed({**nameless, "id": wrong}), read_at=NOON), "")


def test_a_list_is_opened_once_whatever_names_it_and_only_a_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bytes] = []
    parse = StatusList.parse

    def counted(data: bytes) -> StatusList:
        calls.append(data)
        return parse(data)

    monkeypatch.setattr(StatusList, "parse", counted)
    status._parsed.cache_clear()
    for data in (signed(a_list(INDEX)), b"{"):
        calls.clear()
        entries: Json = [entry_of(statusListIndex=str(at)) for at in range(16)]
        assert len(findings(Credential(badge(credentialStatus=entries), ()), {URL: ReadList(data)}, trust_of(), at=NOON)) == 16
        assert len(calls) == 1
    calls.clear()
    many: Json = [entry_of(statusListCredential=f"{URL}{at}") for at in range(16)]
    lists = {f"{URL}{at}": ReadList(b"{" + b" " * (at + 1)) for at in range(16)}
    answers = findings(Credential(badge(credentialStatus=many), ()), lists, trust_of(), at=NOON)
    assert len(calls) == 4
    assert ["one of too many" in each.reason for each in answers] == [False] * 4 + [True] * 12


def test_a_list_is_not_inflated_before_it_is_known_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitstring, "decode", lambda _: pytest.fail("inflated"))

    unknown(found(signed(a_list(INDEX), key=STRANGER)), "does not fit")


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (json.dumps(a_list(INDEX)).encode(), "it is not signed"),
        (signed(a_list(), key=STRANGER), "does not fit"),
        (json.dumps({**a_list(), "proof": sign(a_list(INDEX))}).encode(), "does not fit"),
        (json.dumps({**a_list(), "proof": {**sign(a_list()), "cryptosuite": "bbs-2023"}}).encode(), "the suite bbs-2023 is not known here"),
        (signed(a_list(), method=ISSUER + "#other"), "not known to be the issuer's"),
        (signed(a_list(purpose="revocation")), "not one for suspension"),
        (signed({**a_list(), "id": URL + "x"}), "another one than the credential names"),
        (signed({**a_list(), "type": ["VerifiableCredential"]}), "not a BitstringStatusListCredential"),
        (signed(changed(a_list(), "credentialSubject", "type", to="StatusList2021")), "not a BitstringStatusListCredential"),
        (signed({**a_list(), "@context": ["https://x.example"]}), "no credential as it should be: /@context"),
        (signed(changed(a_list(), "credentialSubject", to=[])), "not a BitstringStatusListCredential"),
        (signed(changed(a_list(), "credentialSubject", "encodedList", to=7)), "lacks its encodedList"),
        (signed(changed(a_list(), "credentialSubject", "ttl", to="5")), "ttl that is no number"),
        (signed(changed(a_list(), "credentialSubject", "ttl", to=-1)), "ttl that is no number"),
        (
            signed(changed(a_list(), "credentialSubject", "encodedList", to=bitstring.encode([], entries=MIN_ENTRIES - 8))),
            "fewer than 131,072 entries",
        ),
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"' + b"x" * status_list.MAX_LIST_BYTES + b'"', "larger than"),
        (signed({**a_list(), "validFrom": "yesterday"}), "not a date and time"),
        (signed({**a_list(), "validFrom": "2026-11-23T12:00:01Z"}), "not valid before 2026-11-23T12:00:01Z"),
        (signed({**a_list(), "validUntil": "2026-11-23T12:00:00Z"}), "stale, it was valid until 2026-11-23T12:00:00Z"),
    ],
)
def test_a_list_that_does_not_count_decides_nothing(damaged: bytes, reason: str) -> None:
    unknown(found(damaged), reason)


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (entry_of(type="StatusList2021Entry"), "the kind of status 'StatusList2021Entry' is not known here"),
        (entry_of(statusListIndex=INDEX), "not a whole number in a string"),
        (entry_of(statusListIndex="-1"), "not a whole number in a string"),
        (entry_of(statusListIndex="٣"), "not a whole number in a string"),
        (entry_of(statusListIndex="1" * 400), "not a whole number in a string"),
        (entry_of(statusListIndex="131072"), "the list has no entry 131072"),
        (entry_of(statusListIndex="9" * 40), "the list has no entry 9999"),
        (entry_of(statusListCredential=None), "lacks its statusPurpose or its statusListCredential"),
        (entry_of(statusPurpose=None), "lacks its statusPurpose or its statusListCredential"),
        (entry_of(statusSize=0), "statusSize is not a whole number"),
        (entry_of(statusSize=True), "statusSize is not a whole number"),
        (entry_of(statusSize=2, statusMessage=messages_of(4)), "fewer than 131,072 entries"),
        (entry_of(statusSize=2), "a status of 2 bits has not 4 messages"),
        (entry_of(statusSize=2, statusMessage=messages_of(2)), "a status of 2 bits has not 4 messages"),
        (entry_of(statusMessage=messages_of(4)), "a status of 1 bits has not 2 messages"),
        (entry_of(statusMessage=[{"status": "0x0", "message": "valid"}, {"status": "1", "message": "not"}]), "has not a status like 0x0"),
        (entry_of(statusMessage=[{"status": "0x0"}, {"status": "0x1", "message": "not"}]), "has not a status like 0x0 and a message"),
        (entry_of(statusMessage=["valid", "not"]), "has not a status like 0x0 and a message"),
        (entry_of(id=URL), "has the id of its list"),
        (entry_of(statusListCredential="https://issuer.example/other"), "it was not read"),
    ],
)
def test_an_entry_that_cannot_be_read_decides_nothing(damaged: JsonObject, reason: str) -> None:
    unknown(found(signed(a_list(INDEX)), damaged), reason)


def test_a_list_is_stale_when_its_ttl_is_over() -> None:
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    data = signed(a_list(INDEX, ttl=hour))

    assert found(data, read_at=NOON - hour).standing is Standing.SET
    unknown(found(data, read_at=NOON - hour - second), "stale, it was to be fetched again after 1:00:00")


@pytest.mark.parametrize(
    ("members", "at", "standing"),
    [
        ({}, NOON - timedelta(hours=1), "clear"),
        ({}, NOON - timedelta(hours=1, seconds=1), "unknown"),  # it began later
        ({}, NOON + timedelta(hours=23), "clear"),
        ({"validFrom": None}, NOON, "unknown"),
        ({"validFrom": None, "validUntil": None}, NOON, "unknown"),
        ({"validUntil": None}, NOON, "clear"),
        ({"validUntil": None}, NOON + timedelta(seconds=1), "unknown"),  # an hour after it began, its ttl is over
    ],
)
def test_of_a_past_moment_a_list_says_what_its_own_dates_reach_over(members: JsonObject, at: datetime, standing: str) -> None:
    document: JsonObject = {name: value for name, value in {**a_list(), **members}.items() if value is not None}
    lists = {URL: ReadList(signed(document), read_at=NOON + timedelta(days=30))}
    credential = Credential(badge(credentialStatus=entry_of()), ())

    (told,) = findings(credential, lists, trust_of(), at=at, past=True)

    assert told.standing == standing


def test_a_list_that_was_fetched_later_says_nothing_of_a_moment_before_although_no_chain_was_read() -> None:
    document: JsonObject = {name: value for name, value in a_list(INDEX).items() if name not in {"validFrom", "validUntil"}}
    lists = {URL: ReadList(signed(document), read_at=NOON)}
    credential = Credential(badge(credentialStatus=entry_of()), ())

    (now,) = findings(credential, lists, trust_of(), at=NOON)
    (then,) = findings(credential, lists, trust_of(), at=NOON - timedelta(days=1))

    assert now.standing is Standing.SET
    unknown(then, "it does not say that it holds at 2026-11-22T12:00:00Z")


@pytest.mark.parametrize(("proofs", "standing"), [(4, "set"), (5, "unknown")])
def test_a_list_has_few_proofs_since_each_is_over_all_of_it(proofs: int, standing: str) -> None:
    document = a_list(INDEX)
    lists = {URL: ReadList(canonical.dump({**document, "proof": [sign(document)] * proofs}), read_at=NOON)}

    (told,) = findings(Credential(badge(credentialStatus=entry_of()), ()), lists, trust_of(), at=NOON)

    assert told.standing == standing


def test_a_list_that_many_credentials_name_is_checked_once_also_when_it_is_refused() -> None:
    credential = Credential(badge(credentialStatus=entry_of()), ())
    good, forged = signed(a_list(INDEX, INDEX + 1)), signed(a_list(INDEX, INDEX + 2), key=STRANGER)
    bomb = signed(changed(a_list(), "credentialSubject", "encodedList", to=packed(gzip.compress(b"\0" * (MAX_BYTES + 8)))))
    kept = (status._parsed, status._signature, status._inflated)
    for each in kept:
        each.cache_clear()

    for data, standing in ((good, "set"), (forged, "unknown"), (bomb, "unknown")) * 3:
        (told,) = findings(credential, {URL: ReadList(data, read_at=NOON)}, trust_of(), at=NOON)
        assert told.standing == standing

    assert [each.cache_info().misses for each in kept] == [3, 3, 2]
    # What the keys are is part of the question: the same list is refused once nobody knows them.
    (told,) = findings(credential, {URL: ReadList(good, read_at=NOON)}, trust_of(entry(methods={})), at=NOON)
    assert told.standing == "unknown"


def test_a_file_without_an_end_is_stale_when_the_ttl_since_its_beginning_is_over() -> None:
    document = {name: value for name, value in a_list(INDEX, ttl=timedelta(hours=2)).items() if name != "validUntil"}
    timeless = {name: value for name, value in document.items() if name != "validFrom"}
    without_ttl = changed(
        document,
        "credentialSubject",
        to={"type": "BitstringStatusList", "statusPurpose": "suspension", "encodedList": bitstring.encode([INDEX])},
    )

    assert found(signed(document), at=NOON + timedelta(hours=1)).standing is Standing.SET
    unknown(found(signed(document), at=NOON + timedelta(hours=1, seconds=1)), "stale")
    unknown(found(signed(timeless)), "neither since when nor until when")
    unknown(found(signed(without_ttl)), "stale, it was to be fetched again after 0:05:00")
    assert found(signed(without_ttl), read_at=NOON).standing is Standing.SET


def test_a_ttl_beyond_all_times_is_one_that_never_ends() -> None:
    assert StatusList.parse(signed(changed(a_list(), "credentialSubject", "ttl", to=2**53 - 1))).ttl > timedelta(days=100_000)


def test_a_message_is_told_in_the_words_of_its_entry() -> None:
    document = status_list.build(URL, ISSUER, "message", [], period=PERIOD, ttl=timedelta(hours=1))
    long = changed(document, "credentialSubject", "encodedList", to=bitstring.encode([INDEX * 2 + 1], entries=MIN_ENTRIES * 2))
    status = entry_of(statusPurpose="message", statusSize=2, statusMessage=messages_of(4))
    others: list[Json] = [{"status": "0x0", "message": "another"}] * 4

    assert "says 'message 1'" in found(signed(long), status).reason
    assert "names it" in found(signed(long), {**status, "statusMessage": others}).reason


def test_a_credential_with_more_entries_than_one_can_need_makes_nobody_read_them() -> None:
    (finding,) = findings(Credential(badge(credentialStatus=[entry_of()] * 17), ()), {URL: ReadList(signed(a_list()))}, trust_of(), at=NOON)

    unknown(finding, "more than 16 status entries")
    assert finding.counts


# What it means for check 4


def test_a_suspended_credential_is_invalid_and_one_that_is_not_is_fine() -> None:
    suspended, clear = revocation(entry_of(), signed(a_list(INDEX))), revocation(entry_of(), signed(a_list()))

    assert (suspended.outcome, "suspended by the issuer" in suspended.reason) == (Outcome.FAILED, True)
    assert (clear.outcome, "not revoked as of block 1000; its status list for suspension" in clear.reason) == (Outcome.PASSED, True)


def test_without_its_list_a_suspension_is_unknown_and_so_is_a_purpose_that_nobody_knows() -> None:
    assert revocation(entry_of(), None).outcome is Outcome.UNKNOWN
    assert revocation([entry_of(statusPurpose="revocation"), entry_of()], None).outcome is Outcome.UNKNOWN
    assert revocation(entry_of(statusPurpose="mystery"), signed(a_list(INDEX, purpose="mystery"))).outcome is Outcome.FAILED
    assert revocation(entry_of(statusPurpose="mystery"), signed(a_list(INDEX))).outcome is Outcome.UNKNOWN
    assert revocation({"id": "https://issuer.example/s", "type": "1EdTechRevocationList"}, None).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("data", "words"),
    [(signed(a_list(INDEX, purpose="revocation")), "names it, and the chain decides"), (None, "was not read, and the chain decides")],
)
def test_of_revocation_the_chain_decides_and_the_list_is_reported(data: bytes | None, words: str) -> None:
    status = entry_of(statusPurpose="revocation")

    check, revoked = revocation(status, data), revocation(status, data, revoked=True)

    assert (check.outcome, words in check.reason) == (Outcome.PASSED, True), check
    assert revoked.outcome is Outcome.FAILED


def test_a_refresh_or_a_message_is_no_verdict() -> None:
    status = entry_of(statusPurpose="refresh")

    assert revocation(status, None).outcome is Outcome.PASSED
    assert revocation({**status, "type": "StatusList2021Entry"}, None).outcome is Outcome.UNKNOWN, "what is of another kind is no news"
    assert "names it" in revocation(status, signed(a_list(INDEX, purpose="refresh"))).reason


def test_what_is_not_anchored_stays_unknown_and_the_list_is_reported() -> None:
    document = badge(credentialStatus=entry_of())
    shown = Presentation.parse(json.dumps({**document, "proof": sign(document)}).encode())

    check = evaluate(shown, None, trust_of(), at=NOON, lists={URL: ReadList(signed(a_list(INDEX)))})[CheckId.REVOCATION]

    assert check.outcome is Outcome.UNKNOWN
    assert "suspended by the issuer" in check.reason


def test_a_silent_chain_takes_nothing_from_a_suspension() -> None:
    credential = anchored(badge(credentialStatus=entry_of()), signed=True)
    shown = Presentation.parse(json.dumps(credential.secured()).encode())

    assert (
        evaluate(shown, None, trust_of(), at=NOON, lists={URL: ReadList(signed(a_list(INDEX)))})[CheckId.REVOCATION].outcome
        is Outcome.FAILED
    )
    assert (
        evaluate(shown, None, trust_of(), at=NOON, lists={URL: ReadList(signed(a_list()))})[CheckId.REVOCATION].outcome is Outcome.UNKNOWN
    )


def test_the_dates_of_a_list_are_in_utc() -> None:
    assert a_list()["validFrom"] == datetime(2026, 11, 23, 11, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
