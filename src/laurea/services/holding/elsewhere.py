"""A badge or certificate from elsewhere becomes a record of the history; nothing is fetched unless that is asked for, and nothing is verified."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from laurea.artefacts import baking, pdf
from laurea.artefacts.baked import MAX_FILE, Kind, is_link
from laurea.artefacts.certificate_text import text_of
from laurea.core import canonical, certificate_words, history, jose
from laurea.core.canonical import JsonObject
from laurea.core.history import Form, Told
from laurea.core.incoming import Incoming, Parcel
from laurea.core.platforms import Place, place_of
from laurea.errors import FormatError, InputError, NotFound
from laurea.services.holding.attaching import media_type
from laurea.storage.wallet import Record

MAX_MORE = 2  # documents that an assertion leaves to others: its badge class, and the issuer of that

Fetch = Callable[[str], bytes]
"""Returns the JSON text at an https URL; raises Unreachable."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the holder says of a record themselves, "" for nothing; it stands before what the file says, and is marked as their own."""

    title: str = ""
    issuer: str = ""
    issued: str = ""


def of_link(url: str, words: Words, *, at: datetime, asking: Fetch | None = None) -> Record:
    """Return the record of a link; with `asking` what its site says in the terms of Open Badges 2.0. Raises FormatError, Unreachable."""
    place = place_of(url)
    if asking is None:
        told, data = Told(Form.LINK, url=place.url, platform=place.platform), b""
    else:
        told, data = _asked(place, asking)
    name = "badge.json" if data else ""
    return _record(told, words, Record(at, told.form, data=data, name=name, media_type="application/json" if data else ""))


def of_file(data: bytes, name: str, words: Words, *, at: datetime, asking: Fetch | None = None) -> Record:
    """Return the record of a file; raises InputError for a credential with a proof, which is no history, and FormatError for what it is not."""
    if len(data) > MAX_FILE:
        raise FormatError(f"{name} is larger than {MAX_FILE:,} bytes")
    told = _told(data, asking)
    return _record(told, words, Record(at, told.form, data=data, name=name[:100], media_type=media_type(name, data)))


def _told(data: bytes, asking: Fetch | None) -> Told:
    if data.lstrip().startswith(b"{") or jose.is_compact(data.strip()):
        return _of_document(data.strip(), asking)
    try:
        baked = baking.extract(data)
    except NotFound:
        if not data.startswith(pdf.MAGIC):
            raise
        return _of_words(data)
    except FormatError:
        if data.startswith(pdf.MAGIC) and _is_plain(data):  # it is damaged for a reader of attachments, and has words all the same
            return _of_words(data)
        raise
    if baked.kind is Kind.OPEN_BADGES_2 and is_link(text := baked.data.decode(errors="replace").strip()):
        return _linked(text, asking)
    return _of_document(baked.data.strip(), asking)


def _is_plain(data: bytes) -> bool:
    return b"/EmbeddedFiles" not in data


def _of_words(data: bytes) -> Told:
    told = certificate_words.read(text_of(data))
    if not (told.title or told.url or told.platform):
        return replace(told, issued="")  # a day alone may be of anything
    return told


def _of_document(data: bytes, asking: Fetch | None) -> Told:
    document = jose.payload(data) if jose.is_compact(data) else canonical.parse(data)
    if history.is_assertion(document) and isinstance(document, dict):
        return _completed(document, asking)
    return _of_parcel(Parcel.parse(data))


def _of_parcel(parcel: Parcel) -> Told:
    if len(parcel.credentials) != 1:
        raise InputError(f"the file holds {len(parcel.credentials)} credentials: add them one by one")
    incoming: Incoming = parcel.credentials[0]
    if incoming.jwt or incoming.credential.proofs:
        raise InputError(
            "the credential has a proof: it is no history, it is a credential", hint="laurea wallet receive takes it, and checks the proof"
        )
    return history.of_credential(incoming.credential.document)


def _linked(url: str, asking: Fetch | None) -> Told:
    """Return what is known of a badge picture of the oldest kind, which carries nothing but a link."""
    place = place_of(url)
    if asking is None:
        return Told(Form.OPEN_BADGES_2, url=place.url, platform=place.platform)
    return _asked(place, asking)[0]


def _asked(place: Place, asking: Fetch) -> tuple[Told, bytes]:
    data = asking(place.document or place.url)
    document = canonical.parse(data)
    if not isinstance(document, dict) or not history.is_assertion(document):
        raise FormatError(
            f"{place.platform} answered with no Open Badges 2.0 badge", hint="add the link without --fetch, and say its title"
        )
    told = _completed(document, asking)
    return replace(told, url=place.url, platform=place.platform), data


def _completed(document: JsonObject, asking: Fetch | None) -> Told:
    told, others = history.of_assertion(document), list[JsonObject]()
    for _ in range(MAX_MORE if asking else 0):
        if not (asking and told.more):
            break
        found = canonical.parse(asking(told.more[0]))
        # Under the address that was asked for: a document may call itself what it likes.
        others.append({**found, "id": told.more[0]} if isinstance(found, dict) else {"id": told.more[0]})
        told = history.of_assertion(document, others)
    return replace(told, platform=place_of(told.url).platform if told.url else "")


def _record(told: Told, words: Words, bare: Record) -> Record:
    given = {name: value.strip() for name, value in (("title", words.title), ("issuer", words.issuer), ("issued", words.issued))}
    if given["issued"] and history.day_of(given["issued"]) != given["issued"]:
        raise InputError("the day is not one", hint="give it like 2024-05-31")
    own = tuple(name for name, value in given.items() if value and value != getattr(told, name))
    title, issuer, issued = (given[name] or getattr(told, name) for name in given)
    made = replace(bare, title=title[: history.MAX_WORDS], issuer=issuer[: history.MAX_WORDS], issued=issued, own=own)
    made = replace(made, platform=told.platform, expires=told.expires, url=told.url, skills=told.skills)
    if not (made.title or made.url):
        raise InputError("nothing in the file says what it is for", hint="say in your own words what it is for: --title")
    return made
