"""Check 4 of a document of Blockcerts: what its issuer's lists say, each of which must have been read; no chain knows of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from laurea.core import canonical
from laurea.core.anchor import Facts
from laurea.core.canonical import Json
from laurea.core.certificates.profile import ReadProfile
from laurea.core.certificates.shown import Certificate
from laurea.core.credential import format_time
from laurea.core.report import Check, CheckId, failed, few, passed, unknown
from laurea.core.status import NEWS, Finding, ReadList, Standing
from laurea.core.status_list import REVOCATION
from laurea.errors import FormatError

MAX_QUOTED = 120  # characters of a reason that an issuer gives
MOST_KEPT = 8  # lists that are not read again for each document


@dataclass(frozen=True, slots=True)
class RevocationList:
    """What an issuer has revoked, by the ids of the documents with the reasons (Open Badges 2.0, RevocationList)."""

    revoked: Mapping[str, str]

    @classmethod
    def parse(cls, data: bytes, issuer: str) -> "RevocationList":
        """Read the list of an issuer from JSON text; raises FormatError for what is none, for that of another, and for entries without an id."""
        value = canonical.parse(data)
        if not isinstance(value, dict) or "RevocationList" not in _several(value.get("type")):
            raise FormatError("it is no RevocationList")
        by = value.get("issuer", issuer)
        if (by.get("id") if isinstance(by, dict) else by) != issuer:
            raise FormatError("it is that of another issuer")
        listed = value.get("revokedAssertions")
        if not isinstance(listed, list):
            raise FormatError("it lacks its revokedAssertions")
        return cls(dict(map(_entry, listed)))


def wanted(certificate: Certificate, read: ReadProfile | None) -> list[str]:
    """Return the URLs of the revocation lists that count for a document: the one that it names, and the one of its issuer's profile."""
    profile = None if read is None else read.profile
    named = [*certificate.lists, *([profile.revocation_list] if profile is not None and profile.revocation_list else [])]
    return list(dict.fromkeys(named))


def check_revocation(
    certificate: Certificate,
    read: ReadProfile | None,
    lists: Mapping[str, ReadList],
    statuses: Sequence[Finding],
    registry: Facts | None = None,
) -> Check:
    """Judge by all lists: one that names it decides; one that was not read, or cannot be, leaves it open.

    Of what laurea's registry holds the whole batch may be revoked there.
    """
    views = [] if registry is None else [view for view in (registry.latest, registry.finalized) if view is not None]
    if any(view.anchor is not None and view.anchor.revoked for view in views):
        return failed(CheckId.REVOCATION, "the whole batch was revoked by the issuer, as the registry says")
    said = [each for each in statuses if each.purpose not in NEWS]
    found = [*(_finding(url, certificate, lists) for url in wanted(certificate, read)), *said]
    taken_back = [each.reason for each in found if each.standing is Standing.SET]
    if taken_back:
        return failed(CheckId.REVOCATION, few(taken_back))
    open_ = [each.reason for each in found if each.standing is Standing.UNKNOWN]
    told = any(each.purpose == REVOCATION for each in found)
    if (read is None or read.profile is None) and not told:
        open_.append("whether it is revoked says a list that the issuer's profile names, which is not known")
    if open_:
        return unknown(CheckId.REVOCATION, few(open_))
    return passed(CheckId.REVOCATION, few([each.reason for each in found]) if found else "its issuer publishes no list of what it revokes")


def _finding(url: str, certificate: Certificate, lists: Mapping[str, ReadList]) -> Finding:
    name = "the revocation list of its issuer"
    read = lists.get(url)
    if read is None or read.trouble:
        why = "it was not read" if read is None else f"it could not be read: {read.trouble}"
        return Finding(REVOCATION, Standing.UNKNOWN, f"{name} decides nothing: {why}")
    listed = _parsed(read.data, certificate.issuer)
    if isinstance(listed, str):
        return Finding(REVOCATION, Standing.UNKNOWN, f"{name} decides nothing: {listed}")
    reasons = listed.revoked
    if not certificate.id:
        return Finding(REVOCATION, Standing.UNKNOWN, f"{name} decides nothing: the document has no id by which it could be named")
    dated = f"{name} as of {format_time(read.read_at)}" if read.read_at else name
    if certificate.id in reasons:
        said = reasons[certificate.id][:MAX_QUOTED]
        return Finding(REVOCATION, Standing.SET, f"{dated} names it{f': {said!r}' if said else ''}")
    return Finding(REVOCATION, Standing.CLEAR, f"{dated} does not name it")


@lru_cache(maxsize=MOST_KEPT)
def _parsed(data: bytes, issuer: str) -> RevocationList | str:
    """Return the list of an issuer, or why it is none; a large one takes a third of a second, and is that of thousands of documents."""
    try:
        return RevocationList.parse(data, issuer)
    except FormatError as error:
        return str(error)


def _entry(value: Json) -> tuple[str, str]:
    if isinstance(value, str):
        return value, ""
    name = value.get("id") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str):
        raise FormatError("it has an entry without an id")
    reason = value.get("revocationReason")
    return name, reason if isinstance(reason, str) else ""


def _several(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
