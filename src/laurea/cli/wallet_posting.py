"""What the commands of the wallet compare with: the text of a job description, the catalogues, and the frameworks of skills at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from laurea.cli import output
from laurea.core.concept import Frameworks
from laurea.errors import InputError
from laurea.fetch.guard import FetchPolicy
from laurea.fetch.pages import page
from laurea.services.holding import cataloguing
from laurea.services.holding.auditing import Basis, offers_of
from laurea.services.holding.entry import entries
from laurea.services.skills import posting_text
from laurea.storage.wallet import Wallet

MAX_FILE = 10 << 20  # bytes of a job description: a PDF with pictures
JSON = ".json"  # a file of requirements, which is read as it is


@dataclass(frozen=True, slots=True)
class Posting:
    """A job description: its text, what it is called, and the host that was asked for it, "" when nobody was."""

    text: str
    title: str
    host: str = ""


def posting_of(source: str, policy: FetchPolicy | None) -> Posting:
    """Return the job description at a path ("-" is stdin) or an https URL; raises InputError for a URL when nothing is to be fetched."""
    if not source.lower().startswith(("https://", "http://")):
        return Posting(text_of(source), "what is asked for" if source == "-" else Path(source).stem)
    if policy is None:
        raise InputError("nothing is fetched with --no-fetch", hint="save the page, and give the file")
    found = page(source, policy)
    output.talk(f"fetched the page from {found.host}: that is all that left this machine, and it names nobody")
    return Posting(posting_text(found.data, found.name), found.host, found.host)


def text_of(source: str) -> str:
    """Return the text of a job description in a file; raises InputError when it has none."""
    data = output.read(Path(source), limit=MAX_FILE)
    name = "stdin.txt" if source == "-" else Path(source).name
    text = data.decode("utf-8", errors="replace") if name.lower().endswith(JSON) else posting_text(data, name)
    if not text.strip():
        raise InputError(f"there is no text in {name}", hint="a scan has pictures of words alone: paste the text into a file")
    return text


def basis_of(opened: Wallet, frameworks: Frameworks | None, catalogues: Sequence[Path], at: datetime) -> Basis:
    """Return what an audit of a wallet rests on; `catalogues` count beside those that it keeps."""
    more = [output.read(path, limit=cataloguing.MAX_CATALOGUE) for path in catalogues]
    return Basis(entries(opened), offers_of(opened, more), frameworks, at)
