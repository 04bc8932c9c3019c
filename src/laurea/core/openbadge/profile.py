"""Who issues, endorses or is endorsed: Profile and EndorsementCredential of Open Badges 3.0, and their parts."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainValidator

from laurea.core.openbadge.values import ClosedThing, Date, Jws, Several, Text, Thing, Time, Url, term, types_or_text, types_with, wrong
from laurea.core.openbadge.vc import CREDENTIAL, Credential, NamedTyped, contexts

BADGE_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ENDORSEMENT_CREDENTIAL = "EndorsementCredential"

# fmt: off
IdentifierType = Annotated[str, term(
    "name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "nationalIdentityNumber", "isbn", "issn",
    "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId", "ltiUserId",
    "identifier",
)]
# fmt: on

_BADGE_CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.[0-9]\.[0-9])*\.json")


def _badge_contexts(value: object) -> tuple[object, ...]:
    found = contexts(value)
    if any(isinstance(item, str) and _BADGE_CONTEXT.fullmatch(item) for item in found[1:2]):
        return found
    raise wrong(f"give {BADGE_CONTEXT} as the second context")


def _as_profile(value: object) -> object:
    # A bare URL names a profile and says no more of it, which only an issuer may do.
    return {"id": value, "type": ["Profile"]} if isinstance(value, str) else value


class Image(ClosedThing):
    """A picture, by its URL."""

    id: Url
    type: Literal["Image"]
    caption: Text | None = None


class GeoCoordinates(Thing):
    """A place on the globe."""

    type: Literal["GeoCoordinates"]
    latitude: float
    longitude: float


class Address(Thing):
    """A postal address."""

    type: Annotated[tuple[str, ...], types_or_text("Address")]
    address_country: Text | None = None
    address_country_code: Text | None = None
    address_region: Text | None = None
    address_locality: Text | None = None
    street_address: Text | None = None
    post_office_box_number: Text | None = None
    postal_code: Text | None = None
    geo: GeoCoordinates | None = None


class IdentifierEntry(ClosedThing):
    """A further identifier, and its kind."""

    type: Literal["IdentifierEntry"]
    identifier: Text
    identifier_type: IdentifierType


class Profile(Thing):
    """A person or an organisation."""

    id: Url
    type: Annotated[tuple[str, ...], types_or_text("Profile")]
    name: Text | None = None
    url: Url | None = None
    phone: Text | None = None
    description: Text | None = None
    endorsement: Annotated[tuple["EndorsementCredential", ...], Several] = ()
    endorsement_jwt: Annotated[tuple[Jws, ...], Several] = ()
    image: Image | None = None
    email: Text | None = None
    address: Address | None = None
    other_identifier: Annotated[tuple[IdentifierEntry, ...], Several] = ()
    official: Text | None = None
    parent_org: "Profile | None" = None
    family_name: Text | None = None
    given_name: Text | None = None
    additional_name: Text | None = None
    patronymic_name: Text | None = None
    honorific_prefix: Text | None = None
    honorific_suffix: Text | None = None
    family_name_prefix: Text | None = None
    date_of_birth: Date | None = None


Issuer = Annotated[Profile, BeforeValidator(_as_profile)]


class Evidence(Thing):
    """What the learner did, or where to see it."""

    type: Annotated[tuple[str, ...], types_or_text("Evidence")]
    id: Url | None = None
    narrative: Text | None = None
    name: Text | None = None
    description: Text | None = None
    genre: Text | None = None
    audience: Text | None = None


class EndorsementSubject(Thing):
    """Whom or what an endorsement is about."""

    id: Url
    type: Annotated[tuple[str, ...], types_or_text("EndorsementSubject")]
    endorsement_comment: Text | None = None


class BadgeCredential(Credential):
    """What the credentials of Open Badges 3.0 have in common beyond VC 2.0."""

    context: Annotated[tuple[object, ...], PlainValidator(_badge_contexts)] = Field(alias="@context")
    id: Url
    description: Text | None = None
    issuer: Issuer
    valid_from: Time
    awarded_date: Time | None = None
    refresh_service: Annotated[tuple[NamedTyped, ...], Several] = ()
    evidence: Annotated[tuple[Evidence, ...], Several] = ()


class EndorsementCredential(BadgeCredential):
    """An endorsement of a profile, an achievement or a credential."""

    type: Annotated[tuple[str, ...], types_with((CREDENTIAL,), (ENDORSEMENT_CREDENTIAL,))]
    name: Text
    credential_subject: EndorsementSubject
