"""What status lists say of a credential: set, clear, or not known and why (Bitstring Status List 1.0, 3.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from laurea.core import bitstring, moment, openbadge, status_list
from laurea.core.canonical import JsonObject
from laurea.core.credential import Credential, format_time
from laurea.core.did_document import DidDocument
from laurea.core.identity import ReadDocument
from laurea.core.issuer_signature import check_signature
from laurea.core.report import Check, Outcome
from laurea.core.status_list import REVOCATION, SUSPENSION, Entry, StatusList
from laurea.core.trust import Trust
from laurea.errors import FormatError

MAX_QUOTED = 40  # characters that a reason takes from a credential
MAX_ENTRIES = 16  # of one credential
MAX_LISTS = 4  # that one credential can make us check and inflate
MAX_LIST_PROOFS = 4  # of one list, which is longer than a credential may be
NO_PURPOSE = "an unknown purpose"
# Of what is only said beside the credential, and does not take it back: a newer one is there, or some message.
NEWS = frozenset({"refresh", "message"})

T = TypeVar("T")


# Thousands of credentials name the same few lists: each is read, checked and inflated once, also one that is refused, in words: who makes a
# list and ten thousand small credentials that name it must not keep us at it for hours. What it says is judged for each.
@lru_cache(maxsize=2 * MAX_LISTS)
def _parsed(data: bytes) -> StatusList | str:
    try:
        found = StatusList.parse(data)
    except FormatError as error:
        return str(error)
    problems = openbadge.problems(found.credential.document)
    return f"it is no credential as it should be: {problems[0]}" if problems else found


@lru_cache(maxsize=MAX_LISTS)
def _inflated(text: str) -> bytes | str:
    try:
        return bitstring.decode(text)
    except FormatError as error:
        return str(error)


@lru_cache(maxsize=2 * MAX_LISTS)
def _signature(data: bytes, methods: frozenset[tuple[str, bytes]], revoked: frozenset[tuple[str, datetime]], at: datetime) -> Check:
    """Judge the signature of a list that can be read, by the keys of its issuer."""
    listed = _taken(_parsed(data)).credential
    document = DidDocument(listed.issuer, dict(methods), frozenset(), dict(revoked))
    return check_signature(listed, Trust(documents={listed.issuer: ReadDocument(document)}), at=at)


def _taken(found: T | str) -> T:
    """Return what was found; raises FormatError with the words that say why nothing was."""
    if isinstance(found, str):
        raise FormatError(found)
    return found


class Standing(StrEnum):
    """What one entry of a status list says."""

    SET = "set"
    CLEAR = "clear"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ReadList:
    """A status list as somebody had it: its bytes, and when it was fetched (None: it came as a file, from whenever).

    `trouble` says why it could not be fetched; then there are no bytes.
    """

    data: bytes
    read_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one entry of `credentialStatus`, in words for people; `unread` when nobody could look at its list."""

    purpose: str
    standing: Standing
    reason: str
    unread: bool = False

    @property
    def counts(self) -> bool:
        """Whether it decides: the chain alone says what is revoked (DESIGN.md section 4), and news are no verdict."""
        return self.purpose != REVOCATION and self.purpose not in NEWS


class _Unread(FormatError):
    """Nobody could look at a list."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a list is judged as of, and whether that is in the past."""

    at: datetime
    past: bool


@dataclass(frozen=True, slots=True)
class _Opened:
    """A list that counts, and its bits."""

    found: StatusList
    bits: bytes


def findings(credential: Credential, lists: Mapping[str, ReadList], trust: Trust, *, at: datetime, past: bool = False) -> list[Finding]:
    """Return what lists, by their URLs, say about every status entry of a credential as of `at`, a moment that may be in the `past`."""
    opened: dict[str, _Opened | FormatError] = {}
    judged = _Moment(at, past)

    def listed(url: str) -> _Opened:
        """Return a list that counts; raises FormatError with the reason why one does not."""
        if url not in opened:  # many entries may name one list
            opened[url] = _open(url, lists, credential, trust, judged) if len(opened) < MAX_LISTS else FormatError("it is one of too many")
        found = opened[url]
        if isinstance(found, FormatError):
            raise found
        return found

    values = status_list.entries(credential.document)
    if len(values) > MAX_ENTRIES:
        return [Finding(NO_PURPOSE, Standing.UNKNOWN, f"the credential has more than {MAX_ENTRIES} status entries")]
    return [_finding(value, listed) for value in values]


def wanted(credential: Credential, *, anchored: bool) -> list[str]:
    """Return the URLs of the lists that a credential names and that have something to say beyond what the chain says, each once.

    What is revoked the chain alone decides for one that is anchored; and nobody need be asked for news.
    """
    values = status_list.entries(credential.document)
    found: dict[str, None] = {}
    for value in values if len(values) <= MAX_ENTRIES else ():
        try:
            entry = Entry.of(value)
        except FormatError:
            continue  # `findings` says so
        if entry.purpose not in NEWS and not (anchored and entry.purpose == REVOCATION):
            found[entry.list_url] = None
    return list(found)[:MAX_LISTS]


def _open(url: str, lists: Mapping[str, ReadList], credential: Credential, trust: Trust, judged: _Moment) -> _Opened | FormatError:
    """Return a list with its bits, or why it does not count; it is inflated last, when it is known whose it is."""
    if url not in lists:
        return _Unread("it was not read")
    if lists[url].trouble:
        return _Unread(f"it could not be read: {lists[url].trouble}")
    try:
        found = _taken(_parsed(lists[url].data))
        _require_named(found, url, lists[url])
        _require_issuer(found, lists[url], credential, trust, judged.at)
        found.require_fresh(lists[url].read_at, judged.at)
        if judged.past or moment.is_past(judged.at, lists[url].read_at):
            found.require_then(judged.at)
        return _Opened(found, _taken(_inflated(found.encoded)))
    except FormatError as error:
        return error


def _finding(value: JsonObject, listed: Callable[[str], _Opened]) -> Finding:
    purpose = str(value.get("statusPurpose", NO_PURPOSE))[:MAX_QUOTED]
    name = f"its status list for {purpose}"
    try:
        entry = Entry.of(value)
    except FormatError as error:  # what is of another kind is no news, whatever it calls itself
        counted = purpose if purpose == REVOCATION else NO_PURPOSE
        return Finding(counted, Standing.UNKNOWN, f"{name} decides nothing: {error}")
    try:
        opened = listed(entry.list_url)
        number = opened.found.value(entry, opened.bits)
    except FormatError as error:
        return Finding(purpose, Standing.UNKNOWN, f"{name} decides nothing: {error}", unread=isinstance(error, _Unread))
    since = opened.found.credential.valid_from
    dated = f"{name}{f' of {format_time(since)}' if since else ''}"
    if not number:
        return Finding(purpose, Standing.CLEAR, f"{dated} does not name it")
    return Finding(purpose, Standing.SET, _words(purpose, dated, number, value))


def _words(purpose: str, dated: str, number: int, value: JsonObject) -> str:
    if purpose == SUSPENSION:
        return f"the credential is suspended by the issuer: {dated} names it"
    messages = value.get("statusMessage")
    for each in messages if isinstance(messages, list) else []:
        if isinstance(each, dict) and each.get("status") == hex(number):
            return f"{dated} says {str(each.get('message'))[:MAX_QUOTED]!r}"
    return f"{dated} names it" if number == 1 else f"{dated} has {hex(number)} for it"


def _require_named(found: StatusList, url: str, read: ReadList) -> None:
    """Demand a list that says that it is the one at the URL; one that was fetched from there need not say anything."""
    if "id" in found.credential.document and found.credential.id == url:
        return
    if "id" in found.credential.document or read.read_at is None:
        raise FormatError("it is another one than the credential names")


def _require_issuer(found: StatusList, read: ReadList, credential: Credential, trust: Trust, at: datetime) -> None:
    """Demand a list by the credential's issuer, signed by them.

    One that was fetched from where the credential says may be by another issuer whom the verifier trusts; of a file only its issuer says
    where it is from.
    """
    by = found.credential.issuer
    if by != credential.issuer and (read.read_at is None or by not in trust.issuers):
        raise FormatError("it is by another issuer than the credential's")
    if len(found.credential.proofs) > MAX_LIST_PROOFS:
        raise FormatError(f"it has more than {MAX_LIST_PROOFS} proofs")
    methods, revoked = trust.keys_of(by)
    signature = _signature(read.data, frozenset(methods.items()), frozenset(revoked.items()), at)
    if signature.outcome is Outcome.SKIPPED:
        raise FormatError("it is not signed")
    if signature.outcome is not Outcome.PASSED:
        raise FormatError(signature.reason)
