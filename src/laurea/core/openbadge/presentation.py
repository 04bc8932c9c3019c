"""A presentation by the W3C Verifiable Credentials Data Model 2.0: the shape of what a holder shows (4.13)."""

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator

from laurea.core.credential import CONTEXT_1_1
from laurea.core.openbadge.values import Several, Thing, Url, several, types_with, wrong
from laurea.core.openbadge.vc import CONTEXT, Named, Typed, as_object

PRESENTATION = "VerifiablePresentation"


def _contexts(value: object) -> tuple[object, ...]:
    if isinstance(value, list) and value[:1] in ([CONTEXT], [CONTEXT_1_1]) and all(isinstance(item, str | dict) for item in value):
        return tuple(value)
    raise wrong(f"give an array of contexts that begins with {CONTEXT}")


def _credentials(value: object) -> tuple[object, ...]:
    found = several(value)
    if all(isinstance(item, dict) and item for item in found):
        return found
    raise wrong("give a credential, an object, or an array of such objects")


class Presentation(Thing):
    """What a holder shows."""

    context: Annotated[tuple[object, ...], PlainValidator(_contexts)] = Field(alias="@context")
    type: Annotated[tuple[str, ...], types_with((PRESENTATION,))]
    id: Url | None = None
    holder: Annotated[Named | None, BeforeValidator(as_object)] = None
    verifiable_credential: Annotated[tuple[object, ...], PlainValidator(_credentials)] = ()
    terms_of_use: Annotated[tuple[Typed, ...], Several] = ()
