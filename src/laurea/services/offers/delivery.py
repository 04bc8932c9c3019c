"""What an issuer delivers, compared with what it offered, and the receipt that it may want."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from laurea.core import canonical, jose
from laurea.core.canonical import Json, JsonObject
from laurea.core.credential import Credential
from laurea.core.credential_offer import shown, texts
from laurea.core.did_web import DID_WEB, location
from laurea.core.incoming import Parcel
from laurea.core.issuer_metadata import JWT
from laurea.core.presentation import CONTEXT, TYPE
from laurea.errors import FormatError, LaureaError
from laurea.services.offers.reach import Reach, host_of
from laurea.wire import Headers

MAX_DELIVERED = 16  # credentials in one answer: one is asked for
ACCEPTED, DECLINED, FAILED = "credential_accepted", "credential_deleted", "credential_failure"
MAX_INTERVAL = 10 * 365 * 86_400  # seconds: further on no date of ours stands for


@dataclass(frozen=True, slots=True)
class Expected:
    """What was offered: by whom, in which format, of which types, and its name by the issuer's own word."""

    issuer: str
    format: str
    types: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a credential is not what was offered: types that it lacks, or its issuer, by its identifier and the host that this stands for, if any."""

    host: str
    types: str = ""
    issuer: str = ""
    speaks: str = ""

    def __str__(self) -> str:
        """Return it in English."""
        if self.types:
            return f"it is no {self.types}, which {self.host} offered"
        return f"it was offered by {self.host}, and " + (
            f"{self.speaks} is named as its issuer" if self.speaks else f"nothing ties its issuer {self.issuer} to that host"
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an issuer wants to be told what became of a credential; there may be no such place, or no `id`."""

    endpoint: str
    token: str = field(repr=False)
    reach: Reach = field(repr=False)
    id: str = ""

    def tell(self, event: str) -> bool:
        """Tell the issuer, once, and say whether it was told; that it does not listen changes nothing."""
        if not self.endpoint or not self.id:
            return False
        content = canonical.encode({"notification_id": self.id, "event": event})
        try:
            self.reach.post(self.endpoint, content, headers=bearer(self.token))
        except LaureaError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Delivered:
    """Credentials as they came, and where they differ from what was offered, in words."""

    documents: tuple[bytes, ...]
    expected: Expected
    receipt: Receipt

    @property
    def data(self) -> bytes:
        """The credential, or a presentation of all when there are several."""
        return joined(self.documents)

    def differences(self) -> tuple[Difference, ...]:
        """Return where what came is not what was offered; raises FormatError when it is no credential at all."""
        credentials = [each.credential for document in self.documents for each in Parcel.parse(document).credentials]
        return tuple(dict.fromkeys(found for each in credentials for found in _differences(each, self.expected)))


def joined(documents: Sequence[bytes]) -> bytes:
    """Return a credential as it came, or a presentation of all when there are several."""
    if len(documents) == 1:
        return documents[0]
    inside: list[Json] = [each.decode() if jose.is_compact(each) else canonical.parse(each) for each in documents]
    return canonical.encode({"@context": [CONTEXT], "type": [TYPE], "verifiableCredential": inside})


def bearer(token: str) -> Headers:
    """Return the header that has a token (RFC 6750, 2.1)."""
    return (("Authorization", f"Bearer {token}"),)


def delivered(said: JsonObject, expected: Expected, receipt: Receipt) -> Delivered:
    """Return what a Credential Response brings (8.3); raises FormatError when it is nothing, or not of the format that was offered."""
    listed = said.get("credentials")
    found = [each.get("credential") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if not 0 < len(found) <= MAX_DELIVERED:
        raise FormatError("the issuer answered without a credential", hint="ask the issuer for another offer")
    identifier = said.get("notification_id")
    told = Receipt(receipt.endpoint, receipt.token, receipt.reach, identifier if isinstance(identifier, str) else "")
    return Delivered(tuple(_document(each, expected) for each in found), expected, told)


def seconds_of(value: Json) -> int | None:
    """Return a number of seconds, never less than was said; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return None
    return math.ceil(min(value, MAX_INTERVAL))


def _document(value: Json, expected: Expected) -> bytes:
    if expected.format == JWT and isinstance(value, str) and jose.is_compact(value.encode("utf-8", "surrogatepass")):
        return value.encode()
    if expected.format != JWT and isinstance(value, dict):
        return canonical.encode(value)
    raise FormatError("the issuer delivered something else than a credential in the format that it offered", hint="ask the issuer")


def _differences(credential: Credential, expected: Expected) -> Iterator[Difference]:
    host, has = host_of(expected.issuer), credential.document.get("type")
    missing = set(expected.types) - set(texts(has if isinstance(has, list) else [has]))
    if missing:
        yield Difference(host, types=shown(", ".join(sorted(missing))))
    speaks = _host_of_issuer(credential.issuer)
    if speaks != host:
        yield Difference(host, issuer=shown(credential.issuer), speaks=shown(speaks))


def _host_of_issuer(issuer: str) -> str:
    """Return the host that an issuer's identifier stands for, "" when it stands for none."""
    try:
        return location(issuer)[0].lower() if issuer.startswith(DID_WEB) else urlsplit(issuer).netloc.lower() if "://" in issuer else ""
    except (FormatError, ValueError):
        return ""
