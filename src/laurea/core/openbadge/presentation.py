"""The W3C Verifiable Credentials Data Model 2.0: what every presentation is (4.13)."""

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator

from laurea.core.credential import CONTEXT_1_1
from laurea.core.openbadge.values import Several, Thing, Url, several, types_with, wrong
from laurea.core.openbadge.vc import CONTEXT, CREDENTIAL, Named, Proof, Typed, as_object, contexts_after

PRESENTATION = "VerifiablePresentation"
ENVELOPED_CREDENTIAL = "EnvelopedVerifiableCredential"
DATA = "data:"


def _contexts(value: object) -> tuple[object, ...]:
    # One of VC 1.1 may hold the older credentials that are verified here.
    return contexts_after(CONTEXT_1_1 if isinstance(value, list) and value[:1] == [CONTEXT_1_1] else CONTEXT, value)


class Frame(Thing):
    """A presentation, whatever it holds."""

    context: Annotated[tuple[object, ...], PlainValidator(_contexts)] = Field(alias="@context")
    type: Annotated[tuple[str, ...], types_with((PRESENTATION,))]
    id: Url | None = None
    holder: Annotated[Named, BeforeValidator(as_object)] | None = None
    terms_of_use: Annotated[tuple[Typed, ...], Several] = ()
    proof: Annotated[tuple[Proof, ...], Several] = ()


def _held(value: object) -> tuple[object, ...]:
    """Demand credentials, or envelopes with one each; what is in them is another matter."""
    found = several(value)
    if found and all(isinstance(item, dict) and _is_held(item) for item in found):
        return found
    raise wrong(f"give credentials: objects of type {CREDENTIAL}, or of type {ENVELOPED_CREDENTIAL} with a data: URL as id")


def _is_held(item: dict[str, object]) -> bool:
    types, url = several(item.get("type")), item.get("id")
    if CREDENTIAL in types:
        return True
    return types == (ENVELOPED_CREDENTIAL,) and "@context" in item and isinstance(url, str) and url.startswith(DATA)


class Presentation(Frame):
    """A presentation and the credentials in it, if there are any."""

    verifiable_credential: Annotated[tuple[object, ...], PlainValidator(_held)] = ()
