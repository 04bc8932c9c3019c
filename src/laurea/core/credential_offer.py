"""A Credential Offer: who offers what, and the code that takes it (OpenID for Verifiable Credential Issuance 1.0, section 4.1). Read, not followed."""

from dataclasses import dataclass, field
from typing import TypeGuard
from urllib.parse import parse_qs

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.errors import FormatError, InputError

SCHEME = "openid-credential-offer:"
BY_VALUE, BY_REFERENCE = "credential_offer", "credential_offer_uri"
PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
MAX_OFFERED = 8  # credentials that one offer may bring: each costs some requests
MAX_FIELDS = 20  # of a link
MAX_SHOWN = 200  # characters of a name that an issuer gives
MAX_DESCRIPTION = 300  # characters (4.1.1)
MAX_CODE = 4096  # characters of a code or an identifier


@dataclass(frozen=True, slots=True)
class TransactionCode:
    """What the issuer sends its learner on another way, and asks back: whether it is of digits alone, how long it is, and what helps to find it."""

    numeric: bool = True
    length: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class CredentialOffer:
    """An offer that a wallet can take without a visit to the issuer's site; whoever has the `code` can take it."""

    issuer: str
    configurations: tuple[str, ...]
    code: str = field(repr=False)
    transaction_code: TransactionCode | None = None
    authorization_server: str = ""

    @classmethod
    def of(cls, value: Json) -> "CredentialOffer":
        """Read an offer; raises FormatError for what is none, InputError for one that wants another way than a pre-authorised code."""
        if not is_offer(value):
            raise FormatError("this is no credential offer", hint="ask the issuer for its link anew")
        issuer, ids = value["credential_issuer"], texts(value["credential_configuration_ids"])
        if not ids or len(ids) > MAX_OFFERED:
            raise FormatError(f"the offer is of {len(ids)} credentials; one that can be taken has 1 to {MAX_OFFERED}")
        grants = value.get("grants")
        grant = grants.get(PRE_AUTHORIZED) if isinstance(grants, dict) else None
        if not isinstance(grant, dict):
            raise InputError(
                "the offer wants you to log in at the issuer's site first (an authorisation code), which this wallet does not do",
                hint="ask the issuer for an offer with a pre-authorised code",
            )
        code, server = grant.get("pre-authorized_code"), grant.get("authorization_server", "")
        if not isinstance(code, str) or not 0 < len(code) <= MAX_CODE or not isinstance(server, str):
            raise FormatError("the offer has no code that would take it", hint="ask the issuer for its link anew")
        return cls(str(issuer), ids, code, _transaction_code(grant.get("tx_code")), server)


@dataclass(frozen=True, slots=True)
class OfferLink:
    """What a link says of an offer: the offer itself, or the URL where it is."""

    value: bytes = field(default=b"", repr=False)
    url: str = field(default="", repr=False)


def link_of(text: str) -> OfferLink | None:
    """Return what a link says of an offer, None for a link that says nothing of any; raises FormatError for one that is damaged.

    `openid-credential-offer://?…` is for any wallet; a wallet's own https link has the same query.
    """
    try:
        query = parse_qs(text.partition("?")[2].partition("#")[0], max_num_fields=MAX_FIELDS)
    except ValueError:
        query = {}
    match query.get(BY_VALUE, []), query.get(BY_REFERENCE, []):
        case [value], []:
            return OfferLink(value=value.encode("utf-8", "surrogatepass"))
        case [], [url]:
            return OfferLink(url=url)
    if is_offer_link(text):
        raise FormatError("the link has no offer in it, or it is cut off", hint="copy it whole, or ask the issuer for it anew")
    return None


def is_offer_link(text: str) -> bool:
    """Tell whether a text is a link to an offer by its scheme, and not another link or the name of a file."""
    return text[: len(SCHEME)].lower() == SCHEME


def is_offer(value: Json) -> TypeGuard[JsonObject]:
    """Tell whether a document is an offer by its looks."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("credential_issuer"), str)
        and isinstance(value.get("credential_configuration_ids"), list)
    )


def parse(data: bytes) -> CredentialOffer:
    """Read the text of an offer; raises as `CredentialOffer.of`."""
    return CredentialOffer.of(canonical.parse(data))


def texts(value: Json) -> tuple[str, ...]:
    """Return the texts of a list, each once."""
    return tuple(dict.fromkeys(each for each in value if isinstance(each, str) and each)) if isinstance(value, list) else ()


def shown(value: Json, limit: int = MAX_SHOWN) -> str:
    """Return a name that somebody else gives, on one line and not too long; "" for what is no text."""
    return " ".join(value[: 2 * limit].split())[:limit] if isinstance(value, str) else ""


def _transaction_code(value: Json) -> TransactionCode | None:
    if not isinstance(value, dict):
        return None
    length = value.get("length")
    usable = isinstance(length, int) and not isinstance(length, bool) and 0 < length <= MAX_SHOWN
    return TransactionCode(
        value.get("input_mode", "numeric") != "text", int(str(length)) if usable else None, shown(value.get("description"), MAX_DESCRIPTION)
    )


def text_of(offer: CredentialOffer) -> str:
    """Return the text of an offer as it was read, so that it need not be fetched again."""
    grant: JsonObject = {"pre-authorized_code": offer.code}
    if offer.authorization_server:
        grant["authorization_server"] = offer.authorization_server
    asked = offer.transaction_code
    if asked is not None:
        code: JsonObject = {"input_mode": "numeric" if asked.numeric else "text", "description": asked.description}
        grant["tx_code"] = code if asked.length is None else {**code, "length": asked.length}
    return canonical.encode(
        {
            "credential_issuer": offer.issuer,
            "credential_configuration_ids": list(offer.configurations),
            "grants": {PRE_AUTHORIZED: grant},
        }
    ).decode()
