"""From a link to what is offered: the offer, what its issuer publishes of itself, and where the code is taken. Nothing is used up by looking."""

from dataclasses import dataclass, field

from laurea.core import canonical, credential_offer
from laurea.core.credential_offer import CredentialOffer, OfferLink
from laurea.core.issuer_metadata import (
    ISSUER_WELL_KNOWN,
    MAX_SERVERS,
    SERVER_WELL_KNOWN,
    Configuration,
    IssuerMetadata,
    token_endpoint,
    well_known,
)
from laurea.errors import FormatError, InputError, LaureaError, NotFound
from laurea.fetch.guard import PUBLIC, FetchPolicy
from laurea.services.exchange import is_link, origin_of
from laurea.services.offers.reach import Reach, host_of, reach_from
from laurea.wire import BadAnswer

OURS = ("/claims/", "/invitations/")  # in the paths of links that are answered otherwise


@dataclass(frozen=True, slots=True)
class Offered:
    """What an issuer offers: itself, by its host and by its own word, and the credentials that can be taken; `left_out` are those that cannot."""

    offer: CredentialOffer
    metadata: IssuerMetadata
    items: tuple[Configuration, ...]
    left_out: tuple[str, ...]
    token_endpoint: str
    reach: Reach = field(repr=False)

    @property
    def host(self) -> str:
        """The host of the issuer: what is known of it."""
        return host_of(self.metadata.issuer)


@dataclass(frozen=True, slots=True)
class Found:
    """An offer, and the origin of the place that named its issuer: the issuer's own, when the link has the offer in it."""

    offer: CredentialOffer
    origin: str

    def text(self) -> str:
        """Return the text of the offer."""
        return credential_offer.text_of(self.offer)


def find(link: str, policy: FetchPolicy = PUBLIC) -> Found | None:
    """Return the offer that a link has in it or leads to, None for a link to something else.

    Raises InputError or FormatError for an offer that cannot be taken, NotFound, Unreachable.
    """
    said = credential_offer.link_of(link)
    if said is not None:
        return _found(said, policy)
    if not is_link(link) or any(part in link for part in OURS):
        return None
    try:
        value = reach_from(link, policy).get(link)
    except (InputError, BadAnswer):  # it is no document, or none that is got: whoever reads other links says so
        return None
    return Found(CredentialOffer.of(value), origin_of(link)) if credential_offer.is_offer(value) else None


def again(text: str, origin: str) -> Found:
    """Return an offer that was found before; raises FormatError for what is none."""
    return Found(credential_offer.parse(text.encode("utf-8", "surrogatepass")), origin)


def look(found: Found, policy: FetchPolicy = PUBLIC) -> Offered:
    """Ask the issuer what it offers, which shows nothing of the wallet and uses nothing up.

    Raises FormatError when what is published is of another issuer or incomplete, InputError when nothing of it can be taken, Unreachable.
    """
    offer = found.offer
    reach = Reach(frozenset({found.origin}), policy)
    metadata = IssuerMetadata.of(_published(reach, offer.issuer, ISSUER_WELL_KNOWN), offer.issuer)
    listed = [metadata.configurations[name] for name in offer.configurations if name in metadata.configurations]
    items = tuple(each for each in listed if each.known)
    left_out = tuple(credential_offer.shown(name) for name in offer.configurations if name not in {each.id for each in items})
    if not items:
        formats = ", ".join(sorted({each.format[:40] for each in listed})) or "none that it lists"
        raise InputError(
            f"the issuer offers nothing in a format that this wallet takes ({formats})",
            hint="ask the issuer for it as ldp_vc or jwt_vc_json",
        )
    return Offered(offer, metadata, items, left_out, _token_endpoint(reach, offer, metadata), reach)


def _found(said: OfferLink, policy: FetchPolicy) -> Found:
    if said.url:
        return Found(CredentialOffer.of(reach_from(said.url, policy).get(said.url)), origin_of(said.url))
    offer = credential_offer.parse(said.value)
    return Found(offer, origin_of(offer.issuer))


def _token_endpoint(reach: Reach, offer: CredentialOffer, metadata: IssuerMetadata) -> str:
    wanted = offer.authorization_server
    if wanted and wanted not in metadata.servers:
        raise FormatError(
            "the offer names an authorisation server that its issuer does not: nothing was sent", hint="do not take this offer"
        )
    servers = (wanted,) if wanted else metadata.servers[:MAX_SERVERS] or (metadata.issuer,)
    trouble: LaureaError | None = None
    for server in servers:
        try:
            return token_endpoint(_published(reach, server, SERVER_WELL_KNOWN), server)
        except LaureaError as error:
            trouble = trouble or error
    raise trouble or NotFound("the issuer has no authorisation server")


def _published(reach: Reach, identifier: str, name: str) -> canonical.JsonObject:
    origin_of(identifier)
    try:
        return reach.get(well_known(identifier, name))
    except NotFound as error:
        raise NotFound(
            f"{host_of(identifier)} publishes nothing of itself as an issuer", hint="ask the issuer for its link anew"
        ) from error
