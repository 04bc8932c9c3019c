"""What is sent and given back: JSON around a document with options, or the document itself as what it is."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import Request
from starlette.responses import Response

from laurea.core import canonical
from laurea.core.canonical import Json, JsonObject
from laurea.core.vc_answer import MALFORMED, Detail
from laurea.errors import FormatError, InputError, ModelError, NotFound, Taken
from laurea.web.problems import HttpProblem
from laurea.web.verifier.intake import received

JSON = "application/json"
VC, VP = "application/vc", "application/vp"
MAX_BODY = 1 << 20
MAX_TEXT = 2000  # characters of an option


class MalformedProblem(HttpProblem):
    """A document that breaks the data model: 400, with a problem for each place."""

    def __init__(self, error: ModelError) -> None:
        """Refuse a document with what is wrong with it."""
        super().__init__(400, str(error)[:MAX_TEXT])
        self.type = MALFORMED
        self.details = [Detail(MALFORMED, problem).document() for problem in error.problems]


@dataclass(frozen=True, slots=True)
class Body:
    """A body that was read strictly: of what type it is, its value, and its bytes."""

    kind: str
    value: Json
    raw: bytes = field(repr=False)

    def asked(self, name: str, document_type: str = "") -> "Asked":
        """Return the document under a member, or the body itself where it is of the document's own type; raises HttpProblem 400."""
        if document_type and self.kind == document_type:
            return Asked(self.value, {}, {})
        if self.kind != JSON:
            raise HttpProblem(415, f"the body is to be {' or '.join(filter(None, (JSON, document_type)))}")
        if not isinstance(self.value, dict) or name not in self.value:
            raise HttpProblem(400, f"the body has no member {name}")
        options = self.value.get("options", {})
        if not isinstance(options, dict):
            raise HttpProblem(400, "options: give an object")
        return Asked(self.value[name], options, self.value)


@dataclass(frozen=True, slots=True)
class Asked:
    """A document and the options beside it; and the whole body."""

    document: Json
    options: JsonObject
    body: JsonObject

    def require_known(self, names: Collection[str]) -> None:
        """Refuse an option that is not known here, rather than pass over it; raises HttpProblem 400."""
        unknown = sorted(set(self.options) - set(names))
        if unknown:
            raise HttpProblem(400, f"options: {', '.join(unknown)[:MAX_TEXT]} cannot be given here; {', '.join(sorted(names))} can")

    def text(self, name: str) -> str | None:
        """Return an option that is a text, None when it is not given; raises HttpProblem 400."""
        found = self.options.get(name)
        if found is None and name not in self.options:
            return None
        if not isinstance(found, str) or not found or len(found) > MAX_TEXT:
            raise HttpProblem(400, f"options.{name}: give a text of at most {MAX_TEXT:,} characters")
        return found

    def an_object(self, what: str) -> JsonObject:
        """Return the document; raises HttpProblem 400 when it is no object."""
        if not isinstance(self.document, dict):
            raise HttpProblem(400, f"{what}: give an object")
        return self.document


async def read(request: Request) -> Body:
    """Return the body of a request, bounded while it is read and parsed strictly; raises HttpProblem 400, 408, 413."""
    raw = await received(request, MAX_BODY)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        return Body(kind, canonical.parse(raw), raw)
    except FormatError as error:
        raise HttpProblem(400, f"the body cannot be read: {error}") from error


def wants(request: Request, document_type: str) -> bool:
    """Tell whether the answer is to be the document alone, as what it is."""
    return document_type in {each.partition(";")[0].strip() for each in request.headers.get("accept", "").lower().split(",")}


def given(request: Request, name: str, document: JsonObject, document_type: str, *, status: int = 200) -> Response:
    """Return a document as an answer: as what it is for whoever asks for that, else as a member of JSON."""
    if wants(request, document_type):
        return Response(canonical.encode(document), status, media_type=document_type)
    return Response(canonical.encode({name: document}), status, media_type=JSON)


def alone(request: Request, document: JsonObject, document_type: str, *, status: int = 200) -> Response:
    """Return a document by itself: as what it is for whoever asks for that, else as JSON."""
    return Response(canonical.encode(document), status, media_type=document_type if wants(request, document_type) else JSON)


@contextmanager
def refusing() -> Iterator[None]:
    """Answer 400 for what is wrong with a request, as the VC API has it, with a problem for each place; 409 for an id that is taken."""
    try:
        yield
    except NotFound:
        raise
    except ModelError as error:
        raise MalformedProblem(error) from error
    except InputError as error:
        raise HttpProblem(409 if isinstance(error, Taken) else 400, f"{error} ({error.hint})" if error.hint else str(error)) from error
