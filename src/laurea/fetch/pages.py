"""Reading one page that its reader names, as a job description: under the guards of `guard`, and as text, HTML or PDF."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from laurea.errors import Unreachable
from laurea.fetch.guard import PUBLIC, REDIRECTS, FetchPolicy, guarded
from laurea.wire import BadAnswer, BadStatus

SECONDS = 10.0  # of the whole: somebody waits for it
MAX_BYTES = 4 << 20
TEXTS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt"}
KINDS = {**TEXTS, "application/pdf": "pdf"}
SAVE = "open it in your browser, save the page, and give the file"

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([A-Za-z0-9._-]{1,40})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was fetched: its host, its bytes (text in UTF-8 if the answer said in what else it came), and a name whose ending says what it is."""

    host: str
    data: bytes
    name: str


def page(url: str, policy: FetchPolicy = PUBLIC) -> Page:
    """Fetch a page; raises NotAllowed, BadAnswer for another kind of answer and for a redirect, else Unreachable. Messages name the host alone."""
    wire = guarded(url, policy, seconds=SECONDS, limit=MAX_BYTES)
    accept = ", ".join(KINDS)
    try:
        answer = wire.exchange("GET", headers=[("Accept", accept), ("Accept-Encoding", "identity"), ("User-Agent", "laurea")])
    except BadStatus as error:
        if error.status in REDIRECTS:
            raise BadAnswer(f"{wire.host} answered with a redirect, which is not followed", hint=SAVE) from error
        raise BadAnswer(str(error), hint=SAVE) from error
    except Unreachable as error:
        raise type(error)(str(error), hint=SAVE) from error
    finally:
        wire.close()
    said = answer.headers.get("content-type", "")
    kind = said.partition(";")[0].strip().lower()
    if kind not in KINDS or answer.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise BadAnswer(f"{wire.host} answered with neither text, HTML nor PDF", hint=SAVE)
    data = _in_utf8(answer.body, said) if kind in TEXTS else answer.body
    return Page(urlsplit(url).hostname or wire.host, data, f"page.{KINDS[kind]}")


def _in_utf8(data: bytes, said: str) -> bytes:
    found = _CHARSET.search(said)
    if found is None:
        return data  # what reads it looks for what it says itself
    try:
        return data.decode(found[1], errors="replace").encode()
    except LookupError:  # an encoding that nobody knows
        return data
