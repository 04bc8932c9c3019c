"""What the form of the page sends: a file or a text, read into memory and nowhere else."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from laurea.artefacts.carrier import MAX_FILE
from laurea.core.canonical import MAX_BYTES
from laurea.errors import InputError
from laurea.web.problems import HttpProblem
from laurea.web.verifier.intake import Lookers, in_file, in_words, received
from laurea.web.verifier.schemas import MAX_NAME
from laurea.web.wallet.language import N_

MAX_FORM = MAX_FILE + (2 << 20)  # and a text, and what a browser puts around both
MAX_CHOICE = 1 << 14  # of the form that asks a wallet
MAX_FIELDS = 8
OTHERS = N_("what was sent is not what the form of this page sends")
MULTIPART, URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file, a text, and the challenge that is answered, if any."""

    file: bytes = b""
    name: str = ""
    text: str = ""
    challenge: str | None = None

    def document(self, lookers: Lookers) -> bytes:
        """Return the document that was sent; raises InputError when there is none, or two."""
        if bool(self.file) == bool(self.text.strip()):
            raise InputError(N_("choose a file or paste a text, one of the two"))
        return in_file(self.file, lookers) if self.file else in_words(self.text)


async def sent(request: Request) -> Sent:
    """Return what the form has sent; raises HttpProblem 400, 408, 413 or 415."""
    form = await _parsed(request, await received(request, MAX_FORM))
    try:
        file, challenge = form.get("file"), _text(form, "challenge")[:MAX_NAME]
        data, name = (await file.read(), file.filename or "") if isinstance(file, UploadFile) else (b"", "")
        return Sent(data, name, _text(form, "text"), challenge or None)
    finally:
        await form.close()


async def chosen(request: Request) -> tuple[frozenset[str], str]:
    """Return what the form that asks a wallet has ticked, and the operator's token; raises HttpProblem 400, 408, 413 or 415."""
    form = await _parsed(request, await received(request, MAX_CHOICE))
    try:
        return frozenset(each for each in form.getlist("claim") if isinstance(each, str)), _text(form, "token")
    finally:
        await form.close()


async def _parsed(request: Request, body: bytes) -> FormData:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {MULTIPART, URLENCODED} or not _is_utf8(request):
        raise HttpProblem(415, OTHERS)
    parser: FormParser | MultiPartParser = FormParser(request.headers, _once(body), max_fields=MAX_FIELDS, max_part_size=MAX_BYTES)
    if kind == MULTIPART:
        parser = MultiPartParser(request.headers, _once(body), max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_BYTES)
        parser.spool_max_size = MAX_FORM  # never on the disk: nothing of what is verified is kept
    try:
        return await parser.parse()
    except (MultiPartException, KeyError) as error:  # KeyError: no boundary
        raise HttpProblem(400, OTHERS) from error


def _is_utf8(request: Request) -> bool:
    # The parser would take any encoding that Python has: some raise, and that of punycode works for minutes on a megabyte.
    _, options = parse_options_header(request.headers["content-type"])
    return options.get(b"charset", b"utf-8").lower() == b"utf-8"


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
    yield b""


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
