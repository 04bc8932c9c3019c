"""What a wallet answers: a vp_token of OpenID4VP 1.0 (section 8.1), taken apart by the query that it answers."""

from dataclasses import dataclass

from laurea.core import canonical
from laurea.core.canonical import MAX_BYTES, MAX_DEPTH, Json, JsonObject
from laurea.core.dcql import CredentialQuery, Query
from laurea.core.presentation import MAX_CREDENTIALS, TYPE, unwrap
from laurea.errors import FormatError


@dataclass(frozen=True, slots=True)
class Given:
    """A presentation of one credential, or where no holder's signature was asked for a credential alone, and for what it was given."""

    query: CredentialQuery
    document: JsonObject


def read(vp_token: str, query: Query) -> tuple[Given, ...]:
    """Return what was given for each credential that was asked for; raises FormatError for what is no answer to this query."""
    value = canonical.parse(vp_token.encode("utf-8", "replace"), max_bytes=MAX_BYTES, max_depth=MAX_DEPTH + 2)
    if not isinstance(value, dict) or not value:
        raise FormatError("the vp_token is no object with what is answered to each query")
    known = {each.id: each for each in query.credentials}
    if not known.keys() >= value.keys():
        raise FormatError("the vp_token answers what was not asked")
    found = tuple(_given(known[name], each) for name, items in value.items() for each in _items(known[name], items))
    if len(found) > MAX_CREDENTIALS:
        raise FormatError(f"the vp_token holds {len(found)} presentations; {MAX_CREDENTIALS} can be checked")
    return found


def _items(query: CredentialQuery, value: Json) -> list[Json]:
    if not isinstance(value, list) or not value:
        raise FormatError(f"what is answered for {query.id} is no list of presentations")
    if len(value) > 1 and not query.multiple:
        raise FormatError(f"{len(value)} presentations are answered for {query.id}, and one was asked for")
    return value


def _given(query: CredentialQuery, value: Json) -> Given:
    if not isinstance(value, dict):
        raise FormatError(f"what is answered for {query.id} is no JSON object, as a presentation with Data Integrity is")
    found = unwrap(value)
    if query.bound and found.document is None:
        raise FormatError(f"what is answered for {query.id} is no {TYPE}, which its holder has signed")
    if len(found.credentials) != 1:
        raise FormatError(f"the presentation for {query.id} holds {len(found.credentials)} credentials, where one belongs")
    return Given(query, value)
