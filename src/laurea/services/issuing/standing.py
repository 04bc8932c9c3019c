"""The status of a credential, set for one purpose as the VC API asks for it: said by its status list at once, where no chain has to say it first."""

from dataclasses import dataclass, replace

from laurea.core.status_list import REVOCATION, SUSPENSION, Entry, entries
from laurea.errors import FormatError, InputError
from laurea.services.issuing import revocation, suspension
from laurea.services.issuing.instant import Instant
from laurea.services.issuing.revocation import Reason
from laurea.services.issuing.sealing import parsed
from laurea.storage.issuer.tables import AT_ONCE, CredentialRow


@dataclass(frozen=True, slots=True)
class Change:
    """Which status is to be set, and to what; without a purpose, that of the only entry there is. List and index, if given, must be the entry's."""

    purpose: str | None
    list_url: str | None
    index: str | None
    value: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of it: whether the chain is yet to be told, before any list says so."""

    waits: bool


def change(instant: Instant, name: str, wanted: Change, who: str) -> Changed:
    """Set a status of the credential with an id, a name or a UUID, in somebody's name.

    A credential that is anchored is revoked on the chain, by the key that may: until then it waits. Raises NotFound, and InputError for an
    entry that the credential does not have, and for the end of a revocation, which there is none of.
    """
    issuer = replace(instant.issuer, actor=who)
    row = instant.find(name)
    entry = _entry(row, wanted)
    if entry.purpose == SUSPENSION:
        suspension.suspend(issuer, [row.id], suspended=wanted.value)
    elif not wanted.value:
        if row.withdrawn_at or row.revoked_at or row.revocation:
            raise InputError("a revocation is for ever", hint="issue the credential again, under another id")
    elif row.withdrawn_at is None:
        asked = revocation.request(issuer, [row.id], Reason.UNSPECIFIED)
        if asked.revocations:
            return Changed(waits=row.revoked_at is None)
    instant.publish()
    return Changed(waits=False)


def _entry(row: CredentialRow, wanted: Change) -> Entry:
    """Return the entry that is meant, one of those that we have given; raises InputError when there is none."""
    found = [] if row.erased_at is not None or row.status_list is None else list(_ours(row))
    meant = [each for each in found if _is_meant(each, wanted)]
    if len(meant) != 1:
        purposes = ", ".join(each.purpose for each in found) or "none"
        raise InputError(
            f"the credential has no such status entry of ours, or it is not said which (it has {purposes})",
            hint="credentials get entries while the configuration has [status]",
        )
    if meant[0].purpose == REVOCATION and row.achievement != AT_ONCE and row.batch is None:
        raise InputError("the credential was not handed out yet", hint="withdraw it: laurea issuer revoke ID")
    return meant[0]


def _ours(row: CredentialRow) -> list[Entry]:
    found = []
    for value in entries(parsed(row.document)):
        try:
            entry = Entry.of(value)
        except FormatError:
            continue
        if f"/{row.status_list}-{entry.purpose}.json" in entry.list_url and entry.index == row.status_index:
            found.append(entry)
    return found


def _is_meant(entry: Entry, wanted: Change) -> bool:
    return (
        wanted.purpose in {None, entry.purpose} and wanted.list_url in {None, entry.list_url} and wanted.index in {None, str(entry.index)}
    )
