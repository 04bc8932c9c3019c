"""The W3C Verifiable Credentials Data Model 1.1, which older credentials follow: they are verified, and never issued."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, field_validator

from laurea.core.credential import CONTEXT_1_1
from laurea.core.openbadge.achievement import ACHIEVEMENT_CREDENTIALS, AchievementSubject
from laurea.core.openbadge.profile import Evidence, Issuer
from laurea.core.openbadge.values import Several, Thing, Time, Url, types_with, wrong
from laurea.core.openbadge.vc import CREDENTIAL, Named, NamedTyped, Proof, Subject, Typed, as_object, contexts_after, subjects


def _contexts(value: object) -> tuple[object, ...]:
    return contexts_after(CONTEXT_1_1, value)


class LegacyCredential(Thing):
    """Any credential (VC 1.1, 4)."""

    context: Annotated[tuple[object, ...], PlainValidator(_contexts)] = Field(alias="@context")
    type: Annotated[tuple[str, ...], types_with((CREDENTIAL,))]
    id: Url | None = None
    issuer: Annotated[Named, BeforeValidator(as_object)]
    issuance_date: Time
    expiration_date: Time | None = None
    credential_subject: Annotated[tuple[Subject, ...], BeforeValidator(subjects)]
    credential_status: Annotated[tuple[NamedTyped, ...], Several] = ()
    credential_schema: Annotated[tuple[NamedTyped, ...], Several] = ()
    refresh_service: Annotated[tuple[NamedTyped, ...], Several] = ()
    terms_of_use: Annotated[tuple[Typed, ...], Several] = ()
    proof: Annotated[tuple[Proof, ...], Several] = ()

    @field_validator("expiration_date")
    @classmethod
    def _not_reversed(cls, until: datetime, info: ValidationInfo) -> datetime:
        begin = info.data.get("issuance_date")
        if isinstance(begin, datetime) and until < begin:
            raise wrong("give a time that is not before issuanceDate")
        return until


class LegacyBadge(LegacyCredential):
    """A badge of Open Badges 3.0 as a credential of VC 1.1."""

    type: Annotated[tuple[str, ...], types_with((CREDENTIAL,), ACHIEVEMENT_CREDENTIALS)]
    id: Url
    issuer: Issuer  # type: ignore[assignment]  # a profile says more
    credential_subject: AchievementSubject  # type: ignore[assignment]  # one, and not several
    evidence: Annotated[tuple[Evidence, ...], Several] = ()
